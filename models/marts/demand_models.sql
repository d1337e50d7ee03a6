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
        demand_pools.pool,
        coming_drivers.coming,
        method_weights.weights,
        driver_pools.driver_pool,
        settings.origins,
        case series.frequency
            when 'day' then settings.horizon_days
            when 'week' then greatest(13, settings.horizon_days / 7)
            else greatest(6, settings.horizon_days / 31)
        end as horizon
    from intermediate.series
    cross join config.settings
    left join intermediate.demand_pools on series.pool_id = demand_pools.pool_id
    left join intermediate.driver_pools on series.pool_id = driver_pools.pool_id
    left join intermediate.method_weights
        on series.frequency = method_weights.frequency
        and series.measure = method_weights.measure
        and series.demand_class = method_weights.demand_class
    left join intermediate.coming_drivers
        on series.series_level = coming_drivers.series_level
        and series.series_id = coming_drivers.series_id
        and series.measure = coming_drivers.measure
),

-- What is known of a whole series stands in its first row alone.
fitted as (
    select
        demand_series.series_level,
        demand_series.series_id,
        demand_series.measure,
        fit_demand(
            demand_series.period_start,
            demand_series.units,
            demand_series.availability,
            demand_series.frequency,
            options.horizon,
            options.origins,
            options.pool,
            options.is_ended,
            named_struct(
                'promotion', promotion,
                'price', price,
                'holiday', holiday,
                'holiday_eve', holiday_eve,
                'event', event,
                'closed', closed,
                'payday', payday
            ),
            options.coming,
            options.weights,
            options.driver_pool
        ) as fit
    from options
    right join intermediate.demand_series
        on options.series_level = demand_series.series_level
        and options.series_id = demand_series.series_id
        and options.measure = demand_series.measure
        and options.first_period = demand_series.period_start
    group by demand_series.series_level, demand_series.series_id, demand_series.measure
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
