//! Who delivers: what suppliers promise and how they keep it.

use crate::assortment::{N_CATEGORIES, category};
use crate::random::{self, Purpose, Streams};
use crate::{Supplier, WorldConfig};
use fake::Fake;
use fake::faker::name::raw::LastName;
use fake::locales::EN;
use rand::{Rng, RngExt};
use shelfcast_retail::Day;

/// Every supplier; the category it serves decides its habits.
pub(crate) fn suppliers(config: &WorldConfig, streams: Streams) -> Vec<Supplier> {
    (0..config.suppliers).map(|index| supplier(config, streams, index)).collect()
}

fn supplier(config: &WorldConfig, streams: Streams, index: u32) -> Supplier {
    let category = category(index as usize % N_CATEGORIES);
    let mut rng = streams.of(Purpose::Supplier, index, 0);
    let (shortest, longest) = category.lead_time_days;
    let stated = rng.random_range(shortest..=longest);
    // One supplier in four promises more than it keeps, on every order.
    let optimism = if index % 4 == 2 { stated.div_ceil(4) } else { 0 };
    Supplier {
        number: index + 1,
        name: company_name(&mut rng),
        stated_lead_time_days: stated,
        order_weekdays: category.order_weekdays.to_vec(),
        usual_delay_days: optimism,
        late_share: random::between(&mut rng, 0.04, 0.20),
        mean_lateness_days: random::between(&mut rng, 1.3, 1.0 + f64::from(stated) * 0.5),
        early_share: 0.08,
        split_share: random::between(&mut rng, 0.01, 0.06),
        closures: closures(config, category.shelf_life_days.is_none(), &mut rng),
    }
}

fn company_name(rng: &mut impl Rng) -> String {
    let family: String = LastName(EN).fake_with_rng(rng);
    let trade = random::one_of(rng, &["Wholesale", "Trading", "& Sons", "Supply", "Distribution"]);
    format!("{family} {trade}")
}

/// Every supplier rests between Christmas and New Year's Day; one in three of those whose
/// goods keep also closes its works for a fortnight in summer.
fn closures(config: &WorldConfig, goods_keep: bool, rng: &mut impl Rng) -> Vec<(Day, Day)> {
    let summer = goods_keep && random::chance(rng, 1.0 / 3.0);
    let (first_year, last_year) = (config.first_day().ymd().0 - 1, config.last_day.ymd().0 + 1);
    let mut closures = Vec::new();
    for year in first_year..=last_year {
        if summer {
            closures.extend(span((year, 8, rng.random_range(1..=14)), 13));
        }
        closures.extend(span((year, 12, 25), if goods_keep { 7 } else { 1 }));
    }
    closures
}

fn span((year, month, day): (i16, i8, i8), more_days: i32) -> Option<(Day, Day)> {
    let first = Day::from_ymd(year, month, day)?;
    Some((first, first.plus(more_days)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closures_ascend_and_some_suppliers_close_in_summer() {
        let config = WorldConfig { suppliers: 100, ..WorldConfig::shop(3) };
        let mut in_summer = 0;
        for supplier in suppliers(&config, Streams::new(3)) {
            assert!(supplier.closures.is_sorted());
            assert!(supplier.is_closed("2024-12-25".parse().unwrap()));
            in_summer += u32::from(supplier.closures.iter().any(|closure| closure.0.ymd().1 == 8));
        }
        // 10 of 16 categories keep; a third of them, 21 of 100.
        assert!((8..35).contains(&in_summer), "{in_summer}");
    }
}
