//! Which phone to simulate.

use serde::{Deserialize, Serialize};

use crate::derive;

/// The facts about a phone that do not come from its server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceSpec {
    /// The name in Settings › General › About, for example `iPhone 1`.
    pub name: String,
    /// Apple's order number, for example `MTP03`.
    pub model: String,
    /// Apple's hardware identifier, for example `iPhone15,4`.
    pub product_name: String,
    /// For example `18.5`.
    pub os_version: String,
    /// Serial number, unique in the fleet.
    pub serial: String,
    /// UDID, unique in the fleet.
    pub udid: String,
    /// Supervised devices install apps without asking and obey more commands.
    pub supervised: bool,
}

/// Order number and hardware identifier of the phones that [`DeviceSpec::numbered`] hands out in turn.
const PHONES: [(&str, &str); 4] =
    [("MTP03", "iPhone15,4"), ("MPUF3", "iPhone14,7"), ("MYD03", "iPhone17,3"), ("MMXF3", "iPhone14,6")];

impl DeviceSpec {
    /// A plausible unsupervised phone; the same seed and number give the same phone. Numbers begin at 1.
    pub fn numbered(seed: u64, number: usize) -> Self {
        let (model, product_name) = PHONES[number.wrapping_sub(1) % PHONES.len()];
        let random = derive::bytes(seed, &["phone", &number.to_string()]);
        Self {
            name: format!("iPhone {number}"),
            model: model.to_owned(),
            product_name: product_name.to_owned(),
            os_version: "18.5".to_owned(),
            serial: serial(&random[..10]),
            udid: format!("00008120-{}", hex::encode_upper(&random[10..18])),
            supervised: false,
        }
    }

    /// The same phone with another name.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// The same phone, supervised.
    #[must_use]
    pub fn supervised(mut self) -> Self {
        self.supervised = true;
        self
    }

    /// `iPhone` or `iPad`, as `ModelName`.
    pub(crate) fn model_name(&self) -> &'static str {
        if self.product_name.starts_with("iPad") { "iPad" } else { "iPhone" }
    }

    pub(crate) fn build_version(&self) -> &'static str {
        "22F76"
    }
}

/// Apple's serial numbers leave out letters that look like digits.
fn serial(random: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"0123456789CDFGHJKLMNPQRTVWXYZABE";
    random.iter().map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbered_phones_differ_and_can_be_had_again() {
        let first = DeviceSpec::numbered(1, 1);

        assert_eq!(first, DeviceSpec::numbered(1, 1));
        assert_ne!(first.serial, DeviceSpec::numbered(1, 2).serial);
        assert_ne!(first.udid, DeviceSpec::numbered(2, 1).udid);
        assert_eq!(first.udid.len(), 25);
        assert_eq!(first.serial.len(), 10);
    }
}
