//! Questions to a store.

mod dimension;
mod error;
mod figures;
mod filter;
mod follow;
mod list;
mod percentiles;
mod period;
mod pool;
mod series;
mod source;
mod top;

pub use self::{
    dimension::Dimension,
    error::QueryError,
    figures::Figures,
    filter::Filter,
    follow::Mark,
    list::{Line, Page},
    percentiles::Percentiles,
    period::Period,
    series::{Point, Series},
    top::{Entry, Label, Order},
};
pub(crate) use self::{list::MOST as MOST_LISTED, top::MOST as MOST_TOP};

use std::{error::Error, path::Path, sync::Arc, time::Duration};

use rusqlite::params_from_iter;
use tollbar_analytics::ExchangeId;

use self::{
    figures::SUMS,
    list::Cursor,
    pool::Pool,
    source::{Source, Wanted},
};
use crate::{
    StoreError,
    store::{check, look},
};

/// How much questions may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct QuerySettings {
    /// How many are answered at a time. Default 4.
    pub readers: usize,
    /// How long one may take, its wait for others included. Default 10 s.
    pub time: Duration,
    /// How many points a series may have. Default 1,500.
    pub points: usize,
    /// Up to how many exchanges percentiles are exact. Default 20,000.
    pub exact: u64,
    /// How many bytes each reader may keep of the file, and as many for what it sorts; what is more goes into
    /// temporary files. Default 16 MiB.
    pub cache: usize,
}

impl Default for QuerySettings {
    fn default() -> Self {
        Self {
            readers: 4,
            time: Duration::from_secs(10),
            points: 1_500,
            exact: 20_000,
            cache: 16 << 20,
        }
    }
}

/// Asks the file of an [`ExchangeStore`](crate::ExchangeStore), also while that one writes, or from another process.
///
/// Each question sees one state of the file. All methods block: on a runtime, call them where blocking is allowed.
/// Clones share their connections, which cannot write.
///
/// Figures of whole minutes come from the counts of the store, which are kept for longer than the exchanges. What is
/// left of a period at its ends, and what the counts do not know, comes from the exchanges.
#[derive(Clone, Debug)]
pub struct Query(Arc<Pool>);

impl Query {
    /// Opens the file for reading.
    ///
    /// # Errors
    ///
    /// When it is not there, is no file, cannot be read, is another program's, or was made by a newer version of this one.
    pub fn open(path: impl AsRef<Path>, settings: QuerySettings) -> Result<Self, StoreError> {
        let path = path.as_ref();
        let pool = Pool::new(path.into(), settings);
        let failed = |source: Box<dyn Error + Send + Sync>| StoreError::Open {
            path: path.into(),
            source,
        };
        look(path).map_err(|error| failed(error.into()))?;
        let checked = pool.open().and_then(|connection| check(&connection));
        let checked = checked.map_err(|error| failed(error.into()))?;
        checked.map_err(|foreign| foreign.at(path))?;
        Ok(Self(Arc::new(pool)))
    }

    /// What all of them count to.
    ///
    /// # Errors
    ///
    /// As all methods: when it takes too long, or the file cannot be read.
    pub fn totals(&self, filter: &Filter) -> Result<Figures, QueryError> {
        let Source { sql, values } = Source::counts(filter, Wanted::default());
        let sql = format!("SELECT {SUMS} FROM ({sql})");
        self.0.read(|connection| {
            let values = params_from_iter(values);
            Ok(connection.query_row(&sql, values, |row| Figures::of(row, 0))?)
        })
    }

    /// How the figures change with time, in steps of whole minutes. `None` is a step that gives up to 120 points.
    ///
    /// # Errors
    ///
    /// [`QueryError::Points`] when there were too many points.
    pub fn series(&self, filter: &Filter, step: Option<Duration>) -> Result<Series, QueryError> {
        self.0
            .read(|connection| series::series(connection, filter, step, self.0.settings()))
    }

    /// The first of a list, at most 100.
    ///
    /// # Errors
    ///
    /// As all methods.
    pub fn top(
        &self,
        filter: &Filter,
        by: Dimension,
        order: Order,
        most: usize,
    ) -> Result<Vec<Entry>, QueryError> {
        self.0
            .read(|connection| top::top(connection, filter, by, order, most))
    }

    /// How long most of them took.
    ///
    /// # Errors
    ///
    /// As all methods.
    pub fn percentiles(&self, filter: &Filter) -> Result<Percentiles, QueryError> {
        let exact = self.0.settings().exact;
        self.0
            .read(|connection| percentiles::percentiles(connection, filter, exact))
    }

    /// One page, the newest first, at most 500. The next page begins at [`Page::next`], whatever comes in meanwhile.
    ///
    /// # Errors
    ///
    /// [`QueryError::Cursor`] for a cursor that is not one.
    pub fn exchanges(
        &self,
        filter: &Filter,
        cursor: Option<&str>,
        most: usize,
    ) -> Result<Page, QueryError> {
        let cursor = cursor.map(Cursor::parse).transpose()?;
        self.0
            .read(|connection| list::list(connection, filter, cursor, most))
    }

    /// The end of what is there: what [`behind`](Self::behind) it comes is new.
    ///
    /// # Errors
    ///
    /// As all methods.
    pub fn end(&self) -> Result<Mark, QueryError> {
        self.0.read(follow::end)
    }

    /// What has come in behind a mark and fits, whatever the filter's period, at most 500 in the order in which they
    /// have ended; and the next mark.
    ///
    /// # Errors
    ///
    /// As all methods.
    pub fn behind(&self, filter: &Filter, mark: Mark) -> Result<(Vec<Line>, Mark), QueryError> {
        self.0
            .read(|connection| follow::behind(connection, filter, mark))
    }

    /// All lines of one exchange: one, or one for each message of an array. None when it is not kept.
    ///
    /// # Errors
    ///
    /// As all methods.
    pub fn exchange(&self, id: ExchangeId) -> Result<Vec<Line>, QueryError> {
        self.0.read(|connection| list::find(connection, id))
    }
}
