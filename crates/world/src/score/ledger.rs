use crate::WorldError;
use shelfcast_retail::Day;
use std::collections::BTreeMap;
use std::path::Path;

/// The truth of one product in one place on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DayStock {
    /// Units wanted.
    pub latent: u32,
    /// Units on the shelf at the close.
    pub on_hand: u32,
}

/// The true days of all products and places, as [`crate::World::write`] wrote them.
#[derive(Debug, Clone, Default)]
pub struct TrueDays {
    /// By product and place, days on which anything happened, ascending.
    series: BTreeMap<(String, String), Vec<(Day, DayStock)>>,
}

impl TrueDays {
    /// Adds a day; days of one product and place come in order.
    pub fn push(&mut self, product: &str, place: &str, day: Day, stock: DayStock) {
        let key = (product.to_owned(), place.to_owned());
        self.series.entry(key).or_default().push((day, stock));
    }

    /// The truth of a day; on days between two that are written nothing was wanted and
    /// nothing moved. `None` before the first, and for products that a place does not carry.
    pub fn get(&self, product: &str, place: &str, day: Day) -> Option<DayStock> {
        let days = self.series.get(&(product.to_owned(), place.to_owned()))?;
        let after = days.partition_point(|(known, _)| *known <= day);
        let (known, stock) = days[..after].last()?;
        Some(if *known == day { *stock } else { DayStock { latent: 0, ..*stock } })
    }
}

/// Reads `latent_demand.csv`.
///
/// # Errors
/// When the file cannot be read or is no such file.
pub fn read_days(path: &Path) -> Result<TrueDays, WorldError> {
    let bad =
        |problem: &str| WorldError::NotTruth { path: path.to_owned(), problem: problem.to_owned() };
    let mut reader = csv::Reader::from_path(path)
        .map_err(|source| WorldError::Row { path: path.to_owned(), source })?;
    let headers = reader.headers().map_err(|_| bad("it has no header"))?.clone();
    let column = |name: &str| {
        headers.iter().position(|header| header == name).ok_or_else(|| bad("a column is missing"))
    };
    let [product, place, day, latent, on_hand] = [
        column("product_id")?,
        column("location_id")?,
        column("day")?,
        column("latent")?,
        column("on_hand_close")?,
    ];
    let mut days = TrueDays::default();
    for record in reader.records() {
        let record = record.map_err(|_| bad("a row is broken"))?;
        let field = |index: usize| record.get(index).unwrap_or_default();
        let units = |index| field(index).parse().map_err(|_| bad("units are no number"));
        let stock = DayStock { latent: units(latent)?, on_hand: units(on_hand)? };
        let day = field(day).parse().map_err(|_| bad("a day is none"))?;
        days.push(field(product), field(place), day, stock);
    }
    Ok(days)
}

/// How well stock is known on days of one basis.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LedgerScore {
    /// Days compared.
    pub days: u64,
    /// Days on which the ledger's two bounds are the truth.
    pub exact: u64,
    /// Days on which the truth lies within the bounds.
    pub within: u64,
    absolute_error: f64,
}

impl LedgerScore {
    /// Compares one day: an open upper bound is `None`.
    pub fn add(&mut self, low: f64, high: Option<f64>, on_hand: u32) {
        let truth = f64::from(on_hand);
        let is_below = high.is_none_or(|high| truth <= high);
        self.days += 1;
        self.exact += u64::from(low == truth && high == Some(truth));
        self.within += u64::from(low <= truth && is_below);
        let nearest = truth.max(low).min(high.unwrap_or(f64::INFINITY));
        self.absolute_error += (nearest - truth).abs();
    }

    /// Mean distance of the truth from the bounds, in units.
    pub fn mean_absolute_error(&self) -> f64 {
        self.absolute_error / self.days.max(1) as f64
    }
}

/// How well forecasts and their intervals meet what was truly wanted, sold or not.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct DemandScore {
    /// Points compared.
    pub points: u64,
    /// Points within the interval of 80 %.
    pub within_80: u64,
    /// Points within the interval of 95 %.
    pub within_95: u64,
    absolute_error: f64,
    error: f64,
    latent: f64,
}

impl DemandScore {
    /// Compares one point.
    pub fn add(&mut self, mean: f64, in_80: (f64, f64), in_95: (f64, f64), latent: u32) {
        let truth = f64::from(latent);
        let is_within = |(low, high): (f64, f64)| u64::from(low <= truth && truth <= high);
        self.points += 1;
        self.within_80 += is_within(in_80);
        self.within_95 += is_within(in_95);
        self.absolute_error += (mean - truth).abs();
        self.error += mean - truth;
        self.latent += truth;
    }

    /// Sum of absolute errors over the sum of what was wanted (WAPE); `None` where nothing was.
    pub fn weighted_error(&self) -> Option<f64> {
        (self.latent > 0.0).then(|| self.absolute_error / self.latent)
    }

    /// Sum of errors over the sum of what was wanted: below 0, too little is forecast.
    pub fn bias(&self) -> Option<f64> {
        (self.latent > 0.0).then(|| self.error / self.latent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn between_two_days_nothing_moved() {
        let mut days = TrueDays::default();
        let day = Day::from_epoch_days;
        days.push("P1", "L1", day(3), DayStock { latent: 2, on_hand: 5 });
        days.push("P1", "L1", day(6), DayStock { latent: 1, on_hand: 4 });
        assert_eq!(days.get("P1", "L1", day(2)), None);
        assert_eq!(days.get("P1", "L1", day(3)), Some(DayStock { latent: 2, on_hand: 5 }));
        assert_eq!(days.get("P1", "L1", day(5)), Some(DayStock { latent: 0, on_hand: 5 }));
        assert_eq!(days.get("P1", "L1", day(9)), Some(DayStock { latent: 0, on_hand: 4 }));
        assert_eq!(days.get("P1", "L2", day(9)), None);
    }

    #[test]
    fn bounds_are_measured_by_what_lies_outside_of_them() {
        let mut score = LedgerScore::default();
        score.add(5.0, Some(5.0), 5);
        score.add(2.0, None, 9);
        score.add(2.0, Some(4.0), 7);
        assert_eq!((score.days, score.exact, score.within), (3, 1, 2));
        assert_eq!(score.mean_absolute_error(), 1.0);
    }

    #[test]
    fn forecasts_are_measured_by_what_was_wanted() {
        let mut score = DemandScore::default();
        score.add(2.0, (1.0, 3.0), (0.0, 5.0), 4);
        score.add(3.0, (1.0, 4.0), (0.0, 5.0), 2);
        assert_eq!((score.points, score.within_80, score.within_95), (2, 1, 2));
        assert_eq!(score.weighted_error(), Some(0.5)); // (2 + 1) / 6
        assert_eq!(score.bias(), Some(-1.0 / 6.0));
    }
}
