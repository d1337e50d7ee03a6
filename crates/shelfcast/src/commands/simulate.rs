use crate::arguments::{SimulateArguments, Size};
use crate::environment::environment;
use crate::failure::{Outcome, UsageError};
use crate::output::{self, count};
use shelfcast_world::{SampleWorld, World, WorldConfig, WrittenFile};
use std::path::Path;

pub fn run(arguments: &SimulateArguments) -> anyhow::Result<Outcome> {
    let written =
        write(arguments.size, arguments.seed, &arguments.out, arguments.truth.as_deref())?;
    for file in &written {
        output::data(&format!("{}\t{}\n", file.path.display(), file.rows));
    }
    Ok(Outcome::Done)
}

/// Writes the files of a simulated retailer and says which.
pub fn write(
    size: Size,
    seed: u64,
    out: &Path,
    truth: Option<&Path>,
) -> anyhow::Result<Vec<WrittenFile>> {
    if size == Size::Sample {
        if truth.is_some() {
            return Err(UsageError {
                code: "SC-5004",
                message: "a sample has no truth apart from its files".to_owned(),
                hint: Some("use --size shop with --truth".to_owned()),
            }
            .into());
        }
        return Ok(SampleWorld::new(seed).write_csv(out)?);
    }
    let environment = environment("simulate");
    let world = World::new(WorldConfig::shop(seed))?;
    let mut progress = |progress: shelfcast_world::Progress| {
        let step = format!("simulating {}", count(progress.total, "series", "series"));
        (environment.progress)(&step, progress.done, progress.total);
    };
    let written = world.write_csv(out, truth, &mut progress)?;
    Ok(written.feeds.into_iter().chain(written.truth).collect())
}
