//! Pictures as interactive charts.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use crate::figure::Figure;
use crate::svg::escaped;
use crate::theme::{Ink, Theme};

/// plotly.js 4.1.1, cartesian bundle (MIT).
const LIBRARY: &str = include_str!("../assets/plotly-cartesian.min.js");
const MARKS: &str = include_str!("../assets/interactive/marks.js");
const AXES: &str = include_str!("../assets/interactive/axes.js");
const PAGE: &str = include_str!("../assets/interactive/page.js");

static SCRIPT: LazyLock<String> = LazyLock::new(|| {
    let themes = json!({ "light": colours(Theme::Light), "dark": colours(Theme::Dark) });
    format!(
        "{LIBRARY}
(function () {{
\"use strict\";
const THEMES = {themes};
{MARKS}
{AXES}
{PAGE}
}})();
"
    )
});

/// The script that makes a page's pictures interactive, about 1.5 MB; it needs no network.
///
/// Put it once, inside a `script` element, after the pictures made by [`Figure::to_html`]. It
/// draws each picture when it comes near the window. The page is light or dark as its root
/// element's `data-theme` says (`light` or `dark`), else as the reader's system prefers; both
/// are followed when they change.
pub fn script() -> &'static str {
    &SCRIPT
}

impl Figure {
    /// The picture for an HTML page that also holds [`script`]; `id` must be unique on the page.
    ///
    /// ```
    /// let figure = shelfcast_charts::Figure::nothing("Oat milk", "no sales are known");
    /// let html = figure.to_html("oat-milk");
    /// assert!(html.starts_with("<div class=\"figure\" data-figure=\"oat-milk\">"));
    /// ```
    pub fn to_html(&self, id: &str) -> String {
        let id = escaped(id);
        format!(
            "<div class=\"figure\" data-figure=\"{id}\"></div><script type=\"application/json\" id=\"{id}\">{}</script>\n",
            self.to_json()
        )
    }
}

fn colours(theme: Theme) -> Value {
    let page = theme.page();
    let mut inks = Map::new();
    for ink in Ink::ALL {
        if let Ok(Value::String(name)) = serde_json::to_value(ink) {
            inks.insert(name, theme.colour(ink).into());
        }
    }
    let shades: Vec<String> = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0].map(|place| theme.shade(place)).into();
    json!({ "page": page, "ink": inks, "shades": shades })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_leave_their_script_element() {
        let figure = Figure::nothing("</script><b>", "R&D");
        let json = figure.to_json();
        assert!(!json.contains(['<', '>', '&']));
        let read: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(read["frame"]["title"], "</script><b>");
        assert!(!figure.to_html("\"><i>").contains("<i>"));
    }

    #[test]
    fn the_script_holds_both_themes_and_every_ink() {
        let script = script();
        assert!(!script.contains("</script"));
        for theme in [Theme::Light, Theme::Dark] {
            assert!(script.contains(&colours(theme).to_string()));
            assert_eq!(colours(theme)["ink"].as_object().unwrap().len(), Ink::ALL.len());
        }
    }

    #[test]
    fn the_renderer_knows_every_kind_of_mark() {
        for kind in ["line", "band", "bar", "cell", "rule", "point", "span", "label"] {
            assert!(MARKS.contains(&format!("\n  {kind}(at, mark) {{")), "{kind}");
        }
    }
}
