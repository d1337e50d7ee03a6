use crate::compile::Place;
use crate::document::{self, API_VERSIONS};
use crate::rules::{AmountRule, ColumnRules, DuplicateRule, KeyRule, Rule, TotalRule};
use crate::{ContractError, SetRule, Severity, builtin, standard};
use shelfcast_retail::{Feed, Rate};
use shelfcast_sources::{Duplicates, SourceSpec};
use std::path::Path;
use std::sync::OnceLock;

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
    pub(crate) amount: Option<AmountRule>,
    pub(crate) duplicate_row: Option<DuplicateRule>,
    pub(crate) ragged_row: Severity,
    pub(crate) set_rules: Vec<SetRule>,
}

impl Contract {
    /// The contract that comes with the program; it is understood once, and a
    /// test, not every start, holds it against the standard.
    pub fn builtin(feed: Feed) -> Self {
        static UNDERSTOOD: [OnceLock<Contract>; Feed::ALL.len()] =
            [const { OnceLock::new() }; Feed::ALL.len()];
        let understand = || {
            let (text, origin) = builtin::document(feed);
            Self::understand(text, origin).expect("a test reads every contract that is built in")
        };
        UNDERSTOOD[feed as usize].get_or_init(understand).clone()
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
    /// promises that a feed cannot do without, and all else that the JSON schema
    /// of the standard refuses.
    pub fn parse(text: &str, origin: &str) -> Result<Self, ContractError> {
        // Our own messages come first: they know what a feed needs.
        let understood = Self::understand(text, origin);
        match &understood {
            Ok(_) => standard::check(text, origin)?,
            // Of a value of the wrong kind the schema says what is allowed, the reader of YAML not.
            Err(ContractError::Syntax { .. }) => standard::check_kinds(text, origin)?,
            Err(_) => {}
        }
        understood
    }

    fn understand(text: &str, origin: &str) -> Result<Self, ContractError> {
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
            amount: None,
            key: None,
            duplicate_row: None,
            ragged_row: Severity::RejectRow,
            set_rules: Vec::new(),
        };
        contract.columns = place.columns(contract.feed, table)?;
        for quality in &table.quality {
            place.schema_rule(&mut contract, quality)?;
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

    /// What is done with rows of the very same text: what `spec` says; else they are kept where
    /// every row is a thing of its own ([`SourceSpec::has_row_keys`]); else what the contract
    /// says. `None` when nobody looks for them.
    pub fn duplicates_action(&self, spec: &SourceSpec) -> Option<Duplicates> {
        let of_rows = spec.has_row_keys().then_some(Duplicates::Keep);
        spec.duplicates.or(of_rows).or(self.duplicate_row.map(|rule| rule.action))
    }

    pub(crate) fn duplicate_severity(&self) -> Severity {
        self.duplicate_row.map_or(Severity::RejectRow, |rule| rule.severity)
    }

    /// Every rule about sets of rows, in the order of the document; whoever ingests runs them.
    pub fn set_rules(&self) -> &[SetRule] {
        &self.set_rules
    }

    /// Every rule about single rows and repeats within a file, columns first, in the feed's column order.
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
        if let Some(amount) = self.amount {
            let allowed = format!("worth at most {} either way", amount.maximum);
            row_rule("amount", amount.severity, allowed);
        }
        if let Some(key) = &self.key {
            row_rule("unique", key.severity, format!("one row per {}", key.columns.join(", ")));
        }
        if let Some(DuplicateRule { action, severity }) = self.duplicate_row {
            let allowed = match action {
                Duplicates::Keep => "the same text any number of times",
                Duplicates::Drop => "the same text once",
                Duplicates::Ask => "the same text once, until the source says otherwise",
            };
            row_rule("duplicate_row", severity, allowed.to_owned());
        }
        row_rule("ragged_row", self.ragged_row, "as many fields as the header".to_owned());
        rules
    }
}
