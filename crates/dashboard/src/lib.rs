//! The exchanges of a Tollbar stack, kept in one file of SQLite, and an API to ask for them.
//!
//! Three parts, of which each can be used without the next one:
//!
//! - [`ExchangeStore`] writes events to a file. It is a [`Store`](tollbar_analytics::Store): give it to a
//!   [`Worker`](tollbar_analytics::Worker), which is the sink, so that no request waits for the disk.
//! - [`Query`] reads that file, from the same process or from another one, while it is written: [totals](Query::totals),
//!   [series](Query::series), [top lists](Query::top), [percentiles](Query::percentiles), and the
//!   [exchanges](Query::exchanges) themselves.
//! - [`Api`] is a tower service that answers the same questions over HTTP, with the exchanges as they happen
//!   ([`Tail`]). `/api/v1/openapi.json` describes it.
//!
//! ```
//! use std::time::Duration;
//! use http::{Request, Response};
//! use tollbar_analytics::{AnalyticsLayer, Bounds, Worker};
//! use tollbar_core::Body;
//! use tollbar_dashboard::{
//!     Api, Dimension, ExchangeStore, Filter, Label, Order, Period, Query, QuerySettings, StoreSettings, Tail,
//! };
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("exchanges.sqlite");
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
//! # runtime.block_on(async {
//! let store = ExchangeStore::open(&path, StoreSettings::default())?;
//! let worker = Worker::start("exchange store", Bounds::default(), store)?;
//! let tail = Tail::new();
//! let layer = AnalyticsLayer::new((worker.clone(), tail.clone())).proxy("weather");
//! let stack = layer.layer(service_fn(|_: Request<Body>| async {
//!     Ok::<_, std::convert::Infallible>(Response::new(Body::empty()))
//! }));
//! stack.oneshot(Request::new(Body::empty())).await?;
//! assert!(worker.flush(Duration::from_secs(5)));
//!
//! // Directly: this blocks, and belongs where blocking is allowed.
//! let query = Query::open(&path, QuerySettings::default())?;
//! let mut filter = Filter::new(Period::last(Duration::from_secs(60)));
//! assert_eq!(query.totals(&filter)?.count, 1);
//! let top = query.top(&filter, Dimension::Proxy, Order::Count, 10)?;
//! assert_eq!(top[0].value, Label::Text("weather".into()));
//! filter.only_errors = true;
//! assert!(query.exchanges(&filter, None, 50)?.exchanges.is_empty());
//!
//! // Over HTTP. This one answers only who asks for `localhost`, since it has no token.
//! let api = Api::builder(query).tail(tail).build();
//! let request = Request::get("/api/v1/totals?last=5m").header("host", "localhost");
//! let answer = api.clone().oneshot(request.body(())?).await?;
//! assert_eq!(answer.status(), 200);
//! let request = Request::get("/api/v1/totals?last=5m").header("host", "evil.example");
//! assert_eq!(api.oneshot(request.body(())?).await?.status(), 403);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What can be lost
//!
//! - **The process is killed** (`kill -9`, out of memory): what waits in the worker's queue or is being written. Where
//!   the store keeps up, that is what came in during [`Bounds::gathering`](tollbar_analytics::Bounds::gathering) (5 ms)
//!   and while the last batch was written; where it does not, the queue is full, and that is
//!   [`Bounds::events`](tollbar_analytics::Bounds::events) (8,192). All that was committed is there, and the file is
//!   whole.
//! - **The machine loses its power**: the last transactions too. The file stays whole.
//! - **The process ends in order**: nothing, when [`Worker::flush`](tollbar_analytics::Worker::flush) was called.
//! - **The disk is full**, or the file cannot be written: what comes in meanwhile. It is counted
//!   ([`Worker::dropped`](tollbar_analytics::Worker::dropped)), [`Worker::failing`](tollbar_analytics::Worker::failing)
//!   says why, and it goes on by itself when there is room. Requests notice nothing.
//! - **More comes in than can be written**: what does not fit into the worker's queue, counted likewise.
//!
//! # How it stays quick, and small
//!
//! Every exchange has a row with what can be filtered by, and its line. Beside that, exchanges are counted by minutes,
//! and for longer times by fewer things. Figures of whole minutes come from there, so that the number of exchanges
//! hardly matters; what is left of a period at its ends comes from the exchanges. Both agree to the last one.
//!
//! Exchanges are kept for 7 days after their end, counts for 90, and all together 1 GiB ([`StoreSettings`]). Then the
//! oldest go.
//!
//! # Beware
//!
//! - The file says who did what. It is made readable for its owner alone; copies of it are your affair.
//! - One store writes a file, and no second one. Any number of [`Query`]s read it.
//! - Not on a network file system: the write-ahead log needs shared memory.
//! - Who makes up names makes up groups: above [`StoreSettings::groups`] in a minute and for a proxy they are counted as
//!   [`OTHER`]. Consumers whom a plan has found out have a room of their own. The exchanges themselves keep their names,
//!   so that a list finds what a top list does not name.
//! - A count by [`ended`](Filter::ended) or [`status`](Filter::status), and a top list by these, a client, a key or a
//!   rule read every exchange of the period: about a second for a million. [`QuerySettings::time`] is the bound.
//! - Percentiles are estimates above [`QuerySettings::exact`] exchanges, and say so.

mod api;
mod query;
mod store;
mod tail;
mod time;

pub use self::{
    api::{Api, ApiBuilder, ApiSettings, ResponseFuture, Token, WeakToken},
    query::{
        Dimension, Entry, Figures, Filter, Label, Line, Mark, Order, Page, Percentiles, Period,
        Point, Query, QueryError, QuerySettings, Series,
    },
    store::{ExchangeStore, OTHER, StoreError, StoreSettings},
    tail::Tail,
};
