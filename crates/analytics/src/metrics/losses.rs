//! What sinks say they have lost.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, RwLock},
};

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric as _},
    metrics::{MetricType, counter::ConstCounter},
};

use super::{read, write};

type Dropped = Box<dyn Fn() -> u64 + Send + Sync>;

/// What sinks say they have lost, asked at each reading. Clones share the sinks.
#[derive(Clone, Default)]
pub(super) struct Losses(Arc<RwLock<BTreeMap<Box<str>, Dropped>>>);

impl Losses {
    pub(super) fn add(&self, sink: Box<str>, dropped: Dropped) {
        write(&self.0).insert(sink, dropped);
    }
}

impl Collector for Losses {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let help = "Events that a sink has lost.";
        let mut encoder =
            encoder.encode_descriptor("sink_dropped", help, None, MetricType::Counter)?;
        for (sink, dropped) in &*read(&self.0) {
            let labels = [("sink", &**sink)];
            let counter = ConstCounter::new(dropped());
            counter.encode(encoder.encode_family(&labels)?)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Losses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(read(&self.0).keys()).finish()
    }
}
