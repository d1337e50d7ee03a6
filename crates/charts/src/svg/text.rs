//! The embedded font and the space that words take in it.

use std::sync::LazyLock;

use skrifa::charmap::Charmap;
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::{FontRef, MetadataProvider};

/// DejaVu Sans 2.37. It is wider than the usual page fonts, so that words set in a reader's own
/// font still fit where this one does.
pub(crate) const FONT: &[u8] = include_bytes!("../../assets/DejaVuSans.ttf");

/// The font's family with those that stand in for it.
pub(crate) const FAMILY: &str = "DejaVu Sans, Segoe UI, Helvetica Neue, Arial, sans-serif";

struct Face {
    glyphs: Charmap<'static>,
    widths: GlyphMetrics<'static>,
}

static FACE: LazyLock<Face> = LazyLock::new(|| {
    let font = FontRef::new(FONT).expect("the embedded font is a valid font file");
    Face {
        glyphs: font.charmap(),
        widths: font.glyph_metrics(Size::new(1.0), LocationRef::default()),
    }
});

/// The width of a text in pixels at a font size in pixels.
///
/// A sign that the font lacks is taken to be as wide as it is high.
pub(crate) fn width(text: &str, size: f64) -> f64 {
    let face = &*FACE;
    let advance = |sign: char| {
        let glyph = face.glyphs.map(sign)?;
        face.widths.advance_width(glyph)
    };
    let total: f64 = text.chars().map(|sign| advance(sign).map_or(1.0, f64::from)).sum();
    total * size
}

/// The text, cut short with an ellipsis if it is wider than `room` pixels.
pub(crate) fn fit(text: &str, size: f64, room: f64) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let room = room - width("…", size);
    let mut short = String::new();
    let mut used = 0.0;
    for sign in text.chars() {
        used += width(sign.encode_utf8(&mut [0; 4]), size);
        if used > room {
            break;
        }
        short.push(sign);
    }
    if room < 0.0 { String::new() } else { format!("{}…", short.trim_end()) }
}

/// The text in lines of at most `room` pixels; the last line is cut short if there are more than
/// `most` lines.
pub(crate) fn wrap(text: &str, size: f64, room: f64, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let longer = lines.last().map(|line| format!("{line} {word}"));
        match longer.filter(|line| width(line, size) <= room) {
            Some(line) => {
                lines.pop();
                lines.push(line);
            }
            None => lines.push(word.to_owned()),
        }
    }
    if lines.len() > most {
        let rest = lines.split_off(most.saturating_sub(1)).join(" ");
        lines.push(rest);
    }
    lines.iter().map(|line| fit(line, size, room)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn widths_are_those_of_the_font_file() {
        // hmtx of DejaVu Sans 2.37: a digit is 1303 of 2048 units wide.
        let digit = 1303.0 / 2048.0;
        assert!((width("0", 1.0) - digit).abs() < 1e-6);
        assert!((width("1,234", 10.0) - (4.0 * digit + 651.0 / 2048.0) * 10.0).abs() < 1e-3);
    }

    #[test]
    fn long_text_wraps_and_ends_in_an_ellipsis() {
        let lines = wrap("one two three four five six", 12.0, 70.0, 2);
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0], "one two");
        assert!(lines[1].ends_with('…'));
    }

    proptest! {
        #[test]
        fn fitted_text_fits(text in "\\PC{0,60}", room in 0.0..300.0f64) {
            prop_assert!(width(&fit(&text, 12.0, room), 12.0) <= room + 1e-9);
            for line in wrap(&text, 12.0, room, 3) {
                prop_assert!(width(&line, 12.0) <= room + 1e-9);
            }
        }
    }
}
