//! The certificate that allows pushes through Apple's push service (D8): asking for it, installing and renewing it, and
//! how it stands.
//!
//! Its topic is what counts: devices take it from their enrollment profile and listen to no other for as long as they
//! are enrolled. So a renewal must have the same topic, and new devices enrol under it as soon as it is there.

mod install;
mod problem;
mod request;
mod standing;

pub use baton_mdm::push_certificate::MAX_FILE_BYTES;
pub use install::{MAX_ACCOUNT, PushCertificateForm};
pub use problem::PushCertificateProblem;
pub use standing::{Installed, PushCertificateView, PushNotice, Standing};
pub(crate) use standing::{installed, notice};

use baton_store::Tx;

use crate::{Core, CoreError};

/// What the keys of certificates and requests are sealed for.
pub(crate) const KEY_PURPOSE: &str = "push-certificate";

/// The topic under which devices enrol now: that of the installed certificate, also when it has expired, because its
/// renewal will have the same. Without one the local topic, for simulated devices.
pub(crate) async fn topic(core: &Core, tx: &mut Tx) -> Result<String, CoreError> {
    let certificate = tx.find_push_certificate().await?;
    Ok(certificate.map_or_else(|| core.config().push_topic.clone(), |certificate| certificate.topic))
}
