//! Colours: what each mark's ink looks like on a light and on a dark page.

use serde::Serialize;

/// What a mark stands for; the theme gives it a colour.
///
/// Colours come from Okabe and Ito's palette for colour-blind readers ("Color Universal Design",
/// 2008), lightened or darkened for contrast. Colour is never the only sign: each ink also has
/// its own dash, symbol, hatching or label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ink {
    /// Sales, and demand as it happened.
    Sales,
    /// Stock that was counted or follows from a count.
    Stock,
    /// Stock of which only a limit is known.
    Bound,
    /// Stock in the future.
    Projection,
    /// The mean forecast and its bands.
    Forecast,
    /// The median forecast.
    Median,
    /// A forecast made for periods that were held out.
    Holdout,
    /// What happened in the periods held out.
    Actual,
    /// No stock on the shelf.
    Stockout,
    /// Goods received.
    Receipt,
    /// A reorder point or another level that leads to an order.
    Level,
    /// The business date.
    Today,
    /// Class A of an ABC analysis.
    ClassA,
    /// Class B of an ABC analysis.
    ClassB,
    /// Class C of an ABC analysis.
    ClassC,
    /// A cumulative share.
    Cumulative,
    /// Days whose demand was cut short by an empty shelf.
    Censored,
    /// A cell coloured by its value.
    Scale,
}

impl Ink {
    pub(crate) const ALL: [Self; 18] = [
        Self::Sales,
        Self::Stock,
        Self::Bound,
        Self::Projection,
        Self::Forecast,
        Self::Median,
        Self::Holdout,
        Self::Actual,
        Self::Stockout,
        Self::Receipt,
        Self::Level,
        Self::Today,
        Self::ClassA,
        Self::ClassB,
        Self::ClassC,
        Self::Cumulative,
        Self::Censored,
        Self::Scale,
    ];
}

/// A light or a dark page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// Dark marks on white.
    #[default]
    Light,
    /// Light marks on near-black.
    Dark,
}

impl Theme {
    /// The colour of an ink, as `#rrggbb`.
    pub fn colour(self, ink: Ink) -> &'static str {
        let (light, dark) = match ink {
            Ink::Sales => ("#7f8c9b", "#8d99a8"),
            Ink::Stock => ("#0067a8", "#56b4e9"),
            Ink::Bound => ("#4b93c4", "#3d84b0"),
            Ink::Projection => ("#00795a", "#2fc396"),
            Ink::Forecast => ("#0067a8", "#56b4e9"),
            Ink::Median => ("#00795a", "#2fc396"),
            Ink::Holdout => ("#c25200", "#f0923c"),
            Ink::Actual => ("#1a1a1a", "#f2f2f2"),
            Ink::Stockout => ("#c8102e", "#ff6b6b"),
            Ink::Receipt => ("#00795a", "#2fc396"),
            Ink::Level => ("#a63a7e", "#e597c5"),
            Ink::Today => ("#444444", "#c8c8c8"),
            Ink::ClassA => ("#0067a8", "#56b4e9"),
            Ink::ClassB => ("#e69f00", "#f0b429"),
            Ink::ClassC => ("#8c8c8c", "#8a8f98"),
            Ink::Cumulative => ("#1a1a1a", "#f2f2f2"),
            Ink::Censored => ("#c8102e", "#ff6b6b"),
            Ink::Scale => ("#1d91c0", "#41b6c4"),
        };
        match self {
            Self::Light => light,
            Self::Dark => dark,
        }
    }

    /// The colour of a place from 0 to 1 on the sequential scale: paper to ink.
    ///
    /// The steps are ColorBrewer's YlGnBu (Brewer 2013), safe for colour-blind readers; on a dark
    /// page they run from dark to light.
    pub fn shade(self, place: f64) -> String {
        let steps = self.shades();
        let place = place.clamp(0.0, 1.0) * (steps.len() - 1) as f64;
        let index = (place.floor() as usize).min(steps.len() - 2);
        mix(steps[index], steps[index + 1], place - index as f64)
    }

    /// The colours of the sequential scale at equal steps, as red, green, blue.
    pub(crate) fn shades(self) -> [[u8; 3]; 6] {
        let light = [
            [0xe6, 0xf5, 0xb2],
            [0xc7, 0xe9, 0xb4],
            [0x7f, 0xcd, 0xbb],
            [0x41, 0xb6, 0xc4],
            [0x22, 0x5e, 0xa8],
            [0x08, 0x1d, 0x58],
        ];
        let mut dark = light;
        dark.reverse();
        dark[0] = [0x1b, 0x2f, 0x78];
        match self {
            Self::Light => light,
            Self::Dark => dark,
        }
    }

    /// A shade washed out towards the page, for values of which only a limit is known.
    pub(crate) fn pale_shade(self, place: f64) -> String {
        let shade = parse(&self.shade(place));
        mix(parse(self.page().background), shade, 0.45)
    }

    /// The page's own colours.
    pub fn page(self) -> Page {
        match self {
            Self::Light => Page {
                background: "#ffffff",
                text: "#1f2328",
                muted: "#57606a",
                grid: "#e4e7eb",
                axis: "#8c959f",
            },
            Self::Dark => Page {
                background: "#14171c",
                text: "#e6e9ee",
                muted: "#a5adb8",
                grid: "#2a3038",
                axis: "#6e7681",
            },
        }
    }
}

/// The colours of everything that is not a mark, as `#rrggbb`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Page {
    /// Behind everything.
    pub background: &'static str,
    /// Titles and labels.
    pub text: &'static str,
    /// Captions, tick labels and axis titles.
    pub muted: &'static str,
    /// Grid lines.
    pub grid: &'static str,
    /// Axis lines.
    pub axis: &'static str,
}

/// The colour `share` of the way from one to the other.
fn mix(from: [u8; 3], to: [u8; 3], share: f64) -> String {
    let part = |index: usize| {
        let (from, to) = (f64::from(from[index]), f64::from(to[index]));
        (from + (to - from) * share).round() as u8
    };
    format!("#{:02x}{:02x}{:02x}", part(0), part(1), part(2))
}

/// Red, green and blue of `#rrggbb`.
fn parse(colour: &str) -> [u8; 3] {
    let part = |at: usize| {
        let digits = colour.get(at..at + 2).unwrap_or("00");
        u8::from_str_radix(digits, 16).unwrap_or(0)
    };
    [part(1), part(3), part(5)]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance and contrast as in WCAG 2.2, "contrast ratio".
    fn contrast(one: &str, other: &str) -> f64 {
        let luminance = |colour: &str| {
            let [red, green, blue] = parse(colour).map(|part| {
                let part = f64::from(part) / 255.0;
                if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
            });
            0.2126 * red + 0.7152 * green + 0.0722 * blue
        };
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn marks_and_words_stand_out_from_the_page() {
        for theme in [Theme::Light, Theme::Dark] {
            let page = theme.page();
            // WCAG 2.2: 4.5 for text, 3 for graphics; class B's orange has black rules beside it.
            assert!(contrast(page.text, page.background) >= 7.0);
            assert!(contrast(page.muted, page.background) >= 4.5);
            for ink in Ink::ALL {
                let least = if ink == Ink::ClassB { 2.0 } else { 3.0 };
                let found = contrast(theme.colour(ink), page.background);
                assert!(found >= least, "{theme:?} {ink:?}: {found}");
            }
        }
    }

    #[test]
    fn shades_run_from_paper_to_ink() {
        for theme in [Theme::Light, Theme::Dark] {
            let page = theme.page().background;
            let shades = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0];
            let contrasts = shades.map(|place| contrast(&theme.shade(place), page));
            assert!(contrasts.is_sorted(), "{theme:?}: {contrasts:?}");
        }
        assert_eq!(Theme::Light.shade(1.0), "#081d58");
        // 45 % of the way from white: 255 - 0.45 * (255 - [8, 29, 88]) = [144, 153, 180].
        assert_eq!(Theme::Light.pale_shade(1.0), "#9099b4");
    }
}
