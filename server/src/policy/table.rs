//! `baton policy table`: Apple's table, for machines and for people.

use std::io::{self, BufWriter, Write};

use baton_policy::apple::{Kind, Row, Verdict, rows};
use baton_policy::{EnrollmentType, Platform};
use clap::Args;

/// Which rows to print, and how.
#[derive(Args, Debug, Default)]
pub struct TableFlags {
    /// Print JSON: a list with an object for each row
    #[arg(long)]
    json: bool,

    /// Only this kind: command, checkin, profile, declaration or machineinfo
    #[arg(long, value_name = "KIND")]
    kind: Option<Kind>,

    /// Only this system: ios, ipados (Shared iPad), macos, tvos, visionos or watchos
    #[arg(long, value_name = "SYSTEM")]
    platform: Option<Platform>,

    /// Only this enrollment: user, device or automatedDevice
    #[arg(long, value_name = "TYPE")]
    enrollment: Option<EnrollmentType>,

    /// Only what has this text in its name, file or key; capitals make no difference
    #[arg(value_name = "TEXT")]
    text: Option<String>,
}

impl TableFlags {
    fn wants(&self, row: &Row) -> bool {
        let has = |text: &str, wanted: &str| text.to_lowercase().contains(wanted);
        self.kind.is_none_or(|kind| kind == row.kind)
            && self.platform.is_none_or(|platform| platform == row.platform)
            && self.enrollment.is_none_or(|enrollment| enrollment == row.enrollment)
            && self.text.as_deref().is_none_or(|text| {
                let text = text.to_lowercase();
                has(row.id, &text) || has(&row.file, &text) || row.key.is_some_and(|key| has(key, &text))
            })
    }
}

/// Prints the rows that the flags ask for.
///
/// # Errors
///
/// What kept the output from being written.
pub fn print(flags: &TableFlags, out: &mut impl Write) -> io::Result<()> {
    let rows: Vec<Row> = rows().into_iter().filter(|row| flags.wants(row)).collect();
    let mut out = BufWriter::new(out);
    let print_rows = if flags.json { print_json } else { print_text };
    print_rows(&rows, &mut out)?;
    out.flush()
}

/// One row a line, so that two versions can be compared line by line.
fn print_json(rows: &[Row], out: &mut impl Write) -> io::Result<()> {
    write!(out, "[")?;
    for (index, row) in rows.iter().enumerate() {
        write!(out, "{}", if index == 0 { "\n" } else { ",\n" })?;
        serde_json::to_writer(&mut *out, row)?;
    }
    writeln!(out, "\n]")
}

/// A heading for each thing, below it a line for each system that has it and what Apple says there.
fn print_text(rows: &[Row], out: &mut impl Write) -> io::Result<()> {
    let have_it: Vec<&Row> = rows.iter().filter(|row| row.verdict != Verdict::Unsupported).collect();
    if have_it.is_empty() {
        return writeln!(out, "Apple's table has nothing of that.");
    }
    for thing in have_it.chunk_by(|one, other| (&one.file, one.key) == (&other.file, other.key)) {
        let first = thing[0];
        let key = first.key.map(|key| format!(" {key}")).unwrap_or_default();
        writeln!(out, "{} {}{key}  ({})", first.kind, first.id, first.file)?;
        for on_system in thing.chunk_by(|one, other| one.platform == other.platform) {
            writeln!(out, "  {:<9}{}", on_system[0].platform, facts(on_system))?;
        }
    }
    Ok(())
}

/// The verdicts with the enrollments that they hold for, then what is the same for all.
fn facts(rows: &[&Row]) -> String {
    let mut verdicts: Vec<(String, Vec<&Row>)> = Vec::new();
    for row in rows {
        let verdict = verdict(row, rows);
        match verdicts.iter_mut().find(|(known, _)| *known == verdict) {
            Some((_, rows)) => rows.push(row),
            None => verdicts.push((verdict, vec![row])),
        }
    }
    let (first, last) = (rows[0], rows[rows.len() - 1]);
    let is_everywhere = verdicts.len() == 1;
    let mut parts = Vec::new();
    parts.extend(first.introduced.map(|version| version.to_string()));
    parts.extend(
        verdicts.into_iter().map(
            |(verdict, rows)| {
                if is_everywhere { verdict } else { format!("{verdict}: {}", enrollments(&rows)) }
            },
        ),
    );
    parts.extend(last.deprecated.map(|version| format!("deprecated {version}")));
    parts.extend(last.removed.map(|version| format!("removed {version}")));
    parts.extend(last.access_rights.map(|right| format!("right {right}")));
    parts.join("; ")
}

/// The verdict, with the version from which or up to which it holds where another one takes over.
fn verdict(row: &Row, rows: &[&Row]) -> String {
    let follows = |earlier: &Row, later: &Row| {
        earlier.removed.is_some() && earlier.removed == later.introduced && earlier.enrollment == later.enrollment
    };
    match (row.introduced, row.removed) {
        (_, Some(version)) if rows.iter().any(|other| follows(row, other)) => {
            format!("{} before {version}", row.verdict)
        }
        (Some(version), _) if rows.iter().any(|other| follows(other, row)) => {
            format!("{} since {version}", row.verdict)
        }
        _ => row.verdict.to_string(),
    }
}

/// The enrollments of the rows; supervision only where it makes the difference.
fn enrollments(rows: &[&Row]) -> String {
    let mut names: Vec<String> = Vec::new();
    for row in rows {
        let is_any = rows.iter().any(|other| other.enrollment == row.enrollment && other.supervised != row.supervised);
        let name = match row.enrollment {
            EnrollmentType::User => row.enrollment.to_string(),
            _ if is_any => row.enrollment.to_string(),
            _ if row.supervised => format!("supervised {}", row.enrollment),
            _ => format!("unsupervised {}", row.enrollment),
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(flags: &TableFlags) -> String {
        let mut out = Vec::new();
        print(flags, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn about(text: &str) -> TableFlags {
        TableFlags { kind: Some(Kind::Command), text: Some(text.to_owned()), ..TableFlags::default() }
    }

    #[test]
    fn people_read_each_system_on_a_line() {
        assert_eq!(
            printed(&about("restartdevice")),
            "command RestartDevice  (mdm/commands/device.restart.yaml)\n  \
             ios      10.3; forbidden: user, unsupervised device, unsupervised automatedDevice; \
             allowed: supervised device, supervised automatedDevice; right AllowPasscodeRemovalAndLock\n  \
             macos    10.13; forbidden: user; allowed: device, automatedDevice; right AllowPasscodeRemovalAndLock\n  \
             tvos     10.2; forbidden: unsupervised device, unsupervised automatedDevice; \
             allowed: supervised device, supervised automatedDevice; right AllowPasscodeRemovalAndLock\n  \
             ipados   10.3; allowed; right AllowPasscodeRemovalAndLock\n"
        );
    }

    #[test]
    fn a_verdict_that_a_version_changed_says_which() {
        let flags = TableFlags {
            platform: Some(Platform::Macos),
            enrollment: Some(EnrollmentType::User),
            ..about("RemoveApplication")
        };
        let text = printed(&flags);
        assert!(text.contains("11.0; forbidden before 26.0: user; allowed since 26.0: user; right"), "{text}");
        assert!(!text.contains("removed"), "{text}");
    }

    #[test]
    fn machines_read_every_row() {
        let rows: serde_json::Value =
            serde_json::from_str(&printed(&TableFlags { json: true, ..TableFlags::default() })).unwrap();
        let rows = rows.as_array().unwrap();
        assert_eq!(rows.len(), super::rows().len());
        let erase = rows.iter().find(|row| row["id"] == "EraseDevice" && row["enrollment"] == "user").unwrap();
        assert_eq!(
            *erase,
            serde_json::json!({
                "kind": "command",
                "file": "mdm/commands/device.erase.yaml",
                "id": "EraseDevice",
                "platform": "ios",
                "enrollment": "user",
                "supervised": false,
                "channel": "device",
                "verdict": "forbidden",
                "introduced": "4.0",
                "removed": null,
                "deprecated": null,
                "accessRights": "AllowDeviceErase"
            })
        );
    }

    #[test]
    fn nothing_found_is_said() {
        assert!(printed(&about("no such thing")).contains("nothing of that"));
        assert_eq!(printed(&TableFlags { json: true, ..about("no such thing") }), "[\n]\n");
    }
}
