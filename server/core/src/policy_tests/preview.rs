//! What a change would make of the expectations, before it is saved (C6, C8).

use std::sync::Arc;

use baton_model::{PolicyTestFileId, PreviewedTest, TestOutcome, TestsKnown};
use baton_policy::engine::{Change, Engine};
use baton_policy::{Truth, snapshot};
use baton_store::Tx;

use super::{
    run::{self, MOST_CASES},
    text::{self, Placed},
};
use crate::{
    CoreError, organisation,
    what_if::{Edit, Members, Subject},
};

/// Whether there are expectations that an edit of the subject may decide.
pub(crate) async fn may_decide(tx: &mut Tx, subject: &Subject) -> Result<bool, CoreError> {
    Ok(!concerned(tx, subject).await?.is_empty())
}

/// The expectations that would stand differently after the edit, those that would fail first; and whether any of them were
/// left out, because they are more than can be checked at once. Nothing of the database is held meanwhile.
pub(crate) async fn changed_by(mut tx: Tx, edit: &Edit) -> Result<(Vec<PreviewedTest>, TestsKnown), CoreError> {
    let concerned = concerned(&mut tx, &edit.subject()).await?;
    if concerned.is_empty() {
        return Ok((Vec::new(), TestsKnown::All));
    }
    let snapshot = organisation::for_decisions(&mut tx).await?;
    drop(tx);
    let edit = edit.clone();
    run::aside(move || {
        let before = Arc::new(run::compiled(&snapshot)?);
        // An edit that names what is gone meanwhile changes nothing: saving says so.
        let Ok(after) = before.changed(&changes(&before, &edit)) else {
            return Ok((Vec::new(), TestsKnown::All));
        };
        let after = Arc::new(after);
        let (mut left_before, mut left_after) = (MOST_CASES, MOST_CASES);
        let mut changed = Vec::new();
        let mut known = TestsKnown::All;
        for (file, placed) in concerned {
            let stood = run::standing(&before, &placed.expectation, &mut left_before);
            let stands = run::standing(&after, &placed.expectation, &mut left_after);
            if stood.is_left_out() || stands.is_left_out() {
                known = TestsKnown::NotAll;
                continue;
            }
            let (stood, stands) = (stood.outcome(), stands.outcome());
            if let Some(becomes) = stands.filter(|_| stood != stands) {
                changed.push(PreviewedTest { file, name: placed.expectation.name.trim().to_owned(), becomes });
            }
        }
        changed.sort_by_key(|test| match test.becomes {
            TestOutcome::Fails => 0,
            TestOutcome::Idle => 1,
            TestOutcome::Holds => 2,
        });
        Ok((changed, known))
    })
    .await
}

/// The expectations that an edit of the subject may decide. A distribution decides about its item alone; who is in a group
/// may decide about anything, because rules ask for groups too.
async fn concerned(tx: &mut Tx, subject: &Subject) -> Result<Vec<(PolicyTestFileId, Placed)>, CoreError> {
    let item = match subject {
        Subject::Item(id) => Some(tx.find_item(id).await?.ok_or(CoreError::NotFound("item"))?),
        Subject::UserGroup(_) | Subject::DeviceGroup(_) => None,
    };
    let mut concerned = Vec::new();
    for file in tx.all_policy_test_files().await? {
        let placed = text::read(&file.text).unwrap_or_default().into_iter();
        let about =
            placed.filter(|one| item.as_ref().is_none_or(|item| one.expectation.is_about(&item.id, &item.name)));
        concerned.extend(about.map(|one| (file.id.clone(), one)));
    }
    Ok(concerned)
}

/// The edit as the engine takes it. Who is gone meanwhile is left out.
fn changes(engine: &Engine, edit: &Edit) -> Vec<Change> {
    match edit {
        Edit::Distribution(id, distribution) => {
            let item = engine.item(id).and_then(|item| engine.item_at(item));
            let changed = |item: &snapshot::Item| snapshot::Item { distribution: distribution.clone(), ..item.clone() };
            item.map(|item| Change::PutItem(Box::new(changed(item)))).into_iter().collect()
        }
        Edit::UserGroup(group, members) => {
            let known = memberships(members).filter(|(user, _)| engine.user(user).is_some());
            let change = |(user, member)| Change::UserInGroup { user, group: group.clone(), member };
            known.map(change).collect()
        }
        Edit::DeviceGroup(group, members) => {
            let known = memberships(members).filter(|(device, _)| engine.device(device).is_some());
            let change = |(device, member)| Change::DeviceInGroup { device, group: group.clone(), member };
            known.map(change).collect()
        }
    }
}

/// Who is in the group afterwards, and who is not.
fn memberships<Id: Ord + Clone>(members: &Members<Id>) -> impl Iterator<Item = (Id, Truth)> {
    let leave = members.leave.difference(&members.join).map(|id| (id.clone(), Truth::False));
    leave.chain(members.join.iter().map(|id| (id.clone(), Truth::True)))
}
