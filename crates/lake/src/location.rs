use crate::LakeError;
use crate::durable::DurableFileSystem;
use object_store::ObjectStore;
use object_store::aws::AmazonS3Builder;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use url::Url;

/// Where a lake lies: a folder, or a place in an object store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LakeLocation {
    /// A folder of this machine.
    Folder(PathBuf),
    /// `s3://bucket/prefix`; keys, region and endpoint come from the environment
    /// (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_REGION`, `AWS_ENDPOINT`,
    /// `AWS_ALLOW_HTTP`).
    Bucket(Url),
}

impl LakeLocation {
    /// Reads what a configuration says: a URL, or a path relative to `base`.
    ///
    /// ```ignore
    /// LakeLocation::parse("s3://shop/lake", Path::new("."))?;
    /// ```
    pub fn parse(text: &str, base: &Path) -> Result<Self, LakeError> {
        let Some((scheme, _)) = text.split_once("://") else {
            return Ok(Self::Folder(base.join(text)));
        };
        let refused = |reason: &str| LakeError::Location {
            found: text.to_owned(),
            reason: reason.to_owned(),
        };
        let mut url = Url::parse(text).map_err(|error| refused(&error.to_string()))?;
        match scheme {
            "file" => url.to_file_path().map(Self::Folder).map_err(|()| refused("it is no path")),
            "s3" if url.host_str().is_none_or(str::is_empty) => Err(refused("it names no bucket")),
            "s3" => {
                if !url.path().ends_with('/') {
                    url.set_path(&format!("{}/", url.path()));
                }
                Ok(Self::Bucket(url))
            }
            _ => Err(refused("only s3:// and file:// are known")),
        }
    }

    /// The folder, when it is one.
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::Folder(folder) => Some(folder),
            Self::Bucket(_) => None,
        }
    }

    /// The store that holds it and its root within; a folder must be there.
    pub(crate) fn open(&self) -> Result<(Url, Arc<dyn ObjectStore>), LakeError> {
        match self {
            Self::Folder(folder) => {
                let io = |source| LakeError::Io {
                    action: "open the folder",
                    path: folder.display().to_string(),
                    source,
                };
                let absolute = folder.canonicalize().map_err(io)?;
                let root = Url::from_directory_path(&absolute)
                    .map_err(|()| LakeError::NotALake { location: self.to_string() })?;
                Ok((root, Arc::new(DurableFileSystem::new())))
            }
            Self::Bucket(url) => {
                let store = AmazonS3Builder::from_env().with_url(url.as_str()).build();
                let store = store.map_err(|source| LakeError::Storage {
                    action: "open",
                    path: url.to_string(),
                    source,
                })?;
                Ok((url.clone(), Arc::new(store)))
            }
        }
    }
}

impl fmt::Display for LakeLocation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => folder.display().fmt(formatter),
            Self::Bucket(url) => url.fmt(formatter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_to_the_project_and_urls_stand_for_themselves() {
        let parse = |text| LakeLocation::parse(text, Path::new("/shop"));
        assert_eq!(parse("lake").unwrap(), LakeLocation::Folder("/shop/lake".into()));
        assert_eq!(parse("/data/lake").unwrap(), LakeLocation::Folder("/data/lake".into()));
        assert_eq!(parse("file:///data").unwrap(), LakeLocation::Folder("/data".into()));
        assert_eq!(parse("s3://shop/lake").unwrap().to_string(), "s3://shop/lake/");
        let message = parse("gs://shop/lake").unwrap_err().to_string();
        assert_eq!(
            message,
            "`gs://shop/lake` is no place for a lake: only s3:// and file:// are known"
        );
        assert!(parse("s3:///lake").is_err());
    }
}
