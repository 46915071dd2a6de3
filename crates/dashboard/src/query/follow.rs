//! What comes in from now on.

use rusqlite::{Connection, params_from_iter, types::Value};

use super::{Filter, Line, QueryError, list::MOST, source::Source};

/// Up to where a store was read, by the order in which exchanges have ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark(i64);

/// The end of what is there.
pub(super) fn end(connection: &Connection) -> Result<Mark, QueryError> {
    let last = "SELECT coalesce(max(number), 0) FROM exchanges";
    Ok(Mark(connection.query_row(last, [], |row| row.get(0))?))
}

/// What has come in behind a mark, in the order in which it did, and the next mark.
pub(super) fn behind(
    connection: &Connection,
    filter: &Filter,
    Mark(mark): Mark,
) -> Result<(Vec<Line>, Mark), QueryError> {
    let end = end(connection)?;
    // All that was there is gone, and numbers have begun anew.
    let mark = if mark > end.0 { 0 } else { mark };
    let mut source = Source::default();
    source.rows(filter, (0, i64::MAX));
    let most = i64::try_from(MOST).unwrap_or(i64::MAX);
    source
        .values
        .extend([mark, end.0, most].map(Value::Integer));
    // By number alone: through the index of a name, all that it ever had would be read for each look.
    let sql = format!(
        "SELECT number, (SELECT line FROM lines WHERE lines.number = exchanges.number)
        FROM exchanges NOT INDEXED WHERE {} AND number > ? AND number <= ? ORDER BY number LIMIT ?",
        source.sql
    );
    let mut statement = connection.prepare(&sql)?;
    let rows = statement.query_map(params_from_iter(source.values), |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, Option<String>>(1)?))
    })?;
    let rows = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    let next = match rows.last() {
        Some((number, _)) if rows.len() == MOST => Mark(*number),
        _ => end,
    };
    let lines = rows.into_iter().filter_map(|(_, line)| Line::new(line?));
    Ok((lines.collect(), next))
}
