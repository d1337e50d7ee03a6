//! The standard normal distribution, the same on every platform.

use std::f64::consts::{PI, SQRT_2};

/// Φ(z), the probability below `z`.
pub(crate) fn cdf(z: f64) -> f64 {
    0.5 * libm::erfc(-z / SQRT_2)
}

/// The quantile of a probability strictly between 0 and 1.
///
/// Algorithm AS 241 (PPND16), Wichura 1988: relative accuracy about 1e-16.
pub(crate) fn quantile(probability: f64) -> f64 {
    let centred = probability - 0.5;
    if centred.abs() <= 0.425 {
        let r = 0.180625 - centred * centred;
        return centred * ratio(r, &CENTRE);
    }
    let tail = if centred < 0.0 { probability } else { 1.0 - probability };
    let r = libm::sqrt(-libm::log(tail));
    let magnitude = if r <= 5.0 { ratio(r - 1.6, &MIDDLE) } else { ratio(r - 5.0, &FAR) };
    if centred < 0.0 { -magnitude } else { magnitude }
}

/// E[D | D >= least] for normal D: `mean + deviation * hazard`, the Mills-ratio form of Tobit
/// regression.
pub(crate) fn mean_at_least(mean: f64, deviation: f64, least: f64) -> f64 {
    if deviation <= 0.0 {
        return mean.max(least);
    }
    let z = (least - mean) / deviation;
    // Beyond six deviations the hazard is z + 1/z to more digits than matter.
    let hazard = if z > 6.0 {
        z + 1.0 / z
    } else {
        libm::exp(-0.5 * z * z) / libm::sqrt(2.0 * PI) / cdf(-z)
    };
    (mean + deviation * hazard).max(least)
}

type Rational = ([f64; 8], [f64; 8]);

fn ratio(r: f64, (numerator, denominator): &Rational) -> f64 {
    let horner =
        |coefficients: &[f64; 8]| coefficients.iter().rev().fold(0.0, |sum, c| sum * r + c);
    horner(numerator) / horner(denominator)
}

const CENTRE: Rational = (
    [
        3.387_132_872_796_366_6,
        1.331_416_678_917_843_8e2,
        1.971_590_950_306_551_4e3,
        1.373_169_376_550_946e4,
        4.592_195_393_154_987e4,
        6.726_577_092_700_87e4,
        3.343_057_558_358_813e4,
        2.509_080_928_730_122_7e3,
    ],
    [
        1.0,
        4.231_333_070_160_091e1,
        6.871_870_074_920_579e2,
        5.394_196_021_424_751e3,
        2.121_379_430_158_659_7e4,
        3.930_789_580_009_271e4,
        2.872_908_573_572_194_3e4,
        5.226_495_278_852_854e3,
    ],
);

const MIDDLE: Rational = (
    [
        1.423_437_110_749_683_5,
        4.630_337_846_156_546,
        5.769_497_221_460_691,
        3.647_848_324_763_204_5,
        1.270_458_252_452_368_4,
        2.417_807_251_774_506e-1,
        2.272_384_498_926_918_4e-2,
        7.745_450_142_783_414e-4,
    ],
    [
        1.0,
        2.053_191_626_637_759,
        1.676_384_830_183_803_8,
        6.897_673_349_851e-1,
        1.481_039_764_274_800_8e-1,
        1.519_866_656_361_645_7e-2,
        5.475_938_084_995_345e-4,
        1.050_750_071_644_416_9e-9,
    ],
);

const FAR: Rational = (
    [
        6.657_904_643_501_103,
        5.463_784_911_164_114,
        1.784_826_539_917_291_3,
        2.965_605_718_285_048_7e-1,
        2.653_218_952_657_612_4e-2,
        1.242_660_947_388_078_4e-3,
        2.711_555_568_743_487_6e-5,
        2.010_334_399_292_288_1e-7,
    ],
    [
        1.0,
        5.998_322_065_558_88e-1,
        1.369_298_809_227_358e-1,
        1.487_536_129_085_061_5e-2,
        7.868_691_311_456_133e-4,
        1.846_318_317_510_054_8e-5,
        1.421_511_758_316_446e-7,
        2.044_263_103_389_939_8e-15,
    ],
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantile_matches_the_papers_check_values() {
        // AS 241 prints 0.25 -> -0.6744897501960817, 0.001 -> -3.090232306167814,
        // 1e-20 -> -9.262340089798408.
        for (probability, expected) in [
            (0.25, -0.674_489_750_196_081_7),
            (0.001, -3.090_232_306_167_814),
            (1e-20, -9.262_340_089_798_408),
        ] {
            assert!((quantile(probability) - expected).abs() < 1e-14 * expected.abs() * 10.0);
        }
    }

    #[test]
    fn quantile_inverts_the_distribution() {
        for step in 1..1000 {
            let probability = step as f64 / 1000.0;
            assert!((cdf(quantile(probability)) - probability).abs() < 1e-14);
        }
    }

    #[test]
    fn a_censored_mean_is_above_both_mean_and_bound() {
        // For a standard normal, E[D | D >= 0] = sqrt(2/pi) = 0.7978845608.
        assert!((mean_at_least(0.0, 1.0, 0.0) - 0.797_884_560_8).abs() < 1e-10);
        assert_eq!(mean_at_least(5.0, 0.0, 3.0), 5.0);
        assert!(mean_at_least(1.0, 1.0, 50.0) >= 50.0);
    }
}
