//! What would change a decision about an item on a device (E10): the smallest change of one fact, and what else helps.

use std::sync::Arc;

use baton_model::{ItemId, User, UserGroupId, id};
use baton_policy::engine::{Engine, Explanation, Flip, Remedy};
use baton_policy::locales::Language;
use baton_policy::snapshot::{self, DeviceGroup, RuleSource, Snapshot, UserGroup};
use baton_policy::{Decision, Distribution, ReasonCode};

use crate::{
    explain::TraceNames,
    organisation::{EVERYBODY, policy_device, policy_item, policy_user},
    reconcile::World,
};

/// What would change one decision.
#[derive(Clone, Debug)]
pub struct Flips {
    engine: Arc<Engine>,
    explanation: Explanation,
}

impl Flips {
    /// A sentence for each, the easiest first.
    #[must_use]
    pub fn sentences(&self, language: Language) -> Vec<String> {
        self.explanation.flip_sentences(&self.engine, language)
    }

    /// Each change, with the decision that it would bring.
    #[must_use]
    pub fn changes(&self) -> &[Flip] {
        &self.explanation.flips
    }

    /// What else helps; nothing for what is allowed.
    #[must_use]
    pub fn remedies(&self) -> &[Remedy] {
        &self.explanation.alternatives
    }
}

/// One device with its holder and the catalogue, ready to be asked what would be if.
pub(crate) struct Hypotheses(Option<Arc<Engine>>);

impl Hypotheses {
    pub(crate) fn of(world: &World, names: &TraceNames) -> Self {
        let engine = Engine::new(&snapshot(world, names));
        let engine = engine.inspect_err(|error| tracing::warn!(%error, "what would change decisions cannot be told"));
        Self(engine.ok().map(Arc::new))
    }

    /// What would change this decision about an item; `None` where the policy does not know why it is as it is.
    pub(crate) fn about(&self, item: &ItemId, decision: Decision) -> Option<Flips> {
        // Whether content can be made is no rule of the policy.
        let engine = self.0.as_ref().filter(|_| decision.reason != ReasonCode::CannotBeRendered)?;
        let (device, _) = engine.devices().next()?;
        let explanation = engine.explain(engine.item(item)?, device, None)?;
        if explanation.decision != decision {
            tracing::error!(item = item.as_str(), ?decision, engine = ?explanation.decision, "two answers of the policy");
            return None;
        }
        Some(Flips { engine: engine.clone(), explanation })
    }
}

fn snapshot(world: &World, names: &TraceNames) -> Snapshot {
    let (device, holder) = world.asked_about();
    let everyone = UserGroupId::from(id::EVERYONE);
    let user_group = |(id, name): (&UserGroupId, &String)| UserGroup {
        id: id.clone(),
        name: Some(name.clone()),
        rule: (*id == everyone).then(|| RuleSource::Text(EVERYBODY.to_owned())),
    };
    let items: Vec<snapshot::Item> =
        world.distributions().map(|(item, distribution)| policy_item(item, distribution.clone())).collect();
    let by_hand = |holder: &baton_policy::Holder| {
        holder
            .groups
            .iter()
            .filter(|group| **group != everyone && names.user_groups.contains_key(*group))
            .cloned()
            .collect()
    };
    let mut users = vec![policy_user(User::clone(&world.holder), by_hand(holder))];
    // Others are only named, by distributions.
    for item in &items {
        let Distribution::Custom(custom) = &item.distribution else { continue };
        for id in &custom.include_users {
            if users.iter().all(|known| known.id != *id) {
                users.push(snapshot::User::new(id.clone()));
            }
        }
    }
    let of_device = |group: &&_| names.device_groups.contains_key(*group);
    Snapshot {
        user_groups: names.user_groups.iter().map(user_group).collect(),
        device_groups: names
            .device_groups
            .iter()
            .map(|(id, name)| DeviceGroup { id: id.clone(), name: Some(name.clone()), rule: None })
            .collect(),
        users,
        devices: vec![snapshot::Device {
            holder: world.holder.id.clone(),
            groups: device.groups.iter().filter(of_device).cloned().collect(),
            ..policy_device(world.device.clone())
        }],
        items,
        ..Snapshot::default()
    }
}
