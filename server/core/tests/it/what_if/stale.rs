//! What was previewed before something moved is not saved; what moves by itself does not count.

use std::collections::BTreeSet;

use baton_core::{
    Actor, CoreError, Permission,
    groups::GroupForm,
    what_if::{Edit, Members},
};
use baton_model::{PolicyRevision, Role, id};
use baton_policy::Distribution;

use super::world::save;
use crate::office::{Office, only_groups};

fn only<Id: Clone + Ord, const N: usize>(members: [&Id; N]) -> Members<Id> {
    Members { join: members.into_iter().cloned().collect(), leave: BTreeSet::new() }
}

async fn previewed(office: &Office, edit: &Edit) -> PolicyRevision {
    office.core.preview(&Actor::System, edit, 10, office.now()).await.unwrap().revision
}

on_both_engines! {
    async fn a_distribution_previewed_before_a_group_changed_is_not_saved(mut office) {
        let ada = office.add_person("ada").await;
        let furniture = office.furnish(&[]).await;
        let edit = Edit::Distribution(furniture.map.clone(), only_groups(&[&furniture.staff]));
        let revision = previewed(&office, &edit).await;
        office.set_group(&furniture.staff, "Staff", &[&ada]).await;

        let stale = save(&office, &edit, Some(revision)).await;

        assert_eq!(stale, Err("its preview no longer holds".to_owned()));
        let detail = office.core.item_detail(&Actor::System, &furniture.map, office.now()).await.unwrap();
        assert_eq!(detail.stored.distribution, Distribution::AllDevices);
        let again = previewed(&office, &edit).await;
        assert_ne!(again, revision);
        save(&office, &edit, Some(again)).await.unwrap();
    }

    async fn a_group_previewed_before_a_distribution_changed_is_not_saved(mut office) {
        let ada = office.add_person("ada").await;
        let furniture = office.furnish(&[]).await;
        let edit = Edit::UserGroup(furniture.staff.clone(), only([&ada]));
        let revision = previewed(&office, &edit).await;
        office.distribute(&furniture.map, Distribution::NoDevices).await;

        let stale = save(&office, &edit, Some(revision)).await;

        assert_eq!(stale, Err("it was changed meanwhile".to_owned()));
        assert_eq!(office.core.user_group(&Actor::System, &furniture.staff, office.now()).await.unwrap().1, []);
        save(&office, &edit, Some(previewed(&office, &edit).await)).await.unwrap();
    }

    async fn a_device_group_previewed_before_another_group_changed_is_not_saved(mut office) {
        let furniture = office.furnish(&[]).await;
        let phone = office.enrol("one").await;
        let form = GroupForm { name: "Ward 3".to_owned(), description: String::new(), members: None, previewed: None };
        let group = office.core.create_device_group(&Actor::System, &form, office.now()).await.unwrap();
        let edit = Edit::DeviceGroup(group, only([&phone.id]));
        let revision = previewed(&office, &edit).await;
        office.core.delete_user_group(&Actor::System, &furniture.staff, office.now()).await.unwrap();

        assert_eq!(save(&office, &edit, Some(revision)).await, Err("it was changed meanwhile".to_owned()));
    }

    async fn a_revision_that_never_was_saves_nothing(mut office) {
        let ada = office.add_person("ada").await;
        let furniture = office.furnish(&[]).await;
        let of_item = Edit::Distribution(furniture.map.clone(), Distribution::NoDevices);
        let of_group = Edit::UserGroup(furniture.staff.clone(), only([&ada]));
        let now = previewed(&office, &of_item).await;
        for forged in [
            PolicyRevision { catalogue: now.catalogue + 1, ..now },
            PolicyRevision { memberships: now.memberships + 1, ..now },
            PolicyRevision { catalogue: -1, memberships: -1 },
            PolicyRevision { catalogue: i64::MAX, memberships: i64::MIN },
        ] {
            assert!(save(&office, &of_item, Some(forged)).await.is_err(), "{forged}");
            assert!(save(&office, &of_group, Some(forged)).await.is_err(), "{forged}");
        }
        assert_eq!(previewed(&office, &of_item).await, now, "something was saved");
    }

    async fn who_signs_in_meanwhile_makes_no_preview_stale(mut office) {
        let ada = office.add_person("ada").await;
        let furniture = office.furnish(&[]).await;
        let mut phone = office.enrol("one").await;
        let edit = Edit::UserGroup(furniture.staff.clone(), only([&ada]));
        let revision = previewed(&office, &edit).await;
        office.sign_in(&mut phone, "ada").await;
        save(&office, &edit, Some(revision)).await.unwrap();
    }

    async fn a_group_whose_members_stay_is_renamed_whatever_moved(mut office) {
        let ada = office.add_person("ada").await;
        let furniture = office.furnish(&[&ada]).await;
        let edit = Edit::UserGroup(furniture.staff.clone(), only([&ada]));
        let revision = previewed(&office, &edit).await;
        office.distribute(&furniture.map, Distribution::NoDevices).await;
        save(&office, &edit, Some(revision)).await.unwrap();
    }

    async fn of_two_who_save_at_once_what_they_previewed_together_one_must_look_again(mut office) {
        let ada = office.add_person("ada").await;
        let furniture = office.furnish(&[]).await;
        let of_item = Edit::Distribution(furniture.map.clone(), only_groups(&[&furniture.staff]));
        let of_group = Edit::UserGroup(furniture.staff.clone(), only([&ada]));
        for _ in 0..5 {
            let revision = Some(previewed(&office, &of_item).await);
            let (one, other) =
                tokio::join!(save(&office, &of_item, revision), save(&office, &of_group, revision));
            assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
            office.set_group(&furniture.staff, "Staff", &[]).await;
        }
    }

    async fn who_may_not_save_may_not_preview_and_is_audited(mut office) {
        let furniture = office.furnish(&[]).await;
        let hugo = office.add_person_as("hugo", Role::HelpDesk).await;
        let actor = office.person(&hugo, Role::HelpDesk);
        for (edit, permission, action) in [
            (
                Edit::Distribution(furniture.map.clone(), Distribution::NoDevices),
                Permission::ManageCatalogue,
                "distribution.preview",
            ),
            (Edit::UserGroup(furniture.staff.clone(), Members::default()), Permission::ManageUsers, "user-group.preview"),
            (Edit::DeviceGroup("ghost".into(), Members::default()), Permission::ManageCatalogue, "device-group.preview"),
        ] {
            let refused = office.core.preview(&actor, &edit, 10, office.now()).await;
            assert!(matches!(refused, Err(CoreError::Denied(found)) if found == permission), "{refused:?}");
            let columns = office.core.what_if_columns(&actor, &edit.subject(), office.now()).await;
            assert!(matches!(columns, Err(CoreError::Denied(_))), "{columns:?}");
            let audit = office.audit().await;
            assert!(audit.iter().filter(|line| line.starts_with(&format!("{action} refused"))).count() == 2, "{audit:#?}");
        }
    }

    async fn what_does_not_exist_and_everyone_have_no_preview(mut office) {
        for edit in [
            Edit::Distribution("ghost".into(), Distribution::NoDevices),
            Edit::UserGroup("ghost".into(), Members::default()),
            Edit::DeviceGroup("ghost".into(), Members::default()),
        ] {
            let missing = office.core.preview(&Actor::System, &edit, 10, office.now()).await;
            assert!(matches!(missing, Err(CoreError::NotFound(_))), "{missing:?}");
        }
        let everyone = Edit::UserGroup(id::EVERYONE.into(), Members::default());
        let refused = office.core.preview(&Actor::System, &everyone, 10, office.now()).await;
        assert!(matches!(refused, Err(CoreError::BuiltIn)), "{refused:?}");
    }
}
