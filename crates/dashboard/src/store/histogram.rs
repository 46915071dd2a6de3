//! Durations in a fixed number of buckets.

use std::fmt::Write as _;

/// How many buckets there are.
pub(crate) const BUCKETS: usize = 24;

/// The first bucket ends at 2^6 = 64 µs, each of the others at twice of that before it; the last has no end.
const FIRST: u32 = 6;

/// The bucket of so many microseconds.
pub(crate) fn bucket(micros: u64) -> usize {
    // How many bits the number has: 64 µs have seven, and belong to the second bucket.
    let bits = u64::BITS - micros.leading_zeros();
    (bits.saturating_sub(FIRST) as usize).min(BUCKETS - 1)
}

/// Where a bucket begins and ends, in microseconds.
const fn edges(bucket: usize) -> (u64, u64) {
    let end = 1 << (FIRST as usize + bucket);
    match bucket {
        0 => (0, end),
        _ => (end / 2, end),
    }
}

/// Each bucket's column, with `each` before it and `behind` after it, separated by commas.
pub(crate) fn columns(each: impl Fn(usize) -> String) -> String {
    (0..BUCKETS).fold(String::new(), |mut text, bucket| {
        let comma = if bucket == 0 { "" } else { ", " };
        let _ = write!(text, "{comma}{}", each(bucket));
        text
    })
}

/// How many there were in each bucket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Histogram(pub(crate) [u64; BUCKETS]);

impl Histogram {
    pub(crate) fn add(&mut self, micros: u64) {
        if let Some(count) = self.0.get_mut(bucket(micros)) {
            *count += 1;
        }
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        for (count, more) in self.0.iter_mut().zip(other.0) {
            *count += more;
        }
    }

    /// How long so many hundredths took at most, in microseconds, as if the durations of a bucket stood at even
    /// distances. Never outside of what was seen. `None` when there were none.
    pub(crate) fn percentile(&self, hundredths: u8, least: u64, most: u64) -> Option<u64> {
        let count: u64 = self.0.iter().sum();
        let rank = rank(count, hundredths)?;
        let mut before = 0;
        for (bucket, &here) in self.0.iter().enumerate() {
            if before + here > rank {
                let (begin, end) = edges(bucket);
                let end = if bucket == BUCKETS - 1 { most } else { end };
                let width = u128::from(end.saturating_sub(begin));
                let into = width * u128::from(rank - before + 1) / u128::from(here);
                let value = begin.saturating_add(u64::try_from(into).unwrap_or(u64::MAX));
                return Some(value.clamp(least.min(most), most));
            }
            before += here;
        }
        None
    }
}

/// The place of a percentile among so many sorted values, from 0 on: the nearest rank.
pub(crate) fn rank(count: u64, hundredths: u8) -> Option<u64> {
    let above = u128::from(count) * u128::from(hundredths.min(100));
    let rank = u64::try_from(above.div_ceil(100)).unwrap_or(u64::MAX);
    (count > 0).then(|| rank.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::{BUCKETS, Histogram, bucket, edges, rank};

    #[test]
    fn buckets_meet_each_other() {
        assert_eq!((bucket(0), bucket(63), bucket(64)), (0, 0, 1));
        assert_eq!(bucket(u64::MAX), BUCKETS - 1);
        for number in 1..BUCKETS {
            let (begin, end) = edges(number);
            assert_eq!((bucket(begin), bucket(end - 1)), (number, number));
            assert_eq!(begin, edges(number - 1).1);
        }
    }

    #[test]
    fn a_percentile_lies_in_the_right_bucket() {
        let mut histogram = Histogram::default();
        for micros in 1..=10_000 {
            histogram.add(micros);
        }
        let at = |hundredths| histogram.percentile(hundredths, 1, 10_000).unwrap();
        for (hundredths, exact) in [(50, 5_000_u64), (90, 9_000), (99, 9_900)] {
            assert_eq!(bucket(at(hundredths)), bucket(exact), "P{hundredths}");
        }
        assert!((4_900..5_100).contains(&at(50)), "{}", at(50));
        assert!(at(99) <= 10_000);
        assert_eq!(Histogram::default().percentile(50, 0, 0), None);
    }

    #[test]
    fn the_nearest_rank() {
        assert_eq!(
            (rank(0, 50), rank(1, 99), rank(100, 50)),
            (None, Some(0), Some(49))
        );
        assert_eq!((rank(100, 99), rank(100, 100)), (Some(98), Some(99)));
    }
}
