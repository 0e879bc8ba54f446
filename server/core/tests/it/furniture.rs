//! The catalogue that most tests share: something that stays, something that goes, something personal, something that
//! only a signed-out phone has.

use baton_core::catalogue::{ContentForm, WebClipForm};
use baton_model::{
    ItemId, UserGroupId, UserId,
    item::{InHouseApp, WiFiSecurity},
};
use baton_policy::Distribution;

use crate::{
    office::{Office, nobody, only_groups, only_users},
    phone::{Phone, profile_of},
};

/// The password of both networks.
pub const WIFI_PASSWORD: &str = "heron-wifi-secret";
pub const MAIL_APP: &str = "com.example.mail";
pub const MAP_APP: &str = "com.example.map";

pub struct Furniture {
    pub staff: UserGroupId,
    /// A network for every device, the same for everybody.
    pub house: ItemId,
    /// A network for staff only.
    pub ward: ItemId,
    /// Rules for staff only.
    pub passcode: ItemId,
    /// An icon for everybody that bears the person's name.
    pub intranet: ItemId,
    /// An icon that only a signed-out phone has.
    pub lost_and_found: ItemId,
    /// An app for staff only.
    pub mail: ItemId,
    /// An app for every device.
    pub map: ItemId,
}

impl Furniture {
    /// What a signed-out phone has.
    pub fn of_nobody(&self) -> Vec<String> {
        vec![profile_of(&self.house), profile_of(&self.intranet), profile_of(&self.lost_and_found), MAP_APP.to_owned()]
    }

    /// What somebody of the staff has.
    pub fn of_staff(&self) -> Vec<String> {
        vec![
            profile_of(&self.house),
            profile_of(&self.intranet),
            profile_of(&self.ward),
            profile_of(&self.passcode),
            MAP_APP.to_owned(),
            MAIL_APP.to_owned(),
        ]
    }

    /// Looks after every exchange whether the phone has something that is not its holder's.
    pub fn watch(&self, phone: &mut Phone, staff: &[(&UserId, &str)]) {
        phone.may_have.insert(nobody(), self.of_nobody().into_iter().collect());
        for (id, name) in staff {
            // What only Nobody has leaves after the next person signed in: it says nothing about anybody.
            phone.may_have.insert((*id).clone(), self.of_staff().into_iter().chain(self.of_nobody()).collect());
            phone.marks.insert((*id).clone(), format!("/{name}"));
        }
    }

    /// Whether the phone has exactly what a signed-out phone has, with nobody's name on it.
    pub fn assert_nobodys(&self, phone: &Phone) {
        assert_eq!(phone.has(), self.of_nobody().into_iter().collect(), "{:#?}", phone.log);
        assert!(phone.profile(&self.intranet).contains("https://intranet.example/<"), "{:#?}", phone.log);
    }

    /// Whether the phone has exactly what this person has, with their name on it.
    pub fn assert_has_all_of(&self, phone: &Phone, name: &str) {
        assert_eq!(phone.has(), self.of_staff().into_iter().collect(), "{:#?}", phone.log);
        assert!(phone.profile(&self.intranet).contains(&format!("/{name}<")), "{:#?}", phone.log);
    }
}

impl Office {
    /// Furnishes the office for these people, the staff.
    pub async fn furnish(&self, staff: &[&UserId]) -> Furniture {
        let staff = self.add_group("Staff", staff).await;
        self.distribute_clip().await;
        Furniture {
            house: self.add_item("House", wifi("House"), Distribution::AllDevices).await,
            ward: self.add_item("Ward", wifi("Ward"), only_groups(&[&staff])).await,
            passcode: self.add_item("Passcode", passcode(6), only_groups(&[&staff])).await,
            intranet: self
                .add_item("Intranet", web_clip("https://intranet.example/${user.name}"), Distribution::AllDevices)
                .await,
            lost_and_found: self
                .add_item("Lost and found", web_clip("https://lost.example/"), only_users(&[&nobody()]))
                .await,
            mail: self.add_item("Mail", app(MAIL_APP, false), only_groups(&[&staff])).await,
            map: self.add_item("Map", app(MAP_APP, false), Distribution::AllDevices).await,
            staff,
        }
    }
}

impl Phone {
    /// Makes the phone know the apps by their names.
    pub fn learn_apps(&mut self, bundle_ids: &[&str]) {
        for bundle_id in bundle_ids {
            self.fake.bundle_identifiers.insert(manifest(bundle_id), (*bundle_id).to_owned());
        }
    }
}

pub fn manifest(bundle_id: &str) -> String {
    format!("https://apps.example/{bundle_id}.plist")
}

pub fn wifi(ssid: &str) -> ContentForm {
    ContentForm::WiFi {
        ssid: ssid.to_owned(),
        security: WiFiSecurity::Wpa2,
        password: WIFI_PASSWORD.to_owned(),
        hidden: false,
        auto_join: true,
    }
}

pub fn passcode(min_length: i64) -> ContentForm {
    ContentForm::Passcode {
        min_length,
        allow_simple: false,
        require_alphanumeric: false,
        max_inactivity_minutes: None,
        max_failed_attempts: None,
    }
}

pub fn web_clip(url: &str) -> ContentForm {
    ContentForm::WebClip(WebClipForm { label: "Page".to_owned(), url: url.to_owned(), ..WebClipForm::default() })
}

pub fn app(bundle_id: &str, reset_between_people: bool) -> ContentForm {
    ContentForm::InHouseApp(InHouseApp {
        bundle_id: bundle_id.to_owned(),
        manifest_url: manifest(bundle_id),
        reset_between_people,
    })
}
