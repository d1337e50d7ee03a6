//! The goods a simulated shop chooses from.

mod food;
mod nonfood;

use crate::category::Category;

pub(crate) const N_CATEGORIES: usize = food::FOOD.len() + nonfood::NONFOOD.len();

/// A category by its index. The order of categories is part of what a seed means.
pub(crate) fn category(index: usize) -> &'static Category {
    let index = index % N_CATEGORIES;
    food::FOOD.get(index).unwrap_or_else(|| &nonfood::NONFOOD[index - food::FOOD.len()])
}

/// All categories, by index.
pub(crate) fn categories() -> impl ExactSizeIterator<Item = &'static Category> {
    (0..N_CATEGORIES).map(category)
}

/// The index of the category that shoppers think of next, for each category.
pub(crate) fn companions() -> [usize; N_CATEGORIES] {
    std::array::from_fn(|index| {
        let wanted = category(index).goes_with;
        categories().position(|category| category.name == wanted).unwrap_or(index)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_category_is_complete_and_sane() {
        let names: BTreeSet<_> = categories().map(|category| category.name).collect();
        assert_eq!(names.len(), N_CATEGORIES);
        for category in categories() {
            let name = category.name;
            let week: f64 = category.weekday.iter().sum();
            assert!((week - 7.0).abs() < 1e-9, "{name}: the weekdays sum to {week}");
            assert!(category.margin.0 > 0.0 && category.margin.1 < 1.0, "{name}");
            assert!((0.0..1.0).contains(&category.wave), "{name}");
            assert!(category.order_weekdays.is_sorted(), "{name}");
            assert!(category.order_weekdays.iter().all(|day| *day < 7), "{name}");
            assert!(category.lead_time_days.0 <= category.lead_time_days.1, "{name}");
            let goods: BTreeSet<_> = category.goods.iter().map(|good| (good.0, good.1)).collect();
            assert_eq!(goods.len(), category.goods.len(), "{name}");
            assert!(names.contains(category.goes_with), "{name}: {}", category.goes_with);
        }
    }
}
