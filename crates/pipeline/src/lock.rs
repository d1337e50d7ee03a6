use crate::{Environment, PipelineError, Project};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};

/// The right to change a lake, held by one process at a time and freed when dropped,
/// also when the process is killed.
#[derive(Debug)]
pub(crate) struct RunLock {
    file: File,
}

impl RunLock {
    /// Takes the lock of the project's lake, or says who holds it. The lock of a lake in an
    /// object store lies in the project's folder: it keeps the runs of one machine apart, and
    /// of two machines the one that publishes second fails.
    pub(crate) fn take(
        project: &Project,
        environment: &Environment,
    ) -> Result<Self, PipelineError> {
        let location = project.lake_location()?;
        let folder = match location.folder() {
            Some(folder) => folder.join("_shelfcast"),
            None => project.folder().join(".shelfcast"),
        };
        let path = folder.join("lock");
        let failed = |action| {
            let path = path.display().to_string();
            move |source| PipelineError::Io { action, path, source }
        };
        std::fs::create_dir_all(&folder).map_err(failed("make the folder of"))?;
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
