//! The catalogue: configurations and apps, and who gets them.

mod distribution;
mod form;
mod items;

pub use baton_mdm::{
    mobileconfig::{Change as ProfileChange, MAX_PROFILE_BYTES, PayloadName, UploadError},
    payload::{IconError, MAX_ICON_BYTES, MAX_ICON_PIXELS},
    pkcs12::{MAX_PKCS12_BYTES, Pkcs12Error},
};
pub use distribution::{DistributionChange, DistributionError, DistributionView, stops_saving};
pub use form::{ContentForm, FileChange, IdentityForm, ItemForm, ProfileForm, RestrictionsForm, WebClipForm};
pub use items::{ItemDetail, ListedItem};
