//! Writes every page in every state as a file, to be looked at: `cargo run -p baton-app --example gallery
//! --features pages`, then `node app/examples/gallery/shots.mjs` for pictures.

mod samples;

use std::fs;
use std::io;
use std::path::Path;

use baton_app::locale::Locale;

fn main() -> io::Result<()> {
    let folder = Path::new("target/gallery");
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    let mut index = String::from("<!DOCTYPE html><meta charset=\"utf-8\"><title>Gallery</title><ul>");
    for (locale, suffix) in [(Locale::En, ""), (Locale::De, ".de")] {
        for sample in samples::all(&samples::frame(locale)) {
            let file = format!("{}{suffix}.html", sample.name);
            index.push_str(&format!("<li><a href=\"{file}\">{file}</a> ({:?})", sample.shell));
            fs::write(folder.join(file), sample.html)?;
        }
    }
    fs::write(folder.join("index.htm"), index)
}
