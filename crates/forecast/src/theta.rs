//! The Theta method (Assimakopoulos and Nikolopoulos 2000) and its dynamic optimised form (Fiorucci,
//! Pellegrini, Louzada, Petropoulos and Koehler 2016).
//!
//! A forecast is a smoothed level plus `omega = 1 - 1 / theta` times a line. The standard method
//! fixes `theta = 2` and the line of the whole history; the dynamic one estimates theta and
//! refits the line in every period.
//!
//! Given the smoothing weight, both the starting level and omega enter every error linearly.
//! They are found by least squares, so that only the weight is searched, eight at a time.

use crate::StateError;
use crate::bytes::{Reader, Writer};
use crate::decomposition::{is_seasonal, seasonal_indices};
use crate::error::{FitError, MAXIMUM_SEASON, check_values};
use crate::lanes::{LANES, Lanes, smallest, spaced};

/// Searches over the smoothing weight, each around the best of the last.
const ROUNDS: usize = 3;

/// The largest omega: theta 1,000.
const LARGEST_OMEGA: f64 = 0.999;

/// Periods at the start whose errors are not counted: two points fit any line.
const WARM_UP: usize = 3;

/// A Theta model that is not fitted yet.
///
/// ```
/// use shelfcast_forecast::theta::Theta;
/// let values: Vec<f64> = (0..40).map(|t| 50.0 + 2.0 * f64::from(t)).collect();
/// let forecast = Theta::dynamic(1).fit(&values)?.forecast(3);
/// assert!((forecast[2] - 134.0).abs() < 2.0);
/// # Ok::<(), shelfcast_forecast::FitError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theta {
    season_length: usize,
    dynamic: bool,
}

impl Theta {
    /// The standard method: theta is 2, the line is that of the whole history.
    pub fn standard(season_length: usize) -> Self {
        Self { season_length, dynamic: false }
    }

    /// The dynamic optimised method.
    pub fn dynamic(season_length: usize) -> Self {
        Self { season_length, dynamic: true }
    }

    /// The multiplicative indices of the M competitions' Naive 2, the first value's phase first;
    /// `None` where the season does not pass their test.
    pub fn naive2_season(values: &[f64], season_length: usize) -> Option<Vec<f64>> {
        let season = Season::of(values, season_length);
        season.multiplicative.then_some(season.indices)
    }

    /// Estimates the model; a season that passes the test of the M4 benchmarks is divided out
    /// (where all values are positive) or taken off first.
    ///
    /// # Errors
    /// [`FitError::InvalidUnits`] at the first value that is not finite or beyond
    /// [`MAXIMUM_UNITS`](crate::MAXIMUM_UNITS) in size.
    pub fn fit(&self, values: &[f64]) -> Result<FittedTheta, FitError> {
        check_values(values)?;
        let season = Season::of(values, self.season_length);
        Ok(self.fit_with(values, season))
    }

    /// Fits with a season that is known already.
    pub(crate) fn fit_with(&self, values: &[f64], season: Season) -> FittedTheta {
        let adjusted = season.without(values);
        let line = Line::of(&adjusted, self.dynamic);
        let found = search(&adjusted, &line, self.dynamic);
        let n = adjusted.len();
        let level = adjusted.iter().fold(found.level, |l, y| l + found.alpha * (y - l));
        FittedTheta {
            alpha: found.alpha,
            omega: found.omega,
            level,
            start: found.level,
            dynamic: self.dynamic,
            sums: LineSums::of(&adjusted),
            mean_square: found.squares / n.max(1) as f64,
            next: n % season.indices.len().max(1),
            season,
        }
    }
}

/// Seasonal indices to divide by or to take off; none where there is no season.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Season {
    pub(crate) indices: Vec<f64>,
    pub(crate) multiplicative: bool,
}

impl Season {
    pub(crate) fn none() -> Self {
        Self { indices: vec![], multiplicative: false }
    }

    pub(crate) fn of(values: &[f64], season_length: usize) -> Self {
        if !is_seasonal(values, season_length) {
            return Self::none();
        }
        let ratios = if values.iter().all(|value| *value > 0.0) {
            seasonal_indices(values, season_length, true)
                .filter(|indices| indices.iter().all(|index| *index > 0.05))
        } else {
            None
        };
        match ratios {
            Some(indices) => Self { indices, multiplicative: true },
            None => Self {
                indices: seasonal_indices(values, season_length, false).unwrap_or_default(),
                multiplicative: false,
            },
        }
    }

    pub(crate) fn without(&self, values: &[f64]) -> Vec<f64> {
        if self.indices.is_empty() {
            return values.to_vec();
        }
        let cycle = self.indices.iter().cycle();
        let pairs = values.iter().zip(cycle);
        match self.multiplicative {
            true => pairs.map(|(value, index)| value / index).collect(),
            false => pairs.map(|(value, index)| value - index).collect(),
        }
    }

    /// One value without the season, given its phase.
    pub(crate) fn value_without(&self, value: f64, phase: usize) -> f64 {
        match self.indices.get(phase % self.indices.len().max(1)) {
            None => value,
            Some(index) if self.multiplicative => value / index,
            Some(index) => value - index,
        }
    }

    /// One value with the season put back.
    pub(crate) fn with(&self, value: f64, phase: usize) -> f64 {
        match self.indices.get(phase % self.indices.len().max(1)) {
            None => value,
            Some(index) if self.multiplicative => value * index,
            Some(index) => value + index,
        }
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.byte(u8::from(self.multiplicative));
        writer.floats(&self.indices);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, StateError> {
        let multiplicative = reader.flag()?;
        let indices = reader.floats_within(MAXIMUM_SEASON, 1e3 * crate::MAXIMUM_UNITS)?;
        if multiplicative && indices.iter().any(|index| *index < 1e-3) {
            return Err(StateError::Invalid { field: "seasonal indices" });
        }
        Ok(Self { indices, multiplicative })
    }
}

/// Running sums of a least-squares line through the first t values.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct LineSums {
    count: f64,
    mean: f64,
    slope: f64,
}

impl LineSums {
    /// Fiorucci et al. (2016), equations 12 to 14: the slope and mean with one more value.
    fn add(&mut self, value: f64) {
        let t = self.count + 1.0;
        self.slope = if self.count > 0.0 {
            ((t - 2.0) * self.slope + 6.0 * (value - self.mean) / t) / (t + 1.0)
        } else {
            0.0
        };
        self.mean = (self.count * self.mean + value) / t;
        self.count = t;
    }

    fn of(values: &[f64]) -> Self {
        let mut sums = Self::default();
        values.iter().for_each(|value| sums.add(*value));
        sums
    }

    fn intercept(&self) -> f64 {
        self.mean - self.slope * (self.count + 1.0) / 2.0
    }
}

/// The line known before each period: its intercept and slope.
struct Line {
    intercepts: Vec<f64>,
    slopes: Vec<f64>,
}

impl Line {
    fn of(values: &[f64], dynamic: bool) -> Self {
        if !dynamic {
            let whole = LineSums::of(values);
            return Self {
                intercepts: vec![whole.intercept(); values.len()],
                slopes: vec![whole.slope; values.len()],
            };
        }
        let mut line = Self {
            intercepts: Vec::with_capacity(values.len()),
            slopes: Vec::with_capacity(values.len()),
        };
        let mut sums = LineSums::default();
        for value in values {
            line.intercepts.push(if sums.count > 0.0 { sums.intercept() } else { 0.0 });
            line.slopes.push(sums.slope);
            sums.add(*value);
        }
        line
    }
}

/// The best weight with its starting level and omega.
#[derive(Debug, Clone, Copy)]
struct Found {
    alpha: f64,
    omega: f64,
    level: f64,
    squares: f64,
}

fn search(values: &[f64], line: &Line, dynamic: bool) -> Found {
    let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
    let mut best = Found { alpha: 0.1, omega: 0.5, level: mean, squares: 0.0 };
    if values.len() <= WARM_UP {
        return best;
    }
    let (mut low, mut high) = (0.01, 0.99);
    for round in 0..ROUNDS {
        let alphas = spaced(low, high);
        let found = solve(&alphas, values, line, dynamic, mean);
        let lane = smallest(&found.map(|found| found.squares));
        if round == 0 || found[lane].squares < best.squares {
            best = found[lane];
        }
        let step = (high - low) / (LANES - 1) as f64;
        (low, high) = ((best.alpha - step).max(0.01), (best.alpha + step).min(0.99));
    }
    best
}

/// Least squares for starting level and omega at eight weights.
///
/// With weight a and r = 1 - a, period t's forecast is `s_t + r^t level + omega g_t`, where s is
/// smoothing from 0 and `g_t = r^t A + (1 - r^(t+1)) / a B` is the line's part.
fn solve(
    alphas: &Lanes,
    values: &[f64],
    line: &Line,
    dynamic: bool,
    centre: f64,
) -> [Found; LANES] {
    let (mut smoothed, mut power) = ([0.0; LANES], [1.0; LANES]);
    let inverse = alphas.map(|alpha| 1.0 / alpha);
    let (mut pp, mut pg, mut gg) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
    let (mut pe, mut ge, mut ee) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
    for (period, value) in values.iter().enumerate() {
        let (intercept, slope) = (line.intercepts[period], line.slopes[period]);
        // Around the mean, so that large levels lose no digits.
        let value = value - centre;
        let counts = if period >= WARM_UP { 1.0 } else { 0.0 };
        for lane in 0..LANES {
            let next = power[lane] * (1.0 - alphas[lane]);
            let part = power[lane] * intercept + (1.0 - next) * inverse[lane] * slope;
            let error = value - smoothed[lane];
            let p = power[lane] * counts;
            let g = part * counts;
            let e = error * counts;
            pp[lane] += p * p;
            pg[lane] += p * g;
            gg[lane] += g * g;
            pe[lane] += p * e;
            ge[lane] += g * e;
            ee[lane] += e * e;
            smoothed[lane] += alphas[lane] * error;
            power[lane] = next;
        }
    }
    std::array::from_fn(|lane| {
        let determinant = pp[lane] * gg[lane] - pg[lane] * pg[lane];
        let omega = if !dynamic {
            0.5
        } else if determinant > 1e-12 * pp[lane] * gg[lane] {
            ((pp[lane] * ge[lane] - pg[lane] * pe[lane]) / determinant).clamp(0.0, LARGEST_OMEGA)
        } else {
            0.0
        };
        let level = if pp[lane] > 0.0 { (pe[lane] - omega * pg[lane]) / pp[lane] } else { 0.0 };
        let squares = ee[lane] + level * level * pp[lane] + omega * omega * gg[lane]
            - 2.0 * (level * pe[lane] + omega * ge[lane] - level * omega * pg[lane]);
        Found { alpha: alphas[lane], omega, level: level + centre, squares: squares.max(0.0) }
    })
}

/// A Theta model after a history.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedTheta {
    alpha: f64,
    omega: f64,
    level: f64,
    start: f64,
    dynamic: bool,
    sums: LineSums,
    mean_square: f64,
    season: Season,
    next: usize,
}

impl FittedTheta {
    /// Weight of an error in the level.
    pub fn alpha(&self) -> f64 {
        self.alpha
    }

    /// The parameter that the method is named after: 1 is simple smoothing.
    pub fn theta(&self) -> f64 {
        1.0 / (1.0 - self.omega)
    }

    pub(crate) fn one_step_deviation(&self) -> f64 {
        libm::sqrt(self.mean_square)
    }

    /// The level before the first period, the season apart.
    pub fn starting_level(&self) -> f64 {
        self.start
    }

    /// Expected values of the `horizon` periods after the history.
    pub fn forecast(&self, horizon: usize) -> Vec<f64> {
        let (mut sums, mut level) = (self.sums, self.level);
        let rest = 1.0 - self.alpha;
        let mut power = libm::pow(rest, sums.count);
        (0..horizon)
            .map(|step| {
                let part =
                    power * sums.intercept() + (1.0 - power * rest) / self.alpha * sums.slope;
                let expected = level + self.omega * part;
                level += self.alpha * (expected - level);
                if self.dynamic {
                    sums.add(expected);
                }
                power *= rest;
                self.season.with(expected, self.next + step)
            })
            .collect()
    }

    /// Standard deviations of the values around the forecasts, as for simple smoothing.
    pub fn deviations(&self, horizon: usize) -> Vec<f64> {
        let one_step = libm::sqrt(self.mean_square);
        (0..horizon)
            .map(|step| {
                let growth = 1.0 + step as f64 * self.alpha * self.alpha;
                let factor = match self.season.indices.get(self.phase(step)) {
                    Some(index) if self.season.multiplicative => *index,
                    _ => 1.0,
                };
                one_step * factor * libm::sqrt(growth)
            })
            .collect()
    }

    /// Learns one more period, without estimating anything anew.
    pub fn update(&mut self, value: f64) {
        let adjusted = self.season.value_without(value, self.next);
        self.level += self.alpha * (adjusted - self.level);
        self.sums.add(adjusted);
        self.next = self.phase(1);
    }

    fn phase(&self, step: usize) -> usize {
        (self.next + step) % self.season.indices.len().max(1)
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        [self.alpha, self.omega, self.level, self.start].into_iter().for_each(|v| writer.float(v));
        writer.byte(u8::from(self.dynamic));
        [self.sums.count, self.sums.mean, self.sums.slope, self.mean_square]
            .into_iter()
            .for_each(|value| writer.float(value));
        self.season.write(writer);
        writer.count(self.next);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, StateError> {
        const LARGEST: f64 = 1e3 * crate::MAXIMUM_UNITS;
        let (alpha, omega) = (reader.positive(1.0)?, reader.positive(LARGEST_OMEGA)?);
        let (level, start) = (reader.within(LARGEST)?, reader.within(LARGEST)?);
        let dynamic = reader.flag()?;
        let sums = LineSums {
            count: reader.positive(f64::from(u32::MAX))?,
            mean: reader.within(LARGEST)?,
            slope: reader.within(LARGEST)?,
        };
        let mean_square = reader.positive(1e36)?;
        let season = Season::read(reader)?;
        let next = reader.count(season.indices.len().max(1) - 1)?;
        if alpha < 0.01 {
            return Err(StateError::Invalid { field: "theta model" });
        }
        Ok(Self { alpha, omega, level, start, dynamic, sums, mean_square, season, next })
    }
}
