//! Shares side by side, beside the picture.

use super::canvas::{Anchor, Canvas, Rectangle, Words};
use super::layout::{Layout, NAME, PANEL, RIM, SMALL};
use super::text::{fit, width};
use crate::figure::Panel;
use crate::number::per_cent;
use crate::theme::Theme;

pub(crate) fn draw(canvas: &mut Canvas, layout: &Layout, panel: &Panel, theme: Theme) {
    let left = layout.width - RIM - PANEL + 24.0;
    let right = layout.width - RIM;
    let page = theme.page();
    let mut y = layout.plot.top + 6.0;
    for group in &panel.groups {
        canvas.words(&Words {
            text: &fit(&group.name, NAME, right - left),
            x: left,
            y,
            size: NAME,
            colour: page.text,
            anchor: Anchor::Start,
        });
        y += 8.0;
        for (name, share) in &group.shares {
            let written = per_cent(*share);
            let bar_left = left + 78.0;
            let longest = right - bar_left - width("100 %", SMALL) - 12.0;
            let bar = Rectangle {
                left: bar_left,
                top: y,
                right: bar_left + longest * share.clamp(0.0, 1.0),
                bottom: y + 12.0,
            };
            canvas.rectangle(&bar, theme.colour(group.ink));
            let mut words = Words {
                text: &fit(name, SMALL, 74.0),
                x: left,
                y: y + 10.0,
                size: SMALL,
                colour: page.muted,
                anchor: Anchor::Start,
            };
            canvas.words(&words);
            words.text = &written;
            words.x = bar.right + 5.0;
            words.colour = page.text;
            canvas.words(&words);
            y += 17.0;
        }
        y += 24.0;
    }
}
