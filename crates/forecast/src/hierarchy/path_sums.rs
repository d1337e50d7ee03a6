use crate::{ForecastError, Quantiles, SamplePaths};
use std::ops::Range;

/// Sums of the sample paths of several series: the distribution of a group's demand.
///
/// Path k of the sum is the sum of every series' path k, so the dependence between series is the
/// one that their paths have. Paths drawn with a seed for each series are independent; paths drawn
/// with one seed for all rise and fall together, as far as they can; [`order_like`] gives them the
/// order of anything measured. Quantiles do not add up, paths do.
///
/// ```
/// use shelfcast_forecast::{fit, hierarchy::PathSums, FitOptions, Frequency, Series};
/// let mut sums = PathSums::new(7, 200);
/// for item in 0..5_u32 {
///     let units: Vec<f64> = (0..140).map(|day| f64::from((day * 31 + item * 7) % 11)).collect();
///     let model = fit(&Series::new(&units, &[], Frequency::Day, 0)?, &FitOptions::new(7))?;
///     sums.add(&model.sample_paths(7, 200, u64::from(item), None));
/// }
/// let week = sums.total_quantiles(0..7, &[0.1, 0.9])?;
/// assert!(week[0] > 100.0 && week[1] < 250.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct PathSums {
    horizon: usize,
    /// Row-major: `values[path * horizon + step]`.
    values: Vec<f64>,
}

impl PathSums {
    /// No demand yet, on `paths` paths of `horizon` periods.
    pub fn new(horizon: usize, paths: usize) -> Self {
        Self { horizon, values: vec![0.0; horizon * paths] }
    }

    /// Adds a series' paths, or another sum's: those and the periods that both have.
    pub fn add(&mut self, paths: &SamplePaths) {
        self.add_rows(paths.iter());
    }

    /// Adds everything that another sum holds.
    pub fn merge(&mut self, other: &Self) {
        self.add_rows(other.values.chunks_exact(other.horizon.max(1)));
    }

    fn add_rows<'a>(&mut self, rows: impl Iterator<Item = &'a [f64]>) {
        for (sum, path) in self.values.chunks_exact_mut(self.horizon.max(1)).zip(rows) {
            sum.iter_mut().zip(path).for_each(|(sum, units)| *sum += units);
        }
    }

    /// Expected demand in each period.
    pub fn means(&self) -> Vec<f64> {
        let paths = self.values.len().checked_div(self.horizon).unwrap_or(0);
        (0..self.horizon)
            .map(|step| self.column(step..step + 1).iter().sum::<f64>() / paths.max(1) as f64)
            .collect()
    }

    /// Quantiles of each period: the smallest sum that a share of at least p of the paths does not
    /// exceed, so whole units stay whole.
    ///
    /// # Errors
    /// [`ForecastError::InvalidProbability`] for one that is not strictly between 0 and 1.
    pub fn quantiles(&self, probabilities: &[f64]) -> Result<Quantiles, ForecastError> {
        let steps =
            (0..self.horizon).map(|step| self.total_quantiles(step..step + 1, probabilities));
        let values: Vec<Vec<f64>> = steps.collect::<Result<_, _>>()?;
        Ok(Quantiles::new(probabilities.to_vec(), values.concat()))
    }

    /// Quantiles of the demand of several periods together, such as those of a lead time.
    ///
    /// # Errors
    /// As [`quantiles`](Self::quantiles).
    pub fn total_quantiles(
        &self,
        periods: Range<usize>,
        probabilities: &[f64],
    ) -> Result<Vec<f64>, ForecastError> {
        if let Some(found) = probabilities.iter().find(|p| !(**p > 0.0 && **p < 1.0)) {
            return Err(ForecastError::InvalidProbability { found: *found });
        }
        let mut totals = self.column(periods);
        totals.sort_unstable_by(f64::total_cmp);
        let rank = |p: &f64| (p * totals.len() as f64 - 1e-9).ceil().max(1.0) as usize - 1;
        Ok(probabilities.iter().map(|p| totals.get(rank(p)).copied().unwrap_or(0.0)).collect())
    }

    fn column(&self, periods: Range<usize>) -> Vec<f64> {
        let periods = periods.start.min(self.horizon)..periods.end.min(self.horizon);
        let rows = self.values.chunks_exact(self.horizon.max(1));
        rows.map(|path| path.get(periods.clone()).map_or(0.0, |units| units.iter().sum())).collect()
    }
}

/// Puts draws into the rank order of a template, such as the errors of past forecasts.
///
/// The draws of several series, each ordered like its own errors of the same dates, then depend on
/// each other as those errors did (the Schaake shuffle: Clark et al. 2004; for sums over a
/// hierarchy Ben Taieb, Taylor and Hyndman 2021, "Hierarchical probabilistic forecasting of
/// electricity demand with smart meter data", JASA 116). Of slices that differ in length the
/// shorter counts. Equal template values keep their order.
///
/// ```
/// use shelfcast_forecast::hierarchy::order_like;
/// let mut draws = [5.0, 1.0, 3.0];
/// order_like(&mut draws, &[0.2, 0.9, -0.4]);
/// assert_eq!(draws, [3.0, 5.0, 1.0]);
/// ```
pub fn order_like(draws: &mut [f64], template: &[f64]) {
    let count = draws.len().min(template.len());
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|left, right| template[*left].total_cmp(&template[*right]));
    let mut sorted = draws[..count].to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    for (place, value) in order.into_iter().zip(sorted) {
        draws[place] = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums_of(rows: &[[f64; 2]]) -> PathSums {
        PathSums { horizon: 2, values: rows.concat() }
    }

    #[test]
    fn totals_are_summed_path_by_path() {
        // Totals by path 3, 7 and 11; the first periods alone 1, 3 and 5.
        let mut sums = sums_of(&[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]);
        assert_eq!(sums.total_quantiles(0..2, &[0.3, 0.5, 0.9]), Ok(vec![3.0, 7.0, 11.0]));
        assert_eq!(sums.quantiles(&[0.5]).unwrap().values(), [3.0, 4.0]);
        sums.merge(&sums_of(&[[10.0, 0.0], [0.0, 0.0], [0.0, 0.0]]));
        assert_eq!(sums.means(), [19.0 / 3.0, 4.0]);
        assert!(sums.quantiles(&[1.0]).is_err());
    }

    #[test]
    fn opposite_order_narrows_a_sum() {
        let mut first = [1.0, 2.0, 3.0, 4.0];
        let mut second = first;
        order_like(&mut first, &[0.1, 0.2, 0.3, 0.4]);
        order_like(&mut second, &[0.4, 0.3, 0.2, 0.1]);
        assert!(first.iter().zip(second).all(|(left, right)| left + right == 5.0));
    }
}
