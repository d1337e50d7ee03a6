use crate::arguments::ModelsArguments;
use crate::environment::environment;
use crate::failure::Outcome;
use crate::output;
use serde_json::json;
use shelfcast_pipeline::{Project, as_markdown, builtin_models, describe};
use std::path::Path;

pub async fn run(folder: &Path, arguments: &ModelsArguments) -> anyhow::Result<Outcome> {
    if arguments.docs {
        let project = Project::open(folder)?;
        let models = describe(&project, &environment("models")).await?;
        output::data(&as_markdown(&project.config().project.name, &models));
        return Ok(Outcome::Done);
    }
    for model in builtin_models()? {
        if arguments.json {
            let tests: Vec<_> = model
                .tests
                .iter()
                .map(|test| json!({"name": test.name, "condition": test.condition}))
                .collect();
            let line = json!({
                "model": model.table.to_string(),
                "description": model.description,
                "key": model.key,
                "tests": tests,
                "sql": model.sql,
            });
            output::data(&format!("{line}\n"));
        } else {
            output::data(&format!("{:<34} {}\n", model.table.to_string(), model.description));
        }
    }
    Ok(Outcome::Done)
}
