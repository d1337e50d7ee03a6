use crate::bytes::{Reader, Writer};
use crate::error::{MAXIMUM_SEASON, MAXIMUM_UNITS};
use crate::ets::LONGEST_SEASON;
use crate::{StateError, linear};

/// Neighbouring lags, and seasons that lags lie around.
const NEIGHBOURS: usize = 3;
const YEARS: usize = 2;

/// Lags on either side of a season, at most.
const MOST_AROUND: usize = 2;
const MOST_LAGS: usize = NEIGHBOURS + YEARS * (2 * MOST_AROUND + 1);

/// Seasons that are learnt from: what came before tells of another time.
const SEASONS: usize = 6;

/// Equations that a season's lags need.
const FEWEST_EQUATIONS: usize = 40;

/// Weight, in equations, of no effect against a lag.
const RIDGE: f64 = 1.0;

/// Changes from one period to the next, explained by those just before and those of one and two
/// seasons ago.
///
/// A seasonal autoregression on the differences of logarithms (the autoregressive part of Box and
/// Jenkins 1970), its coefficients found by ridge regression (Hoerl and Kennard 1970). It sees what
/// averages by phase blur: a peak that moves by a week, a season that changes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Autoregression {
    season_length: usize,
    /// By lag, in the order of [`lags`]; the lags that a short history has no room for are left out.
    coefficients: Vec<f64>,
    /// The last changes, newest last, as many as the longest lag.
    changes: Vec<f64>,
    last: f64,
    /// Forecasts stay between these.
    bounds: (f64, f64),
    /// Changes are those of logarithms.
    logarithmic: bool,
}

/// Lags on either side of a season: a peak moves by more of many short periods.
fn around(season_length: usize) -> usize {
    if season_length > LONGEST_SEASON { MOST_AROUND } else { 1 }
}

/// Lags in periods: neighbours, then those around one and two seasons.
fn lags(season_length: usize) -> impl Iterator<Item = usize> {
    let side = around(season_length);
    let around = move |year: usize| year * season_length - side..=year * season_length + side;
    (1..=NEIGHBOURS).chain((1..=YEARS).flat_map(around))
}

/// The longest of the first `count` lags.
fn reach(season_length: usize, count: usize) -> usize {
    lags(season_length).take(count).last().unwrap_or(0)
}

impl Autoregression {
    /// Seasons from this length on keep neighbouring and seasonal lags apart.
    const SHORTEST_SEASON: usize = NEIGHBOURS + 2;

    /// Fits complete values; `None` for a short season, and without room for one season's lags.
    pub(crate) fn fit(values: &[f64], season_length: usize) -> Option<Self> {
        if season_length < Self::SHORTEST_SEASON {
            return None;
        }
        let side = around(season_length);
        let window = SEASONS * season_length + side + 1;
        let used = &values[values.len().saturating_sub(window)..];
        let logarithmic = used.iter().all(|value| *value > 0.0);
        let levels: Vec<f64> = used.iter().map(|value| level(*value, logarithmic)).collect();
        let changes: Vec<f64> = levels.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let years = (1..=YEARS)
            .rev()
            .find(|years| changes.len() >= years * season_length + side + FEWEST_EQUATIONS)?;
        let count = NEIGHBOURS + years * (2 * side + 1);
        let coefficients = regress(&changes, season_length, count)?;
        let lowest = levels.iter().copied().fold(f64::INFINITY, f64::min);
        let highest = levels.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        // Half the lowest and twice the highest of the window, or as far beyond as it is wide.
        let room = if logarithmic { std::f64::consts::LN_2 } else { highest - lowest };
        Some(Self {
            season_length,
            coefficients,
            changes: changes[changes.len() - reach(season_length, count)..].to_vec(),
            last: *levels.last()?,
            bounds: (lowest - room, highest + room),
            logarithmic,
        })
    }

    fn next_change(&self, changes: &[f64]) -> f64 {
        let lags = lags(self.season_length);
        self.coefficients.iter().zip(lags).map(|(c, lag)| c * changes[changes.len() - lag]).sum()
    }

    pub(crate) fn means(&self, horizon: usize) -> Vec<f64> {
        let mut changes = self.changes.clone();
        let mut last = self.last;
        (0..horizon)
            .map(|_| {
                let next = (last + self.next_change(&changes)).clamp(self.bounds.0, self.bounds.1);
                changes.push(next - last);
                last = next;
                if self.logarithmic { libm::exp(next) } else { next }
            })
            .collect()
    }

    pub(crate) fn update(&mut self, value: f64) -> bool {
        if self.logarithmic && value <= 0.0 {
            return false;
        }
        let next = level(value, self.logarithmic);
        self.changes.remove(0);
        self.changes.push(next - self.last);
        self.last = next;
        true
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.count(self.season_length);
        writer.floats(&self.coefficients);
        writer.floats(&self.changes);
        [self.last, self.bounds.0, self.bounds.1].iter().for_each(|value| writer.float(*value));
        writer.byte(u8::from(self.logarithmic));
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, StateError> {
        const LARGEST: f64 = 4.0 * MAXIMUM_UNITS;
        let season_length = reader.count(MAXIMUM_SEASON)?;
        let coefficients = reader.floats_within(MOST_LAGS, 1e6)?;
        let changes = reader.floats_within(YEARS * MAXIMUM_SEASON + MOST_AROUND, LARGEST)?;
        let (last, low, high) =
            (reader.within(LARGEST)?, reader.within(LARGEST)?, reader.within(LARGEST)?);
        let logarithmic = reader.flag()?;
        let is_whole = season_length >= Self::SHORTEST_SEASON
            && changes.len() == reach(season_length, coefficients.len())
            && low <= high
            // Logarithms of demand are small.
            && (!logarithmic || high <= 100.0);
        if !is_whole {
            return Err(StateError::Invalid { field: "autoregression" });
        }
        let bounds = (low, high);
        Ok(Self { season_length, coefficients, changes, last, bounds, logarithmic })
    }
}

fn level(value: f64, logarithmic: bool) -> f64 {
    if logarithmic { libm::log(value) } else { value }
}

/// Ridge regression of each change on its lags.
fn regress(changes: &[f64], season_length: usize, count: usize) -> Option<Vec<f64>> {
    let square = changes.iter().map(|change| change * change).sum::<f64>() / changes.len() as f64;
    if square <= 0.0 {
        return Some(vec![0.0; count]);
    }
    let lags: Vec<usize> = lags(season_length).take(count).collect();
    let mut matrix = [[0.0; MOST_LAGS]; MOST_LAGS];
    let mut right = [0.0; MOST_LAGS];
    for at in reach(season_length, count)..changes.len() {
        for (row, lag) in lags.iter().enumerate() {
            let own = changes[at - lag];
            right[row] += own * changes[at];
            for (entry, other) in matrix[row][..=row].iter_mut().zip(&lags) {
                *entry += own * changes[at - other];
            }
        }
    }
    (0..count).for_each(|row| matrix[row][row] += RIDGE * square);
    linear::solve(&matrix, &right, count, 0.0).map(|solution| solution[..count].to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A wave of growing height whose changes repeat those of a season ago, 1.1 times as large.
    fn growing(length: usize) -> Vec<f64> {
        let mut changes: Vec<f64> =
            (0..52).map(|week| if week % 52 < 26 { 0.01 } else { -0.01 }).collect();
        (52..length).for_each(|week| changes.push(1.1 * changes[week - 52]));
        let mut level = 5.0;
        changes
            .iter()
            .map(|change| {
                level += change;
                libm::exp(level)
            })
            .collect()
    }

    #[test]
    fn a_season_that_grows_goes_on_growing() {
        let values = growing(313 + 26);
        let fitted = Autoregression::fit(&values[..313], 52).unwrap();
        for (found, expected) in fitted.means(26).iter().zip(&values[313..]) {
            assert!((found / expected - 1.0).abs() < 0.02, "{found} {expected}");
        }
    }

    #[test]
    fn an_update_is_the_next_state() {
        let values = growing(320);
        let mut fitted = Autoregression::fit(&values[..310], 52).unwrap();
        let coefficients = fitted.coefficients.clone();
        values[310..].iter().for_each(|value| assert!(fitted.update(*value)));
        let mut later = Autoregression::fit(&values, 52).unwrap();
        later.coefficients = coefficients;
        later.bounds = fitted.bounds;
        assert_eq!(fitted.means(13), later.means(13));
    }

    #[test]
    fn short_histories_and_seasons_have_none() {
        assert!(Autoregression::fit(&growing(52 + 2 + 40), 52).is_none());
        assert!(Autoregression::fit(&growing(52 + 2 + 41), 52).is_some());
        assert!(Autoregression::fit(&growing(200), 4).is_none());
    }

    #[test]
    fn forecasts_stay_near_what_was_seen() {
        let values: Vec<f64> = (0..200).map(|week| libm::exp(0.1 * f64::from(week))).collect();
        let highest = values[199];
        let means = Autoregression::fit(&values, 52).unwrap().means(400);
        assert!(means.iter().all(|mean| *mean <= 2.0 * highest * 1.000_001));
        assert_eq!(Autoregression::fit(&[7.0; 200], 52).unwrap().means(3).len(), 3);
    }
}
