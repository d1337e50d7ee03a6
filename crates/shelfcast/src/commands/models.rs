use crate::arguments::ModelsArguments;
use crate::failure::Outcome;
use crate::output;
use serde_json::json;

pub fn run(arguments: &ModelsArguments) -> anyhow::Result<Outcome> {
    for model in shelfcast_pipeline::builtin_models()? {
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
