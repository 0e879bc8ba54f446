//! Password hashes: Argon2id, computed off the request threads and never more at once than there is room for.
//!
//! There are two lines. Who is known goes before who is not, so a flood of guesses makes nobody wait who has been here
//! before: for one hash that is being computed at most, and for other people who are known.

use std::sync::{Arc, Mutex, PoisonError};

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::{Output, PasswordHash, Salt, SaltString, rand_core::OsRng},
};
use thiserror::Error;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Memory per hash in KiB (19 MiB).
const MEMORY_KIB: u32 = 19 * 1024;
/// Passes over that memory.
const PASSES: u32 = 2;
/// Lanes.
const LANES: u32 = 1;
const DECOY_SALT: &str = "bm8gdXNlcidzIHNhbHQwMA";
/// The longest password that is hashed, in bytes; longer ones cannot be right.
const MAX_BYTES: usize = 1024;

/// Why a password could not be hashed or compared at all.
#[derive(Debug, Error)]
pub enum PasswordError {
    /// More people wait for a comparison than the queue holds.
    #[error("too many sign-ins are waiting")]
    Busy,
    /// The hashing failed.
    #[error("the password could not be hashed: {0}")]
    Hash(argon2::password_hash::Error),
    /// The worker that hashed is gone.
    #[error("the hashing worker stopped")]
    Stopped,
}

/// Whether a password is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is.
    Right,
    /// It is not, or there is no such user, or the user has no password.
    Wrong,
}

/// In which line somebody waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    /// Somebody whose browser or phone is known, or who is signed in: before all others.
    Known,
    /// Anybody.
    Unknown,
}

/// Hashes and compares passwords. Clones share the lines.
#[derive(Clone)]
pub struct Passwords {
    running: Arc<Semaphore>,
    /// Of the unknown no more stand at `running`, which is first come, first served, than can be served at once. The rest
    /// wait here, so somebody who is known is always the next.
    unknown_at_once: Arc<Semaphore>,
    known_waiting: Arc<Semaphore>,
    unknown_waiting: Arc<Semaphore>,
    memory: Arc<Memory>,
}

/// The memory that hashes are computed in, used again and again: as much as runs at once. Asked for anew each time, on a
/// thread each time another, it stays with the allocator, and a flood of guesses would leave hundreds of megabytes there.
#[derive(Default)]
struct Memory(Mutex<Vec<Vec<Block>>>);

impl Memory {
    /// Argon2id of the password with these parameters.
    fn output(&self, password: &[u8], salt: Salt<'_>, params: Params) -> Result<Output, argon2::password_hash::Error> {
        let mut salt_bytes = [0; Salt::MAX_LENGTH];
        let salt = salt.decode_b64(&mut salt_bytes)?;
        let length = params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
        let mut blocks = self.take();
        blocks.resize(params.block_count(), Block::default());
        let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let output = Output::init_with(length, |output| {
            Ok(hasher.hash_password_into_with_memory(password, salt, output, &mut blocks)?)
        });
        self.give_back(blocks);
        output
    }

    fn take(&self) -> Vec<Block> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    fn give_back(&self, blocks: Vec<Block>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(blocks);
    }
}

impl Passwords {
    /// `parallel` hashes at once, and in each line at most `queue` people waiting or served.
    #[must_use]
    pub fn new(parallel: usize, queue: usize) -> Self {
        let room = |places: usize| Arc::new(Semaphore::new(places.max(1)));
        Self {
            running: room(parallel),
            unknown_at_once: room(parallel),
            known_waiting: room(queue),
            unknown_waiting: room(queue),
            memory: Arc::default(),
        }
    }

    /// The hash of a new password, in PHC form.
    ///
    /// # Errors
    /// Every [`PasswordError`].
    pub async fn hash(&self, password: &str) -> Result<String, PasswordError> {
        let (password, memory) = (password.to_owned(), Arc::clone(&self.memory));
        self.run(Priority::Known, move || hash(&memory, &password)).await?
    }

    /// Compares `password` with a stored hash. Without one (unknown user, no password) the same work is done and the
    /// verdict is [`Verdict::Wrong`], so that the time tells nobody who exists.
    ///
    /// # Errors
    /// [`PasswordError::Busy`] and [`PasswordError::Stopped`]; a stored hash that cannot be read counts as wrong and is
    /// logged.
    pub async fn verify(
        &self,
        password: &str,
        stored: Option<&str>,
        priority: Priority,
    ) -> Result<Verdict, PasswordError> {
        let known = stored.is_some();
        let stored = stored.map_or_else(decoy, str::to_owned);
        let (password, memory) = (password.to_owned(), Arc::clone(&self.memory));
        let matches = self.run(priority, move || matches(&memory, &password, &stored)).await?;
        Ok(if known && matches { Verdict::Right } else { Verdict::Wrong })
    }

    async fn run<T: Send + 'static>(
        &self,
        priority: Priority,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PasswordError> {
        let line = match priority {
            Priority::Known => &self.known_waiting,
            Priority::Unknown => &self.unknown_waiting,
        };
        let place = Arc::clone(line).try_acquire_owned().map_err(|_| PasswordError::Busy)?;
        let stands = match priority {
            Priority::Known => None,
            Priority::Unknown => Some(acquire(&self.unknown_at_once).await?),
        };
        let turn = acquire(&self.running).await?;
        // The permits go with the work: whoever hangs up does not make room for more of it. The turn goes first, to somebody
        // who stands there already, and not to the next one who is unknown.
        let job = move || {
            let result = work();
            drop(turn);
            drop((stands, place));
            result
        };
        tokio::task::spawn_blocking(job).await.map_err(|_| PasswordError::Stopped)
    }
}

async fn acquire(semaphore: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, PasswordError> {
    Arc::clone(semaphore).acquire_owned().await.map_err(|_| PasswordError::Stopped)
}

fn params() -> Params {
    Params::new(MEMORY_KIB, PASSES, LANES, None).expect("invariant: the constants are within Argon2's bounds")
}

/// A hash in PHC form.
fn phc(salt: Salt<'_>, output: Output) -> String {
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: (&params()).try_into().expect("invariant: three small numbers are valid parameters"),
        salt: Some(salt),
        hash: Some(output),
    };
    hash.to_string()
}

/// What the password of an unknown user is compared with: as costly as any hash, and made from no password.
fn decoy() -> String {
    let salt = DECOY_SALT.try_into().expect("invariant: the constant is base64 of a salt's length");
    phc(salt, Output::new(&[0; Params::DEFAULT_OUTPUT_LEN]).expect("invariant: that is an output's length"))
}

fn hash(memory: &Memory, password: &str) -> Result<String, PasswordError> {
    let salt = SaltString::generate(&mut OsRng);
    let output = memory.output(password.as_bytes(), salt.as_salt(), params()).map_err(PasswordError::Hash)?;
    Ok(phc(salt.as_salt(), output))
}

fn matches(memory: &Memory, password: &str, stored: &str) -> bool {
    if password.len() > MAX_BYTES {
        return false;
    }
    compare(memory, password, stored).unwrap_or_else(|error| {
        tracing::error!(%error, "a stored password hash cannot be read");
        false
    })
}

fn compare(memory: &Memory, password: &str, stored: &str) -> Result<bool, argon2::password_hash::Error> {
    use argon2::password_hash::Error;
    let stored = PasswordHash::new(stored)?;
    if stored.algorithm != Algorithm::Argon2id.ident() || stored.version != Some(Version::V0x13.into()) {
        return Err(Error::Algorithm);
    }
    let (Some(salt), Some(expected)) = (stored.salt, stored.hash) else { return Err(Error::Password) };
    let output = memory.output(password.as_bytes(), salt, Params::try_from(&stored)?)?;
    // Outputs are compared in constant time.
    Ok(output == expected)
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use futures::future::join;

    use super::*;

    fn passwords() -> Passwords {
        Passwords::new(2, 8)
    }

    #[tokio::test]
    async fn the_right_password_matches_its_hash() {
        let passwords = passwords();
        let stored = passwords.hash("two quiet herons").await.unwrap();
        assert_eq!(
            passwords.verify("two quiet herons", Some(&stored), Priority::Unknown).await.unwrap(),
            Verdict::Right
        );
    }

    #[tokio::test]
    async fn another_password_does_not_match() {
        let passwords = passwords();
        let stored = passwords.hash("two quiet herons").await.unwrap();
        assert_eq!(
            passwords.verify("Two quiet herons", Some(&stored), Priority::Unknown).await.unwrap(),
            Verdict::Wrong
        );
    }

    #[tokio::test]
    async fn nobody_gets_in_without_a_stored_hash() {
        let verdict = passwords().verify("no user has this password", None, Priority::Unknown).await.unwrap();
        assert_eq!(verdict, Verdict::Wrong);
    }

    #[tokio::test]
    async fn the_decoy_costs_as_much_as_a_hash() {
        let stored = passwords().hash("two quiet herons").await.unwrap();
        let cost = |hash: &str| hash.split('$').take(4).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(cost(&decoy()), cost(&stored));
        assert_eq!(decoy().len(), stored.len());
        assert!(!compare(&Memory::default(), "", &decoy()).unwrap());
    }

    #[tokio::test]
    async fn a_stored_hash_that_cannot_be_read_lets_nobody_in() {
        assert_eq!(
            passwords().verify("anything at all", Some("plain"), Priority::Unknown).await.unwrap(),
            Verdict::Wrong
        );
    }

    #[tokio::test]
    async fn a_hash_says_that_it_is_argon2id_with_the_agreed_cost() {
        let stored = passwords().hash("two quiet herons").await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
    }

    #[tokio::test]
    async fn other_costs_than_todays_are_taken_as_they_were_stored() {
        let stored = "$argon2id$v=19$m=8,t=1,p=1$c2FsdCBvZiB0ZXN0cw$a/z4P+gTiFVhFZ70uEia0HC0Z908Pygjtiu7//ScP9w";
        let verify = async |password| passwords().verify(password, Some(stored), Priority::Unknown).await.unwrap();
        assert_eq!(verify("two quiet herons").await, Verdict::Right);
        assert_eq!(verify("two quiet swans").await, Verdict::Wrong);
    }

    #[tokio::test]
    async fn another_algorithm_than_argon2id_lets_nobody_in() {
        let stored = "$argon2i$v=19$m=8,t=1,p=1$c2FsdCBvZiB0ZXN0cw$a/z4P+gTiFVhFZ70uEia0HC0Z908Pygjtiu7//ScP9w";
        assert_eq!(
            passwords().verify("two quiet herons", Some(stored), Priority::Unknown).await.unwrap(),
            Verdict::Wrong
        );
    }

    #[tokio::test]
    async fn as_much_memory_is_kept_as_runs_at_once() {
        let passwords = passwords();
        for _ in 0..3 {
            let (one, other) = join(passwords.hash("two quiet herons"), passwords.hash("two quiet herons")).await;
            assert!(one.is_ok() && other.is_ok());
        }
        let kept = passwords.memory.0.lock().unwrap().len();
        assert!((1..=2).contains(&kept), "{kept}");
    }

    #[tokio::test]
    async fn whoever_hangs_up_keeps_the_place_until_the_work_is_done() {
        let passwords = Passwords::new(1, 1);
        let mut hung_up = Box::pin(passwords.hash("two quiet herons"));
        assert!(futures::poll!(&mut hung_up).is_pending());
        drop(hung_up);
        assert!(matches!(passwords.hash("two quiet herons").await, Err(PasswordError::Busy)));
    }

    #[tokio::test]
    async fn more_waiting_people_than_the_queue_holds_are_turned_away() {
        let passwords = Passwords::new(1, 1);
        let both = join(passwords.hash("two quiet herons"), passwords.hash("two quiet herons")).await;
        assert!(matches!(both, (Ok(_), Err(PasswordError::Busy))), "{both:?}");
    }

    #[tokio::test]
    async fn who_is_known_goes_before_everybody_who_is_not() {
        let passwords = Passwords::new(1, 8);
        let served = Mutex::new(Vec::new());
        let serve = |name: &'static str, priority| {
            let (passwords, served) = (&passwords, &served);
            async move {
                passwords.verify("two quiet herons", None, priority).await.unwrap();
                served.lock().unwrap().push(name);
            }
        };
        let first = serve("first", Priority::Unknown);
        let strangers = join(serve("second", Priority::Unknown), serve("third", Priority::Unknown));
        let known = serve("known", Priority::Known);
        join(join(first, strangers), known).await;
        assert_eq!(*served.lock().unwrap(), ["first", "known", "second", "third"]);
    }

    #[tokio::test]
    async fn a_full_line_of_unknown_people_keeps_nobody_out_who_is_known() {
        let passwords = Passwords::new(1, 1);
        let verify = |priority| passwords.verify("two quiet herons", None, priority);
        let (one, (other, known)) =
            join(verify(Priority::Unknown), join(verify(Priority::Unknown), verify(Priority::Known))).await;
        assert!(matches!((one, other, known), (Ok(_), Err(PasswordError::Busy), Ok(_))));
    }
}
