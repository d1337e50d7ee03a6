use crate::WorldError;
use crate::output::{OutputFolder, WrittenFile};
use crate::people::Person;
use crate::random::{self, Purpose, Streams};
use crate::sample_history::{SampleReceipt, StockLevel};
use csv::{StringRecord, Terminator, WriterBuilder};
use rand::seq::SliceRandom;
use rand::{Rng, RngExt};
use shelfcast_retail::{Day, Money, Quantity, Rate};
use std::fmt;
use std::path::Path;

const N_CUSTOMERS: u32 = 20;
const N_PRODUCTS: u32 = 20;
const N_SALES: u32 = 100;
/// 2024-08-26 as days since 1970-01-01: the day of the stock snapshot.
const SNAPSHOT_DAY: i32 = 19_961;

const CUSTOMER_HEADER: [&str; 8] = [
    "Customer ID",
    "Name",
    "Gender",
    "Age",
    "Email",
    "Phone Number",
    "Address",
    "Customer Segment",
];

const INVENTORY_HEADER: [&str; 7] = [
    "Product ID",
    "Product Name",
    "Stock Level",
    "Restock Date",
    "Supplier ID",
    "Cost Price",
    "Selling Price",
];

const SALES_HEADER: [&str; 9] = [
    "Transaction ID",
    "Customer ID",
    "Product ID",
    "Quantity",
    "Price per Unit",
    "Discount",
    "Total Amount",
    "Payment Method",
    "Transaction Date",
];

const LEVEL_HEADER: [&str; 3] = ["Product ID", "Stock Date", "Stock Level"];

const RECEIPT_HEADER: [&str; 5] =
    ["Receipt ID", "Product ID", "Supplier ID", "Received Date", "Quantity"];

const PRODUCT_NAMES: [&str; 40] = [
    "Armchair",
    "Backpack",
    "Blender",
    "Bookcase",
    "Camera",
    "Candle",
    "Carpet",
    "Chair",
    "Clock",
    "Cushion",
    "Desk",
    "Drill",
    "Duvet",
    "Fan",
    "Guitar",
    "Hammock",
    "Headphones",
    "Heater",
    "Helmet",
    "Jacket",
    "Kettle",
    "Keyboard",
    "Lamp",
    "Lantern",
    "Mirror",
    "Monitor",
    "Pillow",
    "Printer",
    "Radio",
    "Saucepan",
    "Scarf",
    "Shelf",
    "Skateboard",
    "Speaker",
    "Suitcase",
    "Telescope",
    "Tent",
    "Toaster",
    "Umbrella",
    "Vase",
];

/// A wall-clock instant, written as `2024-08-26 16:57:09`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LocalInstant {
    /// The day.
    pub day: Day,
    /// Seconds since midnight, below 86 400.
    pub second: u32,
}

impl fmt::Display for LocalInstant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hours, minutes) = (self.second / 3_600, self.second / 60 % 60);
        write!(formatter, "{} {hours:02}:{minutes:02}:{:02}", self.day, self.second % 60)
    }
}

/// A customer of the sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleCustomer {
    /// Random UUID.
    pub id: String,
    /// Name, gender, age, e-mail, phone, address and segment, as text.
    pub details: [String; 7],
}

/// A product of the sample, with its one known stock level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleProduct {
    /// Random UUID.
    pub id: String,
    /// One word.
    pub name: String,
    /// Units in stock, 0 to 500.
    pub stock_level: u32,
    /// When the stock was last filled up.
    pub restocked_at: LocalInstant,
    /// Random UUID.
    pub supplier_id: String,
    /// Cost of one unit, below its price.
    pub cost_price: Money,
    /// Price of one unit.
    pub selling_price: Money,
}

/// A transaction of the sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleSale {
    /// Random UUID.
    pub id: String,
    /// Index of the customer.
    pub customer: usize,
    /// Index of the product.
    pub product: usize,
    /// Units, 1 to 10.
    pub quantity: u32,
    /// 0.00 to 0.25.
    pub discount: Rate,
    /// [`Money::line_total`] of the product's price.
    pub total: Money,
    /// How it was paid.
    pub payment_method: &'static str,
    /// When, within the year before the snapshot.
    pub sold_at: LocalInstant,
}

/// The smallest world: 20 customers, 20 products and 100 sales in three files
/// with the columns and the style of the sample data that many retail tutorials
/// share: CRLF, UUID keys, numbers with at least one decimal, one stock snapshot.
///
/// ```
/// use shelfcast_world::SampleWorld;
///
/// let world = SampleWorld::new(7);
/// assert_eq!((world.customers().len(), world.products().len(), world.sales().len()), (20, 20, 100));
/// assert_eq!(world, SampleWorld::new(7));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleWorld {
    seed: u64,
    customers: Vec<SampleCustomer>,
    products: Vec<SampleProduct>,
    sales: Vec<SampleSale>,
}

impl SampleWorld {
    /// The sample of a seed; its snapshot is of 2024-08-26.
    pub fn new(seed: u64) -> Self {
        let streams = Streams::new(seed);
        let customers = (0..N_CUSTOMERS)
            .map(|index| customer(&mut streams.of(Purpose::SampleCustomer, index, 0)))
            .collect();
        let products = products(streams);
        let sales = (0..N_SALES)
            .map(|index| sale(&mut streams.of(Purpose::SampleSale, index, 0), &products))
            .collect();
        Self { seed, customers, products, sales }
    }

    pub(crate) fn seed(&self) -> u64 {
        self.seed
    }

    /// The customers.
    pub fn customers(&self) -> &[SampleCustomer] {
        &self.customers
    }

    /// The products.
    pub fn products(&self) -> &[SampleProduct] {
        &self.products
    }

    /// The sales, in no order.
    pub fn sales(&self) -> &[SampleSale] {
        &self.sales
    }

    /// Writes `customer_data.csv`, `inventory_data.csv` and `sales_data.csv` into
    /// `out`, which must be new or empty; after an error nothing is left. With history also
    /// `stock_history.csv` and `receipts.csv`.
    pub fn write_csv(
        &self,
        out: &Path,
        with_history: bool,
    ) -> Result<Vec<WrittenFile>, WorldError> {
        let folder = OutputFolder::create(out)?;
        let customers = self.customers.iter().map(customer_record);
        let products = self.products.iter().map(product_record);
        let sales = self.sales.iter().map(|sale| self.sale_record(sale));
        let mut files = vec![
            write(&folder, "customer_data.csv", &CUSTOMER_HEADER, customers)?,
            write(&folder, "inventory_data.csv", &INVENTORY_HEADER, products)?,
            write(&folder, "sales_data.csv", &SALES_HEADER, sales)?,
        ];
        if with_history {
            let history = self.history();
            let levels = history.levels.iter().map(|level| self.level_record(level));
            files.push(write(&folder, "stock_history.csv", &LEVEL_HEADER, levels)?);
            let receipts = (1..)
                .zip(&history.receipts)
                .map(|(number, receipt)| self.receipt_record(number, receipt));
            files.push(write(&folder, "receipts.csv", &RECEIPT_HEADER, receipts)?);
        }
        folder.finish(files)
    }

    fn level_record(&self, level: &StockLevel) -> StringRecord {
        let product = &self.products[level.product];
        StringRecord::from_iter([
            product.id.clone(),
            level.day.to_string(),
            level.level.to_string(),
        ])
    }

    fn receipt_record(&self, number: u32, receipt: &SampleReceipt) -> StringRecord {
        let product = &self.products[receipt.product];
        StringRecord::from_iter([
            format!("R{number:04}"),
            product.id.clone(),
            product.supplier_id.clone(),
            receipt.day.to_string(),
            receipt.quantity.to_string(),
        ])
    }

    fn sale_record(&self, sale: &SampleSale) -> StringRecord {
        let product = &self.products[sale.product];
        StringRecord::from_iter([
            sale.id.clone(),
            self.customers[sale.customer].id.clone(),
            product.id.clone(),
            sale.quantity.to_string(),
            with_a_decimal(product.selling_price),
            with_a_decimal(sale.discount),
            with_a_decimal(sale.total),
            sale.payment_method.to_owned(),
            sale.sold_at.to_string(),
        ])
    }
}

fn write(
    folder: &OutputFolder,
    name: &str,
    header: &[&str],
    records: impl Iterator<Item = StringRecord>,
) -> Result<(String, u64), WorldError> {
    let path = folder.unfinished(name);
    let failed = |source| WorldError::Row { path: path.clone(), source };
    let mut writer =
        WriterBuilder::new().terminator(Terminator::CRLF).from_path(&path).map_err(failed)?;
    writer.write_record(header).map_err(failed)?;
    let mut rows = 0;
    for record in records {
        writer.write_record(&record).map_err(failed)?;
        rows += 1;
    }
    writer.flush().map_err(|source| WorldError::file("write", &path, source))?;
    Ok((name.to_owned(), rows))
}

fn customer_record(customer: &SampleCustomer) -> StringRecord {
    std::iter::once(&customer.id).chain(&customer.details).collect()
}

fn product_record(product: &SampleProduct) -> StringRecord {
    StringRecord::from_iter([
        product.id.clone(),
        product.name.clone(),
        product.stock_level.to_string(),
        product.restocked_at.to_string(),
        product.supplier_id.clone(),
        with_a_decimal(product.cost_price),
        with_a_decimal(product.selling_price),
    ])
}

fn customer(rng: &mut impl Rng) -> SampleCustomer {
    let id = uuid(rng);
    let Person { name, gender, age, email, phone, address, segment } = Person::draw(rng);
    let (gender, segment) = (gender.to_owned(), segment.to_owned());
    SampleCustomer { id, details: [name, gender, age.to_string(), email, phone, address, segment] }
}

fn products(streams: Streams) -> Vec<SampleProduct> {
    let mut names = PRODUCT_NAMES;
    names.shuffle(&mut streams.of(Purpose::SampleProduct, u32::MAX, 0));
    let numbered = (0..N_PRODUCTS).zip(names);
    numbered
        .map(|(index, name)| product(&mut streams.of(Purpose::SampleProduct, index, 0), name))
        .collect()
}

fn product(rng: &mut impl Rng, name: &str) -> SampleProduct {
    let cost_cents: i128 = rng.random_range(500..=15_000);
    // From a tenth above cost to twice the cost.
    let price_cents = cost_cents * rng.random_range(110..=200) / 100;
    let second = rng.random_range(16 * 3_600 + 53 * 60..16 * 3_600 + 58 * 60);
    SampleProduct {
        id: uuid(rng),
        name: name.to_owned(),
        stock_level: rng.random_range(0..=500),
        restocked_at: LocalInstant { day: Day::from_epoch_days(SNAPSHOT_DAY), second },
        supplier_id: uuid(rng),
        cost_price: Money::from_parts(cost_cents * 100),
        selling_price: Money::from_parts(price_cents * 100),
    }
}

fn sale(rng: &mut impl Rng, products: &[SampleProduct]) -> SampleSale {
    let product = rng.random_range(0..products.len());
    let quantity = rng.random_range(1..=10);
    let percent: i128 = rng.random_range(0..=25);
    let discount = Rate::from_parts(percent * 100).expect("a quarter is between 0 and 1");
    let units = Quantity::from_whole(i64::from(quantity));
    let total = products[product].selling_price.line_total(units, discount);
    SampleSale {
        id: uuid(rng),
        customer: rng.random_range(0..N_CUSTOMERS as usize),
        product,
        quantity,
        discount,
        total: total.expect("prices are below 300 and quantities below 11"),
        payment_method: random::one_of(rng, &["Cash", "Credit Card", "Gift Card", "PayPal"]),
        sold_at: LocalInstant {
            day: Day::from_epoch_days(SNAPSHOT_DAY - rng.random_range(1..=365)),
            second: rng.random_range(0..86_400),
        },
    }
}

/// A UUID of version 4, variant 1 (RFC 9562), from the seeded stream.
fn uuid(rng: &mut impl Rng) -> String {
    const VERSION: u128 = 0x4 << 76;
    const VARIANT: u128 = 0b10 << 62;
    let bits = rng.random::<u128>() & !(0xf << 76) & !(0b11 << 62) | VERSION | VARIANT;
    let hex = format!("{bits:032x}");
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

/// `94.6`, `151.0`, `0.25`: the shortest decimal that has one.
fn with_a_decimal(number: impl ToString) -> String {
    let text = number.to_string();
    if text.contains('.') { text } else { text + ".0" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn numbers_have_at_least_one_decimal() {
        let shown = |text: &str| with_a_decimal(text.parse::<Money>().unwrap());
        assert_eq!(shown("94.60"), "94.6");
        assert_eq!(shown("151"), "151.0");
        assert_eq!(shown("0.25"), "0.25");
    }

    #[test]
    fn the_snapshot_is_of_2024_08_26() {
        assert_eq!(Day::from_epoch_days(SNAPSHOT_DAY).to_string(), "2024-08-26");
    }

    proptest! {
        #[test]
        fn every_seed_keeps_the_ranges_of_the_sample(seed: u64) {
            let world = SampleWorld::new(seed);
            let names: BTreeSet<_> = world.products.iter().map(|product| &product.name).collect();
            prop_assert_eq!(names.len(), 20);
            for product in &world.products {
                prop_assert!(product.cost_price < product.selling_price);
                prop_assert_eq!(product.selling_price.round_half_even(2), product.selling_price);
            }
            for sale in &world.sales {
                prop_assert!((1..=10).contains(&sale.quantity));
                prop_assert!(sale.discount.parts() <= 2_500);
                prop_assert!(sale.total > Money::ZERO);
                let before = SNAPSHOT_DAY - sale.sold_at.day.epoch_days();
                prop_assert!((1..=365).contains(&before));
            }
        }

        #[test]
        fn keys_are_version_4_uuids(seed: u64) {
            let id = uuid(&mut Streams::new(seed).of(Purpose::SampleSale, 0, 0));
            let lengths: Vec<_> = id.split('-').map(str::len).collect();
            prop_assert_eq!(lengths, [8, 4, 4, 4, 12]);
            prop_assert_eq!(id.as_bytes()[14], b'4');
            prop_assert!(b"89ab".contains(&id.as_bytes()[19]));
        }
    }
}
