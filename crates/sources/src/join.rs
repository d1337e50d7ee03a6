use crate::Lookups;
use crate::chunk::{TextColumn, UnmatchedRow};
use crate::chunk_builder::WideSlot;
use crate::origin::{OperandPlace, Origin};
use std::collections::BTreeSet;

/// Where a text that a column is made of comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slot {
    /// The file itself.
    File(WideSlot),
    /// A column of a file that rows are looked up in.
    Lookup { table: usize, column: usize },
}

impl Slot {
    pub(crate) fn of_file(&self) -> Option<WideSlot> {
        match self {
            Self::File(slot) => Some(*slot),
            Self::Lookup { .. } => None,
        }
    }
}

/// Puts the columns of other files among those of the file itself.
pub(crate) struct Join {
    lookups: Lookups,
    slots: Vec<Slot>,
    /// Of each look-up, where its keys stand among the slots.
    keys: Vec<Vec<usize>>,
    /// Of each look-up, whether a column that every row must have comes from there.
    is_needed: Vec<bool>,
}

impl Join {
    /// `None` where nothing is looked up; `required` are the columns that every row must have.
    pub(crate) fn new(
        lookups: &Lookups,
        slots: &[Slot],
        keys: Vec<Vec<usize>>,
        origins: &[Origin],
        required: impl Iterator<Item = usize>,
    ) -> Option<Self> {
        if lookups.tables().is_empty() {
            return None;
        }
        let mut needed = BTreeSet::new();
        required.for_each(|at| add_tables_behind(at, origins, slots, &mut needed));
        let is_needed = (0..lookups.tables().len()).map(|table| needed.contains(&table)).collect();
        Some(Self { lookups: lookups.clone(), slots: slots.to_vec(), keys, is_needed })
    }

    /// One column for each slot, out of those of the file; rows that find nothing are noted.
    pub(crate) fn columns(
        &self,
        from_file: Vec<TextColumn>,
        rows: usize,
        unmatched: &mut Vec<UnmatchedRow>,
    ) -> Vec<TextColumn> {
        let mut from_file = from_file.into_iter();
        let mut columns: Vec<TextColumn> = self
            .slots
            .iter()
            .map(|slot| slot.of_file().and_then(|_| from_file.next()).unwrap_or_default())
            .collect();
        for (at, table) in self.lookups.tables().iter().enumerate() {
            let keys: Vec<&TextColumn> = self.keys[at].iter().map(|slot| &columns[*slot]).collect();
            let is_needed = self.is_needed[at];
            let found = table.join(&keys, rows, |row, found, allowed| {
                unmatched.push(UnmatchedRow { row, is_needed, found, allowed });
            });
            for (slot, column) in self.slots.iter().zip(&mut columns) {
                if let Slot::Lookup { table, column: taken } = slot
                    && *table == at
                {
                    column.clone_from(&found[*taken]);
                }
            }
        }
        unmatched.sort_by_key(|it| it.row);
        columns
    }
}

/// The look-ups that the column `at` is made of, directly or by way of others.
fn add_tables_behind(at: usize, origins: &[Origin], slots: &[Slot], tables: &mut BTreeSet<usize>) {
    let mut operands: Vec<OperandPlace> = Vec::new();
    match &origins[at] {
        Origin::File { at, .. } => operands.push(OperandPlace::File(*at)),
        Origin::Computed { operands: named, .. } => {
            operands.extend(named.iter().map(|(place, _)| *place));
        }
        Origin::Same(_) | Origin::RowKey => {}
    }
    for operand in operands {
        match operand {
            OperandPlace::Feed(at) => add_tables_behind(at, origins, slots, tables),
            OperandPlace::File(slot) => {
                if let Slot::Lookup { table, .. } = slots[slot] {
                    tables.insert(table);
                }
            }
        }
    }
}
