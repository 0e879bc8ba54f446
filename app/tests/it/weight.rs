//! The clip's sign-in page is there at once, on a bad connection too: 14 kB compressed in all, one round trip's worth.

#![expect(clippy::unwrap_used, reason = "a file that is not there is a failed test")]

use std::fs;
use std::io::Write;
use std::path::Path;

use baton_app::locale::Locale;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::samples::{all, frame};

fn compressed(bytes: &[u8]) -> usize {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap().len()
}

/// The style sheet with its imports, not even minified.
fn clip_style(style: &Path) -> Vec<u8> {
    let sheet = fs::read_to_string(style.join("clip.css")).unwrap();
    sheet
        .split("@import \"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .flat_map(|file| fs::read(style.join(file)).unwrap())
        .collect()
}

#[test]
fn the_clips_sign_in_page_with_style_and_icons_is_at_most_14_kb_compressed() {
    let style = Path::new(env!("CARGO_MANIFEST_DIR")).join("../style");
    let icons: usize = ["icon.svg", "icon-180.png"]
        .map(|icon| compressed(&fs::read(style.join("icons").join(icon)).unwrap()))
        .iter()
        .sum();
    let rest = compressed(&clip_style(&style)) + icons;
    for locale in Locale::ALL {
        for page in all(&frame(locale)) {
            if page.name.starts_with("clip-sign-in") {
                let total = compressed(page.html.as_bytes()) + rest;
                assert!(total <= 14_000, "{}: {total} bytes", page.name);
            }
        }
    }
}
