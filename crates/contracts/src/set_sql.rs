//! The SQL of rules about sets of rows; the relations it reads are those of
//! [`SetRule`](crate::SetRule). Only what DataFusion understands, and the same
//! rows in the same order each time.

/// Rows of `new` whose key stands in `live`, or earlier in `new`.
pub(crate) fn unique(columns: &[&str]) -> String {
    let quoted: Vec<String> = columns.iter().map(|column| quoted(column)).collect();
    let key = quoted.join(", ");
    let names = columns.join(", ");
    format!(
        "with known as (
  select {key}, _sequence, _ordinal, _file, _row, false as is_new from live
  union all
  select {key}, _sequence, _ordinal, _file, _row, true as is_new from new
),
placed as (
  select
    is_new,
    _sequence,
    _ordinal,
    row_number() over (partition by {key} order by is_new, _sequence, _ordinal) as place,
    first_value(_file) over (partition by {key} order by is_new, _sequence, _ordinal) as first_file,
    first_value(_row) over (partition by {key} order by is_new, _sequence, _ordinal) as first_row
  from known
)
select
  _sequence as sequence,
  _ordinal as ordinal,
  'the same {names} as row ' || cast(first_row as varchar) || ' of ' || first_file as found,
  'one row per {names}' as allowed
from placed
where is_new and place > 1
order by sequence, ordinal"
    )
}

/// Rows of `new` whose value does not stand in `feed`, unless that is empty:
/// each one where it is refused, one for each value of a file where it is told.
pub(crate) fn references(column: &str, feed: &str, feed_column: &str, each_row: bool) -> String {
    let (value, known) = (quoted(column), quoted(feed_column));
    let (ordinal, found, group) = match each_row {
        true => ("n._ordinal", format!("cast(n.{value} as varchar)"), String::new()),
        false => (
            "min(n._ordinal)",
            format!(
                "cast(n.{value} as varchar) || case when count(*) = 1 then ' (1 row)' \
                 else ' (' || cast(count(*) as varchar) || ' rows)' end"
            ),
            format!("\ngroup by n._sequence, n.{value}"),
        ),
    };
    format!(
        "select
  n._sequence as sequence,
  {ordinal} as ordinal,
  {found} as found,
  'a {feed_column} of {feed}' as allowed
from (select distinct {known} as known from {feed}) as listed
right join new as n on listed.known = n.{value}
cross join (select count(*) as n_listed from {feed}) as listing
where n.{value} is not null and listed.known is null and listing.n_listed > 0{group}
order by sequence, ordinal, found"
    )
}

/// The last file being ingested, when no row of the feed is newer than `age` before the ingest.
pub(crate) fn freshness(column: &str, age: &str) -> String {
    let value = quoted(column);
    format!(
        "with newest as (
  select max({value}) as newest_at
  from (select {value} from live union all select {value} from new) as known
),
last_file as (
  select max(_sequence) as sequence from batches where is_new
)
select
  last_file.sequence as sequence,
  cast(null as bigint) as ordinal,
  'the newest {column} is ' || cast(newest.newest_at as varchar) as found,
  'at most {age} before ' || cast(clock.now as varchar) as allowed
from newest
cross join last_file
cross join clock
where last_file.sequence is not null and newest.newest_at < clock.now - interval '{age}'"
    )
}

/// Rows of `new` of a time later than `lead` after the ingest.
pub(crate) fn future(column: &str, lead: &str) -> String {
    let value = quoted(column);
    format!(
        "select
  n._sequence as sequence,
  n._ordinal as ordinal,
  cast(n.{value} as varchar) as found,
  'at most {lead} after ' || cast(clock.now as varchar) as allowed
from new as n
cross join clock
where n.{value} > clock.now + interval '{lead}'
order by sequence, ordinal"
    )
}

/// Files being ingested whose number of rows is not as `condition` says of `rows`.
pub(crate) fn row_count(condition: &Condition) -> String {
    let holds = condition.sql("rows");
    let allowed = literal(&format!("a number of rows that is {}", condition.text));
    format!(
        "select
  _sequence as sequence,
  cast(null as bigint) as ordinal,
  cast(rows as varchar) || ' rows' as found,
  {allowed} as allowed
from batches
where is_new and not ({holds})
order by sequence"
    )
}

/// What a change is measured by.
pub(crate) enum Size<'a> {
    Rows,
    SumOf(&'a str),
}

/// Files being ingested whose size is less than `minimum` or more than
/// `maximum` times the median of the last `n_batches` files of their source.
pub(crate) fn change(size: &Size<'_>, minimum: &str, maximum: &str, n_batches: u32) -> String {
    let (what, sizes) = match size {
        Size::Rows => (
            "number of rows".to_owned(),
            "select _sequence, source, is_new, cast(rows as decimal(38, 4)) as size from batches"
                .to_owned(),
        ),
        Size::SumOf(column) => (format!("sum of {column}"), sums(&quoted(column))),
    };
    format!(
        "with sizes as (
  {sizes}
),
earlier as (
  select
    this._sequence,
    this.size,
    that.size as earlier_size,
    row_number() over (partition by this._sequence order by that._sequence desc) as place
  from sizes as this
  inner join sizes as that on that.source = this.source and that._sequence < this._sequence
  where this.is_new
),
usual as (
  select _sequence, max(size) as size, median(earlier_size) as usual_size
  from earlier
  where place <= {n_batches}
  group by _sequence
)
select
  _sequence as sequence,
  cast(null as bigint) as ordinal,
  '{what}: ' || cast(size as varchar) as found,
  '{minimum} to {maximum} times ' || cast(usual_size as varchar) || ', as in the last {n_batches} files' as allowed
from usual
where size < {minimum} * usual_size or size > {maximum} * usual_size
order by sequence"
    )
}

fn sums(value: &str) -> String {
    format!(
        "select batches._sequence, batches.source, batches.is_new, coalesce(sum(cast(known.value as decimal(38, 4))), 0) as size
  from batches
  left join (
    select _sequence, {value} as value from live
    union all
    select _sequence, {value} as value from new
  ) as known on known._sequence = batches._sequence
  group by batches._sequence, batches.source, batches.is_new"
    )
}

/// The last file being ingested, when the value of `query` is not as `condition` says.
pub(crate) fn query(query: &str, condition: &Condition) -> String {
    let holds = condition.sql("answer.value");
    let allowed = literal(&format!("a value that is {}", condition.text));
    format!(
        "select
  (select max(_sequence) from batches where is_new) as sequence,
  cast(null as bigint) as ordinal,
  coalesce(cast(answer.value as varchar), 'nothing') as found,
  {allowed} as allowed
from (
{query}
) as answer(value)
where not ({holds})"
    )
}

/// An operator of the standard with what it compares with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Condition {
    /// For people: `at least 1`.
    pub(crate) text: String,
    /// SQL in which the first `{}` is the value; never null.
    pub(crate) template: String,
}

impl Condition {
    fn sql(&self, value: &str) -> String {
        // A text that it is compared with stands behind the value.
        self.template.replacen("{}", value, 1)
    }
}

/// A text as SQL writes it.
pub(crate) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A column as SQL writes it: some are called as keywords are.
fn quoted(column: &str) -> String {
    format!("\"{column}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_told_per_value_and_refused_per_row() {
        let told = references("product_id", "products", "product_id", false);
        assert_eq!(
            told,
            "select
  n._sequence as sequence,
  min(n._ordinal) as ordinal,
  cast(n.\"product_id\" as varchar) || case when count(*) = 1 then ' (1 row)' else ' (' || cast(count(*) as varchar) || ' rows)' end as found,
  'a product_id of products' as allowed
from (select distinct \"product_id\" as known from products) as listed
right join new as n on listed.known = n.\"product_id\"
cross join (select count(*) as n_listed from products) as listing
where n.\"product_id\" is not null and listed.known is null and listing.n_listed > 0
group by n._sequence, n.\"product_id\"
order by sequence, ordinal, found"
        );
        let refused = references("supplier_id", "suppliers", "supplier_id", true);
        assert!(refused.contains("n._ordinal as ordinal") && !refused.contains("group by"));
    }

    #[test]
    fn the_future_begins_after_the_clock_of_the_ingest() {
        assert_eq!(
            future("sold_at", "1 day"),
            "select
  n._sequence as sequence,
  n._ordinal as ordinal,
  cast(n.\"sold_at\" as varchar) as found,
  'at most 1 day after ' || cast(clock.now as varchar) as allowed
from new as n
cross join clock
where n.\"sold_at\" > clock.now + interval '1 day'
order by sequence, ordinal"
        );
    }

    #[test]
    fn keys_are_compared_with_what_is_there_first() {
        let sql = unique(&["order_id", "line"]);
        assert!(sql.contains("partition by \"order_id\", \"line\" order by is_new, _sequence"));
        assert!(sql.contains("where is_new and place > 1\n"));
    }

    #[test]
    fn conditions_stand_in_their_place_and_texts_are_quoted() {
        let condition = Condition { text: "it's 1".to_owned(), template: "{} = 1".to_owned() };
        let sql = row_count(&condition);
        assert!(sql.contains("where is_new and not (rows = 1)\n"), "{sql}");
        assert!(sql.contains("'a number of rows that is it''s 1' as allowed"), "{sql}");
        // A comment at the end of the user's query does not swallow the rest.
        let sql = query("select count(*) from new -- all", &condition);
        assert!(sql.contains("from new -- all\n) as answer(value)\nwhere not (answer.value = 1)"));
    }

    #[test]
    fn every_statement_gives_the_four_columns() {
        let condition = Condition { text: "0".to_owned(), template: "{} = 0".to_owned() };
        for sql in [
            unique(&["day"]),
            references("a", "b", "c", true),
            freshness("sold_at", "3 days"),
            future("sold_at", "1 day"),
            row_count(&condition),
            change(&Size::Rows, "0.5", "2", 8),
            change(&Size::SumOf("total"), "0.5", "2", 8),
            query("select 1", &condition),
        ] {
            for column in ["as sequence", "as ordinal", "as found", "as allowed"] {
                assert!(sql.contains(column), "{column}: {sql}");
            }
            assert!(!sql.contains(';'), "{sql}");
        }
    }
}
