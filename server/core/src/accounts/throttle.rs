//! Guessing passwords is slowed: by account, by address and overall, and so that nobody locks others out.
//!
//! Failures for a name make further attempts with that name wait, ever longer. That alone would let a stranger keep somebody
//! from signing in, so attempts from a browser in which that person signed in before, and from a shared phone's own page,
//! are counted by themselves and wait for no stranger. Many failures from one address make attempts from there wait a
//! little, whatever the name; a school or a hospital behind one address still gets through. What is overall is counted in
//! each instance for itself: it keeps the hashing free for those who are known.
//!
//! Those who are known also have the hashing first: strangers wait in a line of their own.
//!
//! An attempt is counted before the password is compared, in one conditional write, so that a hundred at once are no more
//! guesses than one after the other. Names are counted whether anybody has them or not, and only as MACs.

use std::{
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, PoisonError},
};

use baton_identity::Priority;
use baton_model::{DeviceId, SignInAttempts, Timestamp, UserId, fold::fold};
use baton_store::Tx;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::sign_in::SignInError;
use crate::{
    Actor, Core, CoreError, Permission, Vault,
    audit::{self, Event},
    token,
    vault::new_secret,
};

const KEY_PURPOSE: &str = "sign-in-attempts";
const KNOWN_PURPOSE: &str = "known-browser";
/// A browser is known for so many days after the last time somebody signed in there.
pub const KNOWN_BROWSER_DAYS: i64 = 180;
/// So many people are known in one browser; the one who signed in longest ago is forgotten.
const KNOWN_PEOPLE: usize = 5;
/// Failures from unknown browsers that an instance takes in a minute before it turns further attempts away.
const OVERALL_PER_MINUTE: u32 = 600;
/// How often a count is tried that others change at the same moment.
const TRIES: usize = 20;

/// What is known of whoever signs in, before they are known.
#[derive(Clone, Debug, Default)]
pub struct Visitor {
    /// The kind of browser, in a word or two, such as "Safari · iPhone".
    pub browser: Option<String>,
    /// The address that they come from, if it tells one visitor from another.
    pub address: Option<IpAddr>,
    /// What their browser holds from earlier sign-ins ([`Core::known_browser`]).
    pub known: Option<String>,
}

/// How many failures are free, and how long the next attempt waits after more of them.
#[derive(Clone, Copy, Debug)]
struct Allowance {
    free: i64,
    /// Seconds after the first one that is not free.
    first: i64,
    /// The wait doubles with so many failures more.
    doubling: i64,
    /// The longest wait in seconds.
    most: i64,
    /// Seconds without an attempt after which failures are forgotten.
    forget: i64,
}

const ACCOUNT: Allowance = Allowance { free: 5, first: 5, doubling: 1, most: 15 * 60, forget: 3600 };
/// A single mistaken neighbour must not keep a whole building out, so the wait stays short.
const ORIGIN: Allowance = Allowance { free: 30, first: 1, doubling: 10, most: 5, forget: 15 * 60 };
/// What is counted is kept for so many seconds.
pub(crate) const KEPT_SECONDS: i64 = ACCOUNT.forget;

impl Allowance {
    fn pause(self, failures: i64) -> i64 {
        if failures < self.free {
            return 0;
        }
        let doublings = ((failures - self.free) / self.doubling).min(30);
        (self.first << doublings).min(self.most)
    }

    /// Seconds until the next attempt counts; 0 when it does now.
    fn wait(self, counted: Option<&SignInAttempts>, now: Timestamp) -> i64 {
        let Some(counted) = counted.filter(|counted| !self.is_forgotten(counted, now)) else { return 0 };
        let pause = self.pause(counted.failures);
        if pause == 0 {
            // Attempts at the same moment, and clocks that differ, make nobody wait.
            return 0;
        }
        let free_at = counted.last_at.plus_seconds(pause);
        // Rounded up: who waits as long as told is let through.
        (free_at.0 - now.0).max(0).unsigned_abs().div_ceil(1_000_000).try_into().unwrap_or(self.most)
    }

    fn is_forgotten(self, counted: &SignInAttempts, now: Timestamp) -> bool {
        now.seconds_since(counted.last_at) >= self.forget
    }
}

/// An attempt that was counted, to be taken back or forgotten once it is known how it went.
#[derive(Clone, Debug)]
pub(super) struct Attempt {
    pub(super) account: String,
    origin: Option<String>,
    is_known: bool,
}

impl Attempt {
    /// Before whom this attempt is compared.
    pub(super) fn priority(&self) -> Priority {
        if self.is_known { Priority::Known } else { Priority::Unknown }
    }
}

/// The people who signed in in a browser, by MACs that only this server can compare.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct KnownBrowser {
    id: String,
    people: Vec<String>,
}

/// What an instance counts for itself.
#[derive(Debug, Default)]
pub(crate) struct Overall(Mutex<Minute>);

#[derive(Debug, Default)]
struct Minute {
    minute: i64,
    failures: u32,
    /// Attempts that were turned away and are in no audit row yet.
    turned_away: u32,
}

impl Overall {
    fn with<T>(&self, now: Timestamp, then: impl FnOnce(&mut Minute) -> T) -> T {
        let mut minute = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let current = now.unix_seconds().div_euclid(60);
        if minute.minute != current {
            minute.minute = current;
            minute.failures = 0;
        }
        then(&mut minute)
    }
}

fn key(vault: &Vault, kind: &str, of: &str) -> String {
    let mac = vault.mac(KEY_PURPOSE, format!("{kind}\0{of}").as_bytes());
    format!("{kind}:{}", hex::encode(mac))
}

fn account_key(vault: &Vault, folded_name: &str) -> String {
    key(vault, "account", folded_name)
}

/// The site that a visitor is at: more than their network, because whoever has IPv6 has many of those.
pub(crate) fn site_key(vault: &Vault, visitor: &Visitor) -> Option<String> {
    visitor.address.map(|address| key(vault, "site", &shared(address, 48)))
}

/// Addresses that one person can have many of count as one.
fn network(address: IpAddr) -> String {
    shared(address, 64)
}

/// What an address shares with others: the first so many bits of IPv6, all of IPv4.
fn shared(address: IpAddr, bits: u32) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let rest = 128 - bits;
            Ipv6Addr::from_bits(address.to_bits() >> rest << rest).to_string()
        }
    }
}

fn person_mac(vault: &Vault, user: &str) -> String {
    hex::encode(&vault.mac(KNOWN_PURPOSE, user.as_bytes())[..8])
}

impl Core {
    /// Counts an attempt, or says how long to wait.
    pub(super) async fn count_attempt(
        &self,
        user_name: &str,
        visitor: &Visitor,
        phone: Option<&DeviceId>,
        now: Timestamp,
    ) -> Result<Attempt, SignInError> {
        let attempt = self.attempt(user_name, visitor, phone, now);
        if !attempt.is_known && self.overall().with(now, |minute| minute.failures) >= OVERALL_PER_MINUTE {
            return Err(self.turned_away(60 - now.unix_seconds().rem_euclid(60), now));
        }
        // Most of a flood ends here, without a write.
        let mut tx = self.store().read().await.map_err(CoreError::from)?;
        let (account, origin) = counted(&mut tx, &attempt).await?;
        drop(tx);
        let wait = ACCOUNT.wait(account.as_ref(), now).max(ORIGIN.wait(origin.as_ref(), now));
        if wait > 0 {
            return Err(self.turned_away(wait, now));
        }
        for _ in 0..TRIES {
            let mut tx = self.store().begin().await.map_err(CoreError::from)?;
            let (account, _) = counted(&mut tx, &attempt).await?;
            let wait = ACCOUNT.wait(account.as_ref(), now);
            if wait > 0 {
                return Err(self.turned_away(wait, now));
            }
            let before = account.as_ref().filter(|counted| !ACCOUNT.is_forgotten(counted, now));
            let failures = before.map_or(0, |counted| counted.failures) + 1;
            let new = SignInAttempts { key: attempt.account.clone(), failures, last_at: now };
            if tx.count_sign_in_attempt(account.as_ref(), &new).await.map_err(CoreError::from)? {
                tx.commit().await.map_err(CoreError::from)?;
                return Ok(attempt);
            }
        }
        Err(SignInError::Busy)
    }

    fn attempt(&self, user_name: &str, visitor: &Visitor, phone: Option<&DeviceId>, now: Timestamp) -> Attempt {
        let (vault, name) = (self.vault(), fold(user_name));
        if let Some(phone) = phone {
            let phone = phone.as_str();
            return Attempt {
                account: key(vault, "phone-account", &format!("{phone}\0{name}")),
                origin: Some(key(vault, "phone", phone)),
                is_known: true,
            };
        }
        let known = visitor.known.as_deref().and_then(|known| self.known(known, now));
        match known.filter(|known| known.people.contains(&person_mac(vault, &name))) {
            Some(known) => Attempt {
                account: key(vault, "known-account", &format!("{}\0{name}", known.id)),
                origin: None,
                is_known: true,
            },
            None => {
                let origin = visitor.address.map(|address| key(vault, "address", &network(address)));
                Attempt { account: account_key(vault, &name), origin, is_known: false }
            }
        }
    }

    fn turned_away(&self, seconds: i64, now: Timestamp) -> SignInError {
        self.overall().with(now, |minute| minute.turned_away = minute.turned_away.saturating_add(1));
        SignInError::Throttled { seconds: seconds.unsigned_abs().max(1) }
    }

    /// The attempt failed: what is counted for its account stays, and where it came from is counted too.
    pub(super) async fn count_failure(&self, tx: &mut Tx, attempt: &Attempt, now: Timestamp) -> Result<(), CoreError> {
        if !attempt.is_known {
            self.overall().with(now, |minute| minute.failures = minute.failures.saturating_add(1));
        }
        if let Some(origin) = &attempt.origin {
            tx.add_sign_in_failure(origin, now, now.plus_seconds(-ORIGIN.forget)).await?;
        }
        Ok(())
    }

    /// The attempt never came to be compared.
    pub(super) async fn take_back(&self, attempt: &Attempt) -> Result<(), CoreError> {
        let mut tx = self.store().begin().await?;
        tx.take_back_sign_in_attempt(&attempt.account).await?;
        Ok(tx.commit().await?)
    }

    /// Lets the person with this name sign in without a wait.
    pub(super) async fn forgive(&self, tx: &mut Tx, user_name: &str) -> Result<bool, CoreError> {
        Ok(tx.forget_sign_in_attempts(&account_key(self.vault(), &fold(user_name))).await?)
    }

    /// Until when attempts with this name wait, in browsers that nobody knows.
    pub(super) async fn paused_until(
        &self,
        tx: &mut Tx,
        user_name: &str,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, CoreError> {
        let key = account_key(self.vault(), &fold(user_name));
        let found = tx.sign_in_attempts(&[&key]).await?.pop();
        let wait = ACCOUNT.wait(found.as_ref(), now);
        Ok((wait > 0).then(|| now.plus_seconds(wait)))
    }

    /// Ends the wait for this person.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`Permission::ManageUsers`], [`CoreError::NotFound`].
    pub async fn lift_pause(&self, actor: &Actor, id: &UserId, now: Timestamp) -> Result<(), CoreError> {
        let event = || Event::new("user.lift-pause", "user", id.as_str());
        self.require(actor, Permission::ManageUsers, event(), now).await?;
        let mut tx = self.store().begin().await?;
        let user = tx.find_user(id).await?.ok_or(CoreError::NotFound("user"))?;
        self.forgive(&mut tx, &user.user_name).await?;
        audit::record(&mut tx, actor, event(), true, now).await?;
        Ok(tx.commit().await?)
    }

    /// For how many names attempts were slowed within the last quarter of an hour.
    ///
    /// # Errors
    /// [`CoreError`] when the database fails.
    pub(crate) async fn slowed_names(tx: &mut Tx, now: Timestamp) -> Result<i64, CoreError> {
        Ok(tx.count_keys_with_failures("account:", ACCOUNT.free, now.plus_seconds(-ACCOUNT.most)).await?)
    }

    /// Writes how many attempts were turned away since the last time, in one audit row for all of them.
    ///
    /// # Errors
    /// [`CoreError`] when the database fails.
    pub async fn note_turned_away(&self, now: Timestamp) -> Result<(), CoreError> {
        let count = self.overall().with(now, |minute| std::mem::take(&mut minute.turned_away));
        if count == 0 {
            return Ok(());
        }
        let mut tx = self.store().begin().await?;
        let event = Event::new("sign-in.throttled", "user", "").with(json!({ "attempts": count }));
        audit::record(&mut tx, &Actor::System, event, false, now).await?;
        Ok(tx.commit().await?)
    }

    fn known(&self, value: &str, now: Timestamp) -> Option<KnownBrowser> {
        token::check(self.vault(), KNOWN_PURPOSE, value, now).ok()
    }

    /// What a browser is given to hold once this person signed in there, over what it held before; and until when.
    ///
    /// # Errors
    /// [`CoreError`] when the system has no randomness.
    pub fn known_browser(
        &self,
        before: Option<&str>,
        user_name: &str,
        now: Timestamp,
    ) -> Result<(String, Timestamp), CoreError> {
        let mut known = match before.and_then(|before| self.known(before, now)) {
            Some(known) => known,
            None => KnownBrowser { id: new_secret()?, people: Vec::new() },
        };
        let person = person_mac(self.vault(), &fold(user_name));
        known.people.retain(|other| *other != person);
        known.people.push(person);
        let surplus = known.people.len().saturating_sub(KNOWN_PEOPLE);
        known.people.drain(..surplus);
        let until = now.plus_seconds(KNOWN_BROWSER_DAYS * 86_400);
        Ok((token::sign(self.vault(), KNOWN_PURPOSE, &known, until), until))
    }
}

/// What is counted for the attempt's account and for where it comes from.
async fn counted(
    tx: &mut Tx,
    attempt: &Attempt,
) -> Result<(Option<SignInAttempts>, Option<SignInAttempts>), CoreError> {
    let mut keys = vec![attempt.account.as_str()];
    keys.extend(attempt.origin.as_deref());
    let mut rows = tx.sign_in_attempts(&keys).await?;
    let mut take = |key: &str| rows.iter().position(|row| row.key == key).map(|index| rows.swap_remove(index));
    let account = take(&attempt.account);
    Ok((account, attempt.origin.as_deref().and_then(take)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_bound_and_never_shrink() {
        for allowance in [ACCOUNT, ORIGIN] {
            let pauses: Vec<i64> = (0..10_000).map(|failures| allowance.pause(failures)).collect();
            assert!(pauses.is_sorted());
            assert_eq!(pauses[usize::try_from(allowance.free).unwrap() - 1], 0);
            assert_eq!(pauses[usize::try_from(allowance.free).unwrap()], allowance.first);
            assert_eq!(pauses.last(), Some(&allowance.most));
        }
    }

    #[test]
    fn who_waits_as_long_as_told_is_let_through() {
        let counted = SignInAttempts { key: String::new(), failures: 9, last_at: Timestamp(1_500_000) };
        for micros in (1_500_000..120_000_000).step_by(333_333) {
            let now = Timestamp(micros);
            let wait = ACCOUNT.wait(Some(&counted), now);
            assert_eq!(ACCOUNT.wait(Some(&counted), now.plus_seconds(wait)), 0, "{micros}");
        }
    }

    #[test]
    fn failures_of_long_ago_are_forgotten() {
        let counted = SignInAttempts { key: String::new(), failures: 1000, last_at: Timestamp(0) };
        assert_eq!(ACCOUNT.wait(Some(&counted), Timestamp(0).plus_seconds(ACCOUNT.forget)), 0);
    }

    #[test]
    fn the_addresses_of_one_household_are_one() {
        let of = |address: &str| network(address.parse().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:2"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_eq!(of("::ffff:192.0.2.7"), of("192.0.2.7"));
        assert_ne!(of("192.0.2.7"), of("192.0.2.8"));
    }
}
