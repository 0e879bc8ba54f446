//! What does not fit into a request: settling everybody after another pattern, and those who wait for an account.

use std::collections::BTreeMap;

use baton_model::{SourceId, Timestamp, UserId};
use baton_store::Tx;

use super::settle::{Of, settle_people};
use crate::{Core, CoreError};

/// Up to so many people are settled while somebody waits for the page.
const FEW: usize = 500;

/// Under which name stands that people of this origin are to be settled by another rule.
fn mark(of: &Of) -> String {
    match of {
        Of::Local => "managed-accounts.unsettled".to_owned(),
        Of::Source(id) => format!("managed-accounts.unsettled.{id}"),
    }
}

/// Notes, in the transaction that writes another rule, that everybody of this origin is to be settled by it.
pub(crate) async fn mark_unsettled(tx: &mut Tx, of: &Of, now: Timestamp) -> Result<(), CoreError> {
    Ok(tx.set_setting(&mark(of), &now.0.to_string()).await?)
}

impl Core {
    /// Settles the people of this origin now, if they are few and not settled; more are left to the sweep.
    pub(crate) async fn settle_if_few(&self, of: &Of) -> Result<(), CoreError> {
        let mut tx = self.store().read().await?;
        let marked = tx.setting(&mark(of)).await?;
        let people = if marked.is_some() { people_of(&mut tx, of).await? } else { Vec::new() };
        drop(tx);
        match marked {
            Some(marked) if people.len() <= FEW => self.settle_marked(of, &people, &marked).await,
            _ => Ok(()),
        }
    }

    /// Settles everybody who is to be settled by another rule, and tries again for people whose account another person had:
    /// it may be free by now.
    ///
    /// # Errors
    /// The last [`CoreError`]; people of other origins are settled all the same.
    pub async fn sweep_managed_accounts(&self) -> Result<(), CoreError> {
        let mut tx = self.store().read().await?;
        let mut origins = vec![Of::Local];
        origins.extend(tx.all_sources().await?.into_iter().map(|source| Of::Source(source.id)));
        let mut unsettled = Vec::new();
        for of in origins {
            if let Some(marked) = tx.setting(&mark(&of)).await? {
                unsettled.push((people_of(&mut tx, &of).await?, of, marked));
            }
        }
        let mut waiting: BTreeMap<Option<SourceId>, Vec<UserId>> = BTreeMap::new();
        for (user, source) in tx.people_waiting_for_accounts().await? {
            waiting.entry(source).or_default().push(user);
        }
        drop(tx);
        let mut failed = None;
        for (people, of, marked) in unsettled {
            let settled = self.settle_marked(&of, &people, &marked).await;
            failed = settled.inspect_err(|error| log(&of, error)).err().or(failed);
        }
        for (source, people) in waiting {
            let of = source.map_or(Of::Local, Of::Source);
            let settled = settle_people(self, &of, &people).await;
            failed = settled.inspect_err(|error| log(&of, error)).err().or(failed);
        }
        failed.map_or(Ok(()), Err)
    }

    async fn settle_marked(&self, of: &Of, people: &[UserId], marked: &str) -> Result<(), CoreError> {
        settle_people(self, of, people).await?;
        let mut tx = self.store().begin().await?;
        // Another rule that was saved meanwhile has left a mark of its own.
        tx.take_setting(&mark(of), marked).await?;
        Ok(tx.commit().await?)
    }
}

fn log(of: &Of, error: &CoreError) {
    tracing::warn!(?of, %error, "Managed Apple Accounts of one origin could not be settled");
}

async fn people_of(tx: &mut Tx, of: &Of) -> Result<Vec<UserId>, CoreError> {
    match of {
        Of::Local => Ok(tx.local_people().await?),
        Of::Source(id) => Ok(tx.users_from_source(id).await?.into_iter().map(|(user, _)| user.id).collect()),
    }
}
