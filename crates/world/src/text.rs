//! Values as text, written straight into a buffer.

use shelfcast_retail::Day;

/// Appends a whole number.
#[inline]
pub(crate) fn push_number(buffer: &mut Vec<u8>, number: impl itoa::Integer) {
    buffer.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

/// Appends a number with leading zeros up to `width` digits.
pub(crate) fn push_padded(buffer: &mut Vec<u8>, number: u32, width: usize) {
    let mut digits = itoa::Buffer::new();
    let digits = digits.format(number);
    buffer.extend(std::iter::repeat_n(b'0', width.saturating_sub(digits.len())));
    buffer.extend_from_slice(digits.as_bytes());
}

/// Appends an exact decimal given in hundredths, as short as can be: `7.5`, not `7.50`.
#[inline]
pub(crate) fn push_cents(buffer: &mut Vec<u8>, cents: i64) {
    if cents < 0 {
        buffer.push(b'-');
    }
    let cents = cents.unsigned_abs();
    push_number(buffer, cents / 100);
    let rest = (cents % 100) as u8;
    if rest > 0 {
        buffer.extend_from_slice(&[b'.', b'0' + rest / 10]);
        if !rest.is_multiple_of(10) {
            buffer.push(b'0' + rest % 10);
        }
    }
}

/// Appends an exact decimal given in ten-thousandths.
pub(crate) fn push_parts(buffer: &mut Vec<u8>, parts: u64) {
    push_number(buffer, parts / 10_000);
    let mut rest = parts % 10_000;
    if rest > 0 {
        buffer.push(b'.');
        let mut unit = 1_000;
        while rest > 0 {
            buffer.push(b'0' + (rest / unit) as u8);
            rest %= unit;
            unit /= 10;
        }
    }
}

/// Appends a number below 100 as two digits.
#[inline]
pub(crate) fn push_two(buffer: &mut Vec<u8>, number: u32) {
    buffer.extend_from_slice(&[b'0' + (number / 10) as u8, b'0' + (number % 10) as u8]);
}

/// Appends a day as `2025-12-31`.
pub(crate) fn push_day(buffer: &mut Vec<u8>, day: Day) {
    let (year, month, day) = day.ymd();
    push_padded(buffer, year.unsigned_abs().into(), 4);
    buffer.push(b'-');
    push_two(buffer, u32::from(month.unsigned_abs()));
    buffer.push(b'-');
    push_two(buffer, u32::from(day.unsigned_abs()));
}

/// Appends seconds since midnight as `T09:37:46Z`.
#[inline]
pub(crate) fn push_time(buffer: &mut Vec<u8>, second: u32) {
    buffer.push(b'T');
    push_two(buffer, second / 3_600);
    buffer.push(b':');
    push_two(buffer, second / 60 % 60);
    buffer.push(b':');
    push_two(buffer, second % 60);
    buffer.push(b'Z');
}

/// Appends text, in quotes where it must be (RFC 4180).
pub(crate) fn push_text(buffer: &mut Vec<u8>, text: &str) {
    if !text.contains([',', '"', '\n', '\r']) {
        buffer.extend_from_slice(text.as_bytes());
        return;
    }
    buffer.push(b'"');
    buffer.extend_from_slice(text.replace('"', "\"\"").as_bytes());
    buffer.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use shelfcast_retail::Money;

    fn text(push: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut buffer = Vec::new();
        push(&mut buffer);
        String::from_utf8(buffer).unwrap()
    }

    #[test]
    fn values_read_as_documented() {
        assert_eq!(text(|buffer| push_padded(buffer, 42, 5)), "00042");
        assert_eq!(text(|buffer| push_padded(buffer, 123_456, 5)), "123456");
        assert_eq!(text(|buffer| push_time(buffer, 9 * 3_600 + 37 * 60 + 6)), "T09:37:06Z");
        assert_eq!(text(|buffer| push_text(buffer, "a \"b\", c")), "\"a \"\"b\"\", c\"");
        assert_eq!(text(|buffer| push_day(buffer, "2025-03-09".parse().unwrap())), "2025-03-09");
    }

    proptest! {
        #[test]
        fn decimals_are_those_of_the_retail_crate(amount in -10_000_000_000_i64..10_000_000_000) {
            let money = Money::from_parts(i128::from(amount) * 100);
            prop_assert_eq!(text(|buffer| push_cents(buffer, amount)), money.to_string());
            let parts = amount.unsigned_abs();
            let money = Money::from_parts(i128::from(parts));
            prop_assert_eq!(text(|buffer| push_parts(buffer, parts)), money.to_string());
        }
    }
}
