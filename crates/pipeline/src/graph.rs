use crate::{Model, PipelineError};
use shelfcast_engine::Session;
use std::collections::{BTreeMap, BTreeSet};

/// The models in an order in which each comes after those it reads; models that could
/// swap places stand in name order. The graph is read from the SQL itself.
pub fn build_order(session: &Session, models: &[Model]) -> Result<Vec<Model>, PipelineError> {
    let by_name: BTreeMap<String, &Model> =
        models.iter().map(|model| (model.table.to_string(), model)).collect();
    let mut waiting: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for model in models {
        let references =
            session.references(&model.sql).map_err(|error| PipelineError::model(model, error))?;
        let reads = references.into_iter().filter(|name| by_name.contains_key(name)).collect();
        waiting.insert(model.table.to_string(), reads);
    }
    let mut order = Vec::new();
    while !waiting.is_empty() {
        let ready =
            waiting.iter().find(|(_, reads)| reads.is_empty()).map(|(name, _)| name.clone());
        let Some(ready) = ready else {
            let stuck: Vec<&str> = waiting.keys().map(String::as_str).collect();
            return Err(PipelineError::Model {
                model: stuck[0].to_owned(),
                message: format!("it reads itself by way of {}", stuck.join(", ")),
            });
        };
        waiting.remove(&ready);
        for reads in waiting.values_mut() {
            reads.remove(&ready);
        }
        order.push(by_name[&ready].clone());
    }
    Ok(order)
}
