//! The organisation as a snapshot, what the rules make of it, and what the console says of it (C5, A9, E10).

use std::collections::BTreeSet;

use baton_core::{
    Actor,
    organisation::{Keys, snapshot},
};
use baton_model::{DeviceId, ItemId};
use baton_policy::engine::{Engine, FlipChange};
use baton_policy::handover::Step;
use baton_policy::locales::Language;
use baton_policy::rule::GroupRef;
use baton_policy::snapshot::Snapshot;
use baton_policy::{CustomDistribution, Distribution, Filter, FindingCode, Outcome, Plan, Platform};

use crate::{
    furniture::web_clip,
    office::{Office, nobody, only_groups},
    phone::{Phone, clip_item},
};

async fn taken(office: &Office) -> Snapshot {
    let keys = Keys { vault: office.core.vault(), config: office.core.config() };
    snapshot(&office.store, Some(keys)).await.unwrap()
}

async fn engine(office: &Office) -> Engine {
    Engine::new(&taken(office).await).unwrap()
}

/// The items of these steps, the sign-in clip left out: its secret changes at sign-out, which no snapshot knows.
fn items(steps: &[Step]) -> BTreeSet<ItemId> {
    steps.iter().map(|step| step.item.clone()).filter(|item| *item != clip_item()).collect()
}

fn plan(engine: &Engine, phone: &Phone, holder: &str) -> Plan {
    let device = engine.device(&DeviceId::from(phone.id.as_str())).unwrap();
    engine.plan(device, engine.find_user(holder).unwrap()).unwrap()
}

async fn findings(office: &Office, item: &ItemId) -> Vec<FindingCode> {
    let detail = office.core.item_detail(&Actor::System, item, office.now()).await.unwrap();
    detail.findings.iter().map(|finding| finding.code).collect()
}

on_both_engines! {
    async fn a_snapshot_decides_as_the_server_does(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let mut phone = office.enrol("one").await;
        office.sign_in(&mut phone, "ada").await;
        let own = office.enrol_own("own", &ada).await;
        let engine = engine(&office).await;
        for phone in [&phone, &own] {
            let detail = office.core.device_detail(&Actor::System, &phone.id, office.now()).await.unwrap();
            let device = engine.device(&phone.id).unwrap();
            assert_eq!(detail.items.len(), engine.items().count());
            for item in detail.items {
                assert_eq!(engine.decide(engine.item(&item.id).unwrap(), device), item.decision, "{}", item.name);
            }
        }
    }

    async fn a_plan_from_a_snapshot_is_the_dry_run(mut office) {
        let ada = office.add_person("ada").await;
        let furniture = office.furnish(&[&ada]).await;
        let mut phone = office.enrol("one").await;
        office.sign_in(&mut phone, "ada").await;
        let run = office.preview(&phone).await;
        let engine = engine(&office).await;
        let sign_out = plan(&engine, &phone, "nobody");
        let of = |lines: &[baton_core::handover::DryRunLine]| -> BTreeSet<ItemId> {
            lines.iter().map(|line| line.item.clone()).collect()
        };
        assert_eq!(items(&sign_out.remove), of(&run.removed));
        assert_eq!(items(&sign_out.keep), of(&run.kept));
        assert_eq!(items(&sign_out.replace), of(&run.replaced));
        assert_eq!(items(&sign_out.install), of(&run.added));
        assert!(items(&sign_out.replace).contains(&furniture.intranet));

        let stay = plan(&engine, &phone, "ada");
        assert!(stay.is_settled() && stay.cannot_remove.is_empty(), "{stay:?}");
    }

    async fn a_snapshot_has_no_secrets_and_reads_back(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let phone = office.enrol("one").await;
        let taken = taken(&office).await;
        let text = taken.to_json().unwrap();
        for secret in ["herons", "password", "argon2", "https://", &phone.token(), &phone.clip_secret()] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
        assert_eq!(Snapshot::from_json(&text).unwrap(), taken);
    }

    async fn an_item_that_nobody_can_get_says_so(mut office) {
        office.add_person("ada").await;
        office.enrol("one").await;
        let clip = || web_clip("https://rota.heron.example");
        let macs = Filter::Platform([Platform::Macos].into());
        let custom = CustomDistribution {
            include_user_groups: ["everyone".into()].into(),
            filters: vec![macs],
            ..CustomDistribution::default()
        };
        let rota = office.add_item("Rota", clip(), Distribution::Custom(custom)).await;
        assert_eq!(findings(&office, &rota).await, [FindingCode::ReachesNoDevice]);

        let swallowed = CustomDistribution {
            include_user_groups: ["everyone".into()].into(),
            exclude_user_groups: ["everyone".into()].into(),
            ..CustomDistribution::default()
        };
        let edited = Distribution::Custom(swallowed);
        let shown = office.core.item_if_distributed(&Actor::System, &rota, &edited, office.now()).await.unwrap();
        let codes: Vec<FindingCode> = shown.findings.iter().map(|finding| finding.code).collect();
        assert_eq!(codes, [FindingCode::ExcludeSwallowsInclude], "of what is not saved yet");
        assert_eq!(shown.stored.distribution, edited);
    }

    async fn an_explanation_says_what_would_change_it(mut office) {
        let ada = office.add_person("ada").await;
        office.distribute_clip().await;
        let staff = office.add_group("Staff", &[]).await;
        let rota = office.add_item("Rota", web_clip("https://rota.heron.example"), only_groups(&[&staff])).await;
        let mut phone = office.enrol("one").await;
        office.sign_in(&mut phone, "ada").await;
        let found = office.core.explain_item(&Actor::System, &phone.id, &rota, office.now()).await.unwrap();
        assert_eq!(found.decision.outcome, Outcome::Deny);
        let flips = found.flips.unwrap();
        let join = FlipChange::Join(GroupRef::User(staff.clone()));
        assert_eq!(flips.changes().first().map(|flip| flip.change.clone()), Some(join));
        assert_eq!(
            flips.sentences(Language::En).first().map(String::as_str),
            Some("This would change if Person ada were put into “Staff”.")
        );

        office.set_group(&staff, "Staff", &[&ada]).await;
        let found = office.core.explain_item(&Actor::System, &phone.id, &rota, office.now()).await.unwrap();
        assert_eq!(found.decision.outcome, Outcome::Allow, "and so it is");
        assert_ne!(found.holder.id, nobody());
    }
}
