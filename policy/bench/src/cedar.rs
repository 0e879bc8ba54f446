//! The organisation in Cedar: policies and entities, and decisions about a sample of its devices.

mod entities;
mod policies;

use std::str::FromStr;

use baton_policy::snapshot::Snapshot;
use cedar_policy::{Authorizer, Context, Decision, Entities, EntityUid, PolicySet, Request};

pub use entities::{Members, all, user, whole_json};
pub use policies::{of_item, text};

use crate::Groups;

/// Cedar, with everything that can be prepared prepared.
pub struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
    /// By item: the policies about it alone.
    sliced_policies: Vec<PolicySet>,
    /// By device of the sample: what a decision about it reads.
    sliced_entities: Vec<Entities>,
    /// By device of the sample and item.
    requests: Vec<Vec<Request>>,
}

/// Whether a decision gets all policies and entities or those that matter to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slicing {
    /// Everything.
    Unsliced,
    /// What matters.
    Sliced,
}

fn uid(kind: &str, id: &str) -> EntityUid {
    EntityUid::from_str(&format!("{kind}::{id:?}")).expect("ids are plain words")
}

/// The policies of a text.
///
/// # Panics
///
/// When the translator wrote something that is not Cedar.
#[must_use]
pub fn parse(text: &str) -> PolicySet {
    PolicySet::from_str(text).expect("the translator writes Cedar")
}

impl Cedar {
    /// Prepares decisions about the devices of the sample.
    ///
    /// # Panics
    ///
    /// When the translators wrote something that is not Cedar.
    #[must_use]
    pub fn new(snapshot: &Snapshot, groups: Groups, sample: &[usize]) -> Self {
        let items = crate::plain::items(snapshot);
        let request = |device: &str, item: &str| {
            let (device, get, item) = (uid("Device", device), uid("Action", "get"), uid("Item", item));
            Request::new(device, get, item, Context::empty(), None).expect("a request without a schema")
        };
        let members = Members::of(snapshot, groups);
        Self {
            authorizer: Authorizer::new(),
            policies: parse(&text(snapshot, &items, groups)),
            entities: Entities::from_entities(all(snapshot, &members), None).expect("the entities fit together"),
            sliced_policies: items.iter().map(|item| parse(&of_item(snapshot, item, groups))).collect(),
            sliced_entities: sample.iter().map(|device| entities::slice(snapshot, &members, *device)).collect(),
            requests: sample
                .iter()
                .map(|device| {
                    let device = snapshot.devices[*device].id.as_str();
                    items.iter().map(|item| request(device, &item.id)).collect()
                })
                .collect(),
        }
    }

    /// Whether the device of the sample gets the item.
    #[must_use]
    pub fn gets(&self, slicing: Slicing, device: usize, item: usize) -> bool {
        let request = &self.requests[device][item];
        let (policies, entities) = match slicing {
            Slicing::Unsliced => (&self.policies, &self.entities),
            Slicing::Sliced => (&self.sliced_policies[item], &self.sliced_entities[device]),
        };
        self.authorizer.is_authorized(request, policies, entities).decision() == Decision::Allow
    }

    /// Changes one user.
    ///
    /// # Panics
    ///
    /// Never: a user's entity always fits.
    pub fn upsert(&mut self, user: cedar_policy::Entity) {
        let entities = std::mem::replace(&mut self.entities, Entities::empty());
        self.entities = entities.upsert_entities([user], None).expect("the entity fits");
    }
}
