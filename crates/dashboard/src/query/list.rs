//! One exchange after the other.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use rusqlite::{Connection, params_from_iter, types::Value};
use serde::Serialize;
use serde_json::value::RawValue;
use tollbar_analytics::ExchangeId;

use super::{Filter, QueryError, source::Source};

/// How many a page has at most.
pub(crate) const MOST: usize = 500;

/// An event, as [`Event::to_json`](tollbar_analytics::Event::to_json) has written it.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct Line(Box<RawValue>);

impl Line {
    pub(crate) fn new(line: String) -> Option<Self> {
        RawValue::from_string(line).ok().map(Self)
    }

    /// The JSON.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.get()
    }
}

/// Some exchanges, the newest first.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Page {
    /// Each as its line. Messages of an array have a line each.
    pub exchanges: Vec<Line>,
    /// Where to go on. `None` at the end.
    pub next: Option<String>,
}

/// Behind which exchange a page begins: its moment and its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cursor(i64, i64);

impl Cursor {
    pub(super) fn parse(text: &str) -> Result<Self, QueryError> {
        let bytes = URL_SAFE_NO_PAD
            .decode(text)
            .map_err(|_| QueryError::Cursor)?;
        let bytes = <[u8; 16]>::try_from(bytes).map_err(|_| QueryError::Cursor)?;
        let both = u128::from_be_bytes(bytes);
        Ok(Self(
            ((both >> 64) as u64).cast_signed(),
            (both as u64).cast_signed(),
        ))
    }

    fn text(self) -> String {
        let both = (u128::from(self.0.cast_unsigned()) << 64) | u128::from(self.1.cast_unsigned());
        URL_SAFE_NO_PAD.encode(both.to_be_bytes())
    }
}

pub(super) fn list(
    connection: &Connection,
    filter: &Filter,
    cursor: Option<Cursor>,
    most: usize,
) -> Result<Page, QueryError> {
    let most = most.clamp(1, MOST);
    let mut source = Source::default();
    source.rows(filter, (filter.period.from, filter.period.until));
    if let Some(Cursor(at, number)) = cursor {
        source.sql.push_str(" AND (at_us, number) < (?, ?)");
        source
            .values
            .extend([Value::Integer(at), Value::Integer(number)]);
    }
    // One more than asked for tells whether there is a next page.
    source.values.push(Value::Integer(
        i64::try_from(most).unwrap_or(i64::MAX).saturating_add(1),
    ));
    let sql = format!(
        "SELECT at_us, number, (SELECT line FROM lines WHERE lines.number = exchanges.number) FROM exchanges
        WHERE {} ORDER BY at_us DESC, number DESC LIMIT ?",
        source.sql
    );
    let mut statement = connection.prepare(&sql)?;
    let rows = statement.query_map(params_from_iter(source.values), |row| {
        Ok((
            Cursor(row.get(0)?, row.get(1)?),
            row.get::<_, Option<String>>(2)?,
        ))
    })?;
    let mut rows = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    let has_more = rows.len() > most;
    rows.truncate(most);
    let last = rows.last().map(|(cursor, _)| cursor.text());
    let lines = rows.into_iter().filter_map(|(_, line)| Line::new(line?));
    Ok(Page {
        exchanges: lines.collect(),
        next: last.filter(|_| has_more),
    })
}

/// All lines of one exchange, in the order of its messages.
pub(super) fn find(connection: &Connection, id: ExchangeId) -> Result<Vec<Line>, QueryError> {
    let mut statement = connection.prepare(
        "SELECT line FROM lines WHERE number IN (SELECT number FROM exchanges WHERE id = ?) ORDER BY number LIMIT 1000",
    )?;
    let rows = statement.query_map([id.to_u128().to_be_bytes()], |row| row.get(0))?;
    let lines = rows.collect::<rusqlite::Result<Vec<String>>>()?;
    Ok(lines.into_iter().filter_map(Line::new).collect())
}
