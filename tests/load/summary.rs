//! The medians over all rounds.

use crate::Outcome;

/// The figures of one drive.
#[derive(Clone, Debug)]
struct Line {
    name: String,
    connections: u32,
    p50: f64,
    p99: f64,
    processor: f64,
    rate: f64,
}

impl Line {
    fn parse(line: &str) -> Option<Self> {
        let mut fields = line.split('\t');
        let (name, connections) = (fields.next()?.to_owned(), fields.next()?.parse().ok()?);
        let _calls = fields.next()?;
        let mut number = || fields.next()?.trim().parse().ok();
        Some(Self {
            name,
            connections,
            p50: number()?,
            p99: number()?,
            processor: number()?,
            rate: number()?,
        })
    }
}

/// Prints one table for each number of connections.
///
/// A ratio is taken in each round, between neighbours, and then its median: what disturbs a round
/// disturbs both.
pub(crate) fn print(text: &str, yardstick: &str, baseline: &str) -> Outcome {
    let lines: Option<Vec<_>> = text.lines().map(Line::parse).collect();
    let lines = lines.ok_or("a line is not one that a drive prints")?;
    let mut sizes: Vec<_> = lines.iter().map(|line| line.connections).collect();
    sizes.sort_unstable();
    sizes.dedup();
    for connections in sizes {
        let lines: Vec<_> = lines
            .iter()
            .filter(|line| line.connections == connections)
            .collect();
        let mut names = Vec::new();
        for line in &lines {
            if !names.contains(&line.name.as_str()) {
                names.push(&line.name);
            }
        }
        let of = |name: &str, figure: fn(&Line) -> f64| -> Vec<f64> {
            lines
                .iter()
                .filter(|line| line.name == name)
                .map(|line| figure(line))
                .collect()
        };
        let pairs = |a: &str, b: &str, figure: fn(&Line) -> f64, with: fn(f64, f64) -> f64| {
            of(a, figure)
                .into_iter()
                .zip(of(b, figure))
                .map(|(a, b)| with(a, b))
                .collect()
        };
        println!(
            "\n{connections} connection(s), {} round(s), medians",
            of(baseline, |l| l.p50).len()
        );
        println!(
            "{:<16} {:>10} {:>8} {:>10} {:>10} {:>8} {:>10} {:>10}",
            "way", "cpu us", "ratio", "p50 us", "added us", "ratio", "p99 us", "calls/s"
        );
        let added = |name: &str| median(pairs(name, baseline, |l| l.p50, |a, b| a - b));
        for name in names {
            println!(
                "{name:<16} {:>10.1} {:>8.2} {:>10.1} {:>10.1} {:>8.2} {:>10.1} {:>10.0}",
                median(of(name, |l| l.processor)),
                median(pairs(name, yardstick, |l| l.processor, |a, b| a / b)),
                median(of(name, |l| l.p50)),
                added(name),
                added(name) / added(yardstick),
                median(of(name, |l| l.p99)),
                median(of(name, |l| l.rate)),
            );
        }
    }
    Ok(())
}

/// The middle one; of an even number the upper of the two. NaN when there is none.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
