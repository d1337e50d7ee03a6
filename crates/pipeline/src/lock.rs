use crate::{Environment, PipelineError};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

/// The right to change a lake, held by one process at a time and freed when dropped,
/// also when the process is killed.
#[derive(Debug)]
pub(crate) struct RunLock {
    file: File,
}

impl RunLock {
    /// Takes the lock of the lake in `folder`, or says who holds it.
    pub(crate) fn take(folder: &Path, environment: &Environment) -> Result<Self, PipelineError> {
        let path = folder.join("_shelfcast").join("lock");
        let failed = |action| {
            let path = path.display().to_string();
            move |source| PipelineError::Io { action, path, source }
        };
        std::fs::create_dir_all(folder.join("_shelfcast")).map_err(failed("make the folder of"))?;
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .map_err(failed("open"))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                file.read_to_string(&mut holder).map_err(failed("read"))?;
                return Err(PipelineError::Locked { holder });
            }
            Err(TryLockError::Error(source)) => return Err(failed("lock")(source)),
        }
        file.set_len(0).map_err(failed("write"))?;
        file.seek(SeekFrom::Start(0)).map_err(failed("write"))?;
        file.write_all(environment.holder.as_bytes()).map_err(failed("write"))?;
        Ok(Self { file })
    }
}

impl Drop for RunLock {
    fn drop(&mut self) {
        // The operating system frees the lock with the file in any case.
        let _ = self.file.unlock();
    }
}
