use std::io::Write;
use std::sync::{Arc, Mutex};

use baton_simulator::cli::{SimulateArgs, run};
use clap::{Args, Command, FromArgMatches};
use tokio::sync::Notify;

use crate::fake_server::{FakeServer, install_wifi, soon};

/// Collects the lines and says when one that matters was written.
#[derive(Clone, Default)]
struct Output {
    text: Arc<Mutex<String>>,
    written: Arc<Notify>,
}

impl Output {
    async fn has(&self, wanted: &str) {
        while !self.text.lock().unwrap().contains(wanted) {
            self.written.notified().await;
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.text.lock().unwrap().push_str(&String::from_utf8_lossy(bytes));
        self.written.notify_one();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn args(words: &[&str]) -> Result<SimulateArgs, clap::Error> {
    let command = SimulateArgs::augment_args(Command::new("simulate"));
    let words = std::iter::once("simulate").chain(words.iter().copied());
    let matches = command.try_get_matches_from(words)?;
    SimulateArgs::from_arg_matches(&matches)
}

#[tokio::test]
async fn the_command_enrols_phones_and_prints_what_they_do() {
    let server = FakeServer::start().await;
    server.queue(install_wifi("a.wifi", "Ward Wi-Fi"));
    let url = server.profile_url();
    let args = args(&["--server", &url, "--devices", "2", "--push-listen", "127.0.0.1:0"]).unwrap();
    let output = Output::default();

    let stop = async {
        output.has("installed profile “Ward Wi-Fi”").await;
        output.has("iPhone 2      enrolled").await;
    };
    let mut writer = output.clone();
    soon(run(args, &mut writer, stop)).await.unwrap();

    let text = output.text.lock().unwrap().clone();
    assert!(text.starts_with("Pushes arrive at http://127.0.0.1:"));
    assert!(!text.contains("received InstallProfile"), "{text}");
}

#[tokio::test]
async fn a_kept_fleet_needs_no_server_address_the_next_time() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().to_str().unwrap();
    let server = FakeServer::start().await;
    let url = server.profile_url();
    let listen = ["--push-listen", "127.0.0.1:0", "--state", state];

    let first = args(&[listen.as_slice(), &["--server", &url]].concat()).unwrap();
    let output = Output::default();
    soon(run(first, &mut output.clone(), output.has("enrolled"))).await.unwrap();
    let second = args(&listen).unwrap();
    let output = Output::default();
    soon(run(second, &mut output.clone(), output.has("goes on where it was"))).await.unwrap();

    let kinds = server.kinds();
    assert_eq!(kinds.iter().filter(|kind| *kind == "Authenticate").count(), 1);
}

#[tokio::test]
async fn a_broken_script_is_refused_with_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("faults.json");
    std::fs::write(&script, r#"{"rules": [{"request": "Idle", "fault": "explode"}]}"#).unwrap();
    let args = args(&["--server", "http://x", "--script", script.to_str().unwrap()]).unwrap();

    let outcome = run(args, &mut Output::default(), std::future::pending()).await;

    let message = outcome.unwrap_err().to_string();
    assert!(message.contains("faults.json") && message.contains("explode"), "{message}");
}

#[test]
fn something_to_enrol_with_or_a_kept_fleet_is_needed() {
    assert!(args(&[]).is_err());
    assert!(args(&["--tap", "never", "--server", "http://x"]).is_ok());
    assert!(args(&["--tap", "soon", "--server", "http://x"]).is_err());
}
