//! Wi-Fi. Source: Apple's `com.apple.wifi.managed.yaml`.

use std::fmt;

use crate::dict::Dict;
use crate::profile::{ProfileError, check_text};

/// A wireless network.
#[derive(Clone, PartialEq, Eq)]
pub struct WiFi {
    /// `SSID_STR`: the name of the network, 1 to 32 bytes.
    pub ssid: String,
    /// `EncryptionType`.
    pub encryption: WiFiEncryption,
    /// `Password`: 8 to 63 characters, or 64 hexadecimal digits. None for an open network, or to let the
    /// person type it.
    pub password: Option<String>,
    /// `HIDDEN_NETWORK`: the network does not announce its name.
    pub hidden: bool,
    /// `AutoJoin`.
    pub auto_join: bool,
    /// `ProxyType` and its details.
    pub proxy: WiFiProxy,
}

/// Apple's `EncryptionType`, without WEP, which protects nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WiFiEncryption {
    /// An open network.
    None,
    /// WPA or WPA2 networks.
    Wpa,
    /// WPA2 or WPA3 networks.
    #[default]
    Wpa2,
    /// WPA3 networks only.
    Wpa3,
    /// Any protected network.
    Any,
}

impl WiFiEncryption {
    /// Apple's value.
    #[must_use]
    pub fn as_apple(self) -> &'static str {
        match self {
            Self::None => "None",
            Self::Wpa => "WPA",
            Self::Wpa2 => "WPA2",
            Self::Wpa3 => "WPA3",
            Self::Any => "Any",
        }
    }
}

/// A proxy for this network. Forbidden under User Enrollment on iOS.
#[derive(Clone, PartialEq, Eq, Default)]
pub enum WiFiProxy {
    /// No proxy.
    #[default]
    None,
    /// A proxy found automatically.
    Automatic {
        /// `ProxyPACURL`; None asks the network (WPAD).
        pac_url: Option<String>,
        /// `ProxyPACFallbackAllowed`: connect directly when the file cannot be fetched.
        fallback_allowed: bool,
    },
    /// A named proxy.
    Manual {
        /// `ProxyServer`: host name or address.
        server: String,
        /// `ProxyServerPort`.
        port: u16,
        /// `ProxyUsername`.
        user_name: Option<String>,
        /// `ProxyPassword`.
        password: Option<String>,
    },
}

impl WiFi {
    pub(super) fn validate(&self) -> Result<(), ProfileError> {
        if self.ssid.is_empty() || self.ssid.len() > 32 {
            return Err(ProfileError::new("ssid", "must have 1 to 32 bytes"));
        }
        if self.ssid.chars().any(char::is_control) {
            return Err(ProfileError::new("ssid", "contains control characters"));
        }
        self.validate_password()?;
        match &self.proxy {
            WiFiProxy::None | WiFiProxy::Automatic { pac_url: None, .. } => Ok(()),
            WiFiProxy::Automatic { pac_url: Some(url), .. } => super::check_web_address("proxy.pac_url", url),
            WiFiProxy::Manual { server, port, .. } => {
                check_text("proxy.server", server, 255)?;
                if server.contains(char::is_whitespace) || server.contains('/') {
                    return Err(ProfileError::new("proxy.server", "must be a host name or an address"));
                }
                if *port == 0 {
                    return Err(ProfileError::new("proxy.port", "must not be 0"));
                }
                Ok(())
            }
        }
    }

    fn validate_password(&self) -> Result<(), ProfileError> {
        let Some(password) = &self.password else {
            return Ok(());
        };
        if self.encryption == WiFiEncryption::None {
            return Err(ProfileError::new("password", "must be absent for an open network"));
        }
        let key = password.len() == 64 && password.bytes().all(|byte| byte.is_ascii_hexdigit());
        let phrase = (8..=63).contains(&password.len()) && password.bytes().all(|byte| (0x20..0x7f).contains(&byte));
        if key || phrase {
            return Ok(());
        }
        Err(ProfileError::new("password", "must have 8 to 63 plain characters, or 64 hexadecimal digits"))
    }

    pub(super) fn content(&self) -> Dict {
        let dict = Dict::new()
            .set("SSID_STR", self.ssid.as_str())
            .set("EncryptionType", self.encryption.as_apple())
            .maybe("Password", self.password.as_deref())
            .set("HIDDEN_NETWORK", self.hidden)
            .set("AutoJoin", self.auto_join);
        match &self.proxy {
            WiFiProxy::None => dict.set("ProxyType", "None"),
            WiFiProxy::Automatic { pac_url, fallback_allowed } => dict
                .set("ProxyType", "Auto")
                .maybe("ProxyPACURL", pac_url.as_deref())
                .flag("ProxyPACFallbackAllowed", *fallback_allowed),
            WiFiProxy::Manual { server, port, user_name, password } => dict
                .set("ProxyType", "Manual")
                .set("ProxyServer", server.as_str())
                .set("ProxyServerPort", *port)
                .maybe("ProxyUsername", user_name.as_deref())
                .maybe("ProxyPassword", password.as_deref()),
        }
    }
}

impl fmt::Debug for WiFi {
    /// Leaves the password out.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("WiFi")
            .field("ssid", &self.ssid)
            .field("encryption", &self.encryption)
            .field("has_password", &self.password.is_some())
            .field("proxy", &self.proxy)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for WiFiProxy {
    /// Leaves user name and password out.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => formatter.write_str("None"),
            Self::Automatic { pac_url, .. } => write!(formatter, "Automatic({pac_url:?})"),
            Self::Manual { server, port, .. } => write!(formatter, "Manual({server}:{port})"),
        }
    }
}
