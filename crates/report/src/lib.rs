//! Shelfcast's report: typed rows in, one self-contained page out, with pictures and tables.
//!
//! Fill a [`ReportData`] from the marts and hand it to [`render`]: it writes `report.html`, which
//! works offline and asks nothing of a network, the pictures of the total as SVG and PNG, and all
//! rows as CSV tables. The same data gives the same bytes.
//!
//! What does not belong here: queries, the clock, and anything about one customer. The crate knows
//! no engine, so that a change to the page is seen in seconds.
//!
//! The page can be asked what it shows, which is how it is tested in a browser:
//! `window.shelfcast.figure("forecast")` gives the marks of a picture as drawn,
//! `window.shelfcast.figure("forecast/product/P-1/units")` those of any series,
//! `window.shelfcast.choose("product/P-1")` chooses a series, and `window.shelfcast.errors` holds
//! every error that the browser saw. `report.html#series=product/P-1&measure=money&theme=dark`
//! opens it so.
//!
//! To add a key figure:
//! 1. If no list of [`ReportData`] can give it, add a field to [`KeyFigures`].
//! 2. Write its function in `page/key_figures.rs`, with the reason if it is not known.
//!
//! To add a table:
//! 1. Add its row to `data`, its list to [`ReportData`] and its name to `tables.rs`.
//! 2. Write its function in `page/`, add it to `page.rs` and show it in `templates/report.html`.

mod data;
mod decimal;
mod error;
mod figures;
mod index;
mod page;
mod render;
mod resting;
mod tables;

pub use data::{
    AbcRow, AccuracyRow, AssumptionRow, Availability, Basis, BasketSizeRow, ClassCellRow,
    CohortRow, CommitmentRow, CoverageRow, CoverageStepRow, Decimal, ExceptionRow, ExpediteRow,
    ForecastRow, HeatmapRow, HoldoutRow, InventoryRow, KeyFigures, LeadTimeRow, LeftOutRow,
    LostSalesRow, Measure, ModelRow, OrderRow, OrderStepRow, PartRow, PeriodSalesRow,
    PricePointRow, ProductClassRow, ProjectedStockRow, PromotionEffectRow, RejectedRow,
    ReplayCurveRow, ReplayRow, ReportData, Run, RunLimitRow, SalesRow, SegmentRow, SeriesLevel,
    SeriesRow, SeriesStatusRow, StockAgeingRow, StockCheckRow, StockFactsByRow, StockFactsRow,
    StockRow, SupplierOrderRow, SupplierRow, frequency,
};
pub use error::ReportError;
pub use index::PRODUCTS_DRAWN;
pub use render::{ReportFiles, html, render};
pub use shelfcast_charts::{Day, Period};
