use async_trait::async_trait;
use futures::stream::BoxStream;
use object_store::local::LocalFileSystem;
use object_store::path::Path as StorePath;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, PutMode, PutMultipartOptions, PutOptions, PutPayload, PutResult, RenameOptions,
    Result, UploadPart,
};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// The local file system, with everything that is put on disk when `put` returns.
///
/// The one underneath never syncs: after a power cut a commit could be there and empty. Here
/// the bytes are synced under another name before they get theirs, and a file that must be new
/// (a commit, a publication) is only linked after the folder of the data it speaks of was
/// synced: data, then log, then directory.
#[derive(Debug)]
pub(crate) struct DurableFileSystem {
    inner: LocalFileSystem,
}

impl DurableFileSystem {
    pub(crate) fn new() -> Self {
        Self { inner: LocalFileSystem::new() }
    }
}

impl std::fmt::Display for DurableFileSystem {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("DurableFileSystem")
    }
}

#[async_trait]
impl ObjectStore for DurableFileSystem {
    async fn put_opts(
        &self,
        location: &StorePath,
        payload: PutPayload,
        options: PutOptions,
    ) -> Result<PutResult> {
        let must_be_new = match options.mode {
            PutMode::Create => true,
            PutMode::Overwrite => false,
            PutMode::Update(_) => return self.inner.put_opts(location, payload, options).await,
        };
        let path = self.inner.path_to_filesystem(location)?;
        blocking(move || put(&path, &payload, must_be_new)).await?;
        let metadata = self.inner.get_opts(location, GetOptions::new().with_head(true)).await?.meta;
        Ok(PutResult { e_tag: metadata.e_tag, version: None })
    }

    async fn put_multipart_opts(
        &self,
        location: &StorePath,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        let path = self.inner.path_to_filesystem(location)?;
        let inner = self.inner.put_multipart_opts(location, options).await?;
        Ok(Box::new(DurableUpload { inner, path }))
    }

    async fn get_opts(&self, location: &StorePath, options: GetOptions) -> Result<GetResult> {
        self.inner.get_opts(location, options).await
    }

    async fn get_ranges(
        &self,
        location: &StorePath,
        ranges: &[Range<u64>],
    ) -> Result<Vec<bytes::Bytes>> {
        self.inner.get_ranges(location, ranges).await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<StorePath>>,
    ) -> BoxStream<'static, Result<StorePath>> {
        self.inner.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&StorePath>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&StorePath>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(
        &self,
        from: &StorePath,
        to: &StorePath,
        options: CopyOptions,
    ) -> Result<()> {
        self.inner.copy_opts(from, to, options).await
    }

    async fn rename_opts(
        &self,
        from: &StorePath,
        to: &StorePath,
        options: RenameOptions,
    ) -> Result<()> {
        self.inner.rename_opts(from, to, options).await
    }
}

#[derive(Debug)]
struct DurableUpload {
    inner: Box<dyn MultipartUpload>,
    path: PathBuf,
}

#[async_trait]
impl MultipartUpload for DurableUpload {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        self.inner.put_part(data)
    }

    async fn complete(&mut self) -> Result<PutResult> {
        let result = self.inner.complete().await?;
        let path = self.path.clone();
        blocking(move || sync(&path)).await?;
        Ok(result)
    }

    async fn abort(&mut self) -> Result<()> {
        self.inner.abort().await
    }
}

async fn blocking<F>(work: F) -> Result<()>
where
    F: FnOnce() -> std::io::Result<()> + Send + 'static,
{
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|source| Error::JoinError { source })?.map_err(|source| match source.kind() {
        std::io::ErrorKind::AlreadyExists => {
            Error::AlreadyExists { path: source.to_string(), source: Box::new(source) }
        }
        _ => Error::Generic { store: "the file system", source: Box::new(source) },
    })
}

fn put(path: &Path, payload: &PutPayload, must_be_new: bool) -> std::io::Result<()> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let folder = path.parent().unwrap_or(Path::new("/"));
    make_folder(folder)?;
    // A name that no listing takes for a file of the table, unique among all processes.
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let draft = path.with_extension(format!("{}-{number}.new", std::process::id()));
    let written = write_draft(&draft, payload).and_then(|()| {
        if !must_be_new {
            return std::fs::rename(&draft, path);
        }
        if let Some(above) = folder.parent() {
            sync(above)?;
        }
        std::fs::hard_link(&draft, path)
    });
    if must_be_new || written.is_err() {
        // What is left of a draft does no harm: no reader knows its name.
        let _ = std::fs::remove_file(&draft);
    }
    written?;
    if must_be_new { sync(folder) } else { Ok(()) }
}

fn write_draft(draft: &Path, payload: &PutPayload) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).open(draft)?;
    for part in payload.iter() {
        file.write_all(part)?;
    }
    file.sync_all()
}

/// Makes a folder and those above it, each noted on disk in the one above.
fn make_folder(folder: &Path) -> std::io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(above) = folder.parent() {
        make_folder(above)?;
    }
    match std::fs::create_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
        Ok(()) => folder.parent().map_or(Ok(()), sync),
    }
}

fn sync(path: &Path) -> std::io::Result<()> {
    File::open(path)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use object_store::ObjectStoreExt;

    fn location(folder: &Path, name: &str) -> StorePath {
        StorePath::from_absolute_path(folder.join(name)).unwrap()
    }

    #[tokio::test]
    async fn of_two_that_make_the_same_file_one_fails_and_nothing_is_left_behind() {
        let folder = tempfile::tempdir().unwrap();
        let store = DurableFileSystem::new();
        let path = location(folder.path(), "log/1.json");
        let create = || PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        store.put_opts(&path, "a".into(), create()).await.unwrap();
        let error = store.put_opts(&path, "b".into(), create()).await.unwrap_err();
        assert!(matches!(error, Error::AlreadyExists { .. }), "{error:?}");
        let bytes = store.get(&path).await.unwrap().bytes().await.unwrap();
        assert_eq!(bytes, "a");
        assert_eq!(std::fs::read_dir(folder.path().join("log")).unwrap().count(), 1);
    }

    #[tokio::test]
    async fn files_may_be_replaced_and_written_in_parts() {
        let folder = tempfile::tempdir().unwrap();
        let store = DurableFileSystem::new();
        let path = location(folder.path(), "data.parquet");
        store.put(&path, "first".into()).await.unwrap();
        store.put(&path, "second".into()).await.unwrap();
        assert_eq!(store.get(&path).await.unwrap().bytes().await.unwrap(), "second");
        let mut upload = store.put_multipart(&path).await.unwrap();
        upload.put_part("one ".into()).await.unwrap();
        upload.put_part("two".into()).await.unwrap();
        upload.complete().await.unwrap();
        assert_eq!(store.get(&path).await.unwrap().bytes().await.unwrap(), "one two");
    }
}
