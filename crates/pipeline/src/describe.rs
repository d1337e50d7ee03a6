//! What every model is, and what its table holds now.

use crate::{Environment, Model, PipelineError, Project, Reader, project_models};
use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use std::collections::BTreeMap;
use std::fmt::Write;

/// A model of a project beside what was published of it.
#[derive(Debug, Clone)]
pub struct ModelDescription {
    /// The model.
    pub model: Model,
    /// The tables that its query names, in name order.
    pub reads: Vec<String>,
    /// The models that name it, in name order.
    pub read_by: Vec<String>,
    /// Its columns and their types; none where it was not published yet.
    pub columns: Vec<(String, String)>,
    /// Its rows; `None` where it was not published yet.
    pub rows: Option<i64>,
}

/// Describes every model of a project as its last publication shows them, in name order.
pub async fn describe(
    project: &Project,
    environment: &Environment,
) -> Result<Vec<ModelDescription>, PipelineError> {
    let reader = Reader::open(project, None, environment).await?;
    let schemas = reader.schemas().await?;
    let models = project_models(project.folder())?;
    let mut reads = BTreeMap::new();
    for model in &models {
        reads.insert(model.table.to_string(), reader.references(&model.sql)?);
    }
    let mut described = Vec::new();
    for model in models {
        let name = model.table.to_string();
        let columns: Vec<(String, String)> = schemas.get(&name).map_or(Vec::new(), |schema| {
            let fields = schema.fields().iter();
            fields.map(|field| (field.name().clone(), field.data_type().to_string())).collect()
        });
        let rows = if columns.is_empty() { None } else { Some(count(&reader, &name).await?) };
        let readers = reads.iter().filter(|(_, reads)| reads.contains(&name));
        described.push(ModelDescription {
            read_by: readers.map(|(reader, _)| reader.clone()).collect(),
            reads: reads.get(&name).cloned().unwrap_or_default(),
            model,
            columns,
            rows,
        });
    }
    Ok(described)
}

async fn count(reader: &Reader, table: &str) -> Result<i64, PipelineError> {
    let (_, batches) = reader.query(&format!("select count(*) from {table}")).await?;
    let counts = batches.iter().flat_map(|batch| {
        batch.column(0).as_primitive_opt::<Int64Type>().into_iter().flat_map(|counts| counts.iter())
    });
    Ok(counts.flatten().sum())
}

/// The descriptions as a Markdown page: the graph by layer, then a section for each model.
pub fn as_markdown(project: &str, models: &[ModelDescription]) -> String {
    let mut page =
        format!("# Models of {project}\n\n## Graph\n\n| model | rows | reads |\n|---|---:|---|\n");
    for described in models {
        let rows = described.rows.map_or(String::new(), |rows| rows.to_string());
        let name = described.model.table.to_string();
        // Writing to a string does not fail.
        let _ = writeln!(
            page,
            "| [{name}](#{}) | {rows} | {} |",
            anchor(&name),
            described.reads.join(", ")
        );
    }
    for described in models {
        section(&mut page, described);
    }
    page
}

/// As Markdown's readers form it: no points.
fn anchor(name: &str) -> String {
    name.replace('.', "")
}

fn section(page: &mut String, described: &ModelDescription) {
    let model = &described.model;
    let _ = write!(
        page,
        "\n## {}\n\n{}\n\n- File: `{}`\n",
        model.table, model.description, model.origin
    );
    let _ = writeln!(page, "- Key: {}", code_list(&model.key));
    if !model.sorted_by.is_empty() {
        let _ = writeln!(page, "- Sorted by: {}", code_list(&model.sorted_by));
    }
    if let Some(step) = &model.step {
        let _ = writeln!(page, "- Step: `{step}`");
    }
    if !described.reads.is_empty() {
        let _ = writeln!(page, "- Reads: {}", code_list(&described.reads));
    }
    if !described.read_by.is_empty() {
        let _ = writeln!(page, "- Read by: {}", code_list(&described.read_by));
    }
    for test in &model.tests {
        let _ = writeln!(page, "- Test {}: `{}`", test.name.replace('_', " "), test.condition);
    }
    if let Some(rows) = described.rows {
        let _ = write!(page, "- Rows: {rows}\n\n| column | type |\n|---|---|\n");
        for (name, kind) in &described.columns {
            let _ = writeln!(page, "| `{name}` | `{kind}` |");
        }
    }
}

fn code_list(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
