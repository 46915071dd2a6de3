//! How long a process has had a processor.

use std::{fs, io, time::Duration};

/// User and system time of all threads that a process has now, from the scheduler's own clock, which
/// counts nanoseconds where `utime` and `stime` count ticks.
///
/// # Errors
///
/// The operating system's, when there is no such process or `/proc` does not tell.
pub(crate) fn time(pid: u32) -> io::Result<Duration> {
    let mut total = Duration::ZERO;
    for thread in fs::read_dir(format!("/proc/{pid}/task"))? {
        let line = fs::read_to_string(thread?.path().join("schedstat"))?;
        let nanoseconds = line.split(' ').next().and_then(|field| field.parse().ok());
        let invalid = || io::Error::other(format!("`{line}` is not a line of schedstat"));
        total += Duration::from_nanos(nanoseconds.ok_or_else(invalid)?);
    }
    Ok(total)
}
