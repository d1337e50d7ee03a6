//! Small symmetric positive definite systems.

/// Solves `(matrix + ridge * diagonal(matrix)) x = right` for the leading `count` unknowns by
/// Cholesky's decomposition; `None` where the matrix is not positive definite.
pub(crate) fn solve<const N: usize>(
    matrix: &[[f64; N]; N],
    right: &[f64; N],
    count: usize,
    ridge: f64,
) -> Option<[f64; N]> {
    let mut factor = [[0.0; N]; N];
    for row in 0..count {
        for column in 0..=row {
            let mut sum = matrix[row][column];
            if row == column {
                sum += ridge * matrix[row][row];
            }
            let earlier = factor[row].iter().zip(&factor[column]).take(column);
            sum -= earlier.map(|(left, right)| left * right).sum::<f64>();
            if row == column {
                if sum <= 0.0 || !sum.is_finite() {
                    return None;
                }
                factor[row][row] = libm::sqrt(sum);
            } else {
                factor[row][column] = sum / factor[column][column];
            }
        }
    }
    let mut solution = [0.0; N];
    for row in 0..count {
        let known: f64 = (0..row).map(|inner| factor[row][inner] * solution[inner]).sum();
        solution[row] = (right[row] - known) / factor[row][row];
    }
    for row in (0..count).rev() {
        let known: f64 = (row + 1..count).map(|inner| factor[inner][row] * solution[inner]).sum();
        solution[row] = (solution[row] - known) / factor[row][row];
    }
    Some(solution)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_is_solved() {
        // 4x + 2y = 10 and 2x + 3y = 9 meet at x = 1.5, y = 2.
        let solution = solve(&[[4.0, 2.0], [2.0, 3.0]], &[10.0, 9.0], 2, 0.0).unwrap();
        assert!((solution[0] - 1.5).abs() < 1e-12 && (solution[1] - 2.0).abs() < 1e-12);
        assert_eq!(solve(&[[1.0, 2.0], [2.0, 1.0]], &[1.0, 1.0], 2, 0.0), None);
    }
}
