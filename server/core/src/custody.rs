//! Custody: who held a device, from when to when, and how it ended (A19).
//!
//! Entries form a chain per device: each carries a MAC over itself and the one before, under a key outside the
//! database. Whoever alters an entry breaks the chain; whoever cuts its end off is found out by a head exported before.

use std::collections::{BTreeMap, BTreeSet};

use baton_model::{CustodyEntry, DeviceId, NewCustodyEntry, Timestamp, UserId};
use baton_store::Tx;

use crate::{Actor, Core, CoreError, Vault};

const PURPOSE: &str = "custody-chain";

/// One line of a device's custody timeline.
#[derive(Clone, Debug)]
pub struct CustodyLine {
    /// The entry.
    pub entry: CustodyEntry,
    /// Until when: the next entry's time; `None` for the present holder.
    pub until: Option<Timestamp>,
    /// The holder's name as the directory has it now; kept apart from the chain so that a person can be erased.
    pub holder_name: Option<String>,
    /// The same for who did it.
    pub actor_name: Option<String>,
}

/// What verifying a chain found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChainVerdict {
    /// Every entry is as it was written, and none is missing between them.
    Intact {
        /// The number of the last entry and its MAC: keep them elsewhere to detect truncation later.
        head: Option<(i64, String)>,
    },
    /// From this entry on the chain cannot be trusted.
    Broken {
        /// The first entry that was altered, or that stands where another should.
        at: i64,
    },
    /// The chain is intact but does not contain the head that was exported before.
    Truncated {
        /// The exported head's number.
        expected: i64,
    },
}

/// Appends the entry to the device's chain.
pub(crate) async fn append(tx: &mut Tx, vault: &Vault, new: NewCustodyEntry) -> Result<CustodyEntry, CoreError> {
    let last = tx.last_custody(&new.device_id).await?;
    let (seq, previous_mac) = last.map_or((1, String::new()), |last| (last.seq + 1, last.mac));
    let mut entry = CustodyEntry {
        device_id: new.device_id,
        seq,
        at: new.at,
        holder_id: new.holder_id,
        cause: new.cause,
        actor_id: new.actor_id,
        previous_mac,
        mac: String::new(),
    };
    entry.mac = mac(vault, &entry);
    tx.append_custody(&entry).await?;
    Ok(entry)
}

fn mac(vault: &Vault, entry: &CustodyEntry) -> String {
    let statement = serde_json::json!([
        entry.previous_mac,
        entry.device_id.as_str(),
        entry.seq,
        entry.at.0,
        entry.holder_id.as_str(),
        entry.cause.as_str(),
        entry.actor_id.as_ref().map(UserId::as_str),
    ]);
    hex::encode(vault.mac(PURPOSE, statement.to_string().as_bytes()))
}

/// Checks a chain, oldest entry first, against a head exported earlier if there is one.
#[must_use]
pub fn verify(vault: &Vault, chain: &[CustodyEntry], exported: Option<(i64, &str)>) -> ChainVerdict {
    let mut previous = "";
    for (entry, expected) in chain.iter().zip(1..) {
        if entry.seq != expected || entry.previous_mac != previous || entry.mac != mac(vault, entry) {
            return ChainVerdict::Broken { at: expected };
        }
        previous = &entry.mac;
    }
    if let Some((seq, mac)) = exported
        && !chain.iter().any(|entry| entry.seq == seq && entry.mac == mac)
    {
        return ChainVerdict::Truncated { expected: seq };
    }
    ChainVerdict::Intact { head: chain.last().map(|entry| (entry.seq, entry.mac.clone())) }
}

impl Core {
    /// A device's custody, oldest first, and whether its chain is intact.
    ///
    /// # Errors
    /// [`CoreError::Denied`] without [`crate::Permission::ReadConsole`].
    pub async fn custody(
        &self,
        actor: &Actor,
        device: &DeviceId,
        exported: Option<(i64, &str)>,
        now: Timestamp,
    ) -> Result<(Vec<CustodyLine>, ChainVerdict), CoreError> {
        self.require_reader(actor, "custody", now).await?;
        let mut tx = self.store().read().await?;
        let chain = tx.custody_of(device).await?;
        let verdict = verify(self.vault(), &chain, exported);
        let people: BTreeSet<UserId> = chain
            .iter()
            .flat_map(|entry| [Some(&entry.holder_id), entry.actor_id.as_ref()])
            .flatten()
            .cloned()
            .collect();
        let people: Vec<UserId> = people.into_iter().collect();
        let names: BTreeMap<UserId, String> =
            tx.find_users(&people).await?.into_iter().map(|user| (user.id, user.display_name)).collect();
        let ends: Vec<Option<Timestamp>> =
            chain.iter().skip(1).map(|entry| Some(entry.at)).chain(std::iter::once(None)).collect();
        let lines = chain
            .into_iter()
            .zip(ends)
            .map(|(entry, until)| CustodyLine {
                holder_name: names.get(&entry.holder_id).cloned(),
                actor_name: entry.actor_id.as_ref().and_then(|id| names.get(id).cloned()),
                until,
                entry,
            })
            .collect();
        Ok((lines, verdict))
    }
}

#[cfg(test)]
mod tests {
    use baton_model::CustodyCause;

    use super::*;
    use crate::vault::KEY_BYTES;

    fn vault() -> Vault {
        Vault::new([7; KEY_BYTES])
    }

    fn chain(length: i64) -> Vec<CustodyEntry> {
        let mut chain: Vec<CustodyEntry> = Vec::new();
        for seq in 1..=length {
            let mut entry = CustodyEntry {
                device_id: "phone".into(),
                seq,
                at: Timestamp(seq * 1000),
                holder_id: if seq % 2 == 0 { "ada".into() } else { "nobody".into() },
                cause: CustodyCause::SignedIn,
                actor_id: None,
                previous_mac: chain.last().map(|last| last.mac.clone()).unwrap_or_default(),
                mac: String::new(),
            };
            entry.mac = mac(&vault(), &entry);
            chain.push(entry);
        }
        chain
    }

    #[test]
    fn an_untouched_chain_is_intact() {
        let chain = chain(4);
        let head = Some((4, chain[3].mac.clone()));
        assert_eq!(verify(&vault(), &chain, None), ChainVerdict::Intact { head });
    }

    #[test]
    fn an_altered_holder_breaks_the_chain_there() {
        let mut chain = chain(4);
        chain[2].holder_id = "eve".into();
        assert_eq!(verify(&vault(), &chain, None), ChainVerdict::Broken { at: 3 });
    }

    #[test]
    fn an_entry_taken_out_of_the_middle_breaks_the_chain() {
        let mut chain = chain(4);
        chain.remove(1);
        assert_eq!(verify(&vault(), &chain, None), ChainVerdict::Broken { at: 2 });
    }

    #[test]
    fn a_chain_computed_with_another_key_is_broken_from_the_start() {
        assert_eq!(verify(&Vault::new([8; KEY_BYTES]), &chain(2), None), ChainVerdict::Broken { at: 1 });
    }

    #[test]
    fn a_cut_end_is_found_out_by_an_exported_head() {
        let whole = chain(4);
        let head = Some((4, whole[3].mac.as_str()));
        assert_eq!(verify(&vault(), &whole[..3], head), ChainVerdict::Truncated { expected: 4 });
    }
}
