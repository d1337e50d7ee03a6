use crate::config::{CONFIG_FILE, Config};
use crate::{Environment, PipelineError};
use shelfcast_engine::{Session, SessionOptions};
use shelfcast_lake::{Lake, LakeLocation};
use shelfcast_sources::SourceError;
use std::path::{Path, PathBuf};

/// A folder with a configuration and a lake.
#[derive(Debug, Clone)]
pub struct Project {
    folder: PathBuf,
    config: Config,
}

impl Project {
    /// The project in `folder`.
    pub fn open(folder: &Path) -> Result<Self, PipelineError> {
        Ok(Self { folder: folder.to_owned(), config: Config::load(folder)? })
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Its configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// What is wrong with the `nth` of its sources, counted from 0, and where that stands.
    pub(crate) fn source_error(&self, nth: usize, source: SourceError) -> PipelineError {
        let path = self.folder.join(CONFIG_FILE);
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let lines = text.lines().enumerate();
        let mut headers = lines.filter(|(_, line)| line.trim() == "[[sources]]");
        let line = headers.nth(nth).map_or(1, |(index, _)| index + 1);
        PipelineError::Mapping { path: path.display().to_string(), line, source }
    }

    /// Where its lake lies.
    pub fn lake_location(&self) -> Result<LakeLocation, PipelineError> {
        Ok(LakeLocation::parse(&self.config.project.lake, &self.folder)?)
    }

    /// Its lake, made when there is none.
    pub(crate) async fn create_lake(
        &self,
        environment: &Environment,
    ) -> Result<Lake, PipelineError> {
        Ok(Lake::create(&self.lake_location()?, environment.now_millis).await?)
    }

    /// Its lake, which must be there.
    pub(crate) async fn open_lake(&self, environment: &Environment) -> Result<Lake, PipelineError> {
        Ok(Lake::open(&self.lake_location()?, environment.now_millis).await?)
    }

    pub(crate) fn session(&self, lake: Lake) -> Result<Session, PipelineError> {
        let engine = &self.config.engine;
        let available = || std::thread::available_parallelism().map_or(1, usize::from);
        let options = SessionOptions {
            threads: engine.threads.unwrap_or_else(available),
            memory_limit: engine.memory_mib.max(64) << 20,
            spill_folder: None,
        };
        Ok(Session::new(lake, &options)?)
    }
}
