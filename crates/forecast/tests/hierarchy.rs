//! Reconciliation against dense algebra, another implementation and its own promises.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use proptest::prelude::*;
use shelfcast_forecast::hierarchy::{Hierarchy, HierarchyError, MinimumTrace, OUTSIDE};
use std::fs;

/// Which node sums which bottom series: rows are nodes.
fn summing(hierarchy: &Hierarchy) -> Vec<Vec<f64>> {
    let columns: Vec<Vec<f64>> = (0..hierarchy.bottom())
        .map(|at| {
            let mut unit = vec![0.0; hierarchy.bottom()];
            unit[at] = 1.0;
            hierarchy.aggregate(&unit).unwrap()
        })
        .collect();
    (0..hierarchy.nodes()).map(|node| columns.iter().map(|column| column[node]).collect()).collect()
}

/// Solves a small dense system by elimination with pivots.
fn solve(mut matrix: Vec<Vec<f64>>, mut right: Vec<f64>) -> Vec<f64> {
    let n = right.len();
    for column in 0..n {
        let pivot = (column..n)
            .max_by(|a, b| matrix[*a][column].abs().total_cmp(&matrix[*b][column].abs()))
            .unwrap();
        matrix.swap(column, pivot);
        right.swap(column, pivot);
        for row in 0..n {
            if row != column {
                let factor = matrix[row][column] / matrix[column][column];
                let pivot = matrix[column].clone();
                matrix[row].iter_mut().zip(pivot).for_each(|(value, by)| *value -= factor * by);
                right[row] -= factor * right[column];
            }
        }
    }
    (0..n).map(|row| right[row] / matrix[row][row]).collect()
}

/// The weighted least squares bottom with only some series free: (S' W^-1 S)^-1 S' W^-1 y.
fn dense(hierarchy: &Hierarchy, base: &[f64], variances: &[f64], free: &[bool]) -> Vec<f64> {
    let rows = summing(hierarchy);
    let at: Vec<usize> = (0..hierarchy.bottom()).filter(|at| free[*at]).collect();
    let product = |i: usize, j: usize| -> f64 {
        rows.iter().zip(variances).map(|(row, v)| row[i] * row[j] / v).sum()
    };
    let matrix = at.iter().map(|i| at.iter().map(|j| product(*i, *j)).collect()).collect();
    let right = at
        .iter()
        .map(|i| rows.iter().zip(variances).zip(base).map(|((row, v), y)| row[*i] * y / v).sum())
        .collect();
    let mut bottom = vec![0.0; hierarchy.bottom()];
    at.iter().zip(solve(matrix, right)).for_each(|(at, value)| bottom[*at] = value);
    bottom
}

fn loss(hierarchy: &Hierarchy, bottom: &[f64], base: &[f64], variances: &[f64]) -> f64 {
    let values = hierarchy.aggregate(bottom).unwrap();
    values.iter().zip(base).zip(variances).map(|((x, y), v)| (x - y) * (x - y) / v).sum()
}

/// The best of all sets of free series whose solution is not negative.
fn best_subset(hierarchy: &Hierarchy, base: &[f64], variances: &[f64]) -> f64 {
    let n = hierarchy.bottom();
    (0..1_u32 << n)
        .filter_map(|set| {
            let free: Vec<bool> = (0..n).map(|at| set >> at & 1 == 1).collect();
            let bottom = dense(hierarchy, base, variances, &free);
            let allowed = bottom.iter().all(|value| *value >= 0.0);
            allowed.then(|| loss(hierarchy, &bottom, base, variances))
        })
        .min_by(f64::total_cmp)
        .unwrap()
}

/// Up to three levels of any groups, renumbered without gaps.
fn hierarchies() -> impl Strategy<Value = Hierarchy> {
    let level = |bottom: usize| prop::collection::vec(0_u32..5, bottom);
    (2_usize..8).prop_flat_map(move |bottom| {
        prop::collection::vec(level(bottom), 0..4).prop_map(move |levels| {
            let levels: Vec<Vec<u32>> = levels.iter().map(|groups| renumbered(groups)).collect();
            let slices: Vec<&[u32]> = levels.iter().map(Vec::as_slice).collect();
            Hierarchy::new(bottom, &slices).unwrap()
        })
    })
}

/// Groups without gaps; 4 is outside.
fn renumbered(groups: &[u32]) -> Vec<u32> {
    let mut used: Vec<u32> = groups.iter().copied().filter(|group| *group < 4).collect();
    used.sort_unstable();
    used.dedup();
    let number = |group: &u32| used.binary_search(group).map_or(OUTSIDE, |at| at as u32);
    groups.iter().map(number).collect()
}

fn problems() -> impl Strategy<Value = (Hierarchy, Vec<f64>, Vec<f64>)> {
    hierarchies().prop_flat_map(|hierarchy| {
        let nodes = hierarchy.nodes();
        let base = prop::collection::vec(-20.0..60.0_f64, nodes);
        let variances = prop::collection::vec((-3.0..3.0_f64).prop_map(f64::exp), nodes);
        (Just(hierarchy), base, variances)
    })
}

proptest! {
    #[test]
    fn reconciled_values_are_those_of_dense_algebra((hierarchy, base, variances) in problems()) {
        let found = MinimumTrace::new(&hierarchy, &variances).unwrap().reconcile(&base).unwrap();
        let expected = dense(&hierarchy, &base, &variances, &vec![true; hierarchy.bottom()]);
        for (found, expected) in found.iter().zip(hierarchy.aggregate(&expected).unwrap()) {
            prop_assert!((found - expected).abs() < 1e-7, "{} {}", found, expected);
        }
    }

    #[test]
    fn non_negative_values_are_the_best_of_all_subsets((hierarchy, base, variances) in problems()) {
        let reconciler = MinimumTrace::new(&hierarchy, &variances).unwrap();
        let found = reconciler.reconcile_non_negative(&base).unwrap();
        prop_assert!(found.iter().all(|value| *value >= 0.0));
        let best = best_subset(&hierarchy, &base, &variances);
        let own = loss(&hierarchy, &found[..hierarchy.bottom()], &base, &variances);
        prop_assert!((own - best).abs() <= 1e-7 * (1.0 + best), "{} {}", own, best);
    }

    #[test]
    fn coherent_forecasts_stay_and_all_add_up((hierarchy, base, variances) in problems()) {
        let reconciler = MinimumTrace::new(&hierarchy, &variances).unwrap();
        let once = reconciler.reconcile(&base).unwrap();
        prop_assert_eq!(&hierarchy.aggregate(&once[..hierarchy.bottom()]).unwrap(), &once);
        let twice = reconciler.reconcile(&once).unwrap();
        for (once, twice) in once.iter().zip(twice) {
            prop_assert!((once - twice).abs() < 1e-9);
        }
    }
}

#[test]
fn groups_of_infinite_variance_leave_the_bottom_as_it_is() {
    let hierarchy = Hierarchy::new(3, &[&[0, 0, 1], &[0, 0, 0]]).unwrap();
    let infinite = f64::INFINITY;
    let variances = [1.0, 1.0, 1.0, infinite, infinite, infinite];
    let reconciler = MinimumTrace::new(&hierarchy, &variances).unwrap();
    let base = [1.0, 2.0, 4.0, f64::NAN, f64::NAN, f64::NAN];
    assert_eq!(reconciler.reconcile(&base).unwrap(), [1.0, 2.0, 4.0, 3.0, 4.0, 7.0]);
}

#[test]
fn a_certain_total_is_kept_and_a_certain_series_does_not_move() {
    let hierarchy = Hierarchy::new(3, &[&[0, 0, 0]]).unwrap();
    let reconciler = MinimumTrace::new(&hierarchy, &[0.0, 1.0, 3.0, 0.0]).unwrap();
    let values = reconciler.reconcile(&[5.0, 10.0, 10.0, 33.0]).unwrap();
    // The missing 8 go to the others by their variances, 2 and 6.
    for (found, expected) in values.iter().zip([5.0, 12.0, 16.0, 33.0]) {
        assert!((found - expected).abs() < 1e-6, "{values:?}");
    }
}

#[test]
fn what_has_no_meaning_is_refused_with_its_node() {
    let hierarchy = Hierarchy::new(2, &[&[0, 0]]).unwrap();
    assert_eq!(
        MinimumTrace::new(&hierarchy, &[1.0, f64::INFINITY, 1.0]).err(),
        Some(HierarchyError::InvalidVariance { node: 1, found: f64::INFINITY })
    );
    assert!(MinimumTrace::new(&hierarchy, &[1.0, 1.0, f64::NAN]).is_err());
    assert!(MinimumTrace::new(&hierarchy, &[1.0, 1.0]).is_err());
    let reconciler = MinimumTrace::new(&hierarchy, &[1.0; 3]).unwrap();
    assert!(matches!(
        reconciler.reconcile(&[1.0, 1.0, f64::NAN]),
        Err(HierarchyError::InvalidForecast { node: 2, .. })
    ));
}

/// hierarchicalforecast's weighted least squares by variance (tests/golden/reconciliation.py).
#[test]
fn reconciled_values_match_hierarchicalforecast() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/reconciliation.csv");
    let text = fs::read_to_string(path).unwrap();
    let row = |name: &str| -> Vec<f64> {
        let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim_start_matches(',').split(' ').map(|number| number.parse().unwrap()).collect()
    };
    let level = |name: &str| -> Vec<u32> { row(name).iter().map(|group| *group as u32).collect() };
    let levels = ["product", "place", "category", "total"].map(level);
    let slices: Vec<&[u32]> = levels.iter().map(Vec::as_slice).collect();
    let hierarchy = Hierarchy::new(slices[0].len(), &slices).unwrap();
    let reconciler = MinimumTrace::new(&hierarchy, &row("variances")).unwrap();
    let base = row("base");
    // The library lifts base forecasts to 0 before it solves, and solves in single precision.
    let lifted: Vec<f64> = base.iter().map(|value| value.max(0.0)).collect();
    for (own, name, tolerance) in [
        (reconciler.reconcile(&base), "reconciled", 1e-9),
        (reconciler.reconcile_non_negative(&lifted), "non_negative", 1e-6),
    ] {
        for (found, expected) in own.unwrap().iter().zip(row(name)) {
            let allowed = tolerance * f64::max(100.0, expected.abs());
            assert!((found - expected).abs() < allowed, "{name}: {found} {expected}");
        }
    }
    let unbounded = reconciler.reconcile(&lifted).unwrap();
    assert!(unbounded.iter().any(|value| *value < 0.0), "the case tells them apart");
}
