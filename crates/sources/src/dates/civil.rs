//! Days and times of day, and the texts of ISO 8601 and of clocks that count.

use super::{DAY, SECOND};
use jiff::civil::{Date, DateTime};
use shelfcast_retail::Day;

pub(super) fn utc_microseconds(written: DateTime) -> i64 {
    let time = written.time();
    let seconds =
        i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second());
    i64::from(days_since_epoch(written.date())) * DAY
        + seconds * SECOND
        + i64::from(time.subsec_nanosecond() / 1000)
}

/// Days from the civil date, after Howard Hinnant's `days_from_civil`
/// (<https://howardhinnant.github.io/date_algorithms.html>).
pub(super) fn days_since_epoch(date: Date) -> i32 {
    let month = i32::from(date.month());
    let year = i32::from(date.year()) - i32::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + i32::from(date.day()) - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

pub(super) fn to_day(date: Date) -> Option<Day> {
    (date.year() >= 1).then(|| Day::from_epoch_days(days_since_epoch(date)))
}

/// `YYYY-MM-DD` at the start, and what follows.
pub(super) fn iso_date(text: &[u8]) -> Option<(Date, &[u8])> {
    let (written, rest) = text.split_at_checked(10)?;
    if written[4] != b'-' || written[7] != b'-' {
        return None;
    }
    let year = digits(&written[..4])?;
    let date = Date::new(year, digits(&written[5..7])? as i8, digits(&written[8..])? as i8).ok()?;
    Some((date, rest))
}

/// The Monday of a week of ISO 8601 as `YYYY-Www`, also without the hyphen or the week's zero.
pub(super) fn iso_week(text: &str) -> Option<Date> {
    let (year, week) = text.split_once(['W', 'w'])?;
    let year =
        digits(year.strip_suffix('-').unwrap_or(year).as_bytes()).filter(|_| year.len() > 3)?;
    let week = digits(week.as_bytes()).filter(|_| (1..=2).contains(&week.len()))?;
    let monday = jiff::civil::Weekday::Monday;
    Some(jiff::civil::ISOWeekDate::new(year, week as i8, monday).ok()?.date())
}

/// A date and time of day, with the offset from UTC in seconds if one is written.
pub(super) fn iso_date_time(text: &str) -> Option<(DateTime, Option<i64>)> {
    let (date, rest) = iso_date(text.as_bytes())?;
    if !matches!(rest.first()?, b' ' | b'T' | b't') {
        return None;
    }
    let (hour, rest) = (digits(rest.get(1..3)?)?, rest.get(3..)?);
    let (minute, rest) = after_colon(rest)?;
    let (second, rest) = after_colon(rest).unwrap_or((0, rest));
    let (nanosecond, rest) = fraction(rest)?;
    let offset = offset_seconds(rest)?;
    // A leap second is the last second of its minute.
    let second = if second == 60 { 59 } else { second };
    let time = jiff::civil::Time::new(hour as i8, minute as i8, second as i8, nanosecond).ok()?;
    Some((date.to_datetime(time), offset))
}

fn after_colon(text: &[u8]) -> Option<(i16, &[u8])> {
    match text {
        [b':', tens, ones, rest @ ..] => Some((digits(&[*tens, *ones])?, rest)),
        _ => None,
    }
}

/// Decimals of a second as nanoseconds; more than nine are refused.
fn fraction(text: &[u8]) -> Option<(i32, &[u8])> {
    let Some(text) = text.strip_prefix(b".").or_else(|| text.strip_prefix(b",")) else {
        return Some((0, text));
    };
    let n_digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if !(1..=9).contains(&n_digits) {
        return None;
    }
    let written = text[..n_digits].iter().fold(0, |sum, digit| sum * 10 + i32::from(digit - b'0'));
    Some((written * 10_i32.pow(9 - n_digits as u32), &text[n_digits..]))
}

/// Nothing, `Z`, `UTC`, `+02`, `+0200` or `+02:00`, a blank before it or not; the outer `None` is
/// anything else.
fn offset_seconds(text: &[u8]) -> Option<Option<i64>> {
    let (sign, written) = match text.strip_prefix(b" ").unwrap_or(text) {
        [] => return Some(None),
        b"Z" | b"z" | b"UTC" => return Some(Some(0)),
        [b'+', written @ ..] => (1, written),
        [b'-', written @ ..] => (-1, written),
        _ => return None,
    };
    let (hours, minutes) = match written {
        [a, b] => (digits(&[*a, *b])?, 0),
        [a, b, c, d] | [a, b, b':', c, d] => (digits(&[*a, *b])?, digits(&[*c, *d])?),
        _ => return None,
    };
    (hours < 24 && minutes < 60)
        .then(|| Some(sign * (i64::from(hours) * 3600 + i64::from(minutes) * 60)))
}

fn digits(text: &[u8]) -> Option<i16> {
    text.iter().try_fold(0_i16, |sum, byte| {
        byte.is_ascii_digit().then(|| sum * 10 + i16::from(byte - b'0'))
    })
}

/// A decimal number of units, `scale` digits of which make microseconds.
pub(super) fn epoch_microseconds(text: &str, scale: usize) -> Option<i64> {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(unsigned) => (true, unsigned),
        None => (false, text),
    };
    let (whole, decimals) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    if whole.is_empty() || !(whole.bytes().chain(decimals.bytes()).all(|b| b.is_ascii_digit())) {
        return None;
    }
    let kept = &decimals[..decimals.len().min(scale)];
    let written: i64 = format!("{whole}{kept:0<scale$}").parse().ok()?;
    Some(if negative { -written } else { written })
}

/// Days from 1899-12-30, the zero of workbooks, to 1970-01-01.
const SERIAL_OF_1970: i64 = 25_569;
/// The serial of 9999-12-31.
const LAST_SERIAL: f64 = 2_958_466.0;

/// A workbook's count of days, to the millisecond: more its decimals do not hold.
pub(super) fn serial_microseconds(text: &str) -> Option<i64> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let days: f64 = text.parse().ok().filter(|_| is_number)?;
    if days >= LAST_SERIAL {
        return None;
    }
    let milliseconds = (days * 86_400_000.0).round() as i64;
    Some(milliseconds * 1_000 - SERIAL_OF_1970 * DAY)
}
