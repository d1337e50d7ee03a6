//! What moves demand, taken apart and made to add up, in the simulated shop.

use crate::shop::SHOP;
use crate::support::{Desk, copy_files};

fn value(sql: &str) -> String {
    SHOP.0.value("shop", sql)
}

fn count(sql: &str) -> u64 {
    value(&format!("select count(*) as value from ({sql})")).parse().unwrap()
}

#[test]
fn promotions_that_lifted_demand_lift_its_forecast() {
    // The simulated shop's promotions are cheaper and displayed: they raise demand.
    let fitted = "select cast(split_part(split_part(drivers, 'promotion ', 2), ' ', 1) as double) as effect \
                  from marts.demand_models where series_level = 'product_location' and drivers like '%promotion%'";
    assert!(count(fitted) > 50, "most products were promoted more than once");
    let effect: f64 =
        value(&format!("select avg(effect) as value from ({fitted})")).parse().unwrap();
    assert!((0.1..2.0).contains(&effect), "{effect}");
    // The same model, asked with and without a promotion tomorrow.
    let asked = |promotion: &str| {
        let sql = format!(
            "select sum(step['mean']) as value from ( \
             select unnest(forecast(model, make_array(cast(last_period + interval '1 day' as date)), \
             make_array(0.8), null, make_array(named_struct( \
             'period_start', cast(last_period + interval '1 day' as date), 'promotion', {promotion})))) as step \
             from marts.demand_models where series_level = 'product_location' and drivers like '%promotion +%')"
        );
        value(&sql).parse::<f64>().unwrap()
    };
    assert!(asked("1.0") > 1.1 * asked("0.0"));
}

#[test]
fn the_parts_of_a_forecast_sum_to_its_mean() {
    let apart = "select parts.series_level, parts.series_id, parts.measure, parts.period_start \
                 from (select series_level, series_id, measure, period_start, sum(contribution) as units \
                       from marts.forecast_parts where series_level <> 'product_location' \
                       group by series_level, series_id, measure, period_start) as parts \
                 inner join marts.forecasts on parts.series_level = forecasts.series_level \
                 and parts.series_id = forecasts.series_id and parts.measure = forecasts.measure \
                 and parts.period_start = forecasts.period_start";
    assert!(count(apart) > 500);
    assert_eq!(
        count(&format!(
            "{apart} where abs(parts.units - forecasts.mean) > 1e-6 * (1 + forecasts.mean)"
        )),
        0
    );
    let drivers = "select distinct part from marts.forecast_parts where contribution <> 0 and part not in ('base', 'season')";
    assert!(count(drivers) >= 2, "{:?}", SHOP.0.rows("shop", drivers));
}

#[test]
fn a_driver_that_cannot_be_used_is_told_with_its_reason() {
    let told = "select unused_drivers from marts.series_status where unused_drivers is not null";
    assert!(count(told) > 0);
    let without_reason = format!("{told} and unused_drivers not like '%: %'");
    assert_eq!(count(&without_reason), 0);
}

#[test]
fn forecasts_of_every_level_add_up_to_the_last_digit() {
    for (level, key) in [
        ("product", "series.product_id"),
        ("category", "nullif(series.category, '')"),
        ("location", "series.location_id"),
        ("region", "locations.region"),
        ("total", "'all'"),
    ] {
        let sums = format!(
            "select {key} as series_id, period_start, sum(mean) as mean from marts.coherent_forecasts \
             inner join intermediate.series on coherent_forecasts.series_level = series.series_level \
             and coherent_forecasts.series_id = series.series_id and series.measure = 'units' \
             left join staging.locations on series.location_id = locations.location_id \
             where coherent_forecasts.series_level = 'product_location' and {key} is not null \
             group by {key}, period_start"
        );
        let differ = format!(
            "select * from ({sums}) as sums full join \
             (select * from marts.coherent_forecasts where series_level = '{level}') as own \
             on sums.series_id = own.series_id and sums.period_start = own.period_start \
             where sums.mean is distinct from own.mean"
        );
        assert_eq!(count(&differ), 0, "{level}");
    }
    // Weeks are sums of days, so they add up as well.
    let weeks = "select sum(case series_level when 'total' then mean else -mean end) as difference \
                 from marts.coherent_periods where series_level in ('total', 'product_location') \
                 group by frequency, period_start";
    assert!(count(weeks) > 0);
    assert_eq!(count(&format!("select * from ({weeks}) where difference <> 0")), 0);
}

#[test]
fn coherent_forecasts_are_of_days_to_come() {
    // The shop has products that ended long ago, whose own forecasts follow their ends.
    let past = |table: &str| {
        count(&format!(
            "select * from {table} cross join intermediate.clock where period_start <= last_sale_on"
        ))
    };
    assert!(past("marts.forecasts") > 0);
    assert_eq!(past("marts.coherent_forecasts") + past("marts.coherent_periods"), 0);
}

#[test]
fn a_week_is_surer_than_its_days() {
    // Ends of single days added up would claim that all days err alike.
    let days = "select series_id, week_start, sum(upper_80) - sum(forecasts.mean) as above \
                from marts.forecasts inner join config.calendar on period_start = calendar.day \
                where series_level = 'total' and measure = 'units' and frequency = 'day' \
                group by series_id, week_start";
    let weeks = format!(
        "select periods.mean, lower_80, upper_80, lower_95, upper_95, above \
         from marts.coherent_periods as periods inner join ({days}) as days \
         on periods.period_start = days.week_start \
         where periods.series_level = 'total' and frequency = 'week'"
    );
    assert!(count(&weeks) > 0);
    let is_sound = "lower_95 < lower_80 and lower_80 < mean and mean < upper_80 \
                    and upper_80 < upper_95 and upper_80 - mean < above";
    assert_eq!(count(&format!("select * from ({weeks}) where ({is_sound}) is not true")), 0);
}

#[test]
fn paths_of_a_series_are_drawn_by_seed_and_not_without_end() {
    let drawn = |arguments: &str| {
        format!(
            "select unnest(sample_paths(model, {arguments}, calibration)) as point from marts.demand_models \
             inner join marts.calibrations using (frequency, measure, demand_class) \
             where series_level = 'total' and demand_models.measure = 'units'"
        )
    };
    assert_eq!(count(&drawn("7, 100, 1")), 700);
    let sum = |arguments: &str| {
        value(&format!("select sum(point['units']) as value from ({})", drawn(arguments)))
    };
    assert_eq!(sum("7, 100, 1"), sum("7, 100, 1"));
    assert_ne!(sum("7, 100, 1"), sum("7, 100, 2"));
    let ended = SHOP.0.run(&["-C", "shop", "query", &drawn("1000, 2000, 1")]);
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("at most 1000000 values"), "{}", ended.stderr);
}

#[test]
fn a_backtest_says_what_forecasts_were_worth() {
    let desk = Desk::new();
    copy_files(&SHOP.0.path("shop"), &desk.path("shop"));
    let ended = desk.done(&["-C", "shop", "backtest", "--cutoffs", "2", "--format", "json"]);
    let rows: Vec<serde_json::Value> =
        ended.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |group: &str| rows.iter().find(|row| row["group"] == group).unwrap();
    let total = of("total");
    let figure = |row: &serde_json::Value, name: &str| row[name].as_f64().unwrap();
    assert!(figure(total, "wape") < figure(total, "naive_wape"), "{total}");
    assert!(figure(of("product_location"), "value_added") > 0.0);
    assert!(rows.iter().any(|row| row["group"] == "product_location, intermittent"));
    assert!(rows.iter().any(|row| row["group"] == "total, 8-14"));
    // Cutoffs lie a horizon apart before the last sale, and what came after is all that is scored.
    let cutoffs = desk.rows(
        "shop",
        "select distinct cast(clock.last_sale_on as int) - cast(cutoff as int) as back, horizon_days \
         from marts.backtest cross join intermediate.clock cross join config.settings order by back",
    );
    assert_eq!(cutoffs.len(), 2);
    assert_eq!(cutoffs[0]["back"], cutoffs[0]["horizon_days"]);
    // The measures are those of the kept results.
    let wape: f64 = desk
        .value(
            "shop",
            "select sum(absolute_error) / sum(demand) as value from marts.backtest \
             where series_level = 'total' and measure = 'units'",
        )
        .parse()
        .unwrap();
    assert!((figure(total, "wape") - wape).abs() < 1e-4);
    // A build leaves the results where they are.
    desk.done(&["-C", "shop", "build"]);
    assert!(desk.value("shop", "select count(*) as value from marts.backtest") != "0");
}
