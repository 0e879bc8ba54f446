//! Importing through Microsoft Graph (B3).

use baton_core::{
    Actor,
    sources::{OpenIdSource, SourceForm, SourceSettings, SyncError},
};
use baton_identity::graph::fake::{FakeGraph, Fault};
use baton_model::{SelectionKind, SourceId, SourceSelection};

use super::desk::install_cryptography;
use crate::office::Office;

async fn graph() -> FakeGraph {
    install_cryptography();
    FakeGraph::start().await.unwrap()
}

fn over(fake: &FakeGraph) -> SourceForm {
    let settings = fake.settings();
    let provider = OpenIdSource {
        issuer: settings.authority,
        tenants: vec![settings.tenant],
        client_id: settings.client_id,
        client_secret: settings.client_secret,
        graph: Some(settings.base),
        ..OpenIdSource::entra()
    };
    SourceForm {
        name: "Contoso".to_owned(),
        enabled: true,
        settings: SourceSettings::OpenId(provider),
        sync_minutes: Some(60),
        roles: Vec::new(),
        revision: None,
    }
}

fn selection(fake: &FakeGraph, kind: SelectionKind, number: usize) -> SourceSelection {
    SourceSelection {
        kind,
        entry_id: if kind == SelectionKind::Everybody { "all".to_owned() } else { FakeGraph::id(number) },
        dn: fake.settings().tenant,
        name: "selected".to_owned(),
    }
}

impl Office {
    async fn graph_source(&self, fake: &FakeGraph, kind: SelectionKind, number: usize) -> SourceId {
        let source = self.add_source(&over(fake)).await;
        self.select(&source, &[selection(fake, kind, number)]).await;
        source
    }
}

on_both_engines! {
    async fn everybody_of_the_tenant_is_imported_page_by_page(mut office) {
        let fake = graph().await;
        fake.page(2);
        (1..=5).for_each(|number| fake.user(number, &format!("person{number}")));
        let source = office.graph_source(&fake, SelectionKind::Everybody, 0).await;
        assert_eq!(office.sync(&source).await.added, 5);
    }

    async fn the_members_of_a_group_and_of_groups_in_it_are_imported(mut office) {
        let fake = graph().await;
        (1..=3).for_each(|number| fake.user(number, &format!("person{number}")));
        fake.group(11, "nurses", &[1, 12]);
        fake.group(12, "night shift", &[2]);
        let source = office.graph_source(&fake, SelectionKind::Group, 11).await;
        assert_eq!(office.sync(&source).await.added, 2);
    }

    async fn a_scheduled_sync_asks_what_changed_and_reads_all_only_then(mut office) {
        let fake = graph().await;
        fake.user(1, "ada");
        let source = office.graph_source(&fake, SelectionKind::Everybody, 0).await;
        assert!(office.core.sync_due_source(office.now()).await.unwrap());
        let before = fake.received().len();
        office.pass_seconds(3600);
        assert!(office.core.sync_due_source(office.now()).await.unwrap());
        let asked = fake.received().len() - before;
        assert!(asked <= 2, "{asked} requests where nothing changed");
        fake.user(2, "bob");
        office.pass_seconds(3600);
        assert!(office.core.sync_due_source(office.now()).await.unwrap());
        let people = office.store.read().await.unwrap().users_from_source(&source).await.unwrap();
        assert_eq!(people.len(), 2);
    }

    async fn who_is_gone_or_disabled_there_is_disabled_here(mut office) {
        let fake = graph().await;
        (1..=3).for_each(|number| fake.user(number, &format!("person{number}")));
        let source = office.graph_source(&fake, SelectionKind::Everybody, 0).await;
        office.sync(&source).await;
        fake.remove_user(1, true);
        fake.disable_user(2);
        office.pass_seconds(3600);
        office.core.sync_due_source(office.now()).await.unwrap();
        let people = office.store.read().await.unwrap().users_from_source(&source).await.unwrap();
        let enabled = people.iter().filter(|(user, _)| user.enabled).count();
        assert_eq!((people.len(), enabled), (3, 1));
    }

    async fn a_busy_graph_is_waited_for_and_a_broken_answer_disables_nobody(mut office) {
        let fake = graph().await;
        fake.user(1, "ada");
        let source = office.graph_source(&fake, SelectionKind::Everybody, 0).await;
        office.sync(&source).await;
        for fault in [Fault::Forbidden, Fault::Cut, Fault::Short, Fault::Html, Fault::ForeignNextLink, Fault::NoDeltaLink] {
            fake.misbehave([fault]);
            let failed = office.core.preview_sync(&Actor::System, &source, office.now()).await;
            assert!(matches!(failed, Err(SyncError::Graph(_))), "{fault:?}: {failed:?}");
        }
        fake.misbehave([Fault::TooMany(Some(1))]);
        assert!(office.core.preview_sync(&Actor::System, &source, office.now()).await.is_ok());
        assert!(office.store.read().await.unwrap().users_from_source(&source).await.unwrap()[0].0.enabled);
    }
}
