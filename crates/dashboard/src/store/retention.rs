//! What is too old or too much goes.

use std::time::{Duration, Instant, SystemTime};

use rusqlite::{Connection, ToSql, params};

use super::{
    cube::Cube,
    row::{MINUTE, signed, since_epoch},
    settings::StoreSettings,
};

/// Counts of so many groups are removed in one transaction.
const GROUPS: u32 = 2_000;

/// What a group takes in the file, in bytes, about; most of it for the names.
const GROUP_BYTES: i64 = 130;

/// What an exchange takes in the file at least, in bytes.
const EXCHANGE_BYTES: i64 = 500;

/// After how long it is looked again how much counts take.
const LOOK: Duration = Duration::from_secs(10 * 60);

/// As many minutes as the longest span of a cube.
const HOUR: i64 = 60;

/// Pages that are given back in one transaction.
const PAGES: i64 = 500;

/// Those that were kept first: one that has just ended is the last, however long ago it began.
const FIRST: &str = "SELECT number FROM exchanges ORDER BY number LIMIT ?1";

/// Those that had ended before this moment. Each goes by itself, so that a clock that was wrong for a while keeps none
/// of the others.
pub(super) const ENDED: &str = "SELECT number FROM exchanges WHERE at_us + total_us < ?2
    ORDER BY at_us + total_us, number LIMIT ?1";

/// How much of the file is used.
struct Room {
    pages: i64,
    free: i64,
    page_size: i64,
}

impl Room {
    fn of(connection: &Connection) -> rusqlite::Result<Self> {
        let number = |name| connection.pragma_query_value(None, name, |row| row.get(0));
        Ok(Self {
            pages: number("page_count")?,
            free: number("freelist_count")?,
            page_size: number("page_size")?,
        })
    }

    const fn used(&self) -> i64 {
        self.pages
            .saturating_sub(self.free)
            .saturating_mul(self.page_size)
    }
}

/// How many bytes more are used than may be. Zero or less: none.
fn excess(connection: &Connection, settings: &StoreSettings) -> rusqlite::Result<i64> {
    let used = Room::of(connection)?.used();
    Ok(used.saturating_sub(signed(settings.bytes)))
}

/// Makes room until no more is used than may be, or there is nothing left to remove.
pub(super) fn fit(
    connection: &mut Connection,
    settings: &StoreSettings,
    is_over: impl Fn() -> bool,
) -> rusqlite::Result<()> {
    let mut bytes = excess(connection, settings)?;
    while bytes > 0 && !is_over() && shrink(connection, settings, bytes)? {
        bytes = excess(connection, settings)?;
    }
    Ok(())
}

/// When it is time to see how much the counts take: that looks at all of their pages.
#[derive(Debug, Default)]
pub(super) struct Crowd {
    seen: Option<Instant>,
}

impl Crowd {
    /// Removes the oldest counts when they take more than half of the room, until the time is over. Where they grew
    /// on, they would leave none for the exchanges, which go first.
    fn thin(
        &mut self,
        connection: &mut Connection,
        settings: &StoreSettings,
        is_over: impl Fn() -> bool,
    ) -> rusqlite::Result<()> {
        let half = signed(settings.bytes) / 2;
        let is_due = self.seen.is_none_or(|seen| seen.elapsed() >= LOOK);
        if !is_due || Room::of(connection)?.used() <= half {
            return Ok(());
        }
        let groups = "SELECT count(*) FROM counts";
        let groups: i64 = connection.query_row(groups, [], |row| row.get(0))?;
        let mut spare = groups.saturating_mul(GROUP_BYTES).saturating_sub(half);
        while spare > 0 {
            let removed = remove_oldest_counts(connection)?;
            if removed == 0 || is_over() {
                return Ok(());
            }
            let removed = i64::try_from(removed).unwrap_or(i64::MAX);
            spare = spare.saturating_sub(removed.saturating_mul(GROUP_BYTES));
        }
        self.seen = Some(Instant::now());
        Ok(())
    }
}

/// Removes what is too old and too much, step by step, and gives back what is free, until the time is over.
pub(super) fn tidy(
    connection: &mut Connection,
    settings: &StoreSettings,
    crowd: &mut Crowd,
) -> rusqlite::Result<()> {
    let started = Instant::now();
    let is_over = || started.elapsed() >= settings.tidying;
    let now = SystemTime::now();
    let before = |age| now.checked_sub(age).map_or(i64::MIN, since_epoch);
    let (oldest, oldest_count) = (before(settings.age), before(settings.minutes_age));
    while remove(connection, ENDED, params![settings.step.max(1), oldest])? > 0 {
        if is_over() {
            return Ok(());
        }
    }
    while remove_counts(connection, oldest_count.div_euclid(MINUTE))? > 0 {
        if is_over() {
            return Ok(());
        }
    }
    crowd.thin(connection, settings, is_over)?;
    fit(connection, settings, is_over)?;
    while !is_over() && give_back(connection, settings)? {}
    Ok(())
}

/// Removes the exchanges that were kept first; when there are none, the counts of the oldest minute. Whether there was any.
fn shrink(
    connection: &mut Connection,
    settings: &StoreSettings,
    excess: i64,
) -> rusqlite::Result<bool> {
    // Not more than has to: the newest ones may be among the next.
    let enough = u32::try_from(excess / EXCHANGE_BYTES + 1).unwrap_or(u32::MAX);
    let removed = remove(connection, FIRST, params![settings.step.min(enough).max(1)])?;
    Ok(removed > 0 || remove_oldest_counts(connection)? > 0)
}

/// Removes the counts of the oldest hour.
fn remove_oldest_counts(connection: &mut Connection) -> rusqlite::Result<usize> {
    let oldest = "SELECT min(minute) FROM counts WHERE cube = ?";
    let oldest: Option<i64> = Cube::ALL
        .into_iter()
        .map(|cube| connection.query_row(oldest, [cube.number()], |row| row.get(0)))
        .collect::<rusqlite::Result<Vec<Option<i64>>>>()?
        .into_iter()
        .flatten()
        .min();
    // Whole spans of all cubes.
    let end = |oldest: i64| (oldest.div_euclid(HOUR) + 1) * HOUR;
    oldest.map_or(Ok(0), |oldest| remove_counts(connection, end(oldest)))
}

/// Removes these exchanges.
fn remove(
    connection: &mut Connection,
    numbers: &str,
    values: &[&dyn ToSql],
) -> rusqlite::Result<usize> {
    let transaction = connection.transaction()?;
    let delete = |table| {
        let delete = format!("DELETE FROM {table} WHERE number IN ({numbers})");
        transaction.prepare_cached(&delete)?.execute(values)
    };
    delete("lines")?;
    let removed = delete("exchanges")?;
    transaction.commit()?;
    Ok(removed)
}

/// Removes counts of minutes before this one, at most so many of each cube.
fn remove_counts(connection: &mut Connection, minute: i64) -> rusqlite::Result<usize> {
    const KEY: &str = "cube, minute, proxy, method, subject_kind, subject, plan, consumer, class, outcome, reason, code";
    let oldest = format!(
        "DELETE FROM counts WHERE ({KEY}) IN
        (SELECT {KEY} FROM counts WHERE cube = ?1 AND minute < ?2 ORDER BY minute LIMIT ?3)"
    );
    let transaction = connection.transaction()?;
    let mut removed = 0;
    for cube in Cube::ALL {
        let mut statement = transaction.prepare_cached(&oldest)?;
        removed += statement.execute(params![cube.number(), cube.begin(minute), GROUPS])?;
    }
    transaction.commit()?;
    Ok(removed)
}

/// Gives some free pages back to the file system, when there are more than are kept. Whether there may be more.
fn give_back(connection: &Connection, settings: &StoreSettings) -> rusqlite::Result<bool> {
    let room = Room::of(connection)?;
    let kept = room.pages.saturating_mul(settings.spare.min(100).into()) / 100;
    let spare = room.free.saturating_sub(kept);
    if spare <= 0 {
        return Ok(false);
    }
    let pages = spare.min(PAGES);
    // One page for each step of the statement.
    let mut vacuum = connection.prepare(&format!("PRAGMA incremental_vacuum({pages})"))?;
    let mut rows = vacuum.query([])?;
    while rows.next()?.is_some() {}
    drop(rows);
    Ok(Room::of(connection)?.free < room.free)
}
