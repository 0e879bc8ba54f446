//! What changed since a directory was last read.

use baton_identity::graph::{Change, DeltaLink, GraphError, GroupChange, Property, UserChange, fake::FakeGraph};
use serde_json::json;

use super::support::{World, ids, with_directory};

fn present<T: Clone>(changes: &[Change<T>]) -> Vec<T> {
    let present = changes.iter().filter_map(|change| match change {
        Change::Present(object) => Some(object.clone()),
        Change::Removed { .. } => None,
    });
    present.collect()
}

#[test]
fn without_a_link_everything_there_is_counts_as_changed() {
    with_directory(|World { graph, .. }| async move {
        let delta = graph.users_delta(None).await.unwrap();

        let found: Vec<String> = present(&delta.changes).into_iter().map(|user: UserChange| user.id).collect();
        assert_eq!((found, delta.complete), (ids(&[0, 1, 2, 3, 4]), true));
    });
}

#[test]
fn with_a_link_there_are_changes_only() {
    with_directory(|World { service, graph, .. }| async move {
        let link = graph.users_delta(None).await.unwrap().link;
        assert_eq!(graph.users_delta(Some(&link)).await.unwrap().changes, []);
        service.user(5, "Finn");
        service.remove_user(0, true);
        service.remove_user(1, false);

        let delta = graph.users_delta(Some(&link)).await.unwrap();

        assert!(!delta.complete);
        assert_eq!(present(&delta.changes)[0].display_name, Property::Set("Finn".to_owned()));
        let removed = |number, restorable| Change::Removed { id: FakeGraph::id(number), restorable };
        assert_eq!(delta.changes[1..], [removed(0, true), removed(1, false)]);
        assert_eq!(graph.users_delta(Some(&delta.link)).await.unwrap().changes, []);
    });
}

#[test]
fn a_property_that_is_not_named_is_not_cleared() {
    with_directory(|World { service, graph, .. }| async move {
        let link = graph.users_delta(None).await.unwrap().link;
        service.user_changed(json!({ "id": FakeGraph::id(0), "mail": null, "accountEnabled": false }));

        let delta = graph.users_delta(Some(&link)).await.unwrap();

        let change = &present(&delta.changes)[0];
        assert_eq!((&change.display_name, &change.mail), (&Property::Unsaid, &Property::Cleared));
        assert_eq!(change.account_enabled, Property::Set(false));
    });
}

#[test]
fn members_come_and_go_with_their_group() {
    with_directory(|World { service, graph, .. }| async move {
        let delta = graph.groups_delta(None).await.unwrap();
        let groups: Vec<GroupChange> = present(&delta.changes);
        assert_eq!(groups[0].members.iter().map(|member| &*member.id).collect::<Vec<_>>(), ids(&[0, 1, 11]));
        assert_eq!(groups[0].members[2].kind.as_deref(), Some("#microsoft.graph.group"));
        service.leave(10, 1);

        let delta = graph.groups_delta(Some(&delta.link)).await.unwrap();

        let change = &present(&delta.changes)[0];
        assert_eq!((&*change.members[0].id, change.members[0].removed), (&*FakeGraph::id(1), true));
        assert_eq!(change.display_name, Property::Unsaid);
    });
}

#[test]
fn a_link_that_was_stored_must_be_graphs_own() {
    with_directory(|World { service, graph, .. }| async move {
        let elsewhere = service.settings().base.replace("/v1.0", "/v1.0evil/users");
        for link in ["http://localhost:1/v1.0/users/delta", "nonsense", "", &*elsewhere] {
            let result = graph.users_delta(Some(&DeltaLink(link.to_owned()))).await;
            assert_eq!(result, Err(GraphError::ForeignLink), "{link}");
        }
        assert_eq!(service.received(), []);
    });
}

#[test]
fn a_link_is_stored_as_a_text() {
    let link = DeltaLink("https://graph.example.test/v1.0/users/delta?$deltatoken=1".to_owned());
    let stored = serde_json::to_string(&link).unwrap();
    assert_eq!(stored, r#""https://graph.example.test/v1.0/users/delta?$deltatoken=1""#);
    assert_eq!(serde_json::from_str::<DeltaLink>(&stored).unwrap(), link);
}
