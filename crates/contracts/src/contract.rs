use crate::compile::Place;
use crate::document::{self, API_VERSIONS};
use crate::rules::{ColumnRules, KeyRule, Rule, TotalRule};
use crate::{ContractError, Severity, builtin};
use shelfcast_retail::{Feed, Rate};
use std::path::Path;

/// What a feed promises: an Open Data Contract Standard v3.1 document, read
/// and understood.
///
/// ```
/// use shelfcast_contracts::Contract;
/// use shelfcast_retail::Feed;
/// let contract = Contract::builtin(Feed::Sales);
/// assert_eq!(contract.max_rejected_share().to_string(), "0.05");
/// let discount = contract.rules().into_iter()
///     .find(|rule| rule.id == "range" && rule.column == Some("discount"))
///     .expect("the contract limits discounts");
/// assert_eq!(discount.allowed, "at least 0 and at most 1");
/// ```
#[derive(Debug, Clone)]
pub struct Contract {
    id: String,
    version: String,
    feed: Feed,
    text: String,
    max_rejected_share: Rate,
    pub(crate) columns: Vec<ColumnRules>,
    pub(crate) total: Option<TotalRule>,
    pub(crate) key: Option<KeyRule>,
    pub(crate) duplicate_row: Option<Severity>,
    pub(crate) ragged_row: Severity,
}

impl Contract {
    /// The contract that comes with the program.
    pub fn builtin(feed: Feed) -> Self {
        let (text, origin) = builtin::document(feed);
        Self::parse(text, origin).expect("a test reads every contract that is built in")
    }

    /// Reads a contract that takes the place of the one built in.
    ///
    /// # Errors
    /// Those of [`parse`](Self::parse), and a file that cannot be opened.
    pub fn load(path: &Path) -> Result<Self, ContractError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| ContractError::Open { path: path.to_owned(), source })?;
        Self::parse(&text, &path.display().to_string())
    }

    /// Understands a contract; `origin` is what messages call it.
    ///
    /// # Errors
    /// With the line: text that is no YAML, keys the standard does not have,
    /// tables and columns that are no feed's, quality rules that are unknown,
    /// and promises that a feed cannot do without.
    pub fn parse(text: &str, origin: &str) -> Result<Self, ContractError> {
        let document = document::parse(text, origin)?;
        let place = Place { origin };
        place.one_of("kind", &document.kind, &["DataContract"])?;
        place.one_of("apiVersion", &document.api_version, &API_VERSIONS)?;
        let [table] = document.schema.as_slice() else {
            let found = document.schema.len();
            return Err(ContractError::Schemas { origin: origin.to_owned(), found });
        };
        let names = Feed::ALL.map(Feed::as_str);
        place.one_of("schema name", &table.name, &names)?;
        let feed = Feed::ALL.into_iter().find(|feed| feed.as_str() == table.name.value);
        let mut contract = Self {
            id: document.id.clone(),
            version: document.version.clone(),
            feed: feed.unwrap_or(Feed::Sales),
            text: text.to_owned(),
            max_rejected_share: place.max_rejected_share(&document)?,
            columns: Vec::new(),
            total: None,
            key: None,
            duplicate_row: None,
            ragged_row: Severity::RejectRow,
        };
        contract.columns = place.columns(contract.feed, table)?;
        for quality in &table.quality {
            place.row_rule(&mut contract, quality)?;
        }
        Ok(contract)
    }

    /// The contract's own id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The contract's version.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The feed it is for.
    pub fn feed(&self) -> Feed {
        self.feed
    }

    /// The document as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The share of refused rows above which a file is refused whole.
    pub fn max_rejected_share(&self) -> Rate {
        self.max_rejected_share
    }

    /// Every rule, columns first, in the feed's column order.
    pub fn rules(&self) -> Vec<Rule> {
        let mut rules: Vec<Rule> = self.columns.iter().flat_map(ColumnRules::list).collect();
        let mut row_rule = |id, severity, allowed: String| {
            rules.push(Rule { id, column: None, severity, allowed });
        };
        if let Some(total) = self.total {
            let allowed =
                format!("quantity x unit_price x (1 - discount), give or take {}", total.tolerance);
            row_rule("total", total.severity, allowed);
        }
        if let Some(key) = &self.key {
            row_rule("unique", key.severity, format!("one row per {}", key.columns.join(", ")));
        }
        if let Some(severity) = self.duplicate_row {
            row_rule("duplicate_row", severity, "the same text once".to_owned());
        }
        row_rule("ragged_row", self.ragged_row, "as many fields as the header".to_owned());
        rules
    }
}
