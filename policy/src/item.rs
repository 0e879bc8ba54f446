//! Kinds of configurations and apps, and what the server needs them for.

use crate::name::named;

named! {
    /// What an item of the catalogue is.
    pub enum ItemKind {
        /// A wireless network, `com.apple.wifi.managed`.
        WiFi = "wifi",
        /// An icon on the Home Screen, `com.apple.webClip.managed`.
        WebClip = "webClip",
        /// Rules for the passcode, `com.apple.mobiledevice.passwordpolicy`.
        Passcode = "passcode",
        /// A certificate, `com.apple.security.…`.
        Certificate = "certificate",
        /// A certificate with its private key, `com.apple.security.pkcs12`.
        Identity = "identity",
        /// What the device allows, `com.apple.applicationaccess`.
        Restrictions = "restrictions",
        /// A configuration profile that somebody uploaded.
        Profile = "profile",
        /// The built-in *Multi-user Secure Sign-in for iOS* (spec A1, A8).
        SecureSignIn = "secureSignIn",
        /// An app that Baton serves itself.
        InHouseApp = "inHouseApp",
        /// An app from Apple's store.
        StoreApp = "storeApp",
    }
}

impl ItemKind {
    /// Whether it is installed with `InstallApplication` and not with `InstallProfile`.
    #[must_use]
    pub const fn is_app(self) -> bool {
        matches!(self, Self::InHouseApp | Self::StoreApp)
    }
}

named! {
    /// What the server itself needs an item for (spec A9, A21).
    #[derive(Default)]
    pub enum ItemRole {
        /// Nothing in particular.
        #[default]
        Ordinary = "ordinary",
        /// The device needs it to reach the server, for example its Wi-Fi.
        Connectivity = "connectivity",
        /// The web clip that people sign in and out with.
        SignInClip = "signInClip",
    }
}
