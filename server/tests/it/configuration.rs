//! A configuration that cannot work is refused at start: exit code 1, and one line that names what is wrong.

use std::{fs, net::TcpListener};

use crate::{
    server::Launch,
    site::{Site, block_on},
};

/// The one line that this start ends with.
async fn refusal(launch: &Launch) -> String {
    let (status, output, log) = launch.run().await;
    assert_eq!(status.code(), Some(1), "{output}\n{log}");
    assert_eq!(log.lines().count(), 1, "{log}");
    assert!(log.starts_with("baton: ") && output.is_empty(), "{output}\n{log}");
    log
}

fn assert_names(line: &str, words: &[&str]) {
    for word in words {
        assert!(line.contains(word), "`{word}` is missing: {line}");
    }
}

#[test]
fn a_wrong_key_in_the_file_is_named_with_the_one_that_was_meant() {
    block_on(async {
        let site = Site::sqlite();
        fs::write(site.data_dir().join("baton.toml"), "organisaton = \"Heron Clinic\"").unwrap();
        let line = refusal(&Launch::at(&site)).await;
        assert_names(&line, &["`organisaton`", "baton.toml", "`organisation`", "--help"]);
    });
}

#[test]
fn a_wrong_value_in_the_file_is_named_with_what_would_be_right() {
    block_on(async {
        for (toml, words) in [
            ("shared_device_limit = \"many\"", ["`shared_device_limit`", "`many`"]),
            ("shared_device_limit = 0", ["`shared_device_limit`", "from 1 to 100"]),
            ("utc_offset = \"noon\"", ["`utc_offset`", "`+01:00`"]),
            ("log_format = \"xml\"", ["`log_format`", "xml"]),
        ] {
            let site = Site::sqlite();
            fs::write(site.data_dir().join("baton.toml"), toml).unwrap();
            assert_names(&refusal(&Launch::at(&site)).await, &words);
        }
    });
}

#[test]
fn a_file_that_is_not_there_or_no_toml_is_named() {
    block_on(async {
        let site = Site::sqlite();
        let line = refusal(&Launch::at(&site).with(&["--config", "elsewhere.toml"])).await;
        assert_names(&line, &["`elsewhere.toml`", "does not exist"]);
        fs::write(site.data_dir().join("baton.toml"), "addr 3000").unwrap();
        assert_names(&refusal(&Launch::at(&site)).await, &["baton.toml"]);
    });
}

#[test]
fn a_wrong_variable_is_named() {
    block_on(async {
        let site = Site::sqlite();
        let launch = Launch::at(&site);
        assert_names(&refusal(&launch.clone().set("BATON_ADR", "x")).await, &["`adr`", "BATON_", "`addr`"]);
        assert_names(
            &refusal(&launch.clone().set("BATON_ADDR", "here")).await,
            &["`addr`", "`here`", "127.0.0.1:3000"],
        );
        let line = refusal(&launch.set("BATON_PUBLIC_URL", "baton.example")).await;
        assert_names(&line, &["`public_url`", "`baton.example`", "https://"]);
    });
}

#[test]
fn a_database_address_is_refused_without_its_password() {
    block_on(async {
        let site = Site::sqlite();
        let launch = Launch::at(&site);
        for url in ["mysql://baton:very-secret@db/baton", "postgres://baton:very-secret@127.0.0.1:1/baton"] {
            let (status, output, log) = launch.clone().set("BATON_DATABASE_URL", url).run().await;
            assert_eq!(status.code(), Some(1), "{log}");
            assert!(log.contains("database") && !(log + &output).contains("very-secret"));
        }
    });
}

#[test]
fn a_wrong_flag_is_named() {
    block_on(async {
        let site = Site::sqlite();
        let launch = Launch::at(&site);
        assert_names(&refusal(&launch.clone().with(&["--addr", "here"])).await, &["`addr`", "`here`"]);
        for (flags, words) in
            [(vec!["--adr", "127.0.0.1:0"], "--addr"), (vec!["--password-queue", "many"], "--password-queue")]
        {
            let (status, _, log) = launch.clone().with(&flags).run().await;
            assert!(!status.success() && log.contains(words), "{log}");
        }
    });
}

#[test]
fn a_flag_beats_a_variable_and_a_variable_beats_the_file() {
    block_on(async {
        let site = Site::sqlite();
        fs::write(site.data_dir().join("baton.toml"), "public_url = \"http://file.example\"").unwrap();
        let launch = Launch::at(&site);
        for (launch, expected) in [
            (launch.clone(), "http://file.example"),
            (launch.clone().set("BATON_PUBLIC_URL", "http://variable.example"), "http://variable.example"),
            (
                launch
                    .set("BATON_PUBLIC_URL", "http://variable.example")
                    .with(&["--public-url", "http://flag.example"]),
                "http://flag.example",
            ),
        ] {
            let server = launch.start().await;
            assert_names(&server.output.line("running at").await, &[expected]);
        }
    });
}

#[test]
fn a_second_server_on_the_same_port_says_what_to_do() {
    block_on(async {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap().to_string();
        let site = Site::sqlite();
        let line = refusal(&Launch::at(&site).set("BATON_ADDR", &address)).await;
        assert_names(&line, &[&address, "another Baton", "--addr"]);
    });
}

#[test]
fn the_demo_is_refused_where_others_could_reach_it() {
    block_on(async {
        let site = Site::sqlite();
        let line = refusal(&Launch::at(&site).set("BATON_ADDR", "0.0.0.0:0").with(&["--demo"])).await;
        assert_names(&line, &["`addr`", "loopback", "--demo"]);
        assert!(fs::read_dir(site.data_dir()).unwrap().next().is_none(), "nothing was made");
    });
}

#[test]
fn a_damaged_key_is_not_replaced() {
    block_on(async {
        let site = Site::sqlite();
        Launch::at(&site).start().await.kill().await;
        let file = site.data_dir().join("secret.key");
        let key = fs::read_to_string(&file).unwrap();
        fs::write(&file, "gone").unwrap();
        assert_names(&refusal(&Launch::at(&site)).await, &["secret.key", "backup"]);
        assert_eq!(fs::read_to_string(&file).unwrap(), "gone");

        fs::write(&file, "00".repeat(32)).unwrap();
        let (status, _, log) = Launch::at(&site).run().await;
        assert_eq!(status.code(), Some(1), "another key must not open the database: {log}");

        fs::write(&file, key).unwrap();
        Launch::at(&site).start().await;
    });
}

#[cfg(unix)]
#[test]
fn told_to_stop_it_stops_and_says_so() {
    block_on(async {
        let site = Site::sqlite();
        let mut server = Launch::at(&site).start().await;
        let told = std::process::Command::new("kill").args(["-TERM", &server.id().to_string()]).status().unwrap();
        assert!(told.success() && server.ended().await.success());
        assert!(server.log.whole().await.contains("stopped"));
    });
}
