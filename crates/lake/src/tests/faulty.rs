use async_trait::async_trait;
use futures::stream::BoxStream;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, ObjectStoreExt, PutMode, PutMultipartOptions, PutOptions, PutPayload, PutResult,
    RenameOptions, Result,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// The write fails and leaves nothing.
    Refused,
    /// The write succeeds and its answer is lost.
    LostAnswer,
    /// Half of a data file is written, then the write fails.
    Torn,
    /// What must be new replaces what is there.
    Careless,
}

/// A store in memory whose write number `nth` goes wrong.
#[derive(Debug)]
pub(super) struct FaultyStore {
    inner: Arc<InMemory>,
    fault: Fault,
    nth: usize,
    writes: AtomicUsize,
}

impl FaultyStore {
    pub(super) fn new(inner: Arc<InMemory>, fault: Fault, nth: usize) -> Self {
        Self { inner, fault, nth, writes: AtomicUsize::new(0) }
    }

    pub(super) fn has_struck(&self) -> bool {
        self.writes.load(Ordering::SeqCst) >= self.nth
    }
}

impl std::fmt::Display for FaultyStore {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("FaultyStore")
    }
}

fn failure() -> Error {
    Error::Generic { store: "faulty", source: "the network is gone".into() }
}

#[async_trait]
impl ObjectStore for FaultyStore {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        mut options: PutOptions,
    ) -> Result<PutResult> {
        if self.fault == Fault::Careless {
            options.mode = PutMode::Overwrite;
            return self.inner.put_opts(location, payload, options).await;
        }
        if self.writes.fetch_add(1, Ordering::SeqCst) + 1 != self.nth {
            return self.inner.put_opts(location, payload, options).await;
        }
        match self.fault {
            Fault::LostAnswer => {
                self.inner.put_opts(location, payload, options).await?;
            }
            // A commit is one put and is there whole or not at all; other files may be torn.
            Fault::Torn if !matches!(options.mode, PutMode::Create) => {
                let whole: Vec<u8> = payload.iter().flat_map(|part| part.to_vec()).collect();
                let half = whole[..whole.len() / 2].to_vec();
                self.inner.put(location, half.into()).await?;
            }
            _ => {}
        }
        Err(failure())
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.inner.put_multipart_opts(location, options).await
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.inner.get_opts(location, options).await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        self.inner.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.inner.copy_opts(from, to, options).await
    }

    async fn rename_opts(&self, from: &Path, to: &Path, options: RenameOptions) -> Result<()> {
        self.inner.rename_opts(from, to, options).await
    }
}
