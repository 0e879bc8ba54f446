//! Who issues certificates: Apple's portal to organisations, and the authority behind the push service's own.

use baton_mdm::push_certificate::{PrivateKey, PushCertificate, PushIdentity};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateSigningRequestParams, CustomExtension, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose, date_time_ymd,
};
use time::OffsetDateTime;

/// The number under which a name holds a user id.
const USER_ID: [u64; 7] = [0, 9, 2342, 19_200_300, 100, 1, 1];
/// Apple's mark on certificates for its production push service.
const APNS_PRODUCTION: [u64; 8] = [1, 2, 840, 113_635, 100, 6, 3, 2];

/// An authority with its key.
pub struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

/// From when to when a certificate is valid.
#[derive(Clone, Copy, Debug)]
pub struct Validity {
    /// The first moment.
    pub from: OffsetDateTime,
    /// The last moment.
    pub until: OffsetDateTime,
}

impl Validity {
    /// From 2020 to 2100: whatever the clock of a test says.
    #[must_use]
    pub fn always() -> Self {
        Self { from: date_time_ymd(2020, 1, 1), until: date_time_ymd(2100, 1, 1) }
    }
}

impl Authority {
    /// A new authority of this name.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let key = new_key();
        let mut params = params(Validity::always());
        params.distinguished_name.push(DnType::OrganizationName, "Apple Inc. (fake)");
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let pem = params.self_signed(&key).expect("invariant: the parameters are complete").pem();
        Self { pem, issuer: Issuer::new(params, key) }
    }

    /// The authority's certificate.
    #[must_use]
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// A push certificate for whoever made this request, as Apple's portal gives it.
    ///
    /// # Panics
    /// When it is no request.
    #[must_use]
    pub fn issue(&self, topic: &str, request: &str, validity: Validity) -> String {
        let mut request = CertificateSigningRequestParams::from_pem(request).expect("a request for a certificate");
        request.params = push_params(topic, validity);
        request.signed_by(&self.issuer).expect("invariant: the parameters are complete").pem()
    }

    /// A push certificate with a key of its own: certificate and key in PEM.
    #[must_use]
    pub fn issue_with_key(&self, topic: &str, validity: Validity) -> (String, String) {
        let key = new_key();
        let certificate = push_params(topic, validity).signed_by(&key, &self.issuer);
        (certificate.expect("invariant: the parameters are complete").pem(), key.serialize_pem())
    }

    /// What connects to the push service under this topic.
    #[must_use]
    pub fn identity(&self, topic: &str) -> PushIdentity {
        let (certificate, key) = self.issue_with_key(topic, Validity::always());
        let key = PrivateKey::from_pem(&key).expect("invariant: the key was just made");
        let file = baton_mdm::push_certificate::CertificateFile::read(certificate.as_bytes(), "");
        identity(&file.expect("invariant: it was just issued").certificate, &key)
    }

    /// The certificate of the service itself, with its key, both in DER.
    pub(super) fn issue_for_localhost(&self) -> (Vec<u8>, Vec<u8>) {
        let key = new_key();
        let mut params = CertificateParams::new(["localhost".to_owned(), "127.0.0.1".to_owned()])
            .expect("invariant: both are names");
        let validity = Validity::always();
        (params.not_before, params.not_after) = (validity.from, validity.until);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let certificate = params.signed_by(&key, &self.issuer).expect("invariant: the parameters are complete");
        (certificate.der().to_vec(), key.serialize_der())
    }
}

/// Certificate and key as a connection needs them.
fn identity(certificate: &PushCertificate, key: &PrivateKey) -> PushIdentity {
    PushIdentity {
        topic: certificate.topic.clone(),
        fingerprint: certificate.fingerprint.clone(),
        certificate_pem: certificate.pem(),
        key_pem: key.pem(),
    }
}

fn new_key() -> KeyPair {
    KeyPair::generate().expect("the system has random numbers")
}

fn params(validity: Validity) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    (params.not_before, params.not_after) = (validity.from, validity.until);
    params
}

fn push_params(topic: &str, validity: Validity) -> CertificateParams {
    let mut params = params(validity);
    params.distinguished_name.push(DnType::CustomDnType(USER_ID.to_vec()), topic);
    params.distinguished_name.push(DnType::CommonName, format!("APSP:{topic}"));
    params.distinguished_name.push(DnType::CountryName, "US");
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    let null = vec![0x05, 0x00];
    params.custom_extensions = vec![CustomExtension::from_oid_content(&APNS_PRODUCTION, null)];
    params
}
