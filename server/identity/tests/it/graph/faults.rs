//! The fault table: what Graph may do wrong, and what comes of it. `docs/openid.md` has the same rows.

use std::time::Duration;

use baton_identity::{
    graph::{GraphError, fake::Fault},
    openid::HttpError,
};

use super::support::{World, with_directory, with_patience};

/// What comes of an import that succeeds.
const WHOLE: &str = "everything";

/// Makes a test of each row, and a list of all. The last column is how many seconds the client waits, each time.
macro_rules! fault_table {
    ($($row:ident: $call:ident, $faults:expr => $result:pat, $code:expr, $waits:expr;)*) => {
        $(
            #[test]
            fn $row() {
                with_directory(|World { service, graph, clock }| async move {
                    service.misbehave($faults);

                    let result = $call(&graph).await;

                    let code = result.as_ref().map_or_else(GraphError::code, |_| WHOLE.to_owned());
                    assert!(matches!(result, $result), "{result:?}");
                    assert_eq!(code, $code);
                    let waits: &[u64] = &$waits;
                    assert_eq!(clock.waits(), waits);
                });
            }
        )*
        const ROWS: &[(&str, &str)] = &[$((stringify!($row), $code)),*];
    };
}

/// How many users there are.
async fn users(graph: &baton_identity::graph::Graph) -> Result<usize, GraphError> {
    Ok(graph.users().await?.len())
}

/// How many changes of users there are.
async fn changes(graph: &baton_identity::graph::Graph) -> Result<usize, GraphError> {
    Ok(graph.users_delta(None).await?.changes.len())
}

fault_table! {
    too_many_requests_once: users, [Fault::TooMany(Some(7))] => Ok(5), WHOLE, [7];
    too_many_requests_without_a_time: users, [Fault::TooMany(None), Fault::TooMany(None)] => Ok(5), WHOLE, [2, 4];
    unavailable_once: users, [Fault::Unavailable(Some(3))] => Ok(5), WHOLE, [3];
    busy_for_longer_than_an_import_waits: users, [Fault::TooMany(Some(121))] => Err(GraphError::Busy { retry_after: Some(121) }), "graph-busy", [];
    busy_again_and_again: users, [Fault::TooMany(Some(1)); 6] => Err(GraphError::Busy { .. }), "graph-busy", [1, 1, 1, 1, 1];
    busy_for_five_minutes: users, [Fault::TooMany(Some(120)); 3] => Err(GraphError::Busy { .. }), "graph-busy", [120, 120];
    busy_on_the_second_page: users, [Fault::None, Fault::TooMany(Some(5))] => Ok(5), WHOLE, [5];
    a_failure_on_the_last_page: users, [Fault::None, Fault::None, Fault::Broken] => Err(GraphError::Refused { status: 500, .. }), "graph-refused", [];
    a_token_that_ended_early: users, [Fault::Unauthorized] => Ok(5), WHOLE, [];
    a_token_that_ended_in_the_middle: users, [Fault::None, Fault::Unauthorized] => Ok(5), WHOLE, [];
    no_token_is_good: users, [Fault::Unauthorized, Fault::Unauthorized] => Err(GraphError::Unauthorized), "graph-unauthorized", [];
    a_permission_is_missing: users, [Fault::Forbidden] => Err(GraphError::Forbidden(_)), "graph-forbidden", [];
    a_page_cut_in_the_middle: users, [Fault::None, Fault::Cut] => Err(GraphError::Http(HttpError::Unreachable(_))), "graph-unreachable", [];
    a_page_that_ends_in_the_middle: users, [Fault::None, Fault::Short] => Err(GraphError::Malformed), "graph-malformed", [];
    a_page_without_a_list: users, [Fault::None, Fault::NoList] => Err(GraphError::Malformed), "graph-malformed", [];
    an_entry_without_an_id: users, [Fault::EntryWithoutId] => Err(GraphError::Malformed), "graph-malformed", [];
    a_page_for_people: users, [Fault::Html] => Err(GraphError::Malformed), "graph-malformed", [];
    a_redirect: users, [Fault::Redirects] => Err(GraphError::Http(HttpError::Redirected)), "graph-redirected", [];
    a_next_page_at_another_host: users, [Fault::ForeignNextLink] => Err(GraphError::ForeignLink), "graph-foreign-link", [];
    a_next_page_outside_of_graph: users, [Fault::NextLinkOutside] => Err(GraphError::ForeignLink), "graph-foreign-link", [];
    a_next_page_that_is_this_one: users, [Fault::EndlessNextLink] => Err(GraphError::Endless), "graph-endless", [];
    changes_that_are_not_known_any_more: changes, [Fault::Gone] => Err(GraphError::ResyncNeeded), "graph-resync-needed", [];
    changes_that_are_not_known_any_more_in_other_words: changes, [Fault::SyncStateNotFound] => Err(GraphError::ResyncNeeded), "graph-resync-needed", [];
    changes_without_a_link_to_the_next: changes, [Fault::None, Fault::None, Fault::NoDeltaLink] => Err(GraphError::Malformed), "graph-malformed", [];
    changes_with_a_link_to_another_host: changes, [Fault::None, Fault::None, Fault::ForeignDeltaLink] => Err(GraphError::ForeignLink), "graph-foreign-link", [];
}

#[test]
fn an_answer_that_never_comes_is_given_up() {
    with_patience(Duration::from_millis(100), |World { service, graph, .. }| async move {
        service.misbehave([Fault::None, Fault::Slow]);

        assert_eq!(graph.users().await, Err(GraphError::Http(HttpError::Slow)));
    });
}

#[test]
fn a_secret_that_is_not_accepted_is_told_apart() {
    with_directory(|World { service, graph, .. }| async move {
        service.expire_secret();

        let error = graph.users().await.unwrap_err();

        assert!(matches!(&error, GraphError::ClientRefused(words) if words.contains("AADSTS7000222")), "{error:?}");
        assert_eq!(service.received(), []);
    });
}

#[test]
fn tokens_are_waited_for_too() {
    with_directory(|World { service, graph, clock }| async move {
        service.misbehave_with_tokens([Fault::TooMany(Some(9)), Fault::Unavailable(Some(2))]);

        assert_eq!(graph.users().await.unwrap().len(), 5);
        assert_eq!(clock.waits(), [9, 2]);
    });
}

#[test]
fn a_token_goes_to_graph_alone() {
    with_directory(|World { service, graph, .. }| async move {
        service.misbehave([Fault::NextLinkOutside]);

        graph.users().await.unwrap_err();

        assert!(service.received().iter().all(|received| received.address.starts_with("/v1.0/")));
    });
}

#[test]
fn the_documentation_has_the_same_rows() {
    let (_, page) = include_str!("../../../../../docs/openid.md").split_once("# Microsoft Graph").unwrap();
    let documented = page.lines().filter_map(|line| {
        let cells: Vec<&str> = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ").collect();
        let [name, _, result] = *cells else { return None };
        (name != "row").then(|| (name.replace(' ', "_"), result.trim_matches('`')))
    });
    let documented: Vec<(String, &str)> = documented.collect();
    let tested: Vec<(String, &str)> = ROWS.iter().map(|(row, code)| ((*row).to_owned(), *code)).collect();
    assert_eq!(documented, tested);
}
