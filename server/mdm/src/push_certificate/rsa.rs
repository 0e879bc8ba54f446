//! A new RSA key. Apple's portal takes no other kind, and *ring*, which uses it, makes none.
//!
//! The primes come from `crypto-primes`; what follows from them is RFC 8017, 3.2. *ring* checks that the parts belong
//! together whenever it loads the key, the first time right here.

use std::convert::Infallible;

use crypto_bigint::{
    NonZero, Odd, U1024, U2048,
    rand_core::{TryCryptoRng, TryRng},
};
use crypto_primes::{
    Flavor,
    hazmat::{SetBits, SmallFactorsSieveFactory},
    is_prime, sieve_and_find,
};
use der::{
    Encode as _, Sequence,
    asn1::{AnyRef, ObjectIdentifier, OctetStringRef, UintRef},
};
use ring::{
    rand::{SecureRandom as _, SystemRandom},
    signature::RsaKeyPair,
};
use x509_cert::spki::AlgorithmIdentifierRef;

use super::RequestError;

const PRIME_BITS: u32 = 1024;
/// The public exponent that everybody uses; prime.
const EXPONENT: u32 = 65_537;
const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// A key in PKCS#1 (RFC 8017, A.1.2).
#[derive(Sequence)]
struct Pkcs1<'a> {
    version: u8,
    modulus: UintRef<'a>,
    public_exponent: UintRef<'a>,
    private_exponent: UintRef<'a>,
    prime1: UintRef<'a>,
    prime2: UintRef<'a>,
    exponent1: UintRef<'a>,
    exponent2: UintRef<'a>,
    coefficient: UintRef<'a>,
}

/// A key in PKCS#8 (RFC 5208).
#[derive(Sequence)]
struct Pkcs8<'a> {
    version: u8,
    algorithm: AlgorithmIdentifierRef<'a>,
    private_key: OctetStringRef<'a>,
}

/// A new key of 2048 bits in PKCS#8.
pub(super) fn generate() -> Result<Vec<u8>, RequestError> {
    let (p, q) = primes()?;
    let written = write(&p, &q).map_err(|error| RequestError::Request(error.to_string()))?;
    RsaKeyPair::from_pkcs8(&written).map_err(|error| RequestError::Request(error.to_string()))?;
    Ok(written)
}

/// Two primes that a key can be made of, the larger one first.
fn primes() -> Result<(U1024, U1024), RequestError> {
    let exponent = NonZero::new(U1024::from_u32(EXPONENT)).expect("invariant: the exponent is not zero");
    let fits = |prime: &U1024| prime.wrapping_sub(&U1024::ONE).rem(&exponent) != U1024::ZERO;
    let p = prime()?;
    let q = prime()?;
    // Apart by less than 2^924 they would be easy to find (FIPS 186-5, A.1.1); that never happens by chance.
    let (larger, smaller) = if p > q { (p, q) } else { (q, p) };
    if larger.wrapping_sub(&smaller).bit_width() <= PRIME_BITS - 100 || !fits(&larger) || !fits(&smaller) {
        return primes();
    }
    Ok((larger, smaller))
}

/// A prime whose two highest bits are set, so that two of them make a modulus of the full length.
fn prime() -> Result<U1024, RequestError> {
    let failed = |error: crypto_primes::Error| RequestError::Request(error.to_string());
    let mut random = Random { failed: false };
    let sieve = SmallFactorsSieveFactory::<U1024>::new(Flavor::Any, PRIME_BITS, SetBits::TwoMsb).map_err(failed)?;
    let found = sieve_and_find(&mut random, sieve, |_, candidate| is_prime(Flavor::Any, candidate)).map_err(failed)?;
    match found {
        Some(prime) if !random.failed => Ok(prime),
        _ => Err(RequestError::Random),
    }
}

/// Puts the key together; `p` is the larger prime.
fn write(p: &U1024, q: &U1024) -> der::Result<Vec<u8>> {
    const COPRIME: &str = "invariant: the exponent has no factor in common with either prime less one";
    let less_one = |prime: &U1024| prime.wrapping_sub(&U1024::ONE);
    let modulus: U2048 = p.concatenating_mul(q);
    let order: U2048 = less_one(p).lcm(&less_one(q));
    let order = NonZero::new(order).expect("invariant: primes are larger than one");
    let private_exponent = U2048::from_u32(EXPONENT).invert_mod(&order).expect(COPRIME);
    let exponent_for = |prime: &U1024| {
        let order = NonZero::new(less_one(prime)).expect("invariant: primes are larger than one");
        U1024::from_u32(EXPONENT).invert_mod(&order).expect(COPRIME)
    };
    let odd = Odd::new(*p).expect("invariant: a large prime is odd");
    let coefficient = q.invert_odd_mod(&odd).expect("invariant: the primes differ");
    let exponents = [exponent_for(p), exponent_for(q)].map(|exponent| exponent.to_be_bytes());
    let primes = [p, q].map(U1024::to_be_bytes);
    let pkcs1 = Pkcs1 {
        version: 0,
        modulus: UintRef::new(modulus.to_be_bytes().as_ref())?,
        public_exponent: UintRef::new(&EXPONENT.to_be_bytes())?,
        private_exponent: UintRef::new(private_exponent.to_be_bytes().as_ref())?,
        prime1: UintRef::new(primes[0].as_ref())?,
        prime2: UintRef::new(primes[1].as_ref())?,
        exponent1: UintRef::new(exponents[0].as_ref())?,
        exponent2: UintRef::new(exponents[1].as_ref())?,
        coefficient: UintRef::new(coefficient.to_be_bytes().as_ref())?,
    }
    .to_der()?;
    Pkcs8 {
        version: 0,
        algorithm: AlgorithmIdentifierRef { oid: RSA_ENCRYPTION, parameters: Some(AnyRef::NULL) },
        private_key: OctetStringRef::new(&pkcs1)?,
    }
    .to_der()
}

/// The system's random numbers in the shape that the search wants. It cannot be told of a failure, so that is noted and
/// what it found then is thrown away.
struct Random {
    failed: bool,
}

impl TryRng for Random {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.failed |= SystemRandom::new().fill(bytes).is_err();
        Ok(())
    }
}

impl TryCryptoRng for Random {}
