-- One row per step of an approved order line as it was approved: its arithmetic for ever.
-- Versions are those of the tables that the numbers came from.
-- key: order_line_id, step_number
with ranked as (
    select *, max(sequence) over (partition by order_line_id) as last_sequence
    from raw.commitment_steps
)

select order_line_id, step_number, step, quantity, note, input, input_version, build_id
from ranked
where sequence = last_sequence
    and order_line_id in (select order_line_id from staging.commitments)
