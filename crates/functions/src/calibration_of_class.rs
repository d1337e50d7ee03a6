use crate::columns::{argument, calibration_from};
use arrow::array::{Array, ArrayRef, AsArray, BinaryArray};
use arrow::datatypes::DataType;
use datafusion_common::{Result, exec_datafusion_err};
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};
use shelfcast_forecast::DemandClass;
use std::sync::Arc;

/// `calibration_of_class(calibration, demand_class)`: what series of one demand class need of a
/// calibration that all classes were measured for; smaller, with the same intervals
/// ([`Calibration::of_class`](shelfcast_forecast::Calibration::of_class)).
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct CalibrationOfClass {
    signature: Signature,
}

impl CalibrationOfClass {
    pub(crate) fn new() -> Self {
        Self { signature: Signature::any(2, Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for CalibrationOfClass {
    fn name(&self) -> &str {
        "calibration_of_class"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Binary)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let calibrations = argument(&args, 0, &DataType::Binary)?;
        let calibrations = calibrations.as_binary::<i32>();
        let classes = argument(&args, 1, &DataType::Utf8)?;
        let classes = classes.as_string::<i32>();
        let of_class = |row: usize| -> Result<Option<Vec<u8>>> {
            let known = calibrations.is_valid(row) && classes.is_valid(row);
            let bytes = known.then(|| calibrations.value(row));
            let Some(calibration) = calibration_from(bytes)? else { return Ok(None) };
            Ok(Some(calibration.of_class(class(classes.value(row))?).to_bytes()))
        };
        let found: Vec<Option<Vec<u8>>> =
            (0..args.number_rows).map(of_class).collect::<Result<_>>()?;
        Ok(ColumnarValue::Array(Arc::new(found.into_iter().collect::<BinaryArray>()) as ArrayRef))
    }
}

fn class(text: &str) -> Result<DemandClass> {
    let classes = [
        DemandClass::Smooth,
        DemandClass::Erratic,
        DemandClass::Intermittent,
        DemandClass::Lumpy,
        DemandClass::None,
    ];
    classes.into_iter().find(|class| class.as_str() == text).ok_or_else(|| {
        exec_datafusion_err!(
            "a demand class is smooth, erratic, intermittent, lumpy or none, found `{text}`"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_known_by_their_names() {
        assert_eq!(class("lumpy").unwrap(), DemandClass::Lumpy);
        assert!(class("Lumpy").unwrap_err().to_string().contains("found `Lumpy`"));
    }
}
