//! Users, groups and their members.

use std::sync::Arc;

use baton_identity::{
    graph::{
        DirectoryUser, Graph, GraphError, GraphSettings,
        fake::{FakeClock, FakeGraph},
    },
    openid::{Problem, Secret},
};

use super::support::{World, ids, with_directory};
use crate::openid::scenario::new_http;

#[test]
fn all_users_are_read_page_by_page() {
    with_directory(|World { service, graph, .. }| async move {
        let users = graph.users().await.unwrap();

        assert_eq!(users.iter().map(|user| &*user.id).collect::<Vec<_>>(), ids(&[0, 1, 2, 3, 4]));
        let ada = DirectoryUser {
            id: FakeGraph::id(0),
            user_principal_name: Some("ada@example.test".to_owned()),
            display_name: Some("Ada".to_owned()),
            mail: None,
            account_enabled: Some(true),
            user_type: Some("Member".to_owned()),
        };
        assert_eq!(users[0], ada);
        assert_eq!(service.received().len(), 3, "pages of two");
    });
}

#[test]
fn only_what_is_needed_is_asked_for() {
    with_directory(|World { service, graph, .. }| async move {
        graph.users().await.unwrap();

        let address = &service.received()[0].address;
        assert!(address.contains("select=id%2CuserPrincipalName%2CdisplayName%2Cmail%2CaccountEnabled"), "{address}");
    });
}

#[test]
fn all_groups_are_read() {
    with_directory(|World { graph, .. }| async move {
        let groups = graph.groups().await.unwrap();

        let names: Vec<&str> = groups.iter().filter_map(|group| group.display_name.as_deref()).collect();
        assert_eq!(names, ["Staff", "Leads"]);
    });
}

#[test]
fn members_of_groups_in_a_group_are_members() {
    with_directory(|World { graph, .. }| async move {
        assert_eq!(graph.members_of(&FakeGraph::id(10)).await.unwrap(), ids(&[0, 1, 4]));
        assert_eq!(graph.members_of(&FakeGraph::id(11)).await.unwrap(), ids(&[4]));
    });
}

#[test]
fn a_user_is_in_the_groups_of_its_groups() {
    with_directory(|World { graph, .. }| async move {
        assert_eq!(graph.groups_of(&FakeGraph::id(4)).await.unwrap(), ids(&[10, 11]));
        assert_eq!(graph.groups_of(&FakeGraph::id(2)).await.unwrap(), ids(&[]));
    });
}

#[test]
fn what_is_not_there_is_not_an_empty_group() {
    with_directory(|World { graph, .. }| async move {
        assert_eq!(graph.members_of(&FakeGraph::id(77)).await, Err(GraphError::NotFound));
    });
}

#[test]
fn what_is_no_id_never_becomes_an_address() {
    with_directory(|World { service, graph, .. }| async move {
        for id in ["", "..", "a/b", "aaaaaaaa-0000-0000-0000-00000000001?", "users"] {
            assert_eq!(graph.members_of(id).await, Err(GraphError::NotAnId(id.to_owned())));
        }
        assert_eq!(service.received(), []);
    });
}

#[test]
fn a_search_finds_what_begins_so() {
    with_directory(|World { service, graph, .. }| async move {
        let found = graph.search_users(" be ").await.unwrap();

        assert_eq!(found.items.iter().map(|user| &*user.id).collect::<Vec<_>>(), ids(&[1]));
        assert!(!found.more && service.received()[0].eventual, "{found:?}");
        assert_eq!(graph.search_groups("LEAD").await.unwrap().items.len(), 1);
    });
}

#[test]
fn a_search_says_when_there_is_more() {
    with_directory(|World { service, graph, .. }| async move {
        service.page(1);
        service.user(5, "Adam");

        let found = graph.search_users("ada").await.unwrap();

        assert_eq!((found.items.len(), found.more), (1, true));
    });
}

#[test]
fn a_search_for_nothing_asks_nobody() {
    with_directory(|World { service, graph, .. }| async move {
        assert!(graph.search_users(" \n").await.unwrap().items.is_empty());
        assert_eq!(service.received(), []);
    });
}

#[test]
fn a_search_stays_a_search_whatever_is_searched_for() {
    with_directory(|World { service, graph, .. }| async move {
        graph.search_groups("a\" OR \"x:\\").await.unwrap();

        let address = &service.received()[0].address;
        let search = url_query(address, "$search");
        assert_eq!(search, r#""displayName:a\" OR \"x:\\""#);
    });
}

fn url_query(address: &str, name: &str) -> String {
    let url = url::Url::parse(&format!("http://localhost{address}")).unwrap();
    url.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned()
}

#[test]
fn one_token_serves_until_it_ends() {
    with_directory(|World { service, graph, clock }| async move {
        graph.users().await.unwrap();
        clock.advance(3500);
        graph.users().await.unwrap();
        assert_eq!(service.tokens(), 1);

        clock.advance(60);
        graph.users().await.unwrap();
        assert_eq!(service.tokens(), 2);
    });
}

#[test]
fn the_connection_test_reads_users_and_groups() {
    with_directory(|World { service, graph, .. }| async move {
        graph.check().await.unwrap();

        let paths: Vec<_> = service.received().into_iter().map(|received| received.address).collect();
        assert!(paths[0].starts_with("/v1.0/users?") && paths[1].starts_with("/v1.0/groups?"), "{paths:?}");
    });
}

#[test]
fn the_wrong_setting_is_named() {
    let settings = || GraphSettings::new(baton_identity::graph::fake::TENANT, "client", Secret::new("secret"));
    let cases = [
        (GraphSettings { tenant: "example.test".to_owned(), ..settings() }, "tenant"),
        (GraphSettings { client_id: String::new(), ..settings() }, "client_id"),
        (GraphSettings { client_secret: Secret::default(), ..settings() }, "client_secret"),
        (GraphSettings { authority: "http://login.example.test".to_owned(), ..settings() }, "authority"),
        (GraphSettings { base: "http://graph.example.test/v1.0".to_owned(), ..settings() }, "base"),
    ];
    let http = new_http();
    for (settings, wrong) in cases {
        let error = Graph::new(http.clone(), settings, Arc::new(FakeClock::default())).err().unwrap();
        assert!(matches!(error, GraphError::Settings { field, .. } if field == wrong), "{error:?}");
    }
    let secure = GraphError::Settings { field: "base", problem: Problem::NotHttps };
    assert_eq!(secure.to_string(), "the setting `base` cannot be used: it must begin with https");
    assert!(Graph::new(http, settings(), Arc::new(FakeClock::default())).is_ok());
}
