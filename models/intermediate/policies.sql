-- One row per product and place: how it is replenished, and where each setting comes from.
-- An entry of the product in the configuration goes before item settings, these before the policy of
-- its class, and that before the defaults. Lead times are those measured for the supplier and product,
-- else for the supplier; planning shrinks them to the stated one where receipts are few.
-- A null target is none that somebody set: fresh goods are then sized for the cheapest level, others
-- for a cycle service level. A service target of the product or of its class is one.
-- key: product_id, location_id
-- test: targets_are_shares: service_target > 0 and service_target <= 1
-- test: reviews_are_days: review_days >= 1
with classed as (
    select
        items.product_id,
        items.location_id,
        coalesce(product_classes.abc_class, 'none') as abc_class,
        coalesce(product_classes.xyz_class, 'none') as xyz_class
    from intermediate.items
    left join marts.product_classes on items.product_id = product_classes.product_id
),

supplier_lead_times as (
    select supplier_id, measured_lead_time(lead_time_days, is_open) as measured
    from intermediate.order_lines
    where not is_back_dated and supplier_id is not null
    group by supplier_id
),

measured as (
    select
        items.product_id,
        items.location_id,
        case
            when lead_times.n_received > 0 then 'product and supplier'
            when supplier_lead_times.measured['n_received'] > 0 then 'supplier'
        end as lead_time_basis,
        case
            when lead_times.n_received > 0 then lead_times.counts
            when supplier_lead_times.measured['n_received'] > 0 then supplier_lead_times.measured['counts']
        end as lead_times
    from intermediate.items
    left join marts.lead_times
        on items.product_id = lead_times.product_id
        and coalesce(items.supplier_id, 'unknown') = lead_times.supplier_id
    left join supplier_lead_times on items.supplier_id = supplier_lead_times.supplier_id
),

of_places as (
    select * from config.product_policies where location_id is not null
),

of_products as (
    select * from config.product_policies where location_id is null
),

settings_everywhere as (
    select * from staging.item_settings
    where location_id = 'main' and (select count(*) from intermediate.items where location_id = 'main') = 0
)

select
    items.product_id,
    items.location_id,
    classed.abc_class,
    classed.xyz_class,
    coalesce(of_places.kind, of_products.kind, class_policies.kind) as kind,
    coalesce(
        of_places.target,
        of_products.target,
        class_policies.target,
        case
            when coalesce(
                of_places.service_target,
                of_products.service_target,
                item_settings.service_target,
                settings_everywhere.service_target
            ) is not null
                or class_policies.service_source not in ('configuration', 'assumed')
                then 'cycle_service'
        end
    ) as target,
    coalesce(
        of_places.service_target,
        of_products.service_target,
        item_settings.service_target,
        settings_everywhere.service_target,
        class_policies.service_target
    ) as service_target,
    case
        when coalesce(of_places.service_target, of_products.service_target) is not null then 'product policy'
        when coalesce(item_settings.service_target, settings_everywhere.service_target) is not null
            then 'item settings'
        else class_policies.service_source
    end as service_source,
    coalesce(
        of_places.review_days,
        of_products.review_days,
        item_settings.review_days,
        settings_everywhere.review_days,
        class_policies.review_days
    ) as review_days,
    case
        when coalesce(of_places.review_days, of_products.review_days) is not null then 'product policy'
        when coalesce(item_settings.review_days, settings_everywhere.review_days) is not null
            then 'item settings'
        else class_policies.review_source
    end as review_source,
    items.lead_time_days as stated_lead_time_days,
    case when settings.measured_lead_times then measured.lead_time_basis end as lead_time_basis,
    case when settings.measured_lead_times then measured.lead_times end as lead_times,
    items.lead_time_days is not null
    or settings.measured_lead_times and measured.lead_times is not null as has_lead_time,
    coalesce(item_settings.min_quantity, settings_everywhere.min_quantity) as min_quantity,
    items.max_quantity,
    suppliers.order_days,
    suppliers.closures,
    suppliers.min_order_value
from intermediate.items
cross join config.settings
inner join classed on items.product_id = classed.product_id and items.location_id = classed.location_id
inner join config.class_policies
    on classed.abc_class = class_policies.abc_class and classed.xyz_class = class_policies.xyz_class
left join measured on items.product_id = measured.product_id and items.location_id = measured.location_id
left join of_places on items.product_id = of_places.product_id and items.location_id = of_places.location_id
left join of_products on items.product_id = of_products.product_id
left join staging.item_settings
    on items.product_id = item_settings.product_id and items.location_id = item_settings.location_id
left join settings_everywhere on items.product_id = settings_everywhere.product_id
left join staging.suppliers on items.supplier_id = suppliers.supplier_id
