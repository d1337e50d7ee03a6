//! Renders made-up reports into a folder, to look at them: `render_fixture DIR`.

#[path = "../tests/fixture/mod.rs"]
mod fixture;

use std::path::PathBuf;

use shelfcast_report::{ReportData, render};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("a folder must be given")?);
    let reports = [
        ("rich", fixture::rich(60)),
        ("large", fixture::rich(500)),
        ("thin", fixture::thin()),
        ("hostile", fixture::hostile()),
        ("empty", ReportData::default()),
    ];
    for (name, data) in reports {
        render(&data, &folder.join(name))?;
    }
    Ok(())
}
