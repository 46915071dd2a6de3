//! Which exchanges become spans.

use tollbar_mcp::TraceParent;

/// Which exchanges become spans. Metrics count them all.
///
/// ```
/// use tollbar_otel::Sampling;
///
/// let one_in_ten = Sampling { ratio: 0.1, ..Sampling::default() };
/// assert!(one_in_ten.follows_parent);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sampling {
    /// The share of traces that are kept, from 0 to 1, of those that begin here. Which ones, the trace's id says, so
    /// that all who see a trace and have the same ratio decide alike. Default: 1, all.
    pub ratio: f64,
    /// Whether a trace that comes from elsewhere is kept when, and only when, its sender keeps it. Default: yes. Say
    /// no where strangers may not decide how much is written: then the ratio is for all.
    pub follows_parent: bool,
}

impl Default for Sampling {
    fn default() -> Self {
        Self {
            ratio: 1.0,
            follows_parent: true,
        }
    }
}

impl Sampling {
    pub(crate) fn keeps(&self, trace_id: u128, parent: Option<TraceParent>) -> bool {
        match parent {
            Some(parent) if self.follows_parent => parent.is_sampled(),
            _ => self.has_chance(trace_id),
        }
    }

    /// By the last 63 bits of the id, as the SDKs of OpenTelemetry do it.
    fn has_chance(&self, trace_id: u128) -> bool {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a float that is no number or out of range becomes the nearest bound"
        )]
        let (chance, bound) = (
            trace_id as u64 >> 1,
            (self.ratio.clamp(0.0, 1.0) * (1_u64 << 63) as f64) as u64,
        );
        chance < bound
    }
}

#[cfg(test)]
mod tests {
    use tollbar_mcp::TraceParent;

    use super::Sampling;

    #[test]
    fn a_ratio_keeps_its_share() {
        let kept = |ratio: f64| {
            let sampling = Sampling {
                ratio,
                ..Sampling::default()
            };
            let ids = crate::ids::Ids::new();
            (0..4000)
                .filter(|_| sampling.keeps(ids.trace(), None))
                .count()
        };
        assert_eq!(kept(0.0), 0);
        assert_eq!(kept(f64::NAN), 0);
        assert_eq!(kept(1.0), 4000);
        // Eight standard deviations.
        assert!(kept(0.25).abs_diff(1000) < 220);
    }

    #[test]
    fn a_parent_decides_where_it_may() {
        let none = Sampling {
            ratio: 0.0,
            ..Sampling::default()
        };
        let sampled = TraceParent::new(1, 1, true);
        assert!(none.keeps(1, sampled));
        let own = Sampling {
            follows_parent: false,
            ..none
        };
        assert!(!own.keeps(1, sampled));
        assert!(!Sampling::default().keeps(1, TraceParent::new(1, 1, false)));
    }
}
