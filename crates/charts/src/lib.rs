//! The pictures at Shelfcast's heart, drawn from plain numbers.
//!
//! [`SalesAndStock`], [`AbcAnalysis`], [`InventoryHeatmap`], [`DemandForecast`] and [`BacktestErrors`] are typed inputs;
//! each lays itself out as a [`Figure`]: a frame of words and axes, and a list of marks of eight
//! kinds ([`Shape`]). A figure becomes SVG ([`Figure::to_svg`]), PNG ([`png`]) or, on a page that
//! holds the [`script`], an interactive chart ([`Figure::to_html`]). All need no network and no
//! fonts of the machine, and the same input gives the same bytes.
//!
//! What is not here: where the numbers come from. The crate knows no tables, no models and no
//! clock, so a test can read back from a figure exactly what went in:
//!
//! ```
//! use shelfcast_charts::{SalesAndStock, SalesPeriod, StockBasis, StockDay, Theme, png};
//!
//! let figure = SalesAndStock {
//!     title: "Oat milk 1 l, main".into(),
//!     unit: "units".into(),
//!     sales: vec![SalesPeriod { start: 20_150, units: 12.0 }],
//!     stock: vec![StockDay {
//!         day: 20_153,
//!         low: 30.0,
//!         high: Some(30.0),
//!         basis: StockBasis::Counted,
//!     }],
//!     today: Some(20_157),
//!     ..SalesAndStock::default()
//! }
//! .figure();
//! assert_eq!(figure.points("stock, counted"), [(20_153.0, 30.0)]);
//! let picture = png(&figure.to_svg(Theme::Light), 1.0)?;
//! assert!(!picture.is_empty());
//! # Ok::<(), shelfcast_charts::ChartError>(())
//! ```
//!
//! # To add a picture
//!
//! 1. Write its input as a struct with a `figure` method in a file of its own; say what is left
//!    out and which series it has.
//! 2. Build it from the marks that exist. If colour is new, add an [`Ink`] with a light and a dark
//!    colour; a test checks its contrast.
//! 3. Where there is nothing to draw, return [`Figure::nothing`] with the reason.
//! 4. Add it to `examples/pictures.rs` and look at it, light and dark.

mod abc_analysis;
mod backtest_errors;
mod calendar;
mod coverage_by_steps;
mod demand_forecast;
mod error;
mod exchange_curve;
mod figure;
mod interactive;
mod inventory_heatmap;
mod level;
mod mark;
mod number;
mod png;
mod sales_and_stock;
mod shade;
mod svg;
mod theme;

pub use abc_analysis::{AbcAnalysis, AbcClass, AbcCuts, AbcItem};
pub use backtest_errors::{BacktestErrors, StepErrors};
pub use calendar::{Day, DaySpan, Period, SalesPeriod, written_day};
pub use coverage_by_steps::{CoverageBySteps, StepCoverage};
pub use demand_forecast::{DemandForecast, ForecastBand, ForecastPeriod, HoldoutPeriod, Interval};
pub use error::ChartError;
pub use exchange_curve::{ExchangeCurve, ExchangeLine};
pub use figure::{ColourBar, Figure, Frame, Panel, PanelGroup, XAxis, YAxis};
pub use interactive::script;
pub use inventory_heatmap::{CellBasis, HeatmapCell, HeatmapRow, InventoryHeatmap};
pub use level::Level;
pub use mark::{Bar, Cell, Limits, Mark, Shape, Side, Stroke, Symbol, Texture};
pub use number::written_number;
pub use png::png;
pub use sales_and_stock::{ProjectedStock, Receipt, SalesAndStock, StockBasis, StockDay};
pub use theme::{Ink, Page, Theme};
