/// What can go wrong when a level is given or a picture is turned into a PNG.
///
/// Building a figure and writing its SVG cannot fail: a figure without data says so in words.
#[derive(Debug, thiserror::Error)]
pub enum ChartError {
    /// A level is not a share.
    #[error("level is {share}, allowed is a share from 0 to 1")]
    Level {
        /// The share that was given.
        share: f64,
    },
    /// The text is not an SVG document.
    #[error("picture is not valid SVG: {0}")]
    Svg(#[from] resvg::usvg::Error),
    /// The scale is not a usable number.
    #[error("picture scale is {scale}, allowed is a number above 0 and up to {most}")]
    Scale {
        /// The scale that was asked for.
        scale: f32,
        /// The largest scale allowed.
        most: f32,
    },
    /// The picture has more pixels than the largest allowed.
    #[error(
        "picture of {width} x {height} pixels is too large, allowed are {most} pixels on a side"
    )]
    Size {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// The most pixels allowed on a side.
        most: u32,
    },
    /// The pixels could not be written as PNG.
    #[error("picture could not be written as PNG: {0}")]
    Png(String),
}
