//! Files of a report, written whole or not at all.

use std::fs;
use std::path::{Path, PathBuf};

use shelfcast_charts::{Figure, Theme, png};

use crate::data::ReportData;
use crate::error::ReportError;
use crate::figures::{Gallery, PICTURES};
use crate::page;
use crate::tables::tables;

/// Pixels of a PNG for each pixel of its SVG.
const PNG_SCALE: f32 = 2.0;

/// The folder in which files are completed before they are put in their places.
const STAGING: &str = ".report-partial";

/// The files of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportFiles {
    /// `report.html`.
    pub report: PathBuf,
    /// `pictures/*.svg` and `pictures/*.png`.
    pub pictures: Vec<PathBuf>,
    /// `tables/*.csv`.
    pub tables: Vec<PathBuf>,
}

/// Writes `report.html`, `pictures/` and `tables/` into a folder, which is made if need be.
///
/// The pictures of the total are `sales-and-stock`, `abc`, `heatmap` and `forecast`: each as
/// `NAME.svg`, `NAME.png` (light) and `NAME-dark.svg`; so are `coverage` and `exchange-curve`
/// where they are known. Same data, same bytes.
///
/// All files are completed in a folder of their own and then moved into place one by one,
/// `report.html` last: no file is ever half-written, and nothing else in the folder is touched.
/// Two calls at once for one folder disturb each other.
///
/// # Errors
///
/// [`ReportError::Write`] if the folder cannot be written. Thin data is not an error.
///
/// ```
/// use shelfcast_report::{ReportData, Run, render};
///
/// let folder = tempfile::tempdir()?;
/// let run = Run { project: "Corner shop".into(), ..Run::default() };
/// let files = render(&ReportData { run, ..ReportData::default() }, folder.path())?;
/// let page = std::fs::read_to_string(&files.report)?;
/// assert!(page.contains("Corner shop"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn render(data: &ReportData, out_dir: &Path) -> Result<ReportFiles, ReportError> {
    let gallery = Gallery::new(data);
    let mut pictures = Vec::new();
    for name in PICTURES {
        if let Some(figure) = gallery.opening(name) {
            pictures.extend(picture(name, figure)?);
        }
    }
    for (name, figure) in &gallery.stills {
        pictures.extend(picture(name, figure)?);
    }
    let tables: Vec<(String, Vec<u8>)> = tables(data)?
        .into_iter()
        .map(|table| (format!("tables/{}.csv", table.name), table.csv))
        .collect();
    let page = page::html(data, &gallery)?;
    let place = |files: &[(String, Vec<u8>)]| {
        files.iter().map(|(name, _)| out_dir.join(name)).collect::<Vec<_>>()
    };
    let files = ReportFiles {
        report: out_dir.join("report.html"),
        pictures: place(&pictures),
        tables: place(&tables),
    };
    let mut all = pictures;
    all.extend(tables);
    all.push(("report.html".into(), page.into_bytes()));
    write_all(out_dir, &all)?;
    Ok(files)
}

/// The page alone, as it stands in `report.html`.
///
/// # Errors
///
/// [`ReportError::Page`] if the template could not be filled.
pub fn html(data: &ReportData) -> Result<String, ReportError> {
    page::html(data, &Gallery::new(data))
}

fn picture(name: &'static str, figure: &Figure) -> Result<[(String, Vec<u8>); 3], ReportError> {
    let light = figure.to_svg(Theme::Light);
    let pixels =
        png(&light, PNG_SCALE).map_err(|source| ReportError::Picture { picture: name, source })?;
    Ok([
        (format!("pictures/{name}.svg"), light.into_bytes()),
        (format!("pictures/{name}.png"), pixels),
        (format!("pictures/{name}-dark.svg"), figure.to_svg(Theme::Dark).into_bytes()),
    ])
}

fn write_all(out_dir: &Path, files: &[(String, Vec<u8>)]) -> Result<(), ReportError> {
    let staging = out_dir.join(STAGING);
    if staging.exists() {
        at(&staging, fs::remove_dir_all(&staging))?;
    }
    for folder in ["pictures", "tables"] {
        for parent in [out_dir, &staging] {
            let path = parent.join(folder);
            at(&path, fs::create_dir_all(&path))?;
        }
    }
    for (name, bytes) in files {
        let path = staging.join(name);
        at(&path, fs::write(&path, bytes))?;
    }
    for (name, _) in files {
        let path = out_dir.join(name);
        at(&path, fs::rename(staging.join(name), &path))?;
    }
    at(&staging, fs::remove_dir_all(&staging))
}

fn at<T>(path: &Path, result: std::io::Result<T>) -> Result<T, ReportError> {
    result.map_err(|source| ReportError::Write { path: path.to_owned(), source })
}
