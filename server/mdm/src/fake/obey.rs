//! What the device does with each command.

use plist::{Dictionary, Value};

use super::{FakeDevice, FakeError, UNLOCK_TOKEN, error_chain, read_dictionary, text};
use crate::dict::Dict;
use crate::message::{ErrorChainItem, ManagedAppStatus};

impl FakeDevice {
    /// Does what a command says and returns the answer, without the sender.
    pub(super) fn obey(&mut self, command: &Dictionary, uuid: &str) -> Result<Dict, FakeError> {
        let request = text(command, "RequestType").ok_or(FakeError::Command("no RequestType"))?;
        let done = Dict::new().set("CommandUUID", uuid).set("Status", "Acknowledged");
        let refused = |error: ErrorChainItem| {
            Dict::new().set("CommandUUID", uuid).set("Status", "Error").set("ErrorChain", error_chain(&error))
        };
        let answer = match request {
            "InstallProfile" => match self.install_profile(command) {
                Ok(()) => done,
                Err(error) => refused(error),
            },
            "RemoveProfile" => match self.remove_profile(command) {
                Ok(()) => done,
                Err(error) => refused(error),
            },
            "InstallApplication" => {
                let (identifier, status) = self.install_app(command)?;
                done.set("Identifier", identifier).set("State", status.as_apple())
            }
            "RemoveApplication" => {
                let identifier = text(command, "Identifier").unwrap_or_default();
                match self.apps.remove(identifier) {
                    Some(_) => done.set("Identifier", identifier),
                    None => refused(error(12029, "The app is not managed.")),
                }
            }
            "ProfileList" => done.set("ProfileList", self.profile_list()),
            "ManagedApplicationList" => done.set("ManagedApplicationList", self.app_list(command)),
            "DeviceInformation" => done.set("QueryResponses", self.information(command)),
            "SecurityInfo" => done.set(
                "SecurityInfo",
                Dict::new()
                    .set("HardwareEncryptionCaps", 3)
                    .set("PasscodeCompliant", true)
                    .set("PasscodePresent", true)
                    .finish(),
            ),
            _ => match self.act(request, command, done) {
                Ok(done) => done,
                Err(error) => refused(error),
            },
        };
        Ok(answer)
    }

    /// Does something to the device as a whole; what Apple forbids under User Enrollment and without supervision is no
    /// valid request there.
    fn act(&mut self, request: &str, command: &Dictionary, done: Dict) -> Result<Dict, ErrorChainItem> {
        let not_valid = || error(12021, &format!("“{request}” is not a valid request type."));
        let is_allowed = match request {
            "DeviceLock" | "DeviceConfigured" => true,
            "ClearPasscode" | "EraseDevice" | "Settings" => self.names_hardware(),
            "RestartDevice" | "ShutDownDevice" | "EnableLostMode" | "DisableLostMode" => self.supervised,
            "DeviceLocation" => self.supervised && self.lost_mode,
            _ => false,
        };
        if !is_allowed {
            return Err(not_valid());
        }
        if request == "ClearPasscode" && command.get("UnlockToken").and_then(Value::as_data) != Some(UNLOCK_TOKEN) {
            return Err(ErrorChainItem {
                domain: "MCPasscodeErrorDomain".to_owned(),
                ..error(5013, "The unlock token is not valid.")
            });
        }
        self.done.push(request.to_owned());
        Ok(match request {
            "EnableLostMode" | "DisableLostMode" => {
                self.lost_mode = request == "EnableLostMode";
                done
            }
            "DeviceLocation" => done
                .set("HorizontalAccuracy", 12.0)
                .set("Latitude", 52.52)
                .set("Longitude", 13.405)
                .set("Timestamp", "2025-10-09T09:00:00Z"),
            "Settings" => done.set("Settings", self.apply_settings(command)),
            _ => done,
        })
    }

    fn apply_settings(&mut self, command: &Dictionary) -> Value {
        let settings = command.get("Settings").and_then(Value::as_array).cloned().unwrap_or_default();
        let results = settings.iter().filter_map(Value::as_dictionary).map(|setting| {
            let result = Dict::new().maybe("Item", text(setting, "Item"));
            let result = match text(setting, "DeviceName").filter(|_| self.supervised) {
                Some(name) => {
                    name.clone_into(&mut self.name);
                    result.set("Status", "Acknowledged")
                }
                None => {
                    let error = error(12021, "“DeviceName” is not a valid request type.");
                    result.set("Status", "Error").set("ErrorChain", error_chain(&error))
                }
            };
            Value::Dictionary(result.finish())
        });
        Value::Array(results.collect())
    }

    fn install_profile(&mut self, command: &Dictionary) -> Result<(), ErrorChainItem> {
        let payload = command.get("Payload").and_then(Value::as_data);
        let identified = payload.and_then(|payload| {
            let profile = read_dictionary(payload)?;
            Some((text(&profile, "PayloadIdentifier")?.to_owned(), payload))
        });
        let Some((identifier, payload)) = identified else {
            return Err(ErrorChainItem {
                code: 4000,
                domain: "MCInstallationErrorDomain".to_owned(),
                us_english: Some("Invalid Profile".to_owned()),
                localized: None,
            });
        };
        self.profiles.insert(identifier, payload.to_vec());
        Ok(())
    }

    fn remove_profile(&mut self, command: &Dictionary) -> Result<(), ErrorChainItem> {
        let identifier = text(command, "Identifier").unwrap_or_default();
        match self.profiles.remove(identifier) {
            Some(_) => Ok(()),
            None => Err(ErrorChainItem {
                domain: "MDMErrorDomain".to_owned(),
                ..error(12075, &format!("The profile “{identifier}” is not installed."))
            }),
        }
    }

    fn install_app(&mut self, command: &Dictionary) -> Result<(String, ManagedAppStatus), FakeError> {
        let source = command
            .get("iTunesStoreID")
            .and_then(Value::as_unsigned_integer)
            .map(|id| id.to_string())
            .or_else(|| text(command, "ManifestURL").map(str::to_owned))
            .ok_or(FakeError::Command("an app without a source"))?;
        let identifier = self.bundle_identifiers.get(&source).cloned().unwrap_or(source);
        let status = if self.apps_install_at_once { ManagedAppStatus::Managed } else { ManagedAppStatus::Installing };
        self.apps.insert(identifier.clone(), status);
        // Accepted is all the device says at this point, however fast it is.
        Ok((identifier, ManagedAppStatus::Queued))
    }

    fn profile_list(&self) -> Value {
        let profiles = self.profiles.iter().filter_map(|(identifier, bytes)| {
            let profile = read_dictionary(bytes)?;
            let dict = Dict::new()
                .set("PayloadIdentifier", identifier.as_str())
                .maybe("PayloadUUID", text(&profile, "PayloadUUID"))
                .maybe("PayloadDisplayName", text(&profile, "PayloadDisplayName"))
                .set("PayloadVersion", 1)
                .maybe("IsManaged", (!self.supervised).then_some(true));
            Some(Value::Dictionary(dict.finish()))
        });
        Value::Array(profiles.collect())
    }

    fn app_list(&self, command: &Dictionary) -> Value {
        let wanted = command.get("Identifiers").and_then(Value::as_array);
        let asked = |identifier: &str| {
            wanted.is_none_or(|wanted| wanted.iter().any(|item| item.as_string() == Some(identifier)))
        };
        let mut list = Dictionary::new();
        for (identifier, status) in &self.apps {
            if asked(identifier) {
                let app = Dict::new().set("ManagementFlags", 5).set("Status", status.as_apple());
                list.insert(identifier.clone(), Value::Dictionary(app.finish()));
            }
        }
        Value::Dictionary(list)
    }

    fn information(&self, command: &Dictionary) -> Value {
        let queries = command.get("Queries").and_then(Value::as_array);
        let mut answers = Dictionary::new();
        for query in queries.into_iter().flatten().filter_map(Value::as_string) {
            if !self.names_hardware() && matches!(query, "SerialNumber" | "UDID" | "IsMDMLostModeEnabled") {
                continue;
            }
            let answer: Value = match query {
                "DeviceName" => self.name.as_str().into(),
                "OSVersion" => self.os_version.as_str().into(),
                "SerialNumber" => self.serial_number.as_str().into(),
                "UDID" => self.udid.as_str().into(),
                "Model" => "MTJV3LL".into(),
                "ModelName" => "iPhone".into(),
                "ProductName" => "iPhone15,4".into(),
                "IsSupervised" => self.supervised.into(),
                "IsMDMLostModeEnabled" => self.lost_mode.into(),
                "BatteryLevel" => 0.8.into(),
                _ => continue,
            };
            answers.insert(query.to_owned(), answer);
        }
        Value::Dictionary(answers)
    }
}

fn error(code: i64, description: &str) -> ErrorChainItem {
    ErrorChainItem {
        code,
        domain: "MCMDMErrorDomain".to_owned(),
        us_english: Some(description.to_owned()),
        localized: Some(description.to_owned()),
    }
}
