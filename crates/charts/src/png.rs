//! Pictures as PNG.

use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};

use crate::error::ChartError;
use crate::svg::text::FONT;

/// The most pixels on a side.
const MOST_PIXELS: u32 = 16_384;
const MOST_SCALE: f32 = 16.0;

static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    fonts.load_font_data(FONT.to_vec());
    fonts.set_sans_serif_family("DejaVu Sans");
    Arc::new(fonts)
});

/// Draws an SVG document as PNG, `scale` pixels for each of its own.
///
/// Only the embedded font is used, so the bytes do not depend on the machine's fonts. Signs that
/// it lacks (Chinese, Japanese, Korean and some others) come out as boxes.
///
/// ```
/// use shelfcast_charts::{Figure, Theme, png};
///
/// let svg = Figure::nothing("Oat milk", "no sales are known").to_svg(Theme::Dark);
/// let picture = png(&svg, 2.0)?;
/// assert_eq!(&picture[1..4], b"PNG");
/// # Ok::<(), shelfcast_charts::ChartError>(())
/// ```
///
/// # Errors
/// [`ChartError::Scale`] or [`ChartError::Size`] for a scale or a picture beyond what is allowed,
/// [`ChartError::Svg`] if the text is not SVG, [`ChartError::Png`] if it cannot be written.
pub fn png(svg: &str, scale: f32) -> Result<Vec<u8>, ChartError> {
    if !(scale > 0.0 && scale <= MOST_SCALE) {
        return Err(ChartError::Scale { scale, most: MOST_SCALE });
    }
    let options = Options {
        fontdb: Arc::clone(&FONTS),
        font_family: "DejaVu Sans".to_owned(),
        ..Options::default()
    };
    let tree = Tree::from_str(svg, &options)?;
    let width = (tree.size().width() * scale).ceil() as u32;
    let height = (tree.size().height() * scale).ceil() as u32;
    let too_large = ChartError::Size { width, height, most: MOST_PIXELS };
    if width > MOST_PIXELS || height > MOST_PIXELS {
        return Err(too_large);
    }
    let Some(mut pixels) = Pixmap::new(width, height) else {
        return Err(too_large);
    };
    let transform = Transform::from_scale(scale, scale);
    resvg::render(&tree, transform, &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| ChartError::Png(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Figure, Theme};

    /// Width and height from a PNG's header chunk (PNG specification, 11.2.2).
    fn size(png: &[u8]) -> (u32, u32) {
        let number = |at: usize| {
            let bytes: [u8; 4] = png[at..at + 4].try_into().unwrap();
            u32::from_be_bytes(bytes)
        };
        (number(16), number(20))
    }

    #[test]
    fn a_picture_grows_with_its_scale() {
        let svg = Figure::nothing("Oat milk", "no sales are known").to_svg(Theme::Light);
        let (width, height) = size(&png(&svg, 1.0).unwrap());
        assert_eq!(width, 960);
        assert_eq!(size(&png(&svg, 2.0).unwrap()), (1920, 2 * height));
    }

    #[test]
    fn words_are_drawn() {
        let figure = |reason: &str| Figure::nothing("", reason).to_svg(Theme::Light);
        let one = png(&figure("no sales"), 1.0).unwrap();
        let other = png(&figure("no stock"), 1.0).unwrap();
        assert_ne!(one, other);
    }

    #[test]
    fn wrong_scales_sizes_and_texts_are_refused() {
        let svg = Figure::nothing("Oat milk", "no sales are known").to_svg(Theme::Light);
        for scale in [0.0, -1.0, f32::NAN, 17.0] {
            assert!(matches!(png(&svg, scale), Err(ChartError::Scale { .. })));
        }
        let wide = svg.replace("width=\"960\"", "width=\"99999\"");
        assert!(matches!(png(&wide, 1.0), Err(ChartError::Size { width: 99999, .. })));
        assert!(matches!(png("not a picture", 1.0), Err(ChartError::Svg(_))));
    }
}
