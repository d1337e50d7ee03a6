//! SVG text, written element by element, with the boxes of all words.

use std::fmt::Write;

use super::text;

/// Where a text's given place lies in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// A rectangle in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rectangle {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) right: f64,
    pub(crate) bottom: f64,
}

impl Rectangle {
    pub(crate) fn width(&self) -> f64 {
        self.right - self.left
    }

    pub(crate) fn height(&self) -> f64 {
        self.bottom - self.top
    }

    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }
}

/// Words to be written, with their place: `y` is the baseline.
#[derive(Debug, Clone)]
pub(crate) struct Words<'a> {
    pub(crate) text: &'a str,
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) size: f64,
    pub(crate) colour: &'a str,
    pub(crate) anchor: Anchor,
}

impl Words<'_> {
    /// The box of the words: from the tallest letter to the lowest.
    pub(crate) fn bounds(&self) -> Rectangle {
        let width = text::width(self.text, self.size);
        let left = match self.anchor {
            Anchor::Start => self.x,
            Anchor::Middle => self.x - width / 2.0,
            Anchor::End => self.x - width,
        };
        Rectangle {
            left,
            top: self.y - 0.78 * self.size,
            right: left + width,
            bottom: self.y + 0.22 * self.size,
        }
    }
}

/// The picture so far.
#[derive(Debug, Default)]
pub(crate) struct Canvas {
    pub(crate) body: String,
    /// The boxes of all level words, in the order written.
    pub(crate) boxes: Vec<(String, Rectangle)>,
}

impl Canvas {
    pub(crate) fn write(&mut self, element: std::fmt::Arguments<'_>) {
        self.body.write_fmt(element).expect("writing to a string does not fail");
        self.body.push('\n');
    }

    pub(crate) fn words(&mut self, words: &Words<'_>) {
        self.styled_words(words, "");
    }

    /// Words with a rim in the page's colour, readable over marks.
    pub(crate) fn rimmed_words(&mut self, words: &Words<'_>, page: &str) {
        let rim = format!(
            " paint-order=\"stroke\" stroke=\"{page}\" stroke-width=\"3\" stroke-linejoin=\"round\""
        );
        self.styled_words(words, &rim);
    }

    /// Words that end at their place and rise towards it by `degrees`.
    pub(crate) fn rising_words(&mut self, words: &Words<'_>, degrees: f64) {
        let (x, y) = (pixels(words.x), pixels(words.y));
        self.write(format_args!(
            "<text x=\"{x}\" y=\"{y}\" font-size=\"{}\" fill=\"{}\" text-anchor=\"end\" transform=\"rotate({} {x} {y})\">{}</text>",
            pixels(words.size),
            words.colour,
            pixels(-degrees),
            escaped(words.text),
        ));
    }

    pub(crate) fn open_series(&mut self, series: &str) {
        self.write(format_args!("<g data-series=\"{}\">", escaped(series)));
    }

    pub(crate) fn close(&mut self) {
        self.body.push_str("</g>\n");
    }

    pub(crate) fn rectangle(&mut self, area: &Rectangle, fill: &str) {
        self.write(format_args!(
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{fill}\"/>",
            pixels(area.left),
            pixels(area.top),
            pixels(area.width().max(0.0)),
            pixels(area.height().max(0.0)),
        ));
    }

    pub(crate) fn line(&mut self, from: (f64, f64), to: (f64, f64), colour: &str, style: &str) {
        self.write(format_args!(
            "<path d=\"M{} {}L{} {}\" stroke=\"{colour}\" fill=\"none\"{style}/>",
            pixels(from.0),
            pixels(from.1),
            pixels(to.0),
            pixels(to.1),
        ));
    }

    fn styled_words(&mut self, words: &Words<'_>, style: &str) {
        if words.text.is_empty() {
            return;
        }
        let anchor = match words.anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        self.boxes.push((words.text.to_owned(), words.bounds()));
        self.write(format_args!(
            "<text x=\"{}\" y=\"{}\" font-size=\"{}\" fill=\"{}\"{anchor}{style}>{}</text>",
            pixels(words.x),
            pixels(words.y),
            pixels(words.size),
            words.colour,
            escaped(words.text),
        ));
    }
}

/// A length with at most one decimal.
pub(crate) fn pixels(length: f64) -> String {
    let tenths = (length * 10.0).round() / 10.0;
    if tenths == 0.0 { "0".to_owned() } else { format!("{tenths}") }
}

/// Text for XML, in content and in attributes; signs that XML forbids become spaces.
pub(crate) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => safe.push(' '),
            sign if sign.is_control() => safe.push(' '),
            sign => safe.push(sign),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_names_is_escaped() {
        assert_eq!(
            escaped("<b a=\"1\">R&D\u{0}</b>"),
            "&lt;b a=&quot;1&quot;&gt;R&amp;D &lt;/b&gt;"
        );
    }

    #[test]
    fn lengths_have_one_decimal_at_most() {
        assert_eq!([1.26, 3.0, -0.04, -2.25].map(pixels), ["1.3", "3", "0", "-2.3"]);
    }
}
