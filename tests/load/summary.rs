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
/// disturbs both. The time that a proxy adds is told for one connection only: with more, calls wait
/// for one another, and the times tell who is the bottleneck.
pub(crate) fn print(text: &str, yardstick: &str, baseline: &str) -> Outcome {
    let lines: Option<Vec<_>> = text.lines().map(Line::parse).collect();
    let lines = lines.ok_or("a line is not one that a drive prints")?;
    let mut sizes: Vec<_> = lines.iter().map(|line| line.connections).collect();
    sizes.sort_unstable();
    sizes.dedup();
    for connections in sizes {
        let of_size = lines
            .iter()
            .filter(|line| line.connections == connections)
            .cloned();
        let rounds = Rounds(of_size.collect());
        let count = rounds.of(baseline, |line| line.p50).len();
        println!("\n{connections} connection(s), {count} round(s), medians");
        println!(
            "{:<14}{:>10}{:>8}{:>10}{:>10}{:>8}{:>10}{:>10}",
            "way", "cpu us", "ratio", "p50 us", "added us", "ratio", "p99 us", "calls/s"
        );
        for name in rounds.names() {
            let is_proxy = name != baseline;
            let added = rounds.added(name, baseline);
            let share = added / rounds.added(yardstick, baseline);
            println!(
                "{name:<14}{:>10.1}{:>8}{:>10.1}{:>10}{:>8}{:>10.1}{:>10.0}",
                median(rounds.of(name, |line| line.processor)),
                shown(is_proxy, rounds.ratio(name, yardstick)),
                median(rounds.of(name, |line| line.p50)),
                shown(is_proxy && connections == 1, added),
                shown(is_proxy && connections == 1, share),
                median(rounds.of(name, |line| line.p99)),
                median(rounds.of(name, |line| line.rate)),
            );
        }
    }
    Ok(())
}

/// All lines with the same number of connections, in the order of the rounds.
struct Rounds(Vec<Line>);

impl Rounds {
    /// The ways that were measured, in their order.
    fn names(&self) -> Vec<&str> {
        let mut names = Vec::new();
        for line in &self.0 {
            if !names.contains(&line.name.as_str()) {
                names.push(&line.name);
            }
        }
        names
    }

    /// One figure of one way, round for round.
    fn of(&self, name: &str, figure: fn(&Line) -> f64) -> Vec<f64> {
        let lines = self.0.iter().filter(|line| line.name == name);
        lines.map(figure).collect()
    }

    /// The processor time of one way, as a multiple of another's.
    fn ratio(&self, name: &str, yardstick: &str) -> f64 {
        let mine = self.of(name, |line| line.processor);
        let its = self.of(yardstick, |line| line.processor);
        median(mine.iter().zip(its).map(|(mine, its)| mine / its).collect())
    }

    /// The time that one way takes longer than the way without a proxy.
    fn added(&self, name: &str, baseline: &str) -> f64 {
        let mine = self.of(name, |line| line.p50);
        let its = self.of(baseline, |line| line.p50);
        median(mine.iter().zip(its).map(|(mine, its)| mine - its).collect())
    }
}

/// A number, or that it would say nothing.
fn shown(says_something: bool, number: f64) -> String {
    match says_something {
        true => format!("{number:.2}"),
        false => "-".to_owned(),
    }
}

/// The middle one; of an even number the upper of the two. NaN when there is none.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
