use crate::SourceError;
use regex::{Regex, RegexBuilder};

/// Bytes of a compiled expression at most; a year of months takes a few hundred.
const MAX_PATTERN_BYTES: usize = 1024 * 1024;

/// The regular expression `pattern`, which `setting` declares.
pub(crate) fn compile(setting: &str, pattern: &str) -> Result<Regex, SourceError> {
    RegexBuilder::new(pattern).size_limit(MAX_PATTERN_BYTES).build().map_err(|error| {
        // The library draws the place over several lines; its last one says what is wrong.
        let reason = error.to_string();
        let reason = reason.lines().last().unwrap_or_default();
        SourceError::Pattern {
            setting: setting.to_owned(),
            pattern: pattern.to_owned(),
            reason: reason.trim_start_matches("error: ").to_owned(),
        }
    })
}

/// What the first group of `pattern` matches in `text`: all of the match where
/// there is no group; `None`: no match, or none of the group.
pub(crate) fn first_group<'a>(pattern: &Regex, text: &'a str) -> Option<&'a str> {
    if pattern.captures_len() == 1 {
        return pattern.find(text).map(|found| found.as_str());
    }
    pattern.captures(text)?.get(1).map(|group| group.as_str())
}
