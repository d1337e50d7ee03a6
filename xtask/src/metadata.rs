use crate::failure::Fault;
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// What cargo knows of the workspace and of everything it is built from.
#[derive(Debug, Default)]
pub(crate) struct Metadata {
    /// Every package in the graph, the workspace's own included.
    pub(crate) packages: Vec<Package>,
}

/// One package.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    /// The SPDX expression, if the package states one.
    pub(crate) licence: Option<String>,
    pub(crate) is_member: bool,
    pub(crate) dependencies: Vec<Dependency>,
}

/// One entry of a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// Whether tests, examples and benchmarks alone see it.
    pub(crate) is_for_tests: bool,
}

impl Metadata {
    /// Asks the cargo that runs this program; the lock file must be up to date.
    pub(crate) fn load(root: &Path) -> Result<Self, Fault> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let asked = Command::new(&cargo)
            .args(["metadata", "--format-version", "1", "--locked"])
            .current_dir(root)
            .output()
            .map_err(|error| Fault::unusable("cargo metadata", error))?;
        if !asked.status.success() {
            let said = String::from_utf8_lossy(&asked.stderr).into_owned();
            return Err(Fault::unusable("cargo metadata", said));
        }
        let answer: Value = serde_json::from_slice(&asked.stdout)
            .map_err(|error| Fault::unusable("cargo metadata", error))?;
        Ok(Self::from_json(&answer))
    }

    /// The workspace's own packages.
    pub(crate) fn members(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| package.is_member)
    }

    fn from_json(answer: &Value) -> Self {
        let members: Vec<&str> =
            items(answer, "workspace_members").filter_map(Value::as_str).collect();
        let package = |value: &Value| Package {
            name: text(value, "name"),
            version: text(value, "version"),
            licence: value["license"].as_str().map(str::to_owned),
            is_member: members.contains(&value["id"].as_str().unwrap_or_default()),
            dependencies: items(value, "dependencies").map(dependency).collect(),
        };
        Self { packages: items(answer, "packages").map(package).collect() }
    }
}

fn dependency(value: &Value) -> Dependency {
    Dependency { name: text(value, "name"), is_for_tests: value["kind"].as_str() == Some("dev") }
}

fn items<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value[key].as_array().into_iter().flatten()
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_licences_and_kinds_of_dependencies_are_read() {
        let answer = serde_json::json!({
            "workspace_members": ["path+file:///lake#0.1.0"],
            "packages": [
                {
                    "id": "path+file:///lake#0.1.0", "name": "lake", "version": "0.1.0",
                    "license": "MIT",
                    "dependencies": [
                        { "name": "bytes", "kind": null },
                        { "name": "tempfile", "kind": "dev" },
                        { "name": "cc", "kind": "build" },
                    ],
                },
                { "id": "other", "name": "bytes", "version": "1.0.0", "license": null },
            ],
        });
        let metadata = Metadata::from_json(&answer);
        let members: Vec<&Package> = metadata.members().collect();
        assert_eq!(members.len(), 1);
        let kinds: Vec<bool> =
            members[0].dependencies.iter().map(|dependency| dependency.is_for_tests).collect();
        assert_eq!(kinds, [false, true, false]);
        assert_eq!(metadata.packages[1].licence, None);
    }
}
