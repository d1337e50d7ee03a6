//! `docs/models.md`, written from the headers of the SQL models.

use crate::failure::{Failure, Fault};
use std::collections::BTreeSet;
use std::path::Path;

const PAGE: &str = "docs/models.md";

/// The layers in build order, each with what it is for.
const LAYERS: &[(&str, &str)] = &[
    (
        "staging",
        "One view per feed: the newest word on each thing, cast and renamed, no joins but those \
         that a name needs.",
    ),
    ("intermediate", "Tables that several marts are made from; their columns may change."),
    ("marts", "Tables that people, pictures and reports read; their columns are promises."),
];

struct Model {
    name: String,
    description: String,
    key: String,
    sorted: Option<String>,
    step: Option<String>,
    tests: Vec<(String, String)>,
    reads: BTreeSet<String>,
}

/// Writes the page; gives its path.
pub(crate) fn write(root: &Path) -> Result<&'static str, Fault> {
    let page = page(root)?;
    std::fs::write(root.join(PAGE), page).map_err(|error| Fault::unusable(PAGE, error))?;
    Ok(PAGE)
}

pub(crate) fn check(root: &Path) -> Result<Vec<Failure>, Fault> {
    let found = std::fs::read_to_string(root.join(PAGE)).unwrap_or_default();
    if found == page(root)? {
        return Ok(Vec::new());
    }
    let what = format!("{PAGE}: it does not say what the headers under models/ say");
    Ok(vec![Failure::new(what, "run `cargo run -p xtask -- docs`")])
}

fn page(root: &Path) -> Result<String, Fault> {
    let mut page = "# Models\n\n\
        Written from the headers under `models/` by `cargo run -p xtask -- docs`; edit those.\n\n\
        A key is unique and never null; a test holds for every row. A build that breaks one is \
        not published.\n"
        .to_owned();
    for (layer, purpose) in LAYERS {
        page.push_str(&format!("\n## {layer}\n\n{purpose}\n"));
        for model in read_layer(root, layer)? {
            page.push_str(&section(&model));
        }
    }
    Ok(page)
}

fn read_layer(root: &Path, layer: &str) -> Result<Vec<Model>, Fault> {
    let folder = root.join("models").join(layer);
    let failed = |error: std::io::Error| Fault::unusable(folder.display(), error);
    let mut names = BTreeSet::new();
    for entry in std::fs::read_dir(&folder).map_err(failed)? {
        let file = entry.map_err(failed)?.file_name().to_string_lossy().into_owned();
        names.extend(file.strip_suffix(".sql").map(str::to_owned));
    }
    let read = |name: &String| {
        let path = folder.join(format!("{name}.sql"));
        let text = std::fs::read_to_string(&path)
            .map_err(|error| Fault::unusable(path.display(), error))?;
        Ok(parse(&format!("{layer}.{name}"), &text))
    };
    names.iter().map(read).collect()
}

fn parse(name: &str, text: &str) -> Model {
    let mut model = Model {
        name: name.to_owned(),
        description: String::new(),
        key: String::new(),
        sorted: None,
        step: None,
        tests: Vec::new(),
        reads: reads(text),
    };
    model.reads.remove(name);
    for line in text.lines().map_while(|line| line.strip_prefix("--")).map(str::trim) {
        if let Some(key) = line.strip_prefix("key:") {
            model.key = key.trim().to_owned();
        } else if let Some(columns) = line.strip_prefix("sorted:") {
            model.sorted = Some(columns.trim().to_owned());
        } else if let Some(step) = line.strip_prefix("step:") {
            model.step = Some(step.trim().to_owned());
        } else if let Some(test) = line.strip_prefix("test:") {
            let (name, condition) = test.split_once(": ").unwrap_or((test, ""));
            model.tests.push((name.trim().to_owned(), condition.trim().to_owned()));
        } else {
            model.description.push_str(if model.description.is_empty() { "" } else { " " });
            model.description.push_str(line);
        }
    }
    model
}

/// The tables named in the query, comments aside.
fn reads(text: &str) -> BTreeSet<String> {
    const SCHEMAS: &[&str] = &["raw", "config", "staging", "intermediate", "marts"];
    let query = text.lines().map(|line| line.split("--").next().unwrap_or_default());
    let is_of_a_name =
        |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '.');
    query
        .flat_map(|line| line.split(move |character| !is_of_a_name(character)))
        .filter(|word| {
            let parts: Vec<&str> = word.split('.').collect();
            matches!(parts[..], [schema, table] if SCHEMAS.contains(&schema) && !table.is_empty())
        })
        .map(str::to_owned)
        .collect()
}

fn section(model: &Model) -> String {
    let columns = |list: &str| -> String {
        let quoted: Vec<String> =
            list.split(',').map(|column| format!("`{}`", column.trim())).collect();
        quoted.join(", ")
    };
    let mut section = format!("\n### {}\n\n{}\n\n", model.name, model.description);
    section.push_str(&format!("- Key: {}\n", columns(&model.key)));
    if let Some(sorted) = &model.sorted {
        section.push_str(&format!("- Sorted by: {}\n", columns(sorted)));
    }
    if let Some(step) = &model.step {
        section.push_str(&format!("- Step: `{step}`\n"));
    }
    if !model.reads.is_empty() {
        let reads: Vec<&str> = model.reads.iter().map(String::as_str).collect();
        section.push_str(&format!("- Reads: {}\n", columns(&reads.join(","))));
    }
    for (name, condition) in &model.tests {
        section.push_str(&format!("- Test {}: `{condition}`\n", name.replace('_', " ")));
    }
    section
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABC: &str = "-- One row per product.\n-- Twice told.\n-- key: product_id, day\n\
        -- sorted: product_id\n-- test: is_positive: value > 0\n\
        select d.product_id from staging.sales as d -- not raw.sales\n\
        join marts.daily_sales using (product_id)\n";

    #[test]
    fn a_header_becomes_a_section() {
        assert_eq!(
            section(&parse("marts.abc", ABC)),
            "\n### marts.abc\n\nOne row per product. Twice told.\n\n\
             - Key: `product_id`, `day`\n- Sorted by: `product_id`\n\
             - Reads: `marts.daily_sales`, `staging.sales`\n- Test is positive: `value > 0`\n"
        );
    }

    #[test]
    fn a_page_that_lags_behind_its_models_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("docs")).unwrap();
        for (layer, _) in LAYERS {
            std::fs::create_dir_all(folder.path().join("models").join(layer)).unwrap();
        }
        let model = folder.path().join("models/marts/abc.sql");
        std::fs::write(&model, ABC).unwrap();
        assert_eq!(check(folder.path()).unwrap().len(), 1);
        write(folder.path()).unwrap();
        assert_eq!(check(folder.path()).unwrap(), []);
        std::fs::write(&model, ABC.replace("Twice", "Thrice")).unwrap();
        assert_eq!(check(folder.path()).unwrap().len(), 1);
    }
}
