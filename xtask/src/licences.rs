//! Licences that the product may be built from.

use crate::failure::Failure;
use crate::metadata::{Metadata, Package};

/// Permissive licences: keep the notice, nothing more is asked.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Zlib",
];

/// A licence that one package alone may have.
struct Exception {
    package: &'static str,
    licence: &'static str,
    reason: &'static str,
}

const EXCEPTIONS: &[Exception] = &[
    Exception {
        package: "ar_archive_writer",
        licence: "Apache-2.0 WITH LLVM-exception",
        reason: "the exception takes conditions away, and the crate runs in a build script only",
    },
    Exception {
        package: "option-ext",
        licence: "MPL-2.0",
        reason: "copyleft by file: the crate is used as it was published, its source is public",
    },
    Exception {
        package: "tiny-keccak",
        licence: "CC0-1.0",
        reason: "a dedication to the public domain; build-time dependency of a dependency",
    },
    Exception {
        package: "webpki-root-certs",
        licence: "CDLA-Permissive-2.0",
        reason: "data, not code: the list of root certificates",
    },
];

pub(crate) fn check(metadata: &Metadata) -> Vec<Failure> {
    let mut failures: Vec<Failure> = metadata.packages.iter().filter_map(refusal).collect();
    failures.extend(EXCEPTIONS.iter().filter(|exception| !is_used(exception, metadata)).map(
        |exception| {
            Failure::new(
                format!(
                    "licences: no package {} is left, which was allowed {} because: {}",
                    exception.package, exception.licence, exception.reason
                ),
                "remove its entry from EXCEPTIONS in xtask/src/licences.rs",
            )
        },
    ));
    failures
}

fn is_used(exception: &Exception, metadata: &Metadata) -> bool {
    metadata.packages.iter().any(|package| package.name == exception.package)
}

fn refusal(package: &Package) -> Option<Failure> {
    let (name, version) = (&package.name, &package.version);
    let Some(licence) = &package.licence else {
        return Some(Failure::new(
            format!("licences: {name} {version} states no licence"),
            "choose another library",
        ));
    };
    if is_allowed(name, licence) {
        return None;
    }
    Some(Failure::new(
        format!(
            "licences: {name} {version} is under `{licence}`, allowed are {}",
            ALLOWED.join(", ")
        ),
        "choose another library, or add an exception with its reason to xtask/src/licences.rs",
    ))
}

/// Whether some choice that the SPDX expression leaves is allowed; a slash is an old way to
/// write OR.
fn is_allowed(package: &str, expression: &str) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Reader { words: &words, package };
    reader.any() == Some(true) && reader.words.is_empty()
}

/// Reads an expression from its front; AND binds closer than OR. `None`: it is no expression.
struct Reader<'a> {
    words: &'a [&'a str],
    package: &'a str,
}

impl Reader<'_> {
    fn any(&mut self) -> Option<bool> {
        let mut allowed = self.all()?;
        while self.takes("OR") {
            allowed |= self.all()?;
        }
        Some(allowed)
    }

    fn all(&mut self) -> Option<bool> {
        let mut allowed = self.one()?;
        while self.takes("AND") {
            allowed &= self.one()?;
        }
        Some(allowed)
    }

    fn one(&mut self) -> Option<bool> {
        if self.takes("(") {
            let allowed = self.any();
            return if self.takes(")") { allowed } else { None };
        }
        let mut licence = self.next()?.to_owned();
        if self.takes("WITH") {
            licence = format!("{licence} WITH {}", self.next()?);
        }
        let excepted = EXCEPTIONS
            .iter()
            .any(|exception| exception.package == self.package && exception.licence == licence);
        Some(excepted || ALLOWED.contains(&licence.as_str()))
    }

    fn takes(&mut self, word: &str) -> bool {
        let found = self.words.first() == Some(&word);
        if found {
            self.words = &self.words[1..];
        }
        found
    }

    fn next(&mut self) -> Option<&str> {
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        Some(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_allowed_when_one_side_is() {
        assert!(is_allowed("any", "MIT OR LGPL-2.1-or-later"));
        assert!(is_allowed("any", "Unlicense/MIT"));
        assert!(is_allowed("any", "Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT"));
        assert!(!is_allowed("any", "GPL-3.0-only OR LGPL-2.1-or-later"));
    }

    #[test]
    fn a_sum_is_allowed_when_every_part_is() {
        assert!(is_allowed("any", "ISC AND (Apache-2.0 OR ISC) AND BSD-3-Clause"));
        assert!(!is_allowed("any", "ISC AND (OpenSSL OR GPL-2.0) AND BSD-3-Clause"));
        assert!(!is_allowed("any", "MIT AND OpenSSL OR GPL-2.0"));
        assert!(is_allowed("any", "MIT OR OpenSSL AND GPL-2.0"));
    }

    #[test]
    fn an_exception_holds_for_its_package_alone() {
        assert!(is_allowed("option-ext", "MPL-2.0"));
        assert!(!is_allowed("any", "MPL-2.0"));
        assert!(!is_allowed("any", "Apache-2.0 WITH LLVM-exception"));
    }

    #[test]
    fn what_is_no_expression_is_refused() {
        for broken in ["", "(MIT", "MIT)", "MIT MIT", "MIT OR", "MIT WITH"] {
            assert!(!is_allowed("any", broken), "{broken}");
        }
    }

    #[test]
    fn a_package_without_a_licence_is_refused_by_name() {
        let package =
            Package { name: "lost".into(), version: "1.0.0".into(), ..Package::default() };
        let metadata = Metadata { packages: vec![package] };
        let failures = check(&metadata);
        assert_eq!(failures[0].what, "licences: lost 1.0.0 states no licence");
    }
}
