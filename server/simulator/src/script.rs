//! Faults: what a phone does otherwise than it should, and when.

use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::device::spec::DeviceSpec;
use crate::error::SimulatorError;

/// Rules by which a phone misbehaves. The first matching rule that is due decides; all matching rules count.
///
/// As JSON: `{"rules": [{"request": "InstallProfile", "fault": "lose_answer"}]}`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// The rules, in order.
    pub rules: Vec<Rule>,
}

/// One rule: which messages, which of them, what happens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// A command's request type (`InstallProfile`), a message of the device (`Idle`, `Authenticate`, `TokenUpdate`,
    /// `CheckOut`), or `*` for all of them.
    pub request: String,
    /// Only for the phone with this name, serial number or UDID. Default: every phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// Only for commands whose profile identifier, bundle identifier, store number or manifest address contains this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// The first matching message that is affected. Default: 1. A redelivered command counts again.
    #[serde(default = "one")]
    pub from: u32,
    /// How many matching messages are affected, 0 = all from then on. Default: 1.
    #[serde(default = "one")]
    pub times: u32,
    /// What happens.
    pub fault: Fault,
    /// How many messages matched so far.
    #[serde(skip)]
    seen: u32,
}

fn one() -> u32 {
    1
}

/// What goes wrong.
///
/// "Reconnects" means after [`Pace::reconnect`](crate::Pace::reconnect); under manual control nothing is waited for
/// and nothing reconnects by itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Carries the command out and answers later.
    AnswerLate {
        /// How much later.
        seconds: f64,
    },
    /// Carries the command out and sends the same answer twice, as after a lost connection.
    AnswerTwice,
    /// Fetches, carries out, and says nothing; comes back only when pushed.
    NeverAnswer,
    /// Fetches, carries out, loses the connection before answering, and reconnects; gets the command again.
    LoseAnswer,
    /// Answers, but the server's response (perhaps with the next command) is lost; reconnects.
    LoseResponse,
    /// Fetches, then loses the connection before doing anything; reconnects.
    DropBeforeEffect,
    /// Answers with an error and does nothing.
    Error {
        /// For example `MCMDMErrorDomain`.
        domain: String,
        /// The code within the domain.
        code: i64,
        /// The sentence the device gives.
        #[serde(default)]
        description: String,
    },
    /// Answers that the command is malformed, and does nothing.
    CommandFormatError,
    /// Answers NotNow and does nothing; reconnects.
    NotNow,
    /// Accepts the app and installs it only after this time (InstallApplication).
    InstallSlowly {
        /// From the start of the installation, after the tap.
        seconds: f64,
    },
    /// Accepts the app, but the installation fails (InstallApplication).
    InstallFails,
    /// The person taps Cancel (InstallApplication; on a supervised device nobody is asked).
    UserRefuses,
    /// Is gone after fetching, before doing anything, and comes back after this time.
    Offline {
        /// How long.
        seconds: f64,
    },
    /// The message is signed, but the signature does not fit its body.
    WrongSignature,
    /// The message is not signed.
    MissingSignature,
}

impl Fault {
    /// In one or two words, for people.
    pub fn describe(&self) -> String {
        match self {
            Self::AnswerLate { seconds } => format!("answers {seconds} s late"),
            Self::AnswerTwice => "answers twice".to_owned(),
            Self::NeverAnswer => "never answers".to_owned(),
            Self::LoseAnswer => "its answer is lost".to_owned(),
            Self::LoseResponse => "loses the server's response".to_owned(),
            Self::DropBeforeEffect => "loses the connection before doing anything".to_owned(),
            Self::Error { domain, code, .. } => format!("fails with {domain} {code}"),
            Self::CommandFormatError => "does not understand".to_owned(),
            Self::NotNow => "not now".to_owned(),
            Self::InstallSlowly { seconds } => format!("installs only after {seconds} s"),
            Self::InstallFails => "the installation will fail".to_owned(),
            Self::UserRefuses => "the person will tap Cancel".to_owned(),
            Self::Offline { seconds } => format!("is gone for {seconds} s"),
            Self::WrongSignature => "signs wrongly".to_owned(),
            Self::MissingSignature => "does not sign".to_owned(),
        }
    }
}

/// A time from a script; what is not a sensible time counts as none.
pub(crate) fn duration(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}

impl Rule {
    /// `fault` at the first message of the type `request`.
    pub fn new(request: impl Into<String>, fault: Fault) -> Self {
        Self { request: request.into(), device: None, target: None, from: 1, times: 1, fault, seen: 0 }
    }

    /// Begins with the `n`th matching message; the first is 1.
    #[must_use]
    pub fn from(mut self, n: u32) -> Self {
        self.from = n;
        self
    }

    /// Affects this many messages.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    /// Affects all messages from the first on.
    #[must_use]
    pub fn always(self) -> Self {
        self.times(0)
    }

    /// Only for commands about something that contains `target`.
    #[must_use]
    pub fn about(mut self, target: impl Into<String>) -> Self {
        self.target = Some(target.into());
        self
    }

    fn matches(&self, request: &str, target: Option<&str>) -> bool {
        let request_fits = self.request == "*" || self.request.eq_ignore_ascii_case(request);
        let target_fits = match &self.target {
            None => true,
            Some(wanted) => target.is_some_and(|target| target.contains(wanted.as_str())),
        };
        request_fits && target_fits
    }

    fn is_due(&self) -> bool {
        let first = self.from.max(1);
        self.seen >= first && (self.times == 0 || self.seen - first < self.times)
    }
}

impl Script {
    /// A script without rules: the phone behaves.
    pub fn new() -> Self {
        Self::default()
    }

    /// With one more rule.
    #[must_use]
    pub fn rule(mut self, rule: Rule) -> Self {
        self.rules.push(rule);
        self
    }

    /// With `fault` at the first message of the type `request`.
    #[must_use]
    pub fn on(self, request: impl Into<String>, fault: Fault) -> Self {
        self.rule(Rule::new(request, fault))
    }

    /// Reads a JSON file.
    ///
    /// # Errors
    ///
    /// [`SimulatorError::File`] when the file cannot be read or is not a script.
    pub fn from_file(path: &Path) -> Result<Self, SimulatorError> {
        let unusable = |reason: String| SimulatorError::File { path: path.display().to_string(), reason };
        let text = std::fs::read_to_string(path).map_err(|error| unusable(error.to_string()))?;
        serde_json::from_str(&text).map_err(|error| unusable(error.to_string()))
    }

    /// The rules for one phone.
    #[must_use]
    pub fn for_device(&self, spec: &DeviceSpec) -> Self {
        let meant = |wanted: &String| [&spec.name, &spec.serial, &spec.udid].contains(&wanted);
        Self { rules: self.rules.iter().filter(|rule| rule.device.as_ref().is_none_or(meant)).cloned().collect() }
    }

    /// Counts a message and says what happens at it.
    pub(crate) fn next(&mut self, request: &str, target: Option<&str>) -> Option<Fault> {
        let mut due = None;
        for rule in &mut self.rules {
            if rule.matches(request, target) {
                rule.seen = rule.seen.saturating_add(1);
                if due.is_none() && rule.is_due() {
                    due = Some(rule.fault.clone());
                }
            }
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_affects_the_occurrences_it_names_and_no_others() {
        let rule = Rule::new("InstallProfile", Fault::NotNow).from(2).times(2);
        let mut script = Script::new().rule(rule);

        let mut next = || script.next("InstallProfile", None).is_some();

        assert_eq!([next(), next(), next(), next()], [false, true, true, false]);
    }

    #[test]
    fn a_rule_about_a_target_leaves_other_commands_alone() {
        let rule = Rule::new("InstallProfile", Fault::NotNow).about("wifi");
        let mut script = Script::new().rule(rule);

        assert_eq!(script.next("InstallProfile", Some("com.example.clip")), None);
        assert_eq!(script.next("InstallProfile", Some("com.example.wifi")), Some(Fault::NotNow));
    }

    #[test]
    fn rules_for_another_phone_are_left_out() {
        let mut rule = Rule::new("*", Fault::NeverAnswer);
        rule.device = Some("iPhone 2".to_owned());
        let script = Script::new().rule(rule);

        assert!(script.for_device(&DeviceSpec::numbered(1, 1)).rules.is_empty());
        assert_eq!(script.for_device(&DeviceSpec::numbered(1, 2)).rules.len(), 1);
    }

    #[test]
    fn json_names_faults_in_words_and_refuses_what_it_does_not_know() {
        let json = r#"{"rules": [
            {"request": "InstallProfile", "times": 3, "fault": "not_now"},
            {"request": "DeviceLock", "fault": {"answer_late": {"seconds": 2.5}}}
        ]}"#;

        let script: Script = serde_json::from_str(json).unwrap();

        assert_eq!(script.rules[0].fault, Fault::NotNow);
        assert_eq!(script.rules[1].fault, Fault::AnswerLate { seconds: 2.5 });
        assert!(serde_json::from_str::<Script>(r#"{"rulez": []}"#).is_err());
    }
}
