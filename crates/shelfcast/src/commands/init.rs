use crate::arguments::InitArguments;
use crate::failure::Outcome;
use crate::output;
use serde_json::json;
use shelfcast_pipeline::ProposedProject;
use shelfcast_pipeline::sources::{Answers, Certainty, Proposal, Question};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub fn run(arguments: &InitArguments) -> anyhow::Result<Outcome> {
    let answers = Answers::new(&arguments.answers);
    let proposed = shelfcast_pipeline::propose_with(&arguments.dir, &arguments.from, &answers)?;
    let path = proposed.write()?.display().to_string();
    if arguments.json {
        output::data(&format!("{}\n", as_json(&proposed, &path)));
    } else {
        tell(&proposed, &path, &arguments.dir);
    }
    Ok(if proposed.has_questions() { Outcome::Broken } else { Outcome::Done })
}

/// Looks at `files` and proposes a project for `folder`.
pub fn propose(folder: &Path, files: &[PathBuf]) -> anyhow::Result<ProposedProject> {
    Ok(shelfcast_pipeline::propose(folder, files)?)
}

fn tell(proposed: &ProposedProject, path: &str, folder: &Path) {
    for source in &proposed.proposal.sources {
        output::say(&format!("{} ({}): {}", source.spec.feed, source.certainty, source.reason));
    }
    for source in &proposed.proposal.sources {
        let likely = source.columns.iter().filter(|it| it.certainty == Certainty::Likely);
        for column in likely {
            output::say(&format!(
                "LIKELY {}.{}: {} (answered by --answer {}.{}=...)",
                source.spec.feed, column.column, column.reason, source.spec.feed, column.column
            ));
        }
    }
    tell_unused(&proposed.proposal);
    for source in proposed.proposal.sources.iter().filter(|source| source.lacks_money()) {
        output::say(&format!(
            "NOTICE: no column of {} holds what was paid: its sales are counted in units alone",
            source.label
        ));
    }
    for file in proposed.proposal.files.iter().filter(|file| !file.used) {
        output::say(&format!("not used: {}: {}", file.file.display(), file.text));
    }
    for assumption in &proposed.assumptions {
        output::say(&format!("ASSUMED: {assumption}"));
    }
    for question in &proposed.proposal.questions {
        ask(question);
    }
    for answer in &proposed.proposal.unused_answers {
        output::say(&format!("not an answer to anything: {answer}"));
    }
    if !proposed.has_sales() {
        let why = match &proposed.proposal.declined {
            declined if declined.is_empty() => "none of them could be read as sales".to_owned(),
            declined => format!("{} could be, and was declined by an answer", declined.join(", ")),
        };
        output::say(&format!("QUESTION: which file holds the sales? {why}"));
    }
    output::say(&format!("wrote {path}"));
    if proposed.has_questions() {
        output::say(&format!(
            "hint: answer the questions in {path}, or run init again with --answer, then run \
             `shelfcast -C {} run`",
            folder.display()
        ));
    } else {
        output::say(&format!("next: shelfcast -C {} run", folder.display()));
    }
}

/// Columns whose name says nothing, by file; then the others, each with its reason.
fn tell_unused(proposal: &Proposal) {
    let mut nameless: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let unused = &proposal.unused;
    for column in unused.iter().filter(|column| column.reason.is_none()) {
        nameless.entry(&column.label).or_default().push(&column.header);
    }
    for (file, headers) in nameless {
        output::say(&format!(
            "not used of {file}: `{}`: no usual names of a column",
            headers.join("`, `")
        ));
    }
    for column in unused {
        if let Some(reason) = &column.reason {
            output::say(&format!("not used of {}: `{}`: {reason}", column.label, column.header));
        }
    }
}

fn ask(question: &Question) {
    output::say(&format!("QUESTION {}: {}", question.id, question.text));
    output::say(&format!(
        "  in {}: found {}; allowed is {}",
        question.file, question.found, question.allowed
    ));
    for (number, (choice, reason)) in question.options.iter().enumerate() {
        output::say(&format!("  {}: {choice} ({reason})", number + 1));
    }
    output::say(&format!("  hint: {}", question.hint()));
}

fn as_json(proposed: &ProposedProject, path: &str) -> serde_json::Value {
    let sources: Vec<_> = proposed
        .proposal
        .sources
        .iter()
        .map(|source| {
            let columns: Vec<_> = source
                .columns
                .iter()
                .map(|column| {
                    json!({
                        "column": column.column,
                        "certainty": column.certainty.to_string(),
                        "reason": column.reason,
                        "assumption": column.assumption,
                    })
                })
                .collect();
            json!({
                "feed": source.spec.feed.as_str(),
                "files": source.spec.files,
                "certainty": source.certainty.to_string(),
                "reason": source.reason,
                "columns": columns,
            })
        })
        .collect();
    let questions: Vec<_> = proposed
        .proposal
        .questions
        .iter()
        .map(|question| json!({"id": question.id, "file": question.file, "text": question.text, "found": question.found, "allowed": question.allowed, "hint": question.hint()}))
        .collect();
    let unused: Vec<_> = proposed
        .proposal
        .unused
        .iter()
        .map(|column| json!({"file": column.label, "header": column.header, "reason": column.reason}))
        .collect();
    json!({"path": path, "unused": unused, "sources": sources, "assumptions": proposed.assumptions, "questions": questions, "unused_answers": proposed.proposal.unused_answers})
}
