//! Whether the totals and prices of sales are what their headers say.

use super::derived::{in_backticks, in_expression};
use super::dictionary::best;
use super::draft::Draft;
use super::question::{Choice, Question};
use super::{Certainty, ProposedColumn, group::Group};
use crate::{ColumnSource, NumberFormat, TextChunk};
use shelfcast_retail::{Feed, SCALE};
use std::collections::HashMap;

/// Rows that are looked at.
const MAX_ROWS: u64 = 50_000;
/// Products whose first row is remembered.
const MAX_PRODUCTS: usize = 10_000;
/// Rows below which nothing is said.
const MIN_ROWS: u64 = 10;
/// Of 100 rows so many agree where a file keeps to one way.
const AGREED_PERCENT: u64 = 95;
/// One, as numbers and as products of two numbers are held.
const ONE: i128 = 10_i128.pow(SCALE);
/// A cent of such a product, as far as totals may be off.
const CENT: i128 = ONE * ONE / 100;

/// Ways in which the numbers of a file may be written, as far as its amounts tell.
const WAYS: [[NumberFormat; 2]; 2] =
    [[marks('.', None), marks('.', Some(','))], [marks(',', Some('.')), marks(',', Some(' '))]];

const fn marks(decimal_mark: char, thousands_mark: Option<char>) -> NumberFormat {
    NumberFormat { decimal_mark, thousands_mark }
}

/// What the rows of a file say together about their amounts.
#[derive(Debug, Clone)]
pub(super) struct AmountEvidence {
    product_id: Option<usize>,
    quantity: Option<usize>,
    unit_price: Option<usize>,
    discount: Option<usize>,
    total: Option<usize>,
    n_rows: u64,
    /// One for each of [`WAYS`].
    counts: [Counts; 2],
}

/// Rows, as numbers written in one way have them.
#[derive(Debug, Clone, Default)]
struct Counts {
    n_totals: u64,
    /// Whose total is quantity x price.
    n_plain: u64,
    /// Whose total is that less a share.
    n_share: u64,
    /// Whose total is that less so many percent.
    n_percent: u64,
    /// Whose total is that less an amount.
    n_amount: u64,
    /// The first quantity and price of each product.
    first: HashMap<Box<str>, (i128, i128)>,
    /// Rows of a product with another quantity than its first row.
    n_compared: u64,
    n_same_price: u64,
    /// Whose price is as many times that of the first row as their quantity.
    n_proportional: u64,
}

impl AmountEvidence {
    /// Looks at the headers that are most likely a sale's.
    pub(super) fn new(headers: &[String]) -> Self {
        let place = |column: &str| {
            let header = best(Feed::Sales, column, headers)?;
            headers.iter().position(|known| known == header)
        };
        Self {
            product_id: place("product_id"),
            quantity: place("quantity"),
            unit_price: place("unit_price"),
            discount: place("discount"),
            total: place("total"),
            n_rows: 0,
            counts: [Counts::default(), Counts::default()],
        }
    }

    pub(super) fn look_at(&mut self, chunk: &TextChunk) {
        let column = |place: Option<usize>| place.and_then(|place| chunk.columns().get(place));
        let Some((quantities, prices)) = column(self.quantity).zip(column(self.unit_price)) else {
            return;
        };
        let n_left = MAX_ROWS.saturating_sub(self.n_rows);
        let n_rows = chunk.rows().min(usize::try_from(n_left).unwrap_or(usize::MAX));
        self.n_rows += n_rows as u64;
        let text = |place: Option<usize>, row: usize| column(place).map(|it| it.value(row));
        for row in 0..n_rows {
            for (ways, counts) in WAYS.iter().zip(&mut self.counts) {
                let read = |text: &str| ways.iter().find_map(|format| format.parts(text));
                let (quantity, price) = (read(quantities.value(row)), read(prices.value(row)));
                let Some((quantity, price)) = quantity.zip(price) else { continue };
                let total = text(self.total, row).and_then(read);
                let discount = text(self.discount, row).and_then(read);
                counts.compare_total(quantity, price, discount.unwrap_or(0), total);
                let product = text(self.product_id, row);
                product.into_iter().for_each(|it| counts.compare_price(it, quantity, price));
            }
        }
    }

    /// Leaves out what contradicts itself, and asks what may be two things.
    pub(super) fn judge(&self, group: &Group, draft: &mut Draft) {
        let decimal_mark = draft.spec.numbers.decimal_mark;
        let way = WAYS.iter().position(|ways| ways[0].decimal_mark == decimal_mark);
        let Some(counts) = way.map(|way| &self.counts[way]) else { return };
        let header = |place: Option<usize>| Some(group.headers.get(place?)?.as_str());
        let is_mapped = |draft: &Draft, name: &str, place: Option<usize>| {
            let known = draft.columns.iter().find(|column| column.column == name);
            known.is_some_and(|it| place.is_some() && it.source.header_name() == header(place))
        };
        let names = header(self.quantity).zip(header(self.unit_price));
        let Some((quantity, price)) = names else { return };
        if !is_mapped(draft, "quantity", self.quantity)
            || !is_mapped(draft, "unit_price", self.unit_price)
        {
            return;
        }
        if is_mapped(draft, "total", self.total) {
            let names = [quantity, price, header(self.total).unwrap_or_default()];
            counts.judge_total(draft, names, header(self.discount));
        } else if counts.prices_are_of_lines() {
            ask_what_price(group, draft, quantity, price);
        }
    }
}

impl Counts {
    fn compare_total(&mut self, quantity: i128, price: i128, discount: i128, total: Option<i128>) {
        let product = quantity.checked_mul(price);
        let (Some(product), Some(total)) = (product, total.and_then(|it| it.checked_mul(ONE)))
        else {
            return;
        };
        if quantity == 0 {
            return;
        }
        // What was brought back may have the sign of its total alone.
        let total = if (total < 0) == (product < 0) { total } else { -total };
        let is_total = |value: Option<i128>| value.is_some_and(|it| (it - total).abs() <= CENT);
        let share = product.checked_mul(ONE - discount).map(|it| it / ONE);
        let percent = product.checked_mul(100 * ONE - discount).map(|it| it / (100 * ONE));
        let amount = discount.checked_mul(ONE).and_then(|it| product.checked_sub(it));
        self.n_totals += 1;
        self.n_plain += u64::from(is_total(Some(product)));
        self.n_share += u64::from(is_total(share));
        self.n_percent += u64::from(is_total(percent));
        self.n_amount += u64::from(is_total(amount));
    }

    fn compare_price(&mut self, product: &str, quantity: i128, price: i128) {
        let Some((first_quantity, first_price)) = self.first.get(product).copied() else {
            if self.first.len() < MAX_PRODUCTS && quantity > 0 && price > 0 {
                self.first.insert(product.into(), (quantity, price));
            }
            return;
        };
        if quantity <= 0 || price <= 0 || quantity == first_quantity {
            return;
        }
        self.n_compared += 1;
        self.n_same_price += u64::from(price == first_price);
        let difference = price
            .checked_mul(first_quantity)
            .zip(first_price.checked_mul(quantity))
            .and_then(|(left, right)| left.checked_sub(right));
        // Each of the two prices is rounded to a cent.
        let rounding = (quantity + first_quantity) * (ONE / 100);
        self.n_proportional += u64::from(difference.is_some_and(|it| it.abs() <= rounding));
    }

    /// Whether nearly all totals are told by one way, and some of them by no other.
    fn agree(&self, n_agreed: u64) -> bool {
        n_agreed * 100 >= self.n_totals * AGREED_PERCENT
    }

    fn judge_total(
        &self,
        draft: &mut Draft,
        [quantity, price, total]: [&str; 3],
        discount_header: Option<&str>,
    ) {
        let agree = |n_agreed: u64| self.agree(n_agreed);
        let is_unread = !draft.columns.iter().any(|column| column.column == "discount");
        if let Some(header) = discount_header.filter(|_| is_unread)
            && self.n_totals >= MIN_ROWS
            && !agree(self.n_plain)
            && agree(self.n_percent)
        {
            draft.columns.push(percent(header, total, quantity, price));
        }
        let discount = draft.columns.iter().find(|column| column.column == "discount");
        let has_discount = discount.is_some();
        let n_agreed = match discount.map(|column| &column.source) {
            None => self.n_plain,
            Some(ColumnSource::Computed(_)) => self.n_percent,
            Some(_) => self.n_share,
        };
        if self.n_totals < MIN_ROWS || agree(n_agreed) {
            return;
        }
        if let Some(header) = discount_header.filter(|_| agree(self.n_amount)) {
            draft.columns.retain(|column| column.column != "discount");
            draft.columns.push(amount(header, total, quantity, price));
            draft.assumed.push(format!(
                "`{total}` is `{quantity}` x `{price}` less `{header}`, which is an amount: its \
                 share of the price is the discount"
            ));
            return;
        }
        let n_off = self.n_totals - n_agreed;
        let less = if has_discount { " less the discount" } else { "" };
        draft.columns.retain(|column| column.column != "total");
        draft.assumed.push(format!(
            "`{total}` is left out: in {n_off} of {} rows it is not `{quantity}` x \
             `{price}`{less}; tax, charges or a whole order may be in it",
            self.n_totals
        ));
    }

    /// Whether what is called a price grows with the quantity of the same product.
    fn prices_are_of_lines(&self) -> bool {
        self.n_compared >= MIN_ROWS
            && self.n_proportional * 100 >= self.n_compared * AGREED_PERCENT
            && self.n_same_price * 2 < self.n_compared
    }
}

/// A discount of which the totals say that it is in percent.
fn percent(header: &str, total: &str, quantity: &str, price: &str) -> ProposedColumn {
    ProposedColumn {
        column: "discount",
        source: ColumnSource::Computed(format!("round({} / 100, {SCALE})", in_expression(header))),
        certainty: Certainty::Certain,
        reason: format!(
            "`{total}` is `{quantity}` x `{price}` less as many percent as `{header}` says"
        ),
        assumption: None,
    }
}

/// A discount that is an amount, as the share that it is of the price.
fn amount(header: &str, total: &str, quantity: &str, price: &str) -> ProposedColumn {
    let [amount, quantity, price] = [header, quantity, price].map(in_backticks);
    let share = format!("round({amount} / ({quantity} * {price}), {SCALE})");
    ProposedColumn {
        column: "discount",
        // Of nothing there is no share.
        source: ColumnSource::Computed(format!("decode({quantity} * {price}, 0, 0, {share})")),
        certainty: Certainty::Certain,
        reason: format!("`{total}` is {quantity} x {price} less the amount below `{header}`"),
        assumption: None,
    }
}

fn ask_what_price(group: &Group, draft: &mut Draft, quantity: &str, price: &str) {
    let text = format!(
        "is `{price}` of {} the price of one unit? It grows with `{quantity}` as the price of a \
         whole line does",
        group.label()
    );
    let of_line = format!("round({} / {}, {SCALE})", in_expression(price), in_expression(quantity));
    let options = vec![
        (Choice::Column(ColumnSource::Computed(of_line)), "it is what the line cost".to_owned()),
        (Choice::Column(ColumnSource::header(price)), "it is the price of one".to_owned()),
    ];
    let example = group.values_of(price).map_or("", |values| values.example.as_str());
    let found = format!("`{price}` has values such as `{example}`");
    draft.columns.retain(|column| column.column != "unit_price");
    let question = Question::new(Feed::Sales, "unit_price", group.label(), text);
    draft.questions.push(question.about(price, found).with_options(options));
}

#[cfg(test)]
mod tests {
    use crate::propose::tests::{lines, of, propose_texts, write};
    use crate::propose::{Answers, propose_with};
    use shelfcast_retail::Feed;

    /// A file of 24 sales: `amounts` gives the fields behind the product of one of `quantity`
    /// at a price in cents.
    fn file(header: &str, amounts: impl Fn(u32, u32) -> String) -> String {
        let row = |at: u32| {
            let (quantity, price) = (at % 5 + 1, (at % 3 + 1) * 250);
            format!("{at},2024-01-{:02},P{},{}\n", at + 1, at % 3, amounts(quantity, price))
        };
        format!("order,date,item,{header}\n") + &(0..24).map(row).collect::<String>()
    }

    fn money(cents: u32) -> String {
        format!("{}.{:02}", cents / 100, cents % 100)
    }

    #[test]
    fn a_total_with_tax_in_it_is_left_out() {
        let text = file("qty,price,total", |quantity, price| {
            let taxed = money(quantity * price * 105 / 100);
            format!("{quantity},{},{taxed}", money(price))
        });
        let proposal = propose_texts(&[("s.csv", &text)]);
        let sales = of(&proposal, Feed::Sales);
        assert!(!lines(sales).iter().any(|line| line.starts_with("total")), "{sales:#?}");
        assert_eq!(
            sales.assumed,
            ["`total` is left out: in 24 of 24 rows it is not `qty` x `price`; tax, charges or \
                 a whole order may be in it"]
        );
    }

    #[test]
    fn a_total_that_is_right_is_kept_in_either_way_to_write_numbers() {
        for (mark, other) in [('.', '.'), ('.', ',')] {
            let text = file("qty,price,total", |quantity, price| {
                let written = |cents| money(cents).replace(mark, &other.to_string());
                format!("{quantity},\"{}\",\"{}\"", written(price), written(quantity * price))
            });
            let proposal = propose_texts(&[("s.csv", &text)]);
            let found = lines(of(&proposal, Feed::Sales));
            assert!(found.contains(&"total <- total".to_owned()), "{found:?}");
        }
    }

    #[test]
    fn a_discount_that_is_an_amount_is_no_share() {
        let text = file("qty,price,discount,total", |quantity, price| {
            let discount = [0, 50, 100][quantity as usize % 3];
            let total = money(quantity * price - discount);
            format!("{quantity},{},{},{total}", money(price), money(discount))
        });
        let proposal = propose_texts(&[("s.csv", &text)]);
        let sales = of(&proposal, Feed::Sales);
        let found = lines(sales);
        assert!(found.contains(&"total <- total".to_owned()), "{found:?}");
        assert!(found.contains(&"unit_price <- price".to_owned()), "{found:?}");
        let share =
            "discount = decode(`qty` * `price`, 0, 0, round(`discount` / (`qty` * `price`), 4))";
        assert!(found.contains(&share.to_owned()), "{found:?}");
        assert!(sales.assumed[0].contains("which is an amount"), "{:?}", sales.assumed);
    }

    #[test]
    fn totals_say_that_a_discount_is_in_percent_or_an_amount() {
        let percent = file("qty,price,discount,total", |quantity, price| {
            let percent = [0, 10, 20][quantity as usize % 3];
            let total = money(quantity * price * (100 - percent) / 100);
            format!("{quantity},{},{percent},{total}", money(price))
        });
        let found = lines(of(&propose_texts(&[("s.csv", &percent)]), Feed::Sales));
        let discount = "discount = round(discount / 100, 4)".to_owned();
        assert!(found.contains(&discount), "{found:?}");
        assert!(found.contains(&"total <- total".to_owned()), "{found:?}");
        // Amounts of more than one, which are no shares.
        let amount = file("qty,price,discount,total", |quantity, price| {
            let discount = [0, 150, 200][quantity as usize % 3];
            format!(
                "{quantity},{},{},{}",
                money(price),
                money(discount),
                money(quantity * price - discount)
            )
        });
        let found = lines(of(&propose_texts(&[("s.csv", &amount)]), Feed::Sales));
        assert!(found.contains(&"total <- total".to_owned()), "{found:?}");
        assert!(found.iter().any(|it| it.starts_with("discount = decode(")), "{found:?}");
    }

    #[test]
    fn a_discount_that_nothing_explains_is_told_and_not_used() {
        let text = file("qty,price,discount", |quantity, price| {
            format!("{quantity},{},{}", money(price), [15, 10, 0][quantity as usize % 3])
        });
        let proposal = propose_texts(&[("s.csv", &text)]);
        assert_eq!(proposal.unused.len(), 1, "{:?}", proposal.unused);
        let reason = proposal.unused[0].reason.as_deref().unwrap_or_default();
        assert!(reason.contains("values are no shares from 0 to 1"), "{reason}");
        assert!(reason.contains("compute = \"round(discount / 100, 4)\""), "{reason}");
    }

    #[test]
    fn a_discount_in_percent_is_a_hundredth_of_it() {
        let text = file("qty,price,Discount (%),total", |quantity, price| {
            let percent = [0, 10, 20][quantity as usize % 3];
            let total = money(quantity * price * (100 - percent) / 100);
            format!("{quantity},{},{percent},{total}", money(price))
        });
        let proposal = propose_texts(&[("s.csv", &text)]);
        let found = lines(of(&proposal, Feed::Sales));
        assert!(found.contains(&"total <- total".to_owned()), "{found:?}");
        let discount = "discount = round(`Discount (%)` / 100, 4)".to_owned();
        assert!(found.contains(&discount), "{found:?}");
    }

    #[test]
    fn a_price_that_grows_with_the_quantity_is_asked_about() {
        let text =
            file("qty,price", |quantity, price| format!("{quantity},{}", money(quantity * price)));
        let (_folder, paths) = write(&[("s.csv", &text)]);
        let asked = propose_with(&paths, &Answers::default()).unwrap();
        assert_eq!(asked.questions.len(), 1, "{asked:#?}");
        assert_eq!(asked.questions[0].id, "sales.unit_price");
        let answered = propose_with(&paths, &Answers::new(["sales.unit_price=1"])).unwrap();
        let found = lines(of(&answered, Feed::Sales));
        assert!(found.contains(&"unit_price = round(price / qty, 4)".to_owned()), "{found:?}");
    }

    #[test]
    fn a_price_that_does_not_is_a_price() {
        let text = file("qty,price", |quantity, price| format!("{quantity},{}", money(price)));
        assert!(propose_texts(&[("s.csv", &text)]).is_certain());
    }
}
