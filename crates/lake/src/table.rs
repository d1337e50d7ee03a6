use crate::LakeError;
use std::fmt;
use std::str::FromStr;

/// The name of a table: a schema (`raw`, `staging`, `intermediate`, `marts`) and a name in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableName {
    schema: String,
    name: String,
}

impl TableName {
    /// The table `name` of `schema`; both are lower-case words of letters, digits and `_`.
    pub fn new(schema: &str, name: &str) -> Result<Self, LakeError> {
        if is_word(schema) && is_word(name) {
            Ok(Self { schema: schema.to_owned(), name: name.to_owned() })
        } else {
            Err(LakeError::TableName { found: format!("{schema}.{name}") })
        }
    }

    /// The schema.
    pub fn schema(&self) -> &str {
        &self.schema
    }

    /// The name within the schema.
    pub fn name(&self) -> &str {
        &self.name
    }
}

fn is_word(text: &str) -> bool {
    text.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase() || byte == b'_')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

impl FromStr for TableName {
    type Err = LakeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (schema, name) =
            text.split_once('.').ok_or_else(|| LakeError::TableName { found: text.to_owned() })?;
        Self::new(schema, name)
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.schema, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_name_is_two_words() {
        assert_eq!("raw.sales".parse::<TableName>().unwrap().to_string(), "raw.sales");
        for text in ["sales", "raw.", "a.b.c", "raw.Sales", "raw.1x", "../x.y", ""] {
            assert!(text.parse::<TableName>().is_err(), "{text}");
        }
    }
}
