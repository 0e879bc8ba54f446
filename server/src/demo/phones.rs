//! The demo's phones.

use baton_simulator::{DeviceSpec, Fleet, SimulatorError, StoreApp};

/// The names of the shared ones.
pub const NAMES: [&str; 4] = ["Ward 3 – iPhone 1", "Ward 3 – iPhone 2", "Ward 5 – iPhone 1", "Pharmacy – iPhone"];
/// The name of the one that is a person's own.
pub const OWN: &str = "Chloe’s iPhone";
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

/// The shared ones. People may rename them; the hardware tells them apart.
fn shared() -> impl Iterator<Item = DeviceSpec> {
    NAMES.iter().enumerate().map(|(number, name)| {
        let spec = DeviceSpec::numbered(SEED, number + 1).named(*name);
        if number == 0 { spec.supervised() } else { spec }
    })
}

/// The one that is a person's own.
fn own() -> DeviceSpec {
    DeviceSpec::numbered(SEED, NAMES.len() + 1).named(OWN)
}

fn is_enrolled(fleet: &Fleet, spec: &DeviceSpec) -> bool {
    fleet.device(&spec.udid).is_some_and(|device| device.snapshot().enrolled)
}

/// Whether a shared phone of the demo is not enrolled.
pub fn any_missing(fleet: &Fleet) -> bool {
    shared().any(|spec| !is_enrolled(fleet, &spec))
}

/// Whether the person's own phone is not enrolled.
pub fn is_own_missing(fleet: &Fleet) -> bool {
    !is_enrolled(fleet, &own())
}

/// Enrols the shared phones that are not.
///
/// # Errors
/// [`SimulatorError`].
pub async fn enrol(fleet: &Fleet, profile_address: &str) -> Result<(), SimulatorError> {
    for spec in shared() {
        if !is_enrolled(fleet, &spec) {
            fleet.enrol(spec, profile_address).await?;
        }
    }
    Ok(())
}

/// Enrols the person's own phone. Its owner may have ended its management before the last stop, and gets it back.
///
/// # Errors
/// [`SimulatorError`].
pub async fn enrol_own(fleet: &Fleet, profile_address: &str) -> Result<(), SimulatorError> {
    fleet.enrol(own(), profile_address).await.map(|_| ())
}

/// The address behind the sign-in icon of each shared phone, as soon as all have theirs.
pub async fn icons(fleet: &Fleet) -> Vec<(String, String)> {
    let mut icons = Vec::new();
    let own = own();
    for device in fleet.devices().into_iter().filter(|device| device.udid() != own.udid) {
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
    let mut lines = vec![
        String::new(),
        "Each shared phone has an icon on its Home Screen. Open its page as if you tapped it:".to_owned(),
    ];
    lines.extend(icons.iter().map(|(name, url)| format!("  {name:<20} {url}")));
    lines
}
