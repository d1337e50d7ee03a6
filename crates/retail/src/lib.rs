//! The words every other crate speaks: exact money and quantities, business
//! days, identifiers, the feeds a retailer sends and the columns in them.
//!
//! Nothing here reads a file, knows a table format or fits a model. A word
//! belongs here when two crates must agree on its meaning.
//!
//! ```
//! use shelfcast_retail::{Money, Quantity, Rate};
//!
//! let price: Money = "177.25".parse()?;
//! let quantity: Quantity = "2".parse()?;
//! let discount: Rate = "0.07".parse()?;
//! let total = price.line_total(quantity, discount).expect("in range");
//! assert_eq!(total.to_string(), "329.68"); // 329.685 rounds half to even
//! # Ok::<(), shelfcast_retail::RetailError>(())
//! ```

mod calendar;
mod day;
mod error;
mod feed;
mod fixed;
mod holidays;
mod ids;
mod rate;
mod trading_year;
mod zone;

pub use calendar::{CalendarPlace, Frequency, TradingCalendar, Weekday};
pub use day::Day;
pub use error::RetailError;
pub use feed::{Column, ColumnKind, Feed};
pub use fixed::{Money, Quantity, SCALE};
pub use holidays::PublicHolidays;
pub use ids::{CustomerId, LocationId, OrderId, ProductId, SaleId, SupplierId};
pub use rate::Rate;
pub use trading_year::YearPattern;
pub use zone::ZoneRules;
