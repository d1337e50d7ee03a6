-- One row per series and measure: its fitted demand model as bytes, and what a reader wants to
-- know of it. Forecasts are given what is known of promotions, prices and the calendar ahead. Errors are those of rolling origins; mase and rmsse are scaled as the glossary says.
-- key: series_level, series_id, measure
-- test: a_fitted_series_has_a_method: method is not null
with options as (
    select
        series.series_level,
        series.series_id,
        series.measure,
        series.first_period,
        series.is_ended,
        series.pool_id,
        series.demand_class,
        coming_drivers.coming,
        settings.origins,
        case series.frequency
            when 'day' then settings.horizon_days
            when 'week' then greatest(13, settings.horizon_days / 7)
            else greatest(6, settings.horizon_days / 31)
        end as horizon
    from intermediate.series
    cross join config.settings
    left join intermediate.coming_drivers
        on series.series_level = coming_drivers.series_level
        and series.series_id = coming_drivers.series_id
        and series.measure = coming_drivers.measure
),

-- What is known of a whole series stands in its first row alone.
known as (
    select
        periods.*,
        options.horizon,
        options.origins,
        options.is_ended,
        options.coming,
        options.pool_id,
        options.demand_class
    from options
    right join intermediate.demand_series as periods
        on options.series_level = periods.series_level
        and options.series_id = periods.series_id
        and options.measure = periods.measure
        and options.first_period = periods.period_start
),

-- Of what many series share one copy is held.
fitted as (
    select
        known.series_level,
        known.series_id,
        known.measure,
        fit_demand(
            known.period_start,
            known.units,
            known.availability,
            known.frequency,
            known.horizon,
            known.origins,
            demand_pools.pool,
            known.is_ended,
            named_struct(
                'promotion', promotion,
                'price', price,
                'holiday', holiday,
                'holiday_eve', holiday_eve,
                'event', event,
                'closed', closed,
                'payday', payday
            ),
            known.coming,
            method_weights.weights,
            driver_pools.driver_pool
        ) as fit
    from known
    left join intermediate.demand_pools on known.pool_id = demand_pools.pool_id
    left join intermediate.driver_pools on known.pool_id = driver_pools.pool_id
    left join intermediate.method_weights
        on known.frequency = method_weights.frequency
        and known.measure = method_weights.measure
        and known.demand_class = method_weights.demand_class
    group by known.series_level, known.series_id, known.measure
)

select
    fitted.series_level,
    fitted.series_id,
    series.product_id,
    series.location_id,
    series.category,
    fitted.measure,
    series.frequency,
    fit['first_period'] as first_period,
    fit['last_period'] as last_period,
    fit['periods'] as periods,
    fit['method'] as method,
    fit['parameters'] as parameters,
    fit['status'] as status,
    fit['reason'] as reason,
    fit['fallback'] as fallback,
    fit['demand_class'] as demand_class,
    fit['adi'] as adi,
    fit['cv2'] as cv2,
    fit['wape'] as wape,
    fit['mase'] as mase,
    fit['rmsse'] as rmsse,
    fit['bias'] as bias,
    fit['scaled_pinball'] as scaled_pinball,
    fit['naive_wape'] as naive_wape,
    fit['drivers'] as drivers,
    fit['unused_drivers'] as unused_drivers,
    fit['model'] as model
from fitted
inner join intermediate.series
    on fitted.series_level = series.series_level
    and fitted.series_id = series.series_id
    and fitted.measure = series.measure
