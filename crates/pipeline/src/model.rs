use crate::PipelineError;
use shelfcast_engine::Step;
use shelfcast_lake::TableName;

/// How a model is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Materialization {
    /// Evaluated wherever it is read.
    View,
    /// Evaluated once a build and stored.
    Table,
}

/// A condition that every row of a model meets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelTest {
    /// The claim, as a name.
    pub name: String,
    /// The claim, as SQL over the model's columns; a null is a failure.
    pub condition: String,
}

/// One table of the pipeline: a SQL file with its grain and its tests on top.
///
/// ```sql
/// -- One row per product and place: what is on hand.
/// -- key: product_id, location_id
/// -- test: value_is_not_negative: stock_value >= 0
/// select ...
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    /// The table.
    pub table: TableName,
    /// The file, as messages call it.
    pub origin: String,
    /// Whether a project's file stands in for one that comes with the program.
    pub is_replacement: bool,
    /// What one row is, in the header's first sentence.
    pub description: String,
    /// The columns that name one row: unique together, never null.
    pub key: Vec<String>,
    /// The columns by which the stored rows are sorted, ascending.
    pub sorted_by: Vec<String>,
    /// What turns the rows of the query into those of the table.
    pub step: Option<Step>,
    /// The conditions that every row meets.
    pub tests: Vec<ModelTest>,
    /// The query.
    pub sql: String,
}

impl Model {
    /// Reads a model from the text of its file. `path` is `schema/name.sql`.
    pub fn parse(path: &str, text: &str) -> Result<Self, PipelineError> {
        let refused = |message: String| PipelineError::Model { model: path.to_owned(), message };
        let name = path.strip_suffix(".sql").unwrap_or(path).replace('/', ".");
        let table: TableName = name.parse()?;
        let mut model = Self {
            table,
            origin: path.to_owned(),
            is_replacement: false,
            description: String::new(),
            key: Vec::new(),
            sorted_by: Vec::new(),
            step: None,
            tests: Vec::new(),
            sql: String::new(),
        };
        for line in text.lines().map_while(|line| line.strip_prefix("--")) {
            model.read_header(line.trim()).map_err(&refused)?;
        }
        model.sql = text.trim().trim_end_matches(';').to_owned();
        if model.description.is_empty() {
            return Err(refused("its first line must say what one row is".to_owned()));
        }
        if model.key.is_empty() {
            return Err(refused(
                "it needs a `-- key:` line with the columns that name a row".into(),
            ));
        }
        Ok(model)
    }

    fn read_header(&mut self, line: &str) -> Result<(), String> {
        let columns = |list: &str| -> Vec<String> {
            list.split(',').map(|column| column.trim().to_owned()).collect()
        };
        if let Some(list) = line.strip_prefix("key:") {
            self.key = columns(list);
        } else if let Some(list) = line.strip_prefix("sorted:") {
            self.sorted_by = columns(list);
        } else if let Some(step) = line.strip_prefix("step:") {
            self.step = Some(step.trim().parse()?);
        } else if let Some(test) = line.strip_prefix("test:") {
            let (name, condition) = test
                .split_once(": ")
                .ok_or_else(|| format!("a test is `-- test: name: condition`, found `{test}`"))?;
            self.tests.push(ModelTest {
                name: name.trim().to_owned(),
                condition: condition.trim().to_owned(),
            });
        } else if let Some((found, meant)) = misspelt(line) {
            return Err(format!("`-- {found}:` is not read: write `-- {meant}:`"));
        } else {
            if !self.description.is_empty() {
                self.description.push(' ');
            }
            self.description.push_str(line);
        }
        Ok(())
    }

    /// Staging models are views, all others tables.
    pub fn materialization(&self) -> Materialization {
        match self.table.schema() {
            "staging" => Materialization::View,
            _ => Materialization::Table,
        }
    }

    /// A query that counts the values of the key that several rows have.
    pub fn uniqueness(&self) -> (String, String) {
        let (table, key) = (&self.table, self.key.join(", "));
        let sql = format!(
            "select count(*) from (select {key} from {table} group by {key} having count(*) > 1)"
        );
        (format!("{key} is unique"), sql)
    }

    /// What holds for each row by itself: the names and conditions of these tests.
    pub fn row_tests(&self) -> Vec<ModelTest> {
        let is_there: Vec<String> =
            self.key.iter().map(|column| format!("{column} is not null")).collect();
        let of_key = ModelTest {
            name: format!("{} is not null", self.key.join(", ")),
            condition: is_there.join(" and "),
        };
        std::iter::once(of_key).chain(self.tests.iter().cloned()).collect()
    }

    /// A query with a count for each of `tests`: the rows that break it.
    pub fn broken_rows(&self, tests: &[ModelTest]) -> String {
        let counts: Vec<String> = tests
            .iter()
            .map(|test| format!("count(*) filter (where ({}) is not true)", test.condition))
            .collect();
        format!("select {} from {}", counts.join(", "), self.table)
    }
}

/// A word before a colon that is nearly one that headers have, and that one.
fn misspelt(line: &str) -> Option<(&str, &'static str)> {
    let (found, _) = line.split_once(':')?;
    let lower = found.to_lowercase();
    let meant = ["key", "sorted", "step", "test"]
        .into_iter()
        .find(|word| lower == *word || strsim::osa_distance(&lower, word) == 1)?;
    Some((found, meant))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_states_grain_key_order_and_tests() {
        let text = "-- One row per product.\n-- Twice told.\n-- key: product_id, day\n\
                    -- sorted: product_id\n-- test: is_positive: value > 0\nselect 1;\n";
        let model = Model::parse("marts/abc.sql", text).unwrap();
        assert_eq!(model.table.to_string(), "marts.abc");
        assert_eq!(model.description, "One row per product. Twice told.");
        assert_eq!(model.key, ["product_id", "day"]);
        assert_eq!(model.sorted_by, ["product_id"]);
        assert_eq!(model.tests[0].condition, "value > 0");
        assert!(model.sql.ends_with("select 1"));
        let tests = model.row_tests();
        assert_eq!(
            model.broken_rows(&tests),
            "select count(*) filter (where (product_id is not null and day is not null) is not true), \
             count(*) filter (where (value > 0) is not true) from marts.abc"
        );
        assert_eq!(
            model.uniqueness().1,
            "select count(*) from (select product_id, day from marts.abc group by product_id, day \
             having count(*) > 1)"
        );
    }

    #[test]
    fn a_misspelt_header_is_not_taken_for_words() {
        let error = |line: &str| {
            let text = format!("-- One row.\n-- key: day\n-- {line}\nselect 1 as day");
            Model::parse("marts/abc.sql", &text).map_err(|error| error.to_string())
        };
        let told = "model marts/abc.sql: `-- tset:` is not read: write `-- test:`";
        assert_eq!(error("tset: is_positive: day > 0").unwrap_err(), told);
        assert!(error("Test: is_positive: day > 0").is_err());
        assert!(error("Known: what stands here").is_ok());
    }

    #[test]
    fn a_model_without_a_key_is_refused_by_name() {
        let error = Model::parse("marts/abc.sql", "-- One row.\nselect 1").unwrap_err();
        assert_eq!(
            error.to_string(),
            "model marts/abc.sql: it needs a `-- key:` line with the columns that name a row"
        );
    }
}
