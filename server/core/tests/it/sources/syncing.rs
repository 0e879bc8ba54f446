//! Keeping up with a directory: who is new, who changed, who left; and nobody disabled by mistake (B2).

use baton_core::{
    Actor, CoreError,
    sources::{SyncError, SyncOutcome},
};
use baton_identity::ldap::fake::{BASE, FakeEntry, FakeLdap, Fault, Moment};
use baton_model::{Role, SourceId, UserId};

use super::desk::{everyone_in, giving, group, open_to_all, over, password_of, person, the_person, uuid_of};
use crate::office::Office;

async fn directory(people: &[&str], groups: &[(&str, &[&str])]) -> FakeLdap {
    let mut entries: Vec<FakeEntry> = people.iter().map(|uid| person(uid)).collect();
    entries.extend(groups.iter().map(|(name, members)| group(name, members)));
    FakeLdap::start(entries).await.unwrap()
}

impl Office {
    /// The source from now on over another directory, as if that had changed.
    async fn move_to(&self, source: &SourceId, fake: &FakeLdap) {
        self.core.save_source(&Actor::System, source, &over(fake, "Clinic"), self.now()).await.unwrap();
    }

    async fn is_enabled(&self, name: &str) -> bool {
        self.user_called(name).await.unwrap().enabled
    }

    async fn problem_of(&self, source: &SourceId) -> Option<String> {
        self.store.read().await.unwrap().sync_state(source).await.unwrap().unwrap().problem
    }
}

fn counts(outcome: &SyncOutcome) -> (usize, usize, usize, usize) {
    (outcome.added, outcome.changed, outcome.disabled, outcome.enabled)
}

on_both_engines! {
    async fn the_people_of_a_selected_group_become_users_and_nobody_else_does(mut office) {
        let fake = directory(&["ada", "bob", "eve"], &[("nurses", &["ada", "bob"])]).await;
        let source = office.add_source(&over(&fake, "Clinic")).await;
        office.select(&source, &[everyone_in("nurses")]).await;
        let outcome = office.sync(&source).await;
        assert_eq!(counts(&outcome), (2, 0, 0, 0));
        assert!(office.user_called("ada").await.is_some() && office.user_called("eve").await.is_none());
    }

    async fn a_preview_changes_nothing_and_what_is_done_is_what_was_shown(mut office) {
        let fake = directory(&["ada"], &[]).await;
        let source = office.add_source(&over(&fake, "Clinic")).await;
        office.select(&source, &[the_person("ada")]).await;
        let plan = office.core.preview_sync(&Actor::System, &source, office.now()).await.unwrap();
        assert_eq!(plan.added[0].user_name, "ada");
        assert_eq!(office.user_called("ada").await, None);
        office.add_person("ada").await;
        let stale = office.core.sync_source(&Actor::System, &source, &plan.fingerprint(), office.now()).await;
        let Err(SyncError::Stale(now)) = stale else { panic!("{stale:?}") };
        assert_eq!((now.added.len(), now.clashes.len()), (0, 1));
    }

    async fn who_left_the_group_is_disabled_and_who_comes_back_is_enabled(mut office) {
        let fake = directory(&["ada", "bob"], &[("nurses", &["ada", "bob"])]).await;
        let source = office.add_source(&over(&fake, "Clinic")).await;
        office.select(&source, &[everyone_in("nurses")]).await;
        office.sync(&source).await;
        let after = directory(&["ada", "bob"], &[("nurses", &["ada"])]).await;
        office.move_to(&source, &after).await;
        assert_eq!(counts(&office.sync(&source).await), (0, 0, 1, 0));
        assert!(office.is_enabled("ada").await && !office.is_enabled("bob").await);
        office.move_to(&source, &fake).await;
        assert_eq!(counts(&office.sync(&source).await), (0, 0, 0, 1));
        assert!(office.is_enabled("bob").await);
    }

    async fn whom_an_administrator_disabled_no_sync_enables(mut office) {
        let fake = directory(&["ada"], &[]).await;
        let source = office.add_source(&over(&fake, "Clinic")).await;
        office.select(&source, &[the_person("ada")]).await;
        office.sync(&source).await;
        let ada: UserId = office.user_called("ada").await.unwrap().id;
        office.core.set_user_enabled(&Actor::System, &ada, false, office.now()).await.unwrap();
        assert_eq!(counts(&office.sync(&source).await), (0, 0, 0, 0));
        assert!(!office.is_enabled("ada").await);
    }

    async fn a_session_ends_when_its_person_left_the_directory(mut office) {
        let fake = directory(&["ada"], &[("nurses", &["ada"])]).await;
        let source = office.add_source(&over(&fake, "Clinic")).await;
        office.select(&source, &[everyone_in("nurses")]).await;
        office.sync(&source).await;
        let visitor = baton_core::accounts::Visitor::default();
        let session = office.core.sign_in("ada", &password_of("ada"), &visitor, office.now()).await.unwrap();
        let after = directory(&["bob"], &[("nurses", &["bob"])]).await;
        office.move_to(&source, &after).await;
        office.sync(&source).await;
        assert!(office.core.portal_session(&session.secret, office.now()).await.unwrap().is_none());
    }

    async fn a_directory_that_does_not_answer_whole_disables_nobody(mut office) {
        let fake = directory(&["ada", "bob"], &[("nurses", &["ada", "bob"])]).await;
        let source = office.add_source(&over(&fake, "Clinic")).await;
        office.select(&source, &[everyone_in("nurses")]).await;
        office.sync(&source).await;
        for (moment, fault) in [
            (Moment::Connect, Fault::Close),
            (Moment::Bind, Fault::Result(49, "no")),
            (Moment::Search, Fault::CutOff(0, 4)),
            (Moment::Search, Fault::CloseHalfway),
            (Moment::Search, Fault::Nonsense(vec![0; 32])),
        ] {
            fake.on(moment, [fault.clone()]);
            let failed = office.core.preview_sync(&Actor::System, &source, office.now()).await;
            assert!(matches!(failed, Err(SyncError::Ldap(_))), "{fault:?}: {failed:?}");
        }
        assert!(office.is_enabled("ada").await && office.is_enabled("bob").await);
    }

    async fn a_selected_group_that_is_gone_disables_nobody(mut office) {
        let fake = directory(&["ada"], &[("nurses", &["ada"])]).await;
        let source = office.add_source(&over(&fake, "Clinic")).await;
        office.select(&source, &[everyone_in("nurses")]).await;
        office.sync(&source).await;
        let after = directory(&["ada"], &[]).await;
        office.move_to(&source, &after).await;
        assert!(office.core.preview_sync(&Actor::System, &source, office.now()).await.is_err());
        assert!(office.is_enabled("ada").await);
    }

    async fn without_a_selection_there_is_nothing_to_sync_and_nobody_leaves(mut office) {
        let fake = directory(&["ada"], &[]).await;
        let source = office.add_source(&over(&fake, "Clinic")).await;
        office.select(&source, &[the_person("ada")]).await;
        office.sync(&source).await;
        office.core.deselect_in_source(&Actor::System, &source, &[the_person("ada")], office.now()).await.unwrap();
        let nothing = office.core.preview_sync(&Actor::System, &source, office.now()).await;
        assert!(matches!(nothing, Err(SyncError::NothingSelected)), "{nothing:?}");
        assert!(office.is_enabled("ada").await);
    }

    async fn people_who_came_by_themselves_are_disabled_once_they_are_gone(mut office) {
        let fake = directory(&["ada", "bob"], &[]).await;
        let form = open_to_all(over(&fake, "Clinic"));
        let source = office.add_source(&form).await;
        office.enters("ada", &password_of("ada")).await.unwrap();
        office.enters("bob", &password_of("bob")).await.unwrap();
        assert_eq!(counts(&office.sync(&source).await), (0, 0, 0, 0));
        let left = directory(&["ada"], &[]).await;
        let form = open_to_all(over(&left, "Clinic"));
        office.core.save_source(&Actor::System, &source, &form, office.now()).await.unwrap();
        assert_eq!(counts(&office.sync(&source).await), (0, 0, 1, 0));
        assert!(office.is_enabled("ada").await && !office.is_enabled("bob").await);
    }

    async fn a_sync_by_itself_waits_when_an_unusual_number_would_leave(mut office) {
        let people: Vec<String> = (0..8).map(|number| format!("nurse{number}")).collect();
        let names: Vec<&str> = people.iter().map(String::as_str).collect();
        let fake = directory(&names, &[("nurses", &names)]).await;
        let source = office.add_source(&over(&fake, "Clinic")).await;
        office.select(&source, &[everyone_in("nurses")]).await;
        office.sync(&source).await;
        let after = directory(&names, &[("nurses", &names[..2])]).await;
        office.move_to(&source, &after).await;
        assert!(office.core.sync_due_source(office.now()).await.unwrap());
        assert_eq!(office.problem_of(&source).await.as_deref(), Some("many-leave:6:8"));
        assert!(office.is_enabled("nurse7").await);
        assert_eq!(counts(&office.sync(&source).await), (0, 0, 6, 0), "an administrator agrees by doing it");
        assert_eq!(office.problem_of(&source).await, None);
    }

    async fn a_sync_comes_by_itself_when_it_is_due_and_once_among_instances(mut office) {
        let fake = directory(&["ada"], &[]).await;
        let source = office.add_source(&over(&fake, "Clinic")).await;
        office.select(&source, &[the_person("ada")]).await;
        assert!(office.core.sync_due_source(office.now()).await.unwrap());
        assert!(office.is_enabled("ada").await);
        let other = office.another_instance().await;
        assert!(!other.sync_due_source(office.now()).await.unwrap());
        office.pass_seconds(3600);
        assert!(other.sync_due_source(office.now()).await.unwrap());
    }

    async fn a_sync_that_fails_says_so_and_tries_again_soon(mut office) {
        let fake = directory(&["ada"], &[]).await;
        let source = office.add_source(&over(&fake, "Clinic")).await;
        office.select(&source, &[the_person("ada")]).await;
        fake.on(Moment::Connect, [Fault::Close]);
        assert!(office.core.sync_due_source(office.now()).await.unwrap());
        assert_eq!(office.problem_of(&source).await.as_deref(), Some("connection-lost"));
        office.pass_seconds(15 * 60);
        assert!(office.core.sync_due_source(office.now()).await.unwrap());
        assert_eq!(office.problem_of(&source).await, None);
    }

    async fn a_clash_is_reported_and_the_rest_is_imported(mut office) {
        office.add_person("ada").await;
        let fake = directory(&["ada", "bob"], &[("nurses", &["ada", "bob"])]).await;
        let source = office.add_source(&over(&fake, "Clinic")).await;
        office.select(&source, &[everyone_in("nurses")]).await;
        let outcome = office.sync(&source).await;
        assert_eq!((outcome.added, outcome.clashing), (1, vec!["ada".to_owned()]));
    }

    async fn roles_follow_the_groups_that_give_them_and_the_last_administrator_stays(mut office) {
        let fake = directory(&["ada", "bob"], &[("nurses", &["ada", "bob"]), ("it", &["ada"])]).await;
        let form = giving(over(&fake, "Clinic"), &uuid_of("it"), Role::Administrator);
        let source = office.add_source(&form).await;
        office.select(&source, &[everyone_in("nurses")]).await;
        office.sync(&source).await;
        assert_eq!(office.user_called("ada").await.unwrap().role, Role::Administrator);
        assert_eq!(office.user_called("bob").await.unwrap().role, Role::User);
        let other = directory(&["ada", "bob"], &[("nurses", &["ada", "bob"]), ("it", &["bob"])]).await;
        let form = giving(over(&other, "Clinic"), &uuid_of("it"), Role::Administrator);
        office.core.save_source(&Actor::System, &source, &form, office.now()).await.unwrap();
        office.sync(&source).await;
        office.sync(&source).await;
        assert_eq!(office.user_called("bob").await.unwrap().role, Role::Administrator);
        assert_eq!(office.user_called("ada").await.unwrap().role, Role::User);
    }

    async fn who_is_not_allowed_to_manage_users_neither_searches_nor_syncs(mut office) {
        let fake = directory(&["ada"], &[]).await;
        let source = office.add_source(&over(&fake, "Clinic")).await;
        for role in [Role::User, Role::Auditor, Role::HelpDesk] {
            let id = office.add_person_as(&format!("{role:?}"), role).await;
            let actor = office.person(&id, role);
            let refused = office.core.preview_sync(&actor, &source, office.now()).await;
            assert!(matches!(refused, Err(SyncError::Core(CoreError::Denied(_)))), "{role:?}");
        }
        assert_eq!(fake.received(), []);
    }

    async fn a_search_finds_people_groups_and_units_and_marks_the_selected(mut office) {
        use baton_model::SelectionKind::{Group, OrganisationalUnit, Person};
        let unit = FakeEntry::new(&format!("ou=wards,{BASE}"), "organizationalUnit")
            .with("ou", "wards")
            .with("entryUUID", uuid_of("wards"));
        let fake = FakeLdap::start(vec![person("ada"), group("nurses", &["ada"]), unit]).await.unwrap();
        let source = office.add_source(&over(&fake, "Clinic")).await;
        office.select(&source, &[everyone_in("nurses")]).await;
        let mut found = Vec::new();
        for kind in [Person, Group, OrganisationalUnit] {
            let hits = office.core.search_source(&Actor::System, &source, kind, "", office.now()).await.unwrap();
            found.extend(hits.entries.into_iter().map(|entry| (entry.selection.name, entry.selected)));
        }
        let expected = [("The ada", false), ("nurses", true), ("wards", false)];
        assert_eq!(found, expected.map(|(name, selected)| (name.to_owned(), selected)));
    }
}
