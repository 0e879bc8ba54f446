//! Whatever happens in whatever order: the phone ends up with what the policy says, the dry run says what then happens,
//! and Baton never calls a phone free that is not.
//!
//! The policy is told a second time here, by a model of a few lines.

use std::collections::{BTreeMap, BTreeSet};

use baton_core::{
    Actor,
    handover::{ClipSignIn, DryRunLine, Stage},
};
use baton_model::{ItemId, UserGroupId, UserId};
use baton_policy::{CustomDistribution, Distribution, PlanReason};

use crate::{
    furniture::{app, passcode, web_clip, wifi},
    office::{Office, nobody},
    phone::{Fault, Phone, profile_of},
};

/// How many stories have a test of their own.
const STORIES: u64 = 10;
/// How long they are.
const STEPS: usize = 25;

/// A small generator of chance whose stories can be told again (SplitMix64).
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).unwrap()
    }

    pub fn some<T: Clone + Ord>(&mut self, things: &[T]) -> BTreeSet<T> {
        things.iter().filter(|_| self.below(3) == 0).cloned().collect()
    }
}

/// An item as the model knows it.
struct Thing {
    id: ItemId,
    /// PayloadIdentifier or bundle identifier.
    identifier: String,
    /// Whether it bears its holder's name.
    is_personal: bool,
    distribution: Distribution,
}

struct Story {
    chance: Chance,
    /// Nobody first.
    people: Vec<UserId>,
    groups: Vec<UserGroupId>,
    members: BTreeMap<UserGroupId, BTreeSet<UserId>>,
    things: Vec<Thing>,
    phone: Phone,
    session: Option<ClipSignIn>,
}

impl Story {
    async fn begin(office: &mut Office, seed: u64) -> Self {
        let mut people = vec![nobody()];
        for name in ["ada", "ben", "cid"] {
            people.push(office.add_person(name).await);
        }
        let groups = vec![office.add_group("Red", &[]).await, office.add_group("Blue", &[]).await];
        office.distribute_clip().await;
        let mut things = Vec::new();
        for (name, content, bundle_id) in [
            ("rules", passcode(6), None),
            ("page", web_clip("https://page.example/${user.name}"), None),
            ("network", wifi("network"), None),
            ("app", app("com.example.app", false), Some("com.example.app")),
            ("reset", app("com.example.reset", true), Some("com.example.reset")),
            ("more", web_clip("https://more.example/${user.name}"), None),
            ("plain", web_clip("https://plain.example/"), None),
        ] {
            let id = office.add_item(name, content, Distribution::NoDevices).await;
            things.push(Thing {
                identifier: bundle_id.map_or_else(|| profile_of(&id), str::to_owned),
                is_personal: ["page", "more"].contains(&name),
                distribution: Distribution::NoDevices,
                id,
            });
        }
        let mut phone = office.enrol_quietly("one").await;
        phone.learn_apps(&["com.example.app", "com.example.reset"]);
        for person in &people[1..] {
            let name = person.as_str().trim_start_matches("user-");
            phone.marks.insert(person.clone(), format!(".example/{name}<"));
        }
        let members = groups.iter().map(|group| (group.clone(), BTreeSet::new())).collect();
        let mut story = Self { chance: Chance::new(seed), people, groups, members, things, phone, session: None };
        story.change_members(office).await;
        for number in 0..story.things.len() {
            story.change_distribution(office, number).await;
        }
        story.tell(&format!("story {seed}"));
        office.core.reconcile_lagging(10, office.now()).await.unwrap();
        office.settle(&mut story.phone).await;
        story
    }

    fn tell(&mut self, what: &str) {
        self.phone.log.push(format!("-- {what}"));
    }

    fn gets(&self, person: &UserId, thing: &Thing) -> bool {
        let is_in = |group: &UserGroupId| group.as_str() == "everyone" || self.members[group].contains(person);
        match &thing.distribution {
            Distribution::AllDevices => true,
            Distribution::NoDevices => false,
            Distribution::Custom(custom) => {
                !custom.exclude_user_groups.iter().any(is_in)
                    && (custom.include_users.contains(person) || custom.include_user_groups.iter().any(is_in))
            }
        }
    }

    fn everything_of(&self, person: &UserId) -> BTreeSet<String> {
        let wanted = self.things.iter().filter(|thing| self.gets(person, thing));
        wanted.map(|thing| thing.identifier.clone()).collect()
    }

    /// From now on a free phone may have what Nobody gets now. Somebody's phone may lag behind the policy, but has
    /// nobody else's name on it.
    fn watch(&mut self) {
        let all: BTreeSet<String> = self.things.iter().map(|thing| thing.identifier.clone()).collect();
        for person in self.people.clone() {
            let may_have = if person == nobody() { self.everything_of(&person) } else { all.clone() };
            self.phone.may_have.insert(person, may_have);
        }
    }

    async fn change_members(&mut self, office: &Office) {
        let number = self.chance.below(self.groups.len());
        let group = self.groups[number].clone();
        let members = self.chance.some(&self.people);
        office.set_group(&group, ["Red", "Blue"][number], &members.iter().collect::<Vec<_>>()).await;
        self.members.insert(group, members);
        self.watch();
    }

    async fn change_distribution(&mut self, office: &Office, number: usize) {
        let distribution = match self.chance.below(6) {
            0 => Distribution::AllDevices,
            1 => Distribution::NoDevices,
            _ => {
                let mut included = self.groups.clone();
                included.push("everyone".into());
                Distribution::Custom(CustomDistribution {
                    include_users: self.chance.some(&self.people),
                    include_user_groups: self.chance.some(&included),
                    exclude_user_groups: self.chance.some(&self.groups),
                    ..Default::default()
                })
            }
        };
        office.distribute(&self.things[number].id, distribution.clone()).await;
        self.things[number].distribution = distribution;
        self.watch();
    }

    async fn step(&mut self, office: &mut Office) {
        let what = self.chance.below(12);
        match what {
            0..3 => {
                let person = ["ada", "ben", "cid"][self.chance.below(3)];
                if let Ok(session) = office.try_sign_in(&self.phone, person).await {
                    self.tell(&format!("{person} signed in"));
                    self.session = Some(session);
                }
            }
            3..5 => self.end_custody(office).await,
            5 => {
                let number = self.chance.below(self.things.len());
                self.change_distribution(office, number).await;
                self.tell(&format!(
                    "{} goes to {:?}",
                    self.things[number].identifier, self.things[number].distribution
                ));
            }
            6 => {
                self.change_members(office).await;
                self.tell(&format!("members are {:?}", self.members));
            }
            7 => {
                self.phone.fake.apps_install_at_once = self.chance.below(2) == 0;
                self.phone.fake.finish_apps();
            }
            8 => {
                let name = format!("Phone {}", self.chance.below(3));
                office.core.label_device(&Actor::System, &self.phone.id, &name, "", office.now()).await.unwrap();
            }
            _ => {
                for _ in 0..self.chance.below(3) {
                    let fault = Fault::ALL[self.chance.below(Fault::ALL.len())];
                    self.phone.faults.insert(self.phone.received + self.chance.below(5), fault);
                }
            }
        }
        if self.chance.below(3) > 0 {
            office.core.reconcile_lagging(10, office.now()).await.unwrap();
        }
        let seconds = [0, 0, 5, 60, 4000][self.chance.below(5)];
        if seconds > 0 {
            office.run(&mut self.phone, seconds).await;
        }
    }

    async fn end_custody(&mut self, office: &Office) {
        if office.device(&self.phone.id).await.holder_id == nobody() {
            return;
        }
        let visit = office.newest_visit(&self.phone.id).await;
        if self.chance.below(2) == 0 {
            office.core.sign_out_by_possession(&visit, office.now()).await.unwrap();
        } else {
            office.core.release_device(&Actor::System, &self.phone.id, "found", office.now()).await.unwrap();
        }
        self.session = None;
        self.tell("signed out");
    }

    /// Nothing goes wrong any more.
    async fn calm_down(&mut self, office: &mut Office) {
        self.tell("calm");
        self.phone.faults.clear();
        self.phone.fake.finish_apps();
        self.phone.fake.apps_install_at_once = true;
        office.core.reconcile_lagging(10, office.now()).await.unwrap();
        office.settle(&mut self.phone).await;
    }

    fn assert_has_exactly_what_is_due_to(&self, person: &UserId) {
        assert_eq!(self.phone.has(), self.everything_of(person), "{:#?}", self.phone.log);
        let mark = self.phone.marks.get(person).cloned().unwrap_or_else(|| ".example/<".to_owned());
        for thing in self.things.iter().filter(|thing| thing.is_personal && self.gets(person, thing)) {
            assert!(self.phone.profile(&thing.id).contains(&mark), "{:#?}", self.phone.log);
        }
    }

    fn identifiers(&self, lines: &[DryRunLine]) -> BTreeSet<String> {
        let of = |line: &DryRunLine| self.things.iter().find(|thing| thing.id == line.item).unwrap().identifier.clone();
        lines.iter().map(of).collect()
    }

    /// Signs Cid in and out, and compares what was announced with what happens.
    async fn end(&mut self, office: &mut Office) {
        let cid = self.people[3].clone();
        self.session = Some(office.sign_in(&mut self.phone, "cid").await);
        self.assert_has_exactly_what_is_due_to(&cid);

        let run = office.preview(&self.phone).await;
        let before = self.phone.has();
        let session = self.session.take().unwrap();
        office.sign_out(&mut self.phone, &session).await;
        self.assert_has_exactly_what_is_due_to(&nobody());
        assert_eq!(office.stage(&self.phone).await, Stage::Free);

        let after = self.phone.has();
        let log = &self.phone.log;
        let comes_back = |line: &&DryRunLine| line.reason == PlanReason::ResetBetweenPeople;
        let (reset, removed): (Vec<_>, Vec<_>) = run.removed.iter().cloned().partition(|line| comes_back(&line));
        assert_eq!(self.identifiers(&removed), &before - &after, "{log:#?}");
        assert_eq!(self.identifiers(&run.added), &after - &before, "{log:#?}");
        let stays = [run.kept.clone(), run.replaced.clone(), reset.clone()].concat();
        assert_eq!(self.identifiers(&stays), &before & &after, "{log:#?}");
        assert_eq!(run.cannot_remove, []);
        let handover = office.handover(&self.phone.id).await.id;
        let touched: BTreeSet<ItemId> = office
            .commands(&self.phone.id)
            .await
            .into_iter()
            .filter(|command| command.handover_id.as_ref() == Some(&handover))
            .filter_map(|command| command.item_id)
            .collect();
        for line in &run.kept {
            assert!(!touched.contains(&line.item), "kept and touched: {line:?} {log:#?}");
        }
        for line in run.removed.iter().chain(&run.replaced).chain(&run.added) {
            assert!(touched.contains(&line.item), "announced and not done: {line:?} {log:#?}");
        }
    }
}

async fn tell(office: &mut Office, seed: u64) {
    let mut story = Story::begin(office, seed).await;
    story.assert_has_exactly_what_is_due_to(&nobody());
    for _ in 0..STEPS {
        story.step(office).await;
    }
    story.calm_down(office).await;
    story.end_custody(office).await;
    // What failed is tried again at a handover; this is one.
    story.calm_down(office).await;
    story.end(office).await;
}

/// One story per test.
macro_rules! stories {
    ($($name:ident: $seed:expr;)+) => {
        on_both_engines! {
            $(
                async fn $name(mut office) {
                    tell(&mut office, $seed).await;
                }
            )+
        }
    };
}

stories! {
    story_0: 0;
    story_1: 1;
    story_2: 2;
    story_3: 3;
    story_4: 4;
    story_5: 5;
    story_6: 6;
    story_7: 7;
    story_8: 8;
    story_9: 9;
}

on_both_engines! {
    /// As many more as `BATON_TEST_STORIES` says, for a night.
    async fn more_stories(mut office) {
        let number: u64 = std::env::var("BATON_TEST_STORIES").ok().and_then(|text| text.parse().ok()).unwrap_or(0);
        for seed in STORIES..STORIES + number {
            let story = crate::database::boxed(move |mut office| async move { tell(&mut office, seed).await });
            crate::database::with_office(office.engine, story).await;
        }
    }
}
