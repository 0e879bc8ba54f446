//! Who vouches for the fake, and certificates that are wrong in one way each.

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};

const COMPLETE: &str = "invariant: the parameters are complete";

/// An authority with its key.
pub struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

/// What a server's certificate is like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CertificateKind {
    /// As it should be: for `localhost` and `127.0.0.1`, from 2020 to 2100.
    #[default]
    Good,
    /// Its time is over.
    Expired,
    /// Its time is yet to come.
    NotYetValid,
    /// For `elsewhere.example.test`.
    OtherName,
    /// By an authority of the same name that nobody trusts.
    Foreign,
}

/// A certificate with its key.
#[derive(Clone, Debug)]
pub struct ServerIdentity {
    /// The certificate in PEM.
    pub certificate_pem: String,
    /// Its key in PEM.
    pub key_pem: String,
}

impl Default for Authority {
    fn default() -> Self {
        Self::new()
    }
}

impl Authority {
    /// A new authority.
    ///
    /// # Panics
    /// When the system has no random numbers.
    #[must_use]
    pub fn new() -> Self {
        let key = new_key();
        let mut params = params("Fake directory authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let pem = params.self_signed(&key).expect(COMPLETE).pem();
        Self { pem, issuer: Issuer::new(params, key) }
    }

    /// The authority's certificate.
    #[must_use]
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// A certificate for a server.
    ///
    /// # Panics
    /// When the system has no random numbers.
    #[must_use]
    pub fn issue(&self, kind: CertificateKind) -> ServerIdentity {
        if kind == CertificateKind::Foreign {
            return Self::new().issue(CertificateKind::Good);
        }
        let key = new_key();
        let mut params = params("Fake directory");
        let names: &[&str] = match kind {
            CertificateKind::OtherName => &["elsewhere.example.test"],
            _ => &["localhost", "127.0.0.1"],
        };
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        params.subject_alt_names = CertificateParams::new(names).expect("invariant: these are names").subject_alt_names;
        match kind {
            CertificateKind::Expired => params.not_after = date_time_ymd(2021, 1, 1),
            CertificateKind::NotYetValid => params.not_before = date_time_ymd(2099, 1, 1),
            _ => {}
        }
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let certificate_pem = params.signed_by(&key, &self.issuer).expect(COMPLETE).pem();
        ServerIdentity { certificate_pem, key_pem: key.serialize_pem() }
    }
}

fn new_key() -> KeyPair {
    KeyPair::generate().expect("the system has random numbers")
}

fn params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    (params.not_before, params.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2100, 1, 1));
    params
}
