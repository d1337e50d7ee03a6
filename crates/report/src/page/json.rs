//! JSON inside the page.

use serde::Serialize;

/// JSON that is safe inside a `script` element.
pub(super) fn for_script(value: &impl Serialize) -> String {
    serde_json::to_string(value)
        .expect("the page's own structs have string keys and plain values")
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

/// The same JSON with whole numbers written without `.0`: a fifth shorter where days are many.
pub(super) fn compact(json: &str) -> String {
    let mut short = String::with_capacity(json.len());
    let (mut in_text, mut is_escaped) = (false, false);
    let mut rest = json;
    while let Some(next) = rest.chars().next() {
        let is_number_end =
            |text: &str| !text.starts_with(|next: char| next.is_ascii_digit() || next == 'e');
        match rest.strip_prefix(".0") {
            Some(after) if !in_text && is_number_end(after) => {
                rest = after;
                continue;
            }
            _ => {}
        }
        match next {
            '"' if !is_escaped => in_text = !in_text,
            _ => {}
        }
        is_escaped = next == '\\' && !is_escaped;
        short.push(next);
        rest = &rest[next.len_utf8()..];
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    #[test]
    fn only_whole_numbers_outside_of_text_are_shortened() {
        let long = r#"{"a":[1.0,-20.0,1.05,10.0],"v1.0, \"2.0":"3.0\\","b":0.0}"#;
        let short = r#"{"a":[1,-20,1.05,10],"v1.0, \"2.0":"3.0\\","b":0}"#;
        assert_eq!(compact(long), short);
    }

    #[test]
    fn a_script_cannot_be_closed_from_inside() {
        let text = for_script(&"</script><!--&\u{2028}");
        assert_eq!(text, r#""\u003c/script\u003e\u003c!--\u0026\u2028""#);
        let back: String = serde_json::from_str(&text).unwrap();
        assert_eq!(back, "</script><!--&\u{2028}");
    }

    proptest! {
        #[test]
        fn what_is_compact_reads_back(text in ".*", numbers in prop::collection::vec(-1e6..1e6_f64, 0..9)) {
            let whole: Vec<f64> = numbers.iter().map(|number| number.round()).collect();
            let long = json!({ "text": text, "numbers": numbers, "whole": whole }).to_string();
            let read = |json: &str| serde_json::from_str::<Value>(json).unwrap();
            let (one, other) = (read(&compact(&long)), read(&long));
            prop_assert_eq!(&one["text"], &other["text"]);
            for list in ["numbers", "whole"] {
                let numbers = |value: &Value| -> Vec<f64> {
                    let list = value[list].as_array().unwrap().iter();
                    list.map(|number| number.as_f64().unwrap()).collect()
                };
                prop_assert_eq!(numbers(&one), numbers(&other));
            }
        }
    }
}
