//! Times, and the rows they are reported in.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

/// What was measured of one engine in one case.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Row {
    /// Which case.
    pub case: String,
    /// Which engine, and how it was used.
    pub engine: String,
    /// Nanoseconds for each decision, the median of all rounds; none where nothing was decided.
    pub ns_per_decision: Option<f64>,
    /// Nanoseconds of one round, the median of all.
    pub ns: Option<f64>,
    /// Nanoseconds of the quickest round.
    pub ns_best: Option<f64>,
    /// How many rounds.
    pub rounds: usize,
    /// Decisions in one round.
    pub decisions: usize,
    /// Devices that the engine knew.
    pub devices: usize,
    /// Bytes of memory.
    pub bytes: Option<usize>,
    /// The most that it may be, in the unit of the target.
    pub target: Option<String>,
    /// Whether it is within the target.
    pub met: Option<bool>,
}

impl Row {
    /// An empty row.
    #[must_use]
    pub fn new(case: &str, engine: &str, devices: usize) -> Self {
        Self {
            case: case.to_owned(),
            engine: engine.to_owned(),
            ns_per_decision: None,
            ns: None,
            ns_best: None,
            rounds: 0,
            decisions: 0,
            devices,
            bytes: None,
            target: None,
            met: None,
        }
    }

    /// With the times of rounds that decide so much each.
    #[must_use]
    pub fn timed(mut self, mut times: Vec<f64>, decisions: usize) -> Self {
        times.sort_by(f64::total_cmp);
        let median = times[times.len() / 2];
        self.ns = Some(median);
        self.ns_best = times.first().copied();
        self.rounds = times.len();
        self.decisions = decisions;
        self.ns_per_decision = (decisions > 0).then_some(median / decisions as f64);
        self
    }

    /// Of the quickest round: nanoseconds for a decision, or for the round where nothing is decided.
    #[must_use]
    pub fn best(&self) -> Option<f64> {
        self.ns_best.map(|ns| ns / self.decisions.max(1) as f64)
    }

    /// With a target for a decision, or for a round where nothing is decided.
    #[must_use]
    pub fn within(mut self, words: &str, most: f64) -> Self {
        self.target = Some(words.to_owned());
        self.met = self.ns_per_decision.or(self.ns).map(|ns| ns <= most);
        self
    }

    /// With a target for a round.
    #[must_use]
    pub fn round_within(mut self, words: &str, most: f64) -> Self {
        self.target = Some(words.to_owned());
        self.met = self.ns.map(|ns| ns <= most);
        self
    }
}

/// Runs rounds for about this time after two to warm up, at least three; in each, so many calls are timed together.
/// Gives the nanoseconds of a call, by round.
pub fn rounds(budget: Duration, calls: usize, mut call: impl FnMut()) -> Vec<f64> {
    let mut round = || {
        let begin = Instant::now();
        for _ in 0..calls {
            call();
        }
        begin.elapsed().as_nanos() as f64 / calls as f64
    };
    round();
    round();
    let begin = Instant::now();
    let mut times = Vec::new();
    while times.len() < 3 || (begin.elapsed() < budget && times.len() < 2_000) {
        times.push(round());
    }
    times
}

/// Like [`rounds`] with each part of a round timed alone, so that a busy machine interrupts fewer of the times: the
/// parts' times are sorted, and the quickest ones added up to the quickest round, and so on.
pub fn rounds_of(budget: Duration, parts: usize, mut part: impl FnMut(usize)) -> Vec<f64> {
    let mut by_part: Vec<Vec<f64>> =
        (0..parts).map(|number| rounds(budget / u32::try_from(parts).unwrap_or(1), 1, || part(number))).collect();
    by_part.iter_mut().for_each(|times| times.sort_by(f64::total_cmp));
    let fewest = by_part.iter().map(Vec::len).min().unwrap_or_default();
    // Parts with more rounds give as many of theirs, evenly spaced.
    let at = |times: &[f64], round: usize| times[round * times.len() / fewest];
    (0..fewest).map(|round| by_part.iter().map(|times| at(times, round)).sum()).collect()
}

/// Runs a long round for about this time, at least once and without warming up: the comparison with the oracle went
/// the same way just before. Gives the nanoseconds of each round.
pub fn passes(budget: Duration, mut round: impl FnMut()) -> Vec<f64> {
    let begin = Instant::now();
    let mut times = Vec::new();
    while times.is_empty() || begin.elapsed() < budget {
        let begin = Instant::now();
        round();
        times.push(begin.elapsed().as_nanos() as f64);
    }
    times
}

/// A time for people.
#[must_use]
pub fn time(ns: f64) -> String {
    if ns < 1_000.0 {
        format!("{ns:.1} ns")
    } else if ns < 1e6 {
        format!("{:.2} µs", ns / 1e3)
    } else if ns < 1e9 {
        format!("{:.2} ms", ns / 1e6)
    } else {
        format!("{:.2} s", ns / 1e9)
    }
}

/// An amount of memory for people.
#[must_use]
pub fn size(bytes: usize) -> String {
    if bytes < 10_000_000 { format!("{:.0} kB", bytes as f64 / 1e3) } else { format!("{:.0} MB", bytes as f64 / 1e6) }
}

/// The rows as a table.
#[must_use]
pub fn table(rows: &[Row]) -> String {
    let head = ["case", "engine", "a decision", "at best", "a round", "decisions", "devices", "memory", "target"]
        .map(str::to_owned);
    let mut lines = vec![head];
    for row in rows {
        let met = match row.met {
            Some(true) => "met",
            Some(false) => "MISSED",
            None => "",
        };
        lines.push([
            row.case.clone(),
            row.engine.clone(),
            row.ns_per_decision.map(time).unwrap_or_default(),
            row.best().map(time).unwrap_or_default(),
            row.ns.map(time).unwrap_or_default(),
            if row.decisions == 0 { String::new() } else { row.decisions.to_string() },
            row.devices.to_string(),
            row.bytes.map(size).unwrap_or_default(),
            row.target.as_ref().map(|target| format!("{target}: {met}")).unwrap_or_default(),
        ]);
    }
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..9).map(width).collect();
    let mut text = String::new();
    let mut last = String::new();
    for line in &lines {
        if line[0] != last && !last.is_empty() {
            text.push('\n');
        }
        last.clone_from(&line[0]);
        for (column, cell) in line.iter().enumerate() {
            let blank = " ".repeat(widths[column].saturating_sub(cell.chars().count()));
            // Words to the left, figures to the right.
            text += &if column < 2 || column == 8 { format!("{cell}{blank}  ") } else { format!("{blank}{cell}  ") };
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    text
}
