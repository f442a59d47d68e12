//! Where bytes lie: a directory under the data folder, or a bucket that speaks S3. One trait.

use anyhow::Context as _;
use kernel::Kernel;
use object_store::{
    ObjectStore, ObjectStoreExt as _, WriteMultipart, aws::AmazonS3Builder, local::LocalFileSystem,
    path::Path,
};
use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, OnceLock},
};
use tokio::io::AsyncReadExt as _;
use uuid::Uuid;

type Stores = Mutex<HashMap<PathBuf, Arc<dyn ObjectStore>>>;
static STORES: OnceLock<Stores> = OnceLock::new();

/// Bytes handed over at a time; S3 takes parts of 5 MiB or more.
const PART: usize = 5 * 1024 * 1024;

/// The key under which a file's bytes lie.
pub(crate) fn key(workspace: Uuid, file: Uuid) -> String {
    format!("{workspace}/{file}")
}

/// The file to which bytes under this key belong, when the key is one of ours.
pub(crate) fn file_of(key: &str) -> Option<Uuid> {
    let (workspace, file) = key.split_once('/')?;
    Uuid::try_parse(workspace).ok()?;
    Uuid::try_parse(file).ok()
}

/// The storage of this process, made at first use. `GUILDHALL_S3_BUCKET` with `…_ENDPOINT`,
/// `…_REGION`, `…_ACCESS_KEY_ID` and `…_SECRET_ACCESS_KEY` chooses S3.
///
/// # Errors
/// When the directory cannot be made or the settings of S3 are incomplete.
pub(crate) fn open(kernel: &Kernel) -> anyhow::Result<Arc<dyn ObjectStore>> {
    let mut stores = STORES
        .get_or_init(Stores::default)
        .lock()
        .map_err(|_| anyhow::anyhow!("the storage table is broken"))?;
    if let Some(known) = stores.get(&kernel.config.data) {
        return Ok(known.clone());
    }
    let made: Arc<dyn ObjectStore> = match setting("BUCKET") {
        Some(bucket) => {
            let mut builder = AmazonS3Builder::new()
                .with_bucket_name(bucket)
                .with_region(setting("REGION").unwrap_or_else(|| "us-east-1".to_owned()))
                .with_access_key_id(
                    setting("ACCESS_KEY_ID").context("GUILDHALL_S3_ACCESS_KEY_ID is missing")?,
                )
                .with_secret_access_key(
                    setting("SECRET_ACCESS_KEY")
                        .context("GUILDHALL_S3_SECRET_ACCESS_KEY is missing")?,
                );
            if let Some(endpoint) = setting("ENDPOINT") {
                let plain =
                    endpoint.starts_with("http://") && !kernel.config.environment.is_production();
                builder = builder.with_endpoint(endpoint).with_allow_http(plain);
            }
            Arc::new(builder.build()?)
        }
        None => {
            let directory = kernel.config.data.join("files");
            std::fs::create_dir_all(&directory).context("the directory of files")?;
            Arc::new(
                LocalFileSystem::new_with_prefix(&directory)?
                    .with_fsync(true)
                    .with_automatic_cleanup(false),
            )
        }
    };
    stores.insert(kernel.config.data.clone(), made.clone());
    Ok(made)
}

fn setting(name: &str) -> Option<String> {
    std::env::var(format!("GUILDHALL_S3_{name}"))
        .ok()
        .filter(|v| !v.trim().is_empty())
}

/// Copies a checked file into the storage; it is durable when this returns.
///
/// # Errors
/// The storage's, or the temporary file's.
pub(crate) async fn put(kernel: &Kernel, key: &str, file: &std::path::Path) -> anyhow::Result<()> {
    let store = open(kernel)?;
    let mut source = tokio::fs::File::open(file).await?;
    let upload = store.put_multipart(&Path::from(key)).await?;
    let mut writer = WriteMultipart::new_with_chunk_size(upload, PART);
    let mut buffer = vec![0_u8; 256 * 1024];
    let copied = loop {
        match source.read(&mut buffer).await {
            Ok(0) => break Ok(()),
            Ok(read) => {
                if let Err(error) = writer.wait_for_capacity(2).await {
                    break Err(error.into());
                }
                writer.write(buffer.get(..read).unwrap_or_default());
            }
            Err(error) => break Err(anyhow::Error::from(error)),
        }
    };
    match copied {
        Ok(()) => {
            writer.finish().await?;
            Ok(())
        }
        Err(error) => {
            writer.abort().await?;
            Err(error)
        }
    }
}

/// Removes bytes; absent ones are no fault.
///
/// # Errors
/// The storage's.
pub(crate) async fn remove(kernel: &Kernel, key: &str) -> anyhow::Result<()> {
    match open(kernel)?.delete(&Path::from(key)).await {
        Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
