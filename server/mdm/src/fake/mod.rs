//! A device in memory, for tests inside one process.
//!
//! It enrols from an enrollment profile, signs what it sends, obeys commands and remembers what it
//! installed. A script makes single commands go wrong. It never talks to a network: the test carries the
//! messages.

mod obey;

use std::collections::{BTreeMap, VecDeque};

use plist::{Dictionary, Value};

use crate::dict::{Dict, to_xml};
use crate::message::{ErrorChainItem, ManagedAppStatus};
use crate::signature::{SigningError, SigningIdentity};

/// The `UnlockToken` of every fake device.
const UNLOCK_TOKEN: &[u8] = b"unlock";

/// A message as a device sends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedMessage {
    /// The body, an XML property list.
    pub body: Vec<u8>,
    /// The value of the `Mdm-Signature` header.
    pub signature: String,
}

/// What the device does with the next command instead of obeying it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Behaviour {
    /// Does it and says so.
    Obey,
    /// Puts it off.
    NotNow,
    /// Fails without doing it.
    Error(ErrorChainItem),
    /// Claims not to understand it.
    CommandFormatError,
    /// Does it, but the answer is lost on the way.
    LoseAnswer,
    /// Goes offline before doing it.
    Ignore,
}

/// Why the device could not do what the test asked.
#[derive(Debug, thiserror::Error)]
pub enum FakeError {
    /// The enrollment profile is not what a device accepts.
    #[error("the enrollment profile is unusable: {0}")]
    Enrollment(&'static str),
    /// The server sent something that is no command.
    #[error("the command is unusable: {0}")]
    Command(&'static str),
    /// The identity does not sign.
    #[error(transparent)]
    Signing(#[from] SigningError),
}

/// How the device was brought under management.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FakeEnrollment {
    /// Device Enrollment: messages name the hardware.
    Device,
    /// User Enrollment: messages bear this `EnrollmentID` and nothing that names the hardware.
    User(String),
}

/// One simulated iPhone.
#[derive(Debug, Clone)]
pub struct FakeDevice {
    /// `UDID`.
    pub udid: String,
    /// How it is enrolled.
    pub enrollment: FakeEnrollment,
    /// `SerialNumber`.
    pub serial_number: String,
    /// `DeviceName`.
    pub name: String,
    /// `OSVersion`.
    pub os_version: String,
    /// `IsSupervised`.
    pub supervised: bool,
    /// The push token of its TokenUpdate.
    pub push_token: Vec<u8>,
    /// The push magic of its TokenUpdate.
    pub push_magic: String,
    /// From the enrollment profile.
    pub topic: String,
    /// From the enrollment profile.
    pub server_url: String,
    /// From the enrollment profile.
    pub check_in_url: String,
    /// From the enrollment profile.
    pub identity: SigningIdentity,
    /// Installed profiles by outer PayloadIdentifier, as they were delivered.
    pub profiles: BTreeMap<String, Vec<u8>>,
    /// Managed apps by bundle identifier.
    pub apps: BTreeMap<String, ManagedAppStatus>,
    /// Bundle identifiers by store number or manifest address; an app that is not here is called after
    /// either.
    pub bundle_identifiers: BTreeMap<String, String>,
    /// Whether an accepted app is installed at once, or stays `Installing` until
    /// [`Self::finish_apps`].
    pub apps_install_at_once: bool,
    /// What to do with the next commands; empty means obey.
    pub script: VecDeque<Behaviour>,
    /// The request types of what was done to the device as a whole: `DeviceLock`, `EraseDevice` and the like.
    pub done: Vec<String>,
    /// Whether it is in lost mode.
    pub lost_mode: bool,
}

impl FakeDevice {
    /// Installs an enrollment profile.
    ///
    /// # Errors
    ///
    /// [`FakeError`] when a real device would refuse the profile.
    pub fn enrol(enrollment_profile: &[u8], udid: &str, serial_number: &str, name: &str) -> Result<Self, FakeError> {
        let profile = read_dictionary(enrollment_profile).ok_or(FakeError::Enrollment("not a property list"))?;
        let identifier = text(&profile, "PayloadIdentifier").ok_or(FakeError::Enrollment("no PayloadIdentifier"))?;
        let mdm = payload(&profile, "com.apple.mdm").ok_or(FakeError::Enrollment("no MDM"))?;
        let pkcs12 = payload(&profile, "com.apple.security.pkcs12").ok_or(FakeError::Enrollment("no identity"))?;
        if text(mdm, "IdentityCertificateUUID") != text(pkcs12, "PayloadUUID") {
            return Err(FakeError::Enrollment("the identity is not the one named"));
        }
        let file = pkcs12
            .get("PayloadContent")
            .and_then(Value::as_data)
            .ok_or(FakeError::Enrollment("an identity without content"))?;
        let password = text(pkcs12, "Password").unwrap_or_default();
        let enrollment = match text(mdm, "EnrollmentMode") {
            None => FakeEnrollment::Device,
            Some("BYOD") if mdm.contains_key("AccessRights") => {
                return Err(FakeError::Enrollment("access rights under User Enrollment"));
            }
            Some("BYOD") if text(mdm, "AssignedManagedAppleID").is_some() => {
                FakeEnrollment::User(format!("enrollment-of-{udid}"))
            }
            Some(_) => return Err(FakeError::Enrollment("an enrollment mode without its account")),
        };
        let of_mdm =
            |key| text(mdm, key).map(str::to_owned).ok_or(FakeError::Enrollment("an MDM payload without addresses"));
        Ok(Self {
            udid: udid.to_owned(),
            enrollment,
            serial_number: serial_number.to_owned(),
            name: name.to_owned(),
            os_version: "18.3".to_owned(),
            supervised: false,
            push_token: crate::fingerprint::of_certificate(udid.as_bytes()).into_bytes().split_off(32),
            push_magic: format!("magic-{udid}"),
            topic: of_mdm("Topic")?,
            server_url: of_mdm("ServerURL")?,
            check_in_url: of_mdm("CheckInURL")?,
            identity: SigningIdentity::from_pkcs12(file, password)?,
            profiles: BTreeMap::from([(identifier.to_owned(), enrollment_profile.to_vec())]),
            apps: BTreeMap::new(),
            bundle_identifiers: BTreeMap::new(),
            apps_install_at_once: true,
            script: VecDeque::new(),
            done: Vec::new(),
            lost_mode: false,
        })
    }

    /// The first message of an enrollment.
    ///
    /// # Errors
    ///
    /// [`FakeError::Signing`].
    pub fn authenticate(&self) -> Result<SignedMessage, FakeError> {
        let serial_number = self.names_hardware().then_some(self.serial_number.as_str());
        self.check_in(
            "Authenticate",
            Dict::new()
                .set("BuildVersion", "22D60")
                .set("DeviceName", self.name.as_str())
                .set("Model", "MTJV3LL")
                .set("ModelName", "iPhone")
                .set("OSVersion", self.os_version.as_str())
                .set("ProductName", "iPhone15,4")
                .maybe("SerialNumber", serial_number),
        )
    }

    /// The message that makes the device reachable.
    ///
    /// # Errors
    ///
    /// [`FakeError::Signing`].
    pub fn token_update(&self) -> Result<SignedMessage, FakeError> {
        let content = Dict::new()
            .set("AwaitingConfiguration", false)
            .set("PushMagic", self.push_magic.as_str())
            .data("Token", &self.push_token);
        self.check_in(
            "TokenUpdate",
            if self.names_hardware() { content.data("UnlockToken", UNLOCK_TOKEN) } else { content },
        )
    }

    /// The message sent when the enrollment profile is removed.
    ///
    /// # Errors
    ///
    /// [`FakeError::Signing`].
    pub fn check_out(&self) -> Result<SignedMessage, FakeError> {
        self.check_in("CheckOut", Dict::new())
    }

    /// What the device sends after a push: it asks for a command.
    ///
    /// # Errors
    ///
    /// [`FakeError::Signing`].
    pub fn idle(&self) -> Result<SignedMessage, FakeError> {
        self.send(Dict::new().set("Status", "Idle"))
    }

    /// Takes a command and gives the answer. None when the script loses it.
    ///
    /// # Errors
    ///
    /// [`FakeError`] when this is no command.
    pub fn answer(&mut self, command: &[u8]) -> Result<Option<SignedMessage>, FakeError> {
        let delivery = read_dictionary(command).ok_or(FakeError::Command("not a property list"))?;
        let uuid = text(&delivery, "CommandUUID").ok_or(FakeError::Command("no CommandUUID"))?;
        let command = delivery.get("Command").and_then(Value::as_dictionary).ok_or(FakeError::Command("no Command"))?;
        let answer = |status: &str| Dict::new().set("CommandUUID", uuid).set("Status", status);
        match self.script.pop_front().unwrap_or(Behaviour::Obey) {
            Behaviour::Ignore => Ok(None),
            Behaviour::NotNow => self.send(answer("NotNow")).map(Some),
            Behaviour::CommandFormatError => self.send(answer("CommandFormatError")).map(Some),
            Behaviour::Error(error) => self.send(answer("Error").set("ErrorChain", error_chain(&error))).map(Some),
            Behaviour::LoseAnswer => self.obey(command, uuid).map(|_| None),
            Behaviour::Obey => {
                let answer = self.obey(command, uuid)?;
                self.send(answer).map(Some)
            }
        }
    }

    /// Lets every app that is being installed arrive.
    pub fn finish_apps(&mut self) {
        for status in self.apps.values_mut() {
            if *status == ManagedAppStatus::Installing {
                *status = ManagedAppStatus::Managed;
            }
        }
    }

    fn check_in(&self, message_type: &str, content: Dict) -> Result<SignedMessage, FakeError> {
        self.send(content.set("MessageType", message_type).set("Topic", self.topic.as_str()))
    }

    fn names_hardware(&self) -> bool {
        self.enrollment == FakeEnrollment::Device
    }

    fn send(&self, content: Dict) -> Result<SignedMessage, FakeError> {
        let content = match &self.enrollment {
            FakeEnrollment::Device => content.set("UDID", self.udid.as_str()),
            FakeEnrollment::User(id) => content.set("EnrollmentID", id.as_str()),
        };
        let body = to_xml(content.finish());
        let signature = self.identity.sign(&body)?;
        Ok(SignedMessage { body, signature })
    }
}

fn error_chain(error: &ErrorChainItem) -> Value {
    Value::Array(vec![Value::Dictionary(
        Dict::new()
            .set("ErrorCode", error.code)
            .set("ErrorDomain", error.domain.as_str())
            .maybe("LocalizedDescription", error.localized.as_deref())
            .maybe("USEnglishDescription", error.us_english.as_deref())
            .finish(),
    )])
}

fn read_dictionary(bytes: &[u8]) -> Option<Dictionary> {
    Value::from_reader(std::io::Cursor::new(bytes)).ok()?.into_dictionary()
}

fn text<'a>(dictionary: &'a Dictionary, key: &str) -> Option<&'a str> {
    dictionary.get(key).and_then(Value::as_string)
}

fn payload<'a>(profile: &'a Dictionary, payload_type: &str) -> Option<&'a Dictionary> {
    profile
        .get("PayloadContent")?
        .as_array()?
        .iter()
        .filter_map(Value::as_dictionary)
        .find(|payload| text(payload, "PayloadType") == Some(payload_type))
}
