//! Web clips. Source: Apple's `com.apple.webClip.managed.yaml`.

use super::icon::check_icon;
use crate::dict::Dict;
use crate::profile::{ProfileError, check_text};

/// The icon of the sign-in clip: a baton handed from one hand to the next.
pub const DEFAULT_CLIP_ICON: &[u8] = include_bytes!("../../assets/clip-icon.png");

/// An icon on the Home Screen that opens a web page.
#[derive(Clone, PartialEq, Eq)]
pub struct WebClip {
    /// `URL`: where it leads; http or https.
    pub url: String,
    /// `Label`: the text under the icon.
    pub label: String,
    /// `Icon`: a PNG of at most 400 × 400 pixels. None shows a white square.
    pub icon: Option<Vec<u8>>,
    /// `IsRemovable`: whether the person may remove it.
    pub removable: bool,
    /// `FullScreen`: open without Safari's bars.
    pub full_screen: bool,
    /// `IgnoreManifestScope` (iOS 14): stay without Safari's bars on other sites too.
    pub ignore_manifest_scope: bool,
    /// `Precomposed`: add no shine to the icon.
    pub precomposed: bool,
    /// `TargetApplicationBundleIdentifier` (iOS 14): the browser that opens it.
    pub target_application: Option<String>,
}

impl WebClip {
    /// The sign-in clip: not removable, full screen everywhere, with Baton's icon.
    #[must_use]
    pub fn sign_in(label: &str, url: &str) -> Self {
        Self {
            url: url.to_owned(),
            label: label.to_owned(),
            icon: Some(DEFAULT_CLIP_ICON.to_vec()),
            removable: false,
            full_screen: true,
            ignore_manifest_scope: true,
            precomposed: true,
            target_application: None,
        }
    }

    pub(super) fn validate(&self) -> Result<(), ProfileError> {
        check_web_address("url", &self.url)?;
        check_text("label", &self.label, 64)?;
        if let Some(icon) = &self.icon {
            check_icon(icon).map_err(|error| ProfileError::new("icon", error.to_string()))?;
        }
        if let Some(target) = &self.target_application {
            crate::profile::check_identifier("target_application", target)?;
        }
        Ok(())
    }

    pub(super) fn content(&self) -> Dict {
        let dict = Dict::new()
            .set("URL", self.url.as_str())
            .set("Label", self.label.as_str())
            .set("IsRemovable", self.removable)
            .set("FullScreen", self.full_screen)
            .set("IgnoreManifestScope", self.ignore_manifest_scope)
            .set("Precomposed", self.precomposed)
            .maybe("TargetApplicationBundleIdentifier", self.target_application.as_deref());
        match &self.icon {
            Some(icon) => dict.data("Icon", icon),
            None => dict,
        }
    }
}

impl std::fmt::Debug for WebClip {
    /// Leaves the address out: the sign-in clip's holds the device's secret (A20).
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("WebClip")
            .field("label", &self.label)
            .field("removable", &self.removable)
            .finish_non_exhaustive()
    }
}

/// An absolute http or https address with a host and no white space.
pub(crate) fn check_web_address(field: &str, address: &str) -> Result<(), ProfileError> {
    const LONGEST: usize = 2048;
    let rest = ["https://", "http://"].iter().find_map(|scheme| {
        let (head, rest) = address.split_at_checked(scheme.len())?;
        head.eq_ignore_ascii_case(scheme).then_some(rest)
    });
    let problem = match rest {
        None => "must begin with https:// or http://",
        Some(_) if address.len() > LONGEST => "is too long",
        Some(rest) if rest.split(['/', '?', '#']).next().is_none_or(str::is_empty) => "names no host",
        Some(rest) if rest.chars().any(|c| c.is_whitespace() || c.is_control()) => {
            "contains spaces or control characters"
        }
        Some(_) => return Ok(()),
    };
    Err(ProfileError::new(field, problem))
}
