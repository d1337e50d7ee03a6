//! Pictures as SVG.

mod canvas;
mod cells;
mod layout;
mod legend;
mod marks;
mod panel;
mod rules;
mod scale;
#[cfg(test)]
mod tests;
pub(crate) mod text;
mod time_ticks;
mod x_axis;
mod y_axis;

pub(crate) use canvas::escaped;
use canvas::{Anchor, Canvas, Rectangle, Words, pixels};
use layout::{LINE, Layout, RIM, SMALL, SUBTITLE, TITLE};

use crate::figure::Figure;
use crate::mark::{Shape, Texture};
use crate::theme::Theme;

impl Figure {
    /// The picture as a complete SVG document, the same bytes for the same figure and theme.
    ///
    /// Each series is a group with its name in `data-series`.
    pub fn to_svg(&self, theme: Theme) -> String {
        match &self.frame.nothing {
            Some(reason) => self.empty_svg(reason, theme),
            None => self.drawn_svg(theme),
        }
    }

    fn drawn_svg(&self, theme: Theme) -> String {
        let layout = Layout::new(self);
        let mut canvas = Canvas::default();
        self.draw(&mut canvas, &layout, theme);
        self.document((layout.width, layout.height), &canvas, theme)
    }

    fn draw(&self, canvas: &mut Canvas, layout: &Layout, theme: Theme) {
        if self.is_hatched() {
            cells::define_hatch(canvas, theme);
        }
        draw_words(canvas, layout, theme);
        legend::draw(canvas, layout, theme);
        if let Some(bar) = &self.frame.colour_bar {
            legend::draw_colour_bar(canvas, layout, bar, theme);
        }
        y_axis::draw(canvas, layout, &self.frame, theme);
        x_axis::draw(canvas, layout, &self.frame, theme);
        if let Some(panel) = &self.frame.panel {
            panel::draw(canvas, layout, panel, theme);
        }
        marks::draw(canvas, layout, self, theme);
    }

    fn is_hatched(&self) -> bool {
        self.marks
            .iter()
            .any(|mark| matches!(mark.shape, Shape::Cell { texture: Texture::Hatched, .. }))
    }

    fn empty_svg(&self, reason: &str, theme: Theme) -> String {
        let width = f64::from(self.frame.width);
        let room = width - 2.0 * RIM;
        let page = theme.page();
        let mut canvas = Canvas::default();
        let mut y = RIM + TITLE;
        let title = text::wrap(&self.frame.title, TITLE, room, 2);
        draw_lines(&mut canvas, &title, (&mut y, 22.0), TITLE, page.text);
        y += 40.0;
        let reason = format!("nothing to draw: {reason}");
        for line in text::wrap(&reason, SUBTITLE, room, 4) {
            canvas.words(&Words {
                text: &line,
                x: width / 2.0,
                y,
                size: SUBTITLE,
                colour: page.muted,
                anchor: Anchor::Middle,
            });
            y += 18.0;
        }
        self.document((width, y + 40.0), &canvas, theme)
    }

    fn document(&self, (width, height): (f64, f64), canvas: &Canvas, theme: Theme) -> String {
        let background = Rectangle { left: 0.0, top: 0.0, right: width, bottom: height.ceil() };
        let mut page = Canvas::default();
        page.write(format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\" font-family=\"{}\">",
            text::FAMILY,
            width = pixels(width),
            height = pixels(height.ceil()),
        ));
        page.write(format_args!("<title>{}</title>", escaped(&self.frame.title)));
        if !self.frame.caption.is_empty() {
            page.write(format_args!("<desc>{}</desc>", escaped(&self.frame.caption)));
        }
        page.rectangle(&background, theme.page().background);
        page.body.push_str(&canvas.body);
        page.body.push_str("</svg>\n");
        page.body
    }
}

fn draw_words(canvas: &mut Canvas, layout: &Layout, theme: Theme) {
    let page = theme.page();
    let mut y = RIM + TITLE - 2.0;
    draw_lines(canvas, &layout.title, (&mut y, 22.0), TITLE, page.text);
    y -= 3.0;
    draw_lines(canvas, &layout.subtitle, (&mut y, 17.0), SUBTITLE, page.muted);
    let mut y = layout.caption_top + SMALL;
    draw_lines(canvas, &layout.caption, (&mut y, LINE), SMALL, page.muted);
}

fn draw_lines(
    canvas: &mut Canvas,
    lines: &[String],
    (y, step): (&mut f64, f64),
    size: f64,
    colour: &str,
) {
    for line in lines {
        canvas.words(&Words { text: line, x: RIM, y: *y, size, colour, anchor: Anchor::Start });
        *y += step;
    }
}
