//! The built-in sign-in configuration and Nobody's share of it (A8, A9).

use std::collections::BTreeSet;

use baton_core::{
    Actor, CoreError, Permission,
    catalogue::{ContentForm, DistributionChange, DistributionError, DistributionView, ItemForm},
};
use baton_model::{ItemContent, Role, UserGroupId, item::SecureSignIn};
use baton_policy::{CustomDistribution, Distribution, FindingCode, Fix};

use crate::{
    office::{Office, nobody, only_groups, only_users},
    phone::{CLIP, clip_item},
};

async fn save(
    office: &Office,
    distribution: Distribution,
    override_reason: Option<&str>,
) -> Result<(), DistributionError> {
    let stored = office.core.item_detail(&Actor::System, &clip_item(), office.now()).await.unwrap().stored;
    let override_reason = override_reason.map(str::to_owned);
    let change = DistributionChange { distribution, revision: stored.revision, previewed: None, override_reason };
    office.core.save_distribution(&Actor::System, &clip_item(), &change, office.now()).await
}

fn blocked(result: Result<(), DistributionError>) -> DistributionView {
    match result {
        Err(DistributionError::Blocked(view)) => *view,
        other => panic!("{other:?}"),
    }
}

async fn stored(office: &Office) -> Distribution {
    office.core.item_detail(&Actor::System, &clip_item(), office.now()).await.unwrap().stored.distribution
}

async fn options(office: &Office) -> SecureSignIn {
    let item = office.core.item_detail(&Actor::System, &clip_item(), office.now()).await.unwrap().item;
    let ItemContent::SecureSignIn(options) = item.content else { panic!() };
    options
}

fn sign_in_form() -> ItemForm {
    let content =
        ContentForm::SecureSignIn { label: "Shared".to_owned(), help_contact: String::new(), checklist: Vec::new() };
    ItemForm { name: "Another".to_owned(), description: String::new(), content }
}

on_both_engines! {
    async fn the_sign_in_configuration_is_there_from_the_start_for_no_device(mut office) {
        let page = office.core.list_items(&Actor::System, &Default::default(), office.now()).await.unwrap();
        assert_eq!(page.rows.iter().map(|item| item.name.as_str()).collect::<Vec<_>>(), ["Multi-user Secure Sign-in for iOS"]);
        assert_eq!(stored(&office).await, Distribution::NoDevices);
        let phone = office.enrol("one").await;
        assert!(!phone.fake.profiles.contains_key(CLIP));
    }

    async fn it_can_be_neither_added_deleted_nor_renamed(mut office) {
        let added = office.core.create_item(&Actor::System, &sign_in_form(), office.now()).await;
        assert!(matches!(added, Err(CoreError::BuiltIn)), "{added:?}");
        let deleted = office.core.delete_item(&Actor::System, &clip_item(), office.now()).await;
        assert!(matches!(deleted, Err(CoreError::BuiltIn)), "{deleted:?}");
        office.core.save_item(&Actor::System, &clip_item(), &sign_in_form(), 1, office.now()).await.unwrap();
        let item = office.core.item_detail(&Actor::System, &clip_item(), office.now()).await.unwrap().item;
        assert_eq!(item.name, "Multi-user Secure Sign-in for iOS");
        assert_eq!(options(&office).await.label, "Shared");
    }

    async fn a_distribution_that_misses_nobody_is_stopped_with_a_fix(mut office) {
        let ada = office.add_person("ada").await;
        let staff = office.add_group("Staff", &[&ada]).await;
        let phone = office.enrol("one").await;
        let view = blocked(save(&office, only_groups(&[&staff]), None).await);
        assert_eq!(view.findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), [FindingCode::ClipMissesNobody]);
        assert_eq!(view.findings[0].devices, [phone.id]);
        assert_eq!(view.stored.distribution, only_groups(&[&staff]), "the page shows what was entered");
        assert_eq!(stored(&office).await, Distribution::NoDevices, "nothing was changed");
        assert!(office.audit().await.iter().any(|line| {
            line.starts_with("distribution.save refused") && line.contains("clip-misses-nobody")
        }));
    }

    async fn the_fix_can_be_saved(mut office) {
        let ada = office.add_person("ada").await;
        let staff = office.add_group("Staff", &[&ada]).await;
        let mut phone = office.enrol("one").await;
        let view = blocked(save(&office, only_groups(&[&staff]), None).await);
        let Fix { include_user, distribution, .. } = view.findings[0].fix.clone().unwrap();
        assert_eq!(include_user, Some(nobody()));
        save(&office, distribution, None).await.unwrap();
        office.core.reconcile_lagging(10, office.now()).await.unwrap();
        office.settle(&mut phone).await;
        assert!(phone.fake.profiles.contains_key(CLIP));
        let session = office.sign_in(&mut phone, "ada").await;
        office.sign_out(&mut phone, &session).await;
        assert!(phone.fake.profiles.contains_key(CLIP), "the sign-in page did not vanish");
    }

    async fn a_distribution_that_excludes_nobodys_group_is_stopped_and_the_fix_stops_excluding_it(mut office) {
        let nobody = nobody();
        let signed_out = office.add_group("Signed out", &[&nobody]).await;
        office.enrol("one").await;
        let distribution = Distribution::Custom(CustomDistribution {
            include_user_groups: [UserGroupId::from("everyone")].into(),
            exclude_user_groups: [signed_out.clone()].into(),
            ..Default::default()
        });
        office.add_person("ada").await;
        let view = blocked(save(&office, distribution, None).await);
        let fix = view.findings[0].fix.clone().unwrap();
        assert_eq!(fix.stop_excluding, BTreeSet::from([signed_out]));
        save(&office, fix.distribution, None).await.unwrap();
    }

    async fn an_override_with_a_reason_is_audited_and_stays_flagged(mut office) {
        let ada = office.add_person("ada").await;
        office.enrol("one").await;
        save(&office, only_users(&[&ada]), Some("trial with one person")).await.unwrap();
        assert!(options(&office).await.nobody_overridden);
        assert!(office.core.dashboard(&Actor::System, office.now()).await.unwrap().nobody_overridden);
        assert!(office.audit().await.iter().any(|line| {
            line.starts_with("distribution.save done") && line.contains("trial with one person")
        }));
        let findings = office.core.item_detail(&Actor::System, &clip_item(), office.now()).await.unwrap().findings;
        assert_eq!(findings.len(), 1);

        office.core.save_item(&Actor::System, &clip_item(), &sign_in_form(), 2, office.now()).await.unwrap();
        assert!(options(&office).await.nobody_overridden, "saving its options does not clear the flag");
        save(&office, Distribution::AllDevices, None).await.unwrap();
        assert!(!options(&office).await.nobody_overridden);
    }

    async fn an_override_without_a_reason_is_none(mut office) {
        let ada = office.add_person("ada").await;
        office.enrol("one").await;
        blocked(save(&office, only_users(&[&ada]), Some("  ")).await);
    }

    async fn switching_to_no_devices_lists_those_that_it_would_strand(mut office) {
        office.distribute_clip().await;
        let (one, two) = (office.enrol("one").await, office.enrol("two").await);
        let view = blocked(save(&office, Distribution::NoDevices, None).await);
        assert_eq!(view.findings[0].code, FindingCode::ClipStrandsDevices);
        assert_eq!(view.findings[0].devices.iter().collect::<BTreeSet<_>>(), [&one.id, &two.id].into());
        let names: BTreeSet<String> = view.devices.iter().map(|device| device.name.clone()).collect();
        assert_eq!(names, ["one".to_owned(), "two".to_owned()].into());
        save(&office, Distribution::NoDevices, Some("end of the trial")).await.unwrap();
    }

    async fn no_devices_may_be_saved_while_no_device_has_the_clip(mut office) {
        office.distribute_clip().await;
        save(&office, Distribution::NoDevices, None).await.unwrap();
    }

    async fn a_distribution_changed_meanwhile_is_shown_as_it_is_now(mut office) {
        office.distribute_clip().await;
        let change = DistributionChange { distribution: Distribution::AllDevices, revision: 1, previewed: None, override_reason: None };
        let refused = office.core.save_distribution(&Actor::System, &clip_item(), &change, office.now()).await;
        let Err(DistributionError::Stale(view)) = refused else { panic!("{refused:?}") };
        assert_eq!(view.stored.revision, 2);
    }

    async fn a_distribution_to_a_group_that_is_gone_is_refused(mut office) {
        office.enrol("one").await;
        let gone = CustomDistribution {
            include_user_groups: ["gone".into()].into(),
            include_users: [nobody()].into(),
            ..Default::default()
        };
        let refused = save(&office, Distribution::Custom(gone), None).await;
        assert!(matches!(refused, Err(DistributionError::Core(CoreError::Invalid(_)))), "{refused:?}");
        assert_eq!(stored(&office).await, Distribution::NoDevices);
    }

    async fn only_administrators_save_distributions(mut office) {
        let ada = office.add_person("ada").await;
        for role in [Role::User, Role::Auditor, Role::HelpDesk] {
            let change = DistributionChange { distribution: Distribution::AllDevices, revision: 1, previewed: None, override_reason: None };
            let actor = office.person(&ada, role);
            let refused = office.core.save_distribution(&actor, &clip_item(), &change, office.now()).await;
            let is_denied = matches!(refused, Err(DistributionError::Core(CoreError::Denied(Permission::ManageCatalogue))));
            assert!(is_denied, "{refused:?}");
        }
        assert_eq!(stored(&office).await, Distribution::NoDevices);
        assert_eq!(office.audit().await.iter().filter(|line| line.starts_with("distribution.save refused")).count(), 3);
    }
}
