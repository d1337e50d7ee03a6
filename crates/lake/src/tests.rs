//! The lake under faults: whatever the store does, readers see it as before or as after.

mod faulty;

use crate::{DataFile, Lake, LakeError, Publication, PublicationKind, TableName};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use faulty::{Fault, FaultyStore};
use object_store::ObjectStore;
use object_store::memory::InMemory;
use std::sync::Arc;
use url::Url;

fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![Field::new("units", DataType::Int64, true)]))
}

fn table() -> TableName {
    TableName::new("raw", "sales").unwrap()
}

fn file(name: &str) -> DataFile {
    DataFile { path: format!("{name}.parquet"), size: 10, rows: 1 }
}

async fn lake(store: Arc<dyn ObjectStore>) -> Result<Lake, LakeError> {
    Lake::create_in(Url::parse("memory:///lake/").unwrap(), store, 1_000).await
}

/// Appends one file and publishes it.
async fn ingest(lake: &Lake, name: &str) -> Result<(), LakeError> {
    let published = lake.publication(None).await?;
    let before = published.as_ref().and_then(|publication| publication.version(&table()));
    lake.roll_back(&table(), before).await?;
    let version = lake.append(&table(), &schema(), &[file(name)], &[name.to_owned()]).await?;
    let mut publication =
        Publication::after(published.as_ref(), PublicationKind::Ingest, 1_000, "build", name);
    publication.set(&table(), version);
    lake.publish(&publication).await
}

async fn visible(lake: &Lake) -> Vec<String> {
    let Some(publication) = lake.publication(None).await.unwrap() else { return Vec::new() };
    let Some(version) = publication.version(&table()) else { return Vec::new() };
    let files = lake.snapshot(&table(), version).await.unwrap().files;
    files.into_iter().map(|file| file.path).collect()
}

#[tokio::test]
async fn a_fault_at_any_write_leaves_the_lake_as_before_or_as_after() {
    for fault in [Fault::Refused, Fault::LostAnswer, Fault::Torn] {
        for nth in 1..12 {
            let inner = Arc::new(InMemory::new());
            let healthy = lake(inner.clone()).await.unwrap();
            ingest(&healthy, "first").await.unwrap();
            let store = Arc::new(FaultyStore::new(inner, fault, nth));
            let faulty = lake(store.clone()).await;
            let outcome = match &faulty {
                Ok(faulty) => ingest(faulty, "second").await,
                Err(_) => continue,
            };
            let seen = visible(&healthy).await;
            let both = ["first.parquet", "second.parquet"];
            assert!(seen == both[..1] || seen == both, "{fault:?} {nth}: {seen:?}");
            // Success is told only when it is so.
            assert!(outcome.is_err() || seen == both, "{fault:?} {nth}: {outcome:?}");
            if seen != both {
                ingest(&healthy, "second").await.unwrap();
            }
            assert_eq!(visible(&healthy).await, both, "{fault:?} {nth}");
            if !store.has_struck() {
                break;
            }
        }
    }
}

#[tokio::test]
async fn of_two_that_publish_at_once_one_is_told_to_try_again() {
    let store = Arc::new(InMemory::new());
    let (one, two) = (lake(store.clone()).await.unwrap(), lake(store).await.unwrap());
    let publication =
        |run: &str| Publication::after(None, PublicationKind::Ingest, 1_000, "build", run);
    one.publish(&publication("one")).await.unwrap();
    // The same run may ask twice: its first answer may have been lost.
    one.publish(&publication("one")).await.unwrap();
    let error = two.publish(&publication("two")).await.unwrap_err();
    assert_eq!(error.code(), "SC-2011");
}

#[tokio::test]
async fn a_store_that_replaces_what_must_be_new_is_refused() {
    let store = Arc::new(FaultyStore::new(Arc::new(InMemory::new()), Fault::Careless, 0));
    let error = lake(store).await.unwrap_err();
    assert_eq!(error.code(), "SC-2010");
}

#[tokio::test]
async fn upkeep_keeps_what_publications_see_and_nothing_else() {
    let store = Arc::new(InMemory::new());
    let lake = lake(store.clone()).await.unwrap();
    for name in ["one", "two", "three"] {
        ingest(&lake, name).await.unwrap();
        let path = lake.table_path(&table()).join(file(name).path.as_str());
        object_store::ObjectStoreExt::put(store.as_ref(), &path, "rows".into()).await.unwrap();
    }
    let orphan = lake.table_path(&table()).join("orphan.parquet");
    object_store::ObjectStoreExt::put(store.as_ref(), &orphan, "rows".into()).await.unwrap();
    let published = lake.publication(None).await.unwrap().unwrap();
    let version = lake.compact(&table(), &schema(), &[file("all")]).await.unwrap();
    let mut publication =
        Publication::after(Some(&published), PublicationKind::Maintain, 2_000, "build", "maintain");
    publication.set(&table(), version);
    lake.publish(&publication).await.unwrap();
    let kept = lake.expire(1_500).await.unwrap();
    assert_eq!(kept.iter().map(|it| it.sequence).collect::<Vec<_>>(), [3, 4]);
    let removed = lake.vacuum(&kept).await.unwrap();
    assert_eq!((removed.files, removed.bytes), (1, 4));
    assert_eq!(visible(&lake).await, ["all.parquet"]);
    let kept = lake.expire(3_000).await.unwrap();
    assert_eq!(kept.len(), 1);
    assert_eq!(lake.vacuum(&kept).await.unwrap().files, 3);
}

#[tokio::test]
async fn a_layout_from_the_future_is_refused_and_an_older_one_is_told() {
    let store = Arc::new(InMemory::new());
    let put = async |text: &'static str| {
        let path = object_store::path::Path::from("lake/_shelfcast/format.json");
        object_store::ObjectStoreExt::put(store.as_ref(), &path, text.into()).await.unwrap();
    };
    put("{\"format_version\":99}").await;
    assert_eq!(lake(store.clone()).await.unwrap_err().code(), "SC-2002");
    put("{\"format_version\":1}").await;
    let old = lake(store.clone()).await.unwrap();
    assert!(old.is_old().await.unwrap());
    assert_eq!(old.require_format().await.unwrap_err().code(), "SC-2008");
    old.set_format().await.unwrap();
    old.require_format().await.unwrap();
}
