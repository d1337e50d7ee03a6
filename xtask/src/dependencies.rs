//! Who may know whom: the crates' dependencies on one another and on heavy libraries.
//!
//! The rules are for what is shipped; tests may use what they need, but only tests and the
//! binary may know the simulated world.

use crate::failure::Failure;
use crate::metadata::{Metadata, Package};

/// The siblings that a crate may depend on.
struct Siblings {
    of: &'static str,
    allowed: &'static [&'static str],
    reason: &'static str,
}

const fn may(of: &'static str, allowed: &'static [&'static str], reason: &'static str) -> Siblings {
    Siblings { of, allowed, reason }
}

const SIBLINGS: &[Siblings] = &[
    may("retail", &[], "the words that all others share know nobody"),
    may("forecast", &[], "demand models work on plain slices"),
    may("charts", &[], "a picture is drawn from its own typed figure"),
    may("inventory", &["retail"], "orders are counted in the exact quantities of retail"),
    may(
        "replay",
        &["forecast", "inventory", "retail"],
        "a replay joins demand models and policies without the engine",
    ),
    may("report", &["charts"], "a page is rendered from plain rows, whoever read them"),
    may("world", &["retail"], "the simulated truth must not lean on what it judges"),
    may("sources", &["retail"], "files become text before anything judges them"),
    may("contracts", &["retail", "sources"], "the row checker reads the text chunks of sources"),
    may(
        "series",
        &["forecast", "retail", "sources"],
        "any series in a file can be forecast without a lake",
    ),
    may(
        "functions",
        &["forecast", "inventory", "retail"],
        "functions are the SQL faces of the science and no more",
    ),
    may("lake", &["retail"], "tables and versions are the same whoever plans or reads"),
    may("engine", &["functions", "lake"], "a session joins the functions with pinned versions"),
    may(
        "pipeline",
        &["contracts", "engine", "inventory", "lake", "retail", "sources"],
        "the verbs cannot see the simulated world, nor how a page looks",
    ),
];

/// The binary, which may know everyone.
const BINARY: &str = "shelfcast";
const PREFIX: &str = "shelfcast-";

/// Libraries and the only crates that may depend on them.
struct Home {
    /// A name, or the start of one before `*`.
    library: &'static str,
    crates: &'static [&'static str],
    reason: &'static str,
}

const HOMES: &[Home] = &[
    Home {
        library: "deltalake*",
        crates: &["lake"],
        reason: "the table format enters through one crate, so that it can be changed in one",
    },
    Home {
        library: "datafusion-expr",
        crates: &["functions"],
        reason: "functions need the engine's vocabulary, not the engine",
    },
    Home {
        library: "datafusion-common",
        crates: &["functions"],
        reason: "functions need the engine's vocabulary, not the engine",
    },
    Home {
        library: "datafusion*",
        crates: &["engine"],
        reason: "nobody else should wait for the query engine to build",
    },
    Home {
        library: "arrow*",
        crates: &[
            "sources",
            "contracts",
            "functions",
            "lake",
            "engine",
            "pipeline",
            "series",
            "world",
            BINARY,
        ],
        reason: "sources reads Parquet, series writes it, world behind a feature; the other pure \
                 crates build and test in seconds",
    },
    Home { library: "calamine", crates: &["sources"], reason: "workbooks are read in sources" },
    Home {
        library: "csv*",
        crates: &["sources", "series", "world", "report", BINARY],
        reason: "files are read in sources and written in series, world, report and the binary",
    },
    Home { library: "clap*", crates: &[BINARY], reason: "arguments are the binary's business" },
];

pub(crate) fn check(metadata: &Metadata) -> Vec<Failure> {
    metadata
        .members()
        .filter(|package| package.name != "xtask")
        .flat_map(|package| siblings(package).into_iter().chain(heavy(package)))
        .collect()
}

fn siblings(package: &Package) -> Vec<Failure> {
    if package.name == BINARY {
        return Vec::new();
    }
    let name = short(&package.name);
    let Some(rule) = SIBLINGS.iter().find(|rule| rule.of == name) else {
        return vec![Failure::new(
            format!("dependencies: {name} has no entry in the table of siblings"),
            "say in xtask/src/dependencies.rs whom the new crate may know, and why",
        )];
    };
    let known = package.dependencies.iter().filter(|dependency| {
        let sibling = dependency.name.strip_prefix(PREFIX);
        let is_binary = dependency.name == BINARY;
        is_binary
            || sibling
                .is_some_and(|sibling| !dependency.is_for_tests && !rule.allowed.contains(&sibling))
    });
    let refuse = |found: &str| {
        Failure::new(
            format!("dependencies: {name} knows {}, and {}", short(found), rule.reason),
            format!(
                "move what needs it to a crate that may (allowed to {name}: {}); \
                 ARCHITECTURE.md says how the house is divided",
                if rule.allowed.is_empty() { "none".to_owned() } else { rule.allowed.join(", ") }
            ),
        )
    };
    known.map(|dependency| refuse(&dependency.name)).collect()
}

fn heavy(package: &Package) -> Vec<Failure> {
    let name = short(&package.name);
    let shipped = package.dependencies.iter().filter(|dependency| !dependency.is_for_tests);
    let refused = shipped.filter_map(|dependency| {
        let home = HOMES.iter().find(|home| home.holds(&dependency.name))?;
        (!home.crates.contains(&name)).then(|| {
            Failure::new(
                format!("dependencies: {name} uses {}, and {}", dependency.name, home.reason),
                format!("go through one of its homes: {}", home.crates.join(", ")),
            )
        })
    });
    refused.collect()
}

impl Home {
    fn holds(&self, library: &str) -> bool {
        match self.library.strip_suffix('*') {
            Some(start) => library
                .strip_prefix(start)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('-')),
            None => self.library == library,
        }
    }
}

fn short(package: &str) -> &str {
    package.strip_prefix(PREFIX).unwrap_or(package)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::Dependency;

    fn failures(name: &str, shipped: &[&str], for_tests: &[&str]) -> Vec<String> {
        let entry =
            |is_for_tests| move |name: &&str| Dependency { name: (*name).to_owned(), is_for_tests };
        let shipped = shipped.iter().map(entry(false));
        let package = Package {
            name: name.to_owned(),
            is_member: true,
            dependencies: shipped.chain(for_tests.iter().map(entry(true))).collect(),
            ..Package::default()
        };
        let metadata = Metadata { packages: vec![package] };
        check(&metadata).into_iter().map(|failure| failure.what).collect()
    }

    #[test]
    fn the_pipeline_cannot_see_the_world_but_its_tests_can() {
        let world = ["shelfcast-world"];
        assert!(failures("shelfcast-pipeline", &[], &world).is_empty());
        assert_eq!(
            failures("shelfcast-pipeline", &world, &[]),
            ["dependencies: pipeline knows world, and the verbs cannot see the simulated world, \
              nor how a page looks"]
        );
    }

    #[test]
    fn only_the_binary_may_know_the_world() {
        let world = ["shelfcast-world"];
        for rule in SIBLINGS {
            assert!(!rule.allowed.contains(&"world"), "{}", rule.of);
        }
        assert!(failures("shelfcast", &world, &[]).is_empty());
    }

    #[test]
    fn nobody_knows_the_binary_not_even_tests() {
        assert_eq!(failures("shelfcast-report", &[], &["shelfcast"]).len(), 1);
    }

    #[test]
    fn heavy_libraries_have_one_home() {
        assert!(failures("shelfcast-functions", &["datafusion-expr"], &[]).is_empty());
        assert_eq!(failures("shelfcast-functions", &["datafusion"], &[]).len(), 1);
        assert_eq!(failures("shelfcast-engine", &["deltalake-core"], &[]).len(), 1);
        assert_eq!(failures("shelfcast-forecast", &["arrow"], &[]).len(), 1);
        assert_eq!(failures("shelfcast-pipeline", &["csv-core", "clap"], &[]).len(), 2);
    }

    #[test]
    fn a_new_crate_needs_a_rule() {
        assert_eq!(
            failures("shelfcast-web", &[], &[]),
            ["dependencies: web has no entry in the table of siblings"]
        );
    }
}
