//! One phone of a ward, under manual control, and everything it should have with and without a holder.

use std::{collections::BTreeSet, time::Duration};

use baton_core::catalogue::ContentForm;
use baton_model::{
    DeviceId, HandoverKind, HandoverState,
    item::{InHouseApp, StoreApp, WiFiSecurity},
};
use baton_policy::Distribution;
use baton_simulator::{DeviceHandle, DeviceSnapshot, DeviceSpec, Fleet, FleetConfig, StoreApp as KnownApp};
use tempfile::TempDir;

use crate::{
    office::{Office, icon, nobody, only},
    site::{Site, copy_files, folder},
    wire::{Fault, Wire},
};

/// Nothing that chance could write: ids and tokens on a page are hexadecimal.
pub const USER_NAME: &str = "ada.lindqvist";
pub const DISPLAY_NAME: &str = "Ada Lindqvist";
const ROUNDS: &str = "example.heron.rounds";
const ROUNDS_MANIFEST: &str = "https://apps.heron.example/rounds/manifest.plist";
const TEAMS: &str = "com.microsoft.skype.teams";

/// A phone with Baton behind it, switched off, to be copied.
pub struct Template {
    site: Site,
    phones: TempDir,
}

/// A copy of a template in use.
pub struct Ward {
    pub site: Site,
    pub office: Office,
    pub phone: DeviceHandle,
    pub device: DeviceId,
    fleet: Fleet,
    phones: TempDir,
}

impl Template {
    /// A phone that was just enrolled and has what a signed-out phone has.
    pub async fn enrolled(wire: &Wire, beside: &Site) -> Self {
        let (site, phones) = (beside.another().await, folder());
        let fleet = fleet(&phones, false).await;
        wire.begin(wire.launch(&site), &fleet.push_url(), None).await;
        let office = Office::open(&site, &wire.url()).await;
        furnish(&office).await;
        let profile = office.enrollment_profile(1).await;
        let phone = fleet.enrol(DeviceSpec::numbered(1, 1), &profile).await.unwrap();
        let device = office.device().await;
        let ward = Ward { site, office, phone, device, fleet, phones };
        while content(&ward.phone.snapshot()) != of_nobody() || !ward.is_over(HandoverKind::Enrollment).await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        ward.freeze(wire).await
    }

    /// A copy with a running server behind this wire, on which this fault will happen.
    pub async fn open(&self, wire: &Wire, fault: Option<Fault>) -> Ward {
        let (site, phones) = (self.site.copy().await, folder());
        copy_files(self.phones.path(), phones.path());
        let fleet = fleet(&phones, true).await;
        let phone = fleet.resume().await.unwrap().remove(0);
        wire.begin(wire.launch(&site), &fleet.push_url(), fault).await;
        let office = Office::open(&site, &wire.url()).await;
        let device = office.device().await;
        Ward { site, office, phone, device, fleet, phones }
    }
}

impl Ward {
    /// Whether a handover of this kind is over.
    pub async fn is_over(&self, kind: HandoverKind) -> bool {
        let handover = self.office.handover(&self.device).await;
        handover.kind == kind && handover.state == HandoverState::Complete
    }

    /// Switches everything off and keeps it for copies.
    pub async fn freeze(self, wire: &Wire) -> Template {
        wire.end().await;
        self.office.close().await;
        self.fleet.shutdown().await;
        Template { site: self.site, phones: self.phones }
    }

    /// Switches everything off for good.
    pub async fn close(self, wire: &Wire) {
        self.freeze(wire).await.site.remove().await;
    }
}

async fn fleet(folder: &TempDir, manual: bool) -> Fleet {
    let config = FleetConfig { state_dir: Some(folder.path().to_owned()), manual, ..FleetConfig::default() };
    let fleet = Fleet::start(config).await.unwrap();
    fleet.apps().add(KnownApp {
        bundle_id: ROUNDS.to_owned(),
        name: "Rounds".to_owned(),
        version: "2.4".to_owned(),
        store_id: None,
        manifest_url: Some(ROUNDS_MANIFEST.to_owned()),
    });
    fleet
}

/// One item of each kind: the holder's own, shared with Nobody, in another rendering for Nobody, Nobody's own.
async fn furnish(office: &Office) {
    office.distribute_clip().await;
    let ada = office.add_person(USER_NAME, DISPLAY_NAME).await;
    let hers = only(&[&ada]);
    let wifi = ContentForm::WiFi {
        ssid: "Heron-Wards".to_owned(),
        security: WiFiSecurity::Wpa2,
        password: "reeds and shallow water".to_owned(),
        hidden: false,
        auto_join: true,
    };
    let passcode = ContentForm::Passcode {
        min_length: 6,
        allow_simple: false,
        require_alphanumeric: false,
        max_inactivity_minutes: Some(5),
        max_failed_attempts: None,
    };
    let teams = StoreApp { bundle_id: TEAMS.to_owned(), store_id: 1_113_153_706, reset_between_people: false };
    let rounds = InHouseApp {
        bundle_id: ROUNDS.to_owned(),
        manifest_url: ROUNDS_MANIFEST.to_owned(),
        reset_between_people: false,
    };
    let directory = icon("Directory", "https://directory.heron.example/${user.name}");
    for (name, content, distribution) in [
        ("Ward Wi-Fi", wifi, Distribution::AllDevices),
        ("Directory", directory, Distribution::AllDevices),
        ("My shift", icon("My shift", "https://rota.heron.example/${user.name}"), hers.clone()),
        ("Passcode", passcode, hers.clone()),
        ("Teams", ContentForm::StoreApp(teams), hers.clone()),
        ("Rounds", ContentForm::InHouseApp(rounds), hers),
        ("Lost phone", icon("Lost phone?", "https://heron.example/lost"), only(&[&nobody()])),
    ] {
        office.add_item(name, content, distribution).await;
    }
}

/// What a signed-out phone has: all of it, and nothing else.
pub fn of_nobody() -> BTreeSet<String> {
    let shared = ["icon Baton", "Wi-Fi Heron-Wards"];
    let own = ["icon Directory https://directory.heron.example/", "icon Lost phone? https://heron.example/lost"];
    shared.iter().chain(&own).map(|&text| text.to_owned()).collect()
}

/// What Ada's phone has.
pub fn of_ada() -> BTreeSet<String> {
    let same_for_everybody = [
        "icon Baton",
        "Wi-Fi Heron-Wards",
        "passcode of 6",
        "app com.microsoft.skype.teams Managed",
        "app example.heron.rounds Managed",
    ];
    let with_her_name =
        ["icon Directory https://directory.heron.example/", "icon My shift https://rota.heron.example/"];
    let with_her_name = with_her_name.iter().map(|icon| format!("{icon}{USER_NAME}"));
    same_for_everybody.iter().map(|&text| text.to_owned()).chain(with_her_name).collect()
}

/// What is on the phone, from the profiles and apps themselves. The sign-in icon's address is a secret that changes.
pub fn content(phone: &DeviceSnapshot) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for profile in phone.profiles.iter().filter(|profile| !profile.is_management_profile()) {
        let plist = profile.plist();
        let payloads = plist.get("PayloadContent").and_then(plist::Value::as_array).unwrap();
        for payload in payloads.iter().filter_map(plist::Value::as_dictionary) {
            let text = |key| payload.get(key).and_then(plist::Value::as_string).unwrap_or_default();
            found.insert(match text("PayloadType") {
                "com.apple.webClip.managed" if text("URL").contains("/clip/") => format!("icon {}", text("Label")),
                "com.apple.webClip.managed" => format!("icon {} {}", text("Label"), text("URL")),
                "com.apple.wifi.managed" => format!("Wi-Fi {}", text("SSID_STR")),
                "com.apple.mobiledevice.passwordpolicy" => {
                    let length = payload.get("minLength").and_then(plist::Value::as_unsigned_integer);
                    format!("passcode of {}", length.unwrap_or_default())
                }
                other => format!("{other} {}", profile.display_name),
            });
        }
    }
    found.extend(phone.apps.iter().map(|app| format!("app {} {}", app.bundle_id, app.status.as_str())));
    found
}
