//! What the targets for `forecast` do.

use shelfcast_forecast::{
    Calibration, CalibrationBuilder, FittedModel, Level, MethodWeights, MethodWeightsBuilder,
    SeasonalPool, SeasonalPoolBuilder,
};

/// Stored states: the first byte says which kind, the rest is the state without its magic and
/// version, so that most inputs get past them. What is read answers and is written again as it
/// was.
pub fn states(bytes: &[u8]) {
    let Some((kind, rest)) = bytes.split_first() else { return };
    let framed =
        |magic: &[u8; 4], version: u16| [magic.as_slice(), &version.to_le_bytes(), rest].concat();
    match kind % 7 {
        0 => model(&framed(b"SFDM", 2)),
        1 => {
            let bytes = framed(b"SFSP", 2);
            if let Ok(pool) = SeasonalPool::from_bytes(&bytes) {
                assert_eq!(pool.to_bytes(), bytes);
            }
        }
        2 => {
            if let Ok(builder) = SeasonalPoolBuilder::from_bytes(&framed(b"SFSB", 2)) {
                builder.finish();
            }
        }
        3 => {
            let bytes = framed(b"SFCA", 2);
            if let Ok(calibration) = Calibration::from_bytes(&bytes) {
                assert_eq!(calibration.to_bytes(), bytes);
            }
        }
        4 => {
            if let Ok(builder) = CalibrationBuilder::from_bytes(&framed(b"SFCB", 2)) {
                builder.finish();
            }
        }
        5 => {
            let bytes = framed(b"SFMW", 1);
            if let Ok(weights) = MethodWeights::from_bytes(&bytes) {
                assert_eq!(weights.to_bytes(), bytes);
            }
        }
        _ => {
            if let Ok(builder) = MethodWeightsBuilder::from_bytes(&framed(b"SFMB", 1)) {
                builder.finish();
            }
        }
    }
}

fn model(bytes: &[u8]) {
    let Ok(mut model) = FittedModel::from_bytes(bytes) else { return };
    let Ok(level) = Level::new(0.8) else { return };
    if let Ok(forecast) = model.forecast(30, None, &[level]) {
        assert!(forecast.mean.iter().all(|mean| mean.is_finite() && *mean >= 0.0));
    }
    model.sample_paths(5, 2, 3, None);
    model.holdout(None, &[level]);
    model.parameters();
    model.seasonal_indices();
    CalibrationBuilder::new().add(&model);
    model.update(3.0);
}
