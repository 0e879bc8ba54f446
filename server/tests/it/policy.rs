//! `baton policy` as people and programs call it.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::{
    office::{Office, icon, only},
    server::Launch,
    site::{Site, folder, run},
};

/// What a call came to.
struct Call {
    code: i32,
    output: String,
    error: String,
}

/// The folder of the worked example of docs/policy.md.
fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../policy/examples")
}

fn call_in(place: &Path, arguments: &[&str], input: &str) -> Call {
    let mut child = Command::new(env!("CARGO_BIN_EXE_baton"))
        .arg("policy")
        .args(arguments)
        .env_clear()
        .current_dir(place)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Whoever does not read its input may be gone already.
    drop(child.stdin.take().unwrap().write_all(input.as_bytes()));
    let ended = child.wait_with_output().unwrap();
    Call {
        code: ended.status.code().unwrap(),
        output: String::from_utf8(ended.stdout).unwrap(),
        error: String::from_utf8(ended.stderr).unwrap(),
    }
}

fn call(arguments: &[&str]) -> Call {
    call_in(&examples(), arguments, "")
}

fn json(arguments: &[&str]) -> serde_json::Value {
    let call = call(&[arguments, &["--snapshot", "ward.json", "--json"]].concat());
    assert!(call.error.is_empty(), "{}", call.error);
    serde_json::from_str(&call.output).unwrap()
}

/// The complaint that this call ends with, on one line that names all this.
fn refused(call: &Call, words: &[&str]) {
    assert_eq!(call.code, 1, "{}\n{}", call.output, call.error);
    assert!(call.output.is_empty() && call.error.starts_with("baton: "), "{}\n{}", call.output, call.error);
    for word in words {
        assert!(call.error.contains(word), "`{word}` is missing: {}", call.error);
    }
}

/// The words of a command line; what stands in quotes is one.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (index, part) in line.split('"').enumerate() {
        if index % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

#[test]
fn the_documentation_shows_what_the_program_prints() {
    let docs = fs::read_to_string(examples().join("../../docs/policy.md")).unwrap();
    let mut shown = 0;
    for block in docs.split("```console\n").skip(1) {
        let block = block.split("```").next().unwrap();
        for example in block.split("$ baton policy ").skip(1) {
            let (line, expected) = example.split_once('\n').unwrap();
            let arguments = words(line);
            let call = call(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
            assert_eq!(format!("{}{}", call.output, call.error).trim_end(), expected.trim_end(), "{line}");
            shown += 1;
        }
    }
    assert!(shown >= 6, "{shown}");
}

#[test]
fn every_command_explains_itself_with_an_example_and_its_exit_codes() {
    for command in ["snapshot", "decide", "explain", "plan", "what-if", "lint", "test"] {
        let help = call(&[command, "--help"]);
        assert_eq!(help.code, 0);
        let example = format!("Example: baton policy {command}");
        for word in [example.as_str(), "Exit codes: 0 ", "--data-dir"] {
            assert!(help.output.contains(word), "{command}: `{word}` is missing: {}", help.output);
        }
    }
}

#[test]
fn programs_get_json() {
    let decided = json(&["decide", "--item", "mail", "--device", "Ward phone"]);
    assert_eq!(decided[0]["outcome"], "deny");
    assert_eq!(decided[0]["reason"], "filter-min-os-version");
    assert_eq!(decided[0]["holder"], "ann");

    let explained = json(&["explain", "mail", "phone-1"]);
    assert_eq!(explained["decision"]["reason"], "filter-min-os-version");
    assert_eq!(explained["flips"][0]["change"]["fact"]["value"]["value"]["version"], "18.4");
    assert_eq!(explained["flips"].as_array().unwrap().len(), explained["flipSentences"].as_array().unwrap().len());
    assert_eq!(explained["steps"].as_array().unwrap().len(), explained["stepSentences"].as_array().unwrap().len());

    let planned = json(&["plan", "phone-1", "--holder", "nobody"]);
    assert_eq!(planned["plan"]["remove"][0]["item"], "rounds");
    assert_eq!(planned["clean"], false);

    let changed = json(&["what-if", "--changes", "changes.json"]);
    assert_eq!((&changed["totals"]["gain"], &changed["totals"]["danger"]), (&1.into(), &1.into()));

    let tested = json(&["test", "expectations"]);
    let holds: Vec<bool> = tested.as_array().unwrap().iter().map(|one| one["holds"].as_bool().unwrap()).collect();
    assert_eq!(holds, [true, true, false]);
    assert_eq!(tested[2]["failures"][0]["decision"]["reason"], "filter-min-os-version");
}

#[test]
fn sentences_come_in_german_too() {
    let call = call(&["explain", "mail", "phone-1", "--snapshot", "ward.json", "--lang", "de"]);
    assert!(call.output.starts_with("„Mail“ geht nicht an „Ward phone“."), "{}", call.output);
}

#[test]
fn exit_codes_tell_found_from_failed() {
    let with = |arguments: &[&str]| call(&[arguments, &["--snapshot", "ward.json"]].concat()).code;
    assert_eq!(with(&["test", "expectations/sign-out.toml"]), 0);
    assert_eq!(with(&["test", "expectations"]), 3, "an expectation is not met");
    assert_eq!(with(&["test", "nowhere"]), 1);
    assert_eq!(with(&["lint"]), 0);
    assert_eq!(with(&["decide", "--nonsense"]), 2);
    assert_eq!(with(&["what-if"]), 2, "nothing is different");

    let ward = fs::read_to_string(examples().join("ward.json")).unwrap();
    let stranding = ward.replace(
        r#""role": "signInClip", "distribution": "allDevices""#,
        r#""role": "signInClip", "distribution": { "custom": { "includeUserGroups": ["staff"] } }"#,
    );
    let lint = call_in(&examples(), &["lint", "--snapshot", "-"], &stranding);
    assert_eq!(lint.code, 3, "{}", lint.output);
    assert!(lint.output.starts_with("blocks clip-misses-nobody: Sign in and out: "), "{}", lint.output);

    let unreachable = ward.replace(r#"{ "minOsVersion": "18.4" }"#, r#"{ "minOsVersion": "99.0" }"#);
    assert_eq!(call_in(&examples(), &["lint", "--snapshot", "-"], &unreachable).code, 0, "it only warns");
    assert_eq!(call_in(&examples(), &["lint", "--strict", "--snapshot", "-"], &unreachable).code, 3);
}

#[test]
fn what_is_wrong_is_named_with_what_would_be_right() {
    let about = |arguments: &[&str]| call(&[arguments, &["--snapshot", "ward.json"]].concat());
    refused(
        &about(&["explain", "Wrad Wi-Fi", "phone-1"]),
        &["no item `Wrad Wi-Fi`", "did you mean `wifi` (Ward Wi-Fi)?"],
    );
    refused(&about(&["explain", "mail", "phone-2"]), &["no device `phone-2`", "`phone-1` (Ward phone)"]);
    refused(&about(&["plan", "phone-1", "--holder", "anne"]), &["no user `anne`", "`ann` (Ann Lee)"]);
    refused(&about(&["decide", "--device", "printer"]), &["no device `printer`", "`baton policy decide` lists"]);
    refused(&call(&["lint", "--snapshot", "gone.json"]), &["`gone.json` cannot be read", "No such file"]);
    for (text, words) in [
        ("{ \"version\": 1, ", vec!["the standard input", "not a snapshot", "line 1", "baton policy snapshot"]),
        ("{ \"version\": 7 }", vec!["`version`", "`7`", "expected 1"]),
        ("{ \"version\": 1, \"devcies\": [] }", vec!["devcies", "devices"]),
        (
            "{ \"version\": 1, \"devices\": [{ \"id\": \"p\", \"holder\": \"eve\", \
              \"facts\": { \"enrollment\": \"device\", \"ownership\": \"company\" } }] }",
            vec!["`devices[0].holder`", "no user `eve`"],
        ),
    ] {
        refused(&call_in(&examples(), &["lint", "--snapshot", "-"], text), &words);
    }
    let changes = |text: &str| call_in(&examples(), &["what-if", "--snapshot", "ward.json", "--changes", "-"], text);
    refused(&changes("[{ \"removeItem\": \"wfii\" }]"), &["the standard input", "changes[0]", "no item `wfii`"]);
    refused(&changes("{"), &["not a list of changes", "line 1"]);
}

#[test]
fn an_expectation_that_cannot_be_checked_is_named_with_file_and_line() {
    let place = folder();
    let expect = |text: &str| {
        fs::write(place.path().join("wrong.toml"), text).unwrap();
        let snapshot = examples().join("ward.json");
        call_in(place.path(), &["test", ".", "--snapshot", snapshot.to_str().unwrap()], "")
    };
    let one = "[[expect]]\nname = \"a\"\nitem = \"wifi\"\ngets = true\n";
    refused(
        &expect(&format!("{one}\n[[expect]]\nname = \"b\"\nitem = \"wfii\"\ngets = true\n")),
        &["wrong.toml:6: `item`: there is no item `wfii`", "did you mean `wifi` (Ward Wi-Fi)?"],
    );
    refused(&expect(&one.replace("gets", "device = \"phne-1\"\ngets")), &["wrong.toml:1: `device`", "`phone-1`"]);
    refused(&expect(&one.replace("gets", "holder = \"bne\"\ngets")), &["wrong.toml:1: `holder`", "`ben` (Ben Roy)"]);
    refused(
        &expect(&one.replace("gets", "devices = \"device.platfrom is ios\"\ngets")),
        &["`devices`: line 1, column"],
    );
    refused(&expect("[[expect]\nname ="), &["wrong.toml:1: "]);
    refused(&expect(&one.replace("gets", "getz")), &["wrong.toml:4: ", "getz", "gets"]);
    refused(&expect("# nothing\n"), &["wrong.toml:1: it expects nothing", "[[expect]]"]);
    let two = expect(&format!("{}{}", one.replace("wifi", "x1"), one.replace("wifi", "x2")));
    assert_eq!(two.error.lines().count(), 2, "all at once: {}", two.error);

    fs::remove_file(place.path().join("wrong.toml")).unwrap();
    let empty = call_in(place.path(), &["test", ".", "--snapshot", "-"], "{ \"version\": 1 }");
    refused(&empty, &["has no file of expectations", ".toml"]);
}

#[test]
fn without_a_database_nothing_is_made() {
    let place = folder();
    refused(&call_in(place.path(), &["decide"], ""), &["no database `data/baton.db`", "--data-dir", "--snapshot"]);
    refused(&call_in(place.path(), &["lint", "--config", "else.toml"], ""), &["`else.toml`", "does not exist"]);
    assert!(fs::read_dir(place.path()).unwrap().next().is_none(), "nothing was made");

    fs::create_dir(place.path().join("data")).unwrap();
    fs::write(place.path().join("data/baton.db"), "").unwrap();
    refused(&call_in(place.path(), &["decide"], ""), &["schema has version 0", "`baton serve`"]);
    assert_eq!(fs::read(place.path().join("data/baton.db")).unwrap(), b"");
}

/// A call about the database of a site.
fn at(site: &Site, arguments: &[&str]) -> Call {
    let (data, url) = (site.data_dir(), site.database_url());
    let place = ["--data-dir", data.to_str().unwrap(), "--database-url", &url];
    call_in(&data, &[arguments, &place].concat(), "")
}

async fn over_a_database(site: Site) {
    let mut server = Launch::at(&site).start().await;
    let office = Office::open(&site, &server.origin()).await;
    office.distribute_clip().await;
    let ada = office.add_person("ada", "Ada Lindqvist").await;
    office.add_item("My shift", icon("My shift", "https://rota.heron.example/${user.name}"), only(&[&ada])).await;

    let live = at(&site, &["snapshot"]);
    assert_eq!(live.code, 0, "{}", live.error);
    for (word, is_there) in [("Ada Lindqvist", true), ("My shift", true), ("rota.heron", false), ("argon2", false)] {
        assert_eq!(live.output.contains(word), is_there, "{word}: {}", live.output);
    }
    let checked = call_in(&site.data_dir(), &["lint", "--snapshot", "-"], &live.output);
    assert_eq!((checked.code, checked.output.as_str()), (0, "nothing found\n"));
    refused(&at(&site, &["explain", "My shfit", "p"]), &["no item `My shfit`", "(My shift)"]);
    let decided = at(&site, &["decide", "--json"]);
    assert_eq!((decided.code, decided.output.trim()), (0, "[]"), "there is no device yet: {}", decided.error);

    office.close().await;
    server.kill().await;
    let out = site.data_dir().join("ward.json");
    let written = at(&site, &["snapshot", "--out", out.to_str().unwrap()]);
    assert_eq!((written.code, written.output.as_str()), (0, ""), "{}", written.error);
    assert_eq!(fs::read_to_string(&out).unwrap(), live.output, "without a server the same");

    fs::remove_file(site.data_dir().join("secret.key")).unwrap();
    refused(&at(&site, &["snapshot"]), &["no secret key", "BATON_SECRET_KEY"]);
    assert_eq!(at(&site, &["lint"]).code, 0, "decisions need no key");
    assert!(!site.data_dir().join("secret.key").exists(), "and none is made");
}

#[test]
fn the_running_database_is_asked_on_sqlite() {
    run(baton_store::Engine::Sqlite, over_a_database);
}

#[test]
fn the_running_database_is_asked_on_postgres() {
    run(baton_store::Engine::Postgres, over_a_database);
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_baton"))
        .args(["policy", "table"])
        .env_clear()
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert!(ended.status.success() && ended.stderr.is_empty());
}
