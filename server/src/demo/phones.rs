//! The demo's phones.

use baton_simulator::{DeviceSpec, Fleet, SimulatorError, StoreApp};

/// Their names.
pub const NAMES: [&str; 4] = ["Ward 3 – iPhone 1", "Ward 3 – iPhone 2", "Ward 5 – iPhone 1", "Pharmacy – iPhone"];
/// The clinic's own app, which no App Store has.
pub const IN_HOUSE_BUNDLE: &str = "example.heron.rounds";
/// Where its manifest would be.
pub const IN_HOUSE_MANIFEST: &str = "https://apps.heron.example/rounds/manifest.plist";

const SEED: u64 = 7;

/// Lets the phones find the clinic's own app.
pub fn stock_app_store(fleet: &Fleet) {
    fleet.apps().add(StoreApp {
        bundle_id: IN_HOUSE_BUNDLE.to_owned(),
        name: "Rounds".to_owned(),
        version: "2.4".to_owned(),
        store_id: None,
        manifest_url: Some(IN_HOUSE_MANIFEST.to_owned()),
    });
}

fn is_enrolled(fleet: &Fleet, name: &str) -> bool {
    fleet.device(name).is_some_and(|device| device.snapshot().enrolled)
}

/// Whether a phone of the demo is not enrolled.
pub fn any_missing(fleet: &Fleet) -> bool {
    NAMES.iter().any(|name| !is_enrolled(fleet, name))
}

/// Enrols the phones that are not.
///
/// # Errors
/// [`SimulatorError`].
pub async fn enrol(fleet: &Fleet, profile_address: &str) -> Result<(), SimulatorError> {
    for (number, name) in NAMES.iter().enumerate().filter(|(_, name)| !is_enrolled(fleet, name)) {
        match fleet.device(name) {
            Some(device) => device.enrol(profile_address).await?,
            None => {
                let spec = DeviceSpec::numbered(SEED, number + 1).named(*name);
                let spec = if number == 0 { spec.supervised() } else { spec };
                fleet.enrol(spec, profile_address).await?;
            }
        }
    }
    Ok(())
}

/// The address behind the sign-in icon of each phone, as soon as all have theirs.
pub async fn icons(fleet: &Fleet) -> Vec<(String, String)> {
    let mut icons = Vec::new();
    for device in fleet.devices() {
        let snapshot = device.wait_until(|snapshot| snapshot.home_screen.iter().any(is_sign_in)).await;
        let icon = snapshot.home_screen.iter().find(|icon| is_sign_in(icon));
        icons.extend(icon.map(|icon| (device.name(), icon.url.clone())));
    }
    icons
}

fn is_sign_in(icon: &baton_simulator::WebClip) -> bool {
    icon.url.contains("/clip/")
}

/// The addresses as lines to print.
pub fn list(icons: &[(String, String)]) -> Vec<String> {
    let mut lines =
        vec![String::new(), "Each phone has an icon on its Home Screen. Open its page as if you tapped it:".to_owned()];
    lines.extend(icons.iter().map(|(name, url)| format!("  {name:<20} {url}")));
    lines
}
