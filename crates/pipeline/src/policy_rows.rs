//! How stock is replenished by class and by product, as tables that the models read.

use crate::{Config, PipelineError};
use arrow::array::{ArrayRef, Decimal128Array, Int64Array, RecordBatch, StringArray};
use arrow::error::ArrowError;
use shelfcast_engine::{EngineError, Session};
use shelfcast_lake::TableName;
use std::sync::Arc;

/// Products without a class are of none.
const NONE: &str = "none";

/// Registers `config.class_policies` (one row per ABC and XYZ class, `none` included, every
/// setting resolved) and `config.product_policies` (one row per product of the configuration).
pub(crate) fn register(session: &Session, config: &Config) -> Result<(), PipelineError> {
    let failed = |error: ArrowError| EngineError::query("lay out the policies")(error.into());
    for (name, rows) in [
        ("class_policies", class_rows(config).map_err(failed)?),
        ("product_policies", product_rows(config).map_err(failed)?),
    ] {
        session.register_rows(&TableName::new("config", name)?, rows.schema(), vec![rows])?;
    }
    Ok(())
}

/// The policy of one class.
struct Resolved<'a> {
    abc_class: &'a str,
    xyz_class: &'a str,
    kind: &'a str,
    target: Option<&'a str>,
    service_target: f64,
    service_source: String,
    review_days: u32,
    review_source: String,
}

fn resolve<'a>(config: &'a Config, abc_class: &'a str, xyz_class: &'a str) -> Resolved<'a> {
    let policy = &config.policy;
    let source = |name: &str| match config.is_assumed(name) {
        true => "assumed".to_owned(),
        false => "configuration".to_owned(),
    };
    let mut resolved = Resolved {
        abc_class,
        xyz_class,
        kind: &policy.kind,
        target: policy.target.as_deref(),
        service_target: policy.service_target,
        service_source: source("service_target"),
        review_days: policy.review_days,
        review_source: source("review_days"),
    };
    // The narrower class has the last word.
    for class in [abc_class.to_owned(), format!("{abc_class}{xyz_class}")] {
        let Some(of_class) = policy.classes.get(&class) else { continue };
        if let Some(kind) = &of_class.kind {
            resolved.kind = kind;
        }
        if let Some(target) = &of_class.target {
            resolved.target = Some(target);
        }
        if let Some(service_target) = of_class.service_target {
            resolved.service_target = service_target;
            resolved.service_source = format!("class {class}");
        }
        if let Some(review_days) = of_class.review_days {
            resolved.review_days = review_days;
            resolved.review_source = format!("class {class}");
        }
    }
    resolved
}

fn class_rows(config: &Config) -> Result<RecordBatch, ArrowError> {
    let mut rows = Vec::new();
    for abc_class in ["A", "B", "C", NONE] {
        for xyz_class in ["X", "Y", "Z", NONE] {
            rows.push(resolve(config, abc_class, xyz_class));
        }
    }
    let text = |value: &dyn Fn(&Resolved<'_>) -> String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(rows.iter().map(value)))
    };
    let reviews = rows.iter().map(|row| i64::from(row.review_days));
    RecordBatch::try_from_iter_with_nullable([
        ("abc_class", text(&|row| row.abc_class.to_owned()), true),
        ("xyz_class", text(&|row| row.xyz_class.to_owned()), true),
        ("kind", text(&|row| row.kind.to_owned()), true),
        ("target", Arc::new(rows.iter().map(|row| row.target).collect::<StringArray>()), true),
        ("service_target", rates(rows.iter().map(|row| Some(row.service_target)))?, true),
        ("service_source", text(&|row| row.service_source.clone()), true),
        ("review_days", Arc::new(Int64Array::from_iter_values(reviews)) as ArrayRef, true),
        ("review_source", text(&|row| row.review_source.clone()), true),
    ])
}

fn product_rows(config: &Config) -> Result<RecordBatch, ArrowError> {
    let rows = &config.policy.products;
    let texts = |values: Vec<Option<&String>>| -> ArrayRef {
        Arc::new(values.into_iter().collect::<StringArray>())
    };
    let wholes = |values: Vec<Option<u32>>| -> ArrayRef {
        Arc::new(values.into_iter().map(|value| value.map(i64::from)).collect::<Int64Array>())
    };
    RecordBatch::try_from_iter_with_nullable([
        ("product_id", texts(rows.iter().map(|row| Some(&row.product_id)).collect()), true),
        ("location_id", texts(rows.iter().map(|row| row.location_id.as_ref()).collect()), true),
        ("kind", texts(rows.iter().map(|row| row.kind.as_ref()).collect()), true),
        ("target", texts(rows.iter().map(|row| row.target.as_ref()).collect()), true),
        ("service_target", rates(rows.iter().map(|row| row.service_target))?, true),
        ("review_days", wholes(rows.iter().map(|row| row.review_days).collect()), true),
        ("lead_time_days", wholes(rows.iter().map(|row| row.lead_time_days).collect()), true),
    ])
}

/// Shares with four decimals.
fn rates(values: impl Iterator<Item = Option<f64>>) -> Result<ArrayRef, ArrowError> {
    let parts = values.map(|value| value.map(|value| (value * 10_000.0).round() as i128));
    Ok(Arc::new(parts.collect::<Decimal128Array>().with_precision_and_scale(5, 4)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_narrower_class_has_the_last_word() {
        let text = "[project]\nname = \"shop\"\n[policy]\nservice_target = 0.9\n\
                    [policy.classes.A]\nservice_target = 0.95\nreview_days = 2\n\
                    [policy.classes.AX]\nservice_target = 0.99\n";
        let config = Config::parse(text, "shelfcast.toml").unwrap();
        let of = |abc, xyz| {
            let policy = resolve(&config, abc, xyz);
            (policy.service_target, policy.service_source, policy.review_days)
        };
        assert_eq!(of("A", "X"), (0.99, "class AX".to_owned(), 2));
        assert_eq!(of("A", "Z"), (0.95, "class A".to_owned(), 2));
        assert_eq!(of("B", "X"), (0.9, "configuration".to_owned(), 7));
        assert_eq!(class_rows(&config).unwrap().num_rows(), 16);
    }
}
