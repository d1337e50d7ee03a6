use crate::arguments::JsonArguments;
use crate::environment::BUILD_ID;
use crate::failure::Outcome;
use crate::output;
use serde_json::json;

pub fn run(arguments: &JsonArguments) -> anyhow::Result<Outcome> {
    let version = env!("CARGO_PKG_VERSION");
    let text = if arguments.json {
        let lake_format = shelfcast_pipeline::lake::FORMAT_VERSION;
        format!(
            "{}\n",
            json!({"version": version, "build_id": BUILD_ID, "lake_format": lake_format})
        )
    } else {
        format!("shelfcast {version} (build {BUILD_ID})\n")
    };
    output::data(&text);
    Ok(Outcome::Done)
}
