//! Policy tests in the console (C8): written, uploaded, seen to hold or fail, and never lost by a slip.

use axum::http::StatusCode;
use baton_app::locale::{Locale, Texts};
use baton_core::{Actor, policy_tests::PolicyTestForm};
use baton_policy::Distribution;

use super::site::{Answer, Browser, POLICY_TEST, Part, Site, Things, now, on_a_site};

const LIST: &str = "/admin/policy-tests";

fn t() -> &'static Texts {
    Locale::En.texts()
}

/// The page's list of expectations, row by row.
fn rows(page: &Answer) -> Vec<&str> {
    let tests = page.body.split("<ul class=\"tests\">").nth(1).unwrap_or_else(|| panic!("no tests: {}", page.body));
    tests.split("class=\"test-name\"").skip(1).collect()
}

async fn stored(site: &Site, id: &str) -> (String, String, i64) {
    let file = site.core.policy_test_file(&Actor::System, &id.into(), now()).await.unwrap();
    (file.name, file.text, file.revision)
}

/// Expects an answer that leads on to a page, and opens it.
async fn led_on(browser: &mut Browser<'_>, answer: &Answer) -> Answer {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    browser.get(&answer.location).await
}

/// Expects a refused form, with what stands beside the field.
fn refused(page: &Answer, field: &str, says: &str) {
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.body);
    let error = page.body.split(&format!("id=\"{field}-error\"")).nth(1);
    let error = error.unwrap_or_else(|| panic!("no error beside {field}: {}", page.body)).split("</p>").next().unwrap();
    assert!(error.contains(says), "{says}: {error}");
}

#[test]
fn each_expectation_says_whether_it_holds_and_where_it_does_not() {
    on_a_site(|site| async move {
        let things = site.furnish().await;
        let mut ines = site.signed_in("ines").await;

        let page = ines.get(LIST).await;

        assert!(page.says("1 of 2 hold") && page.says("1 fails"), "{}", page.body);
        let rows = rows(&page);
        assert!(rows[0].contains("Guests get no records") && rows[0].contains(t().test_holds), "{}", rows[0]);
        let failing = rows[1];
        for says in [
            t().test_fails,
            "Not met in 1 of 1 cases:",
            "<a href=\"/admin/devices/phone\">Ward 3 · Phone 1</a>",
            "as if signed out:",
            "It goes to no devices.",
            &format!("<a href=\"/admin/configurations/{}\">Ward Wi-Fi</a>", things.wifi),
        ] {
            assert!(failing.contains(says), "{says}: {failing}");
        }
    });
}

#[test]
fn what_was_not_met_is_met_once_the_distribution_is_right() {
    on_a_site(|site| async move {
        let things = site.furnish().await;
        site.distribute(&things.wifi, Distribution::AllDevices).await;
        let mut petra = site.signed_in("petra").await;
        assert!(petra.get(LIST).await.says("2 of 2 hold"));
        let item = petra.get(&format!("/admin/configurations/{}", things.wifi)).await;
        let tests = rows(&item);
        assert_eq!(tests.len(), 1, "only those about the item");
        assert!(tests[0].contains("Nobody keeps the Wi-Fi") && tests[0].contains("Met in 1 case."), "{}", tests[0]);
        assert!(tests[0].contains(&format!("<a href=\"{LIST}/{}\">Sign-out</a>", things.policy_test)));
    });
}

#[test]
fn the_preview_names_what_would_fail_and_what_would_hold() {
    on_a_site(|site| async move {
        let things = site.furnish().await;
        let mut petra = site.signed_in("petra").await;
        let editor = format!("/admin/configurations/{}/distribution", things.wifi);
        let preview = |mode: &'static str| [("revision", "2"), ("mode", mode), ("action", "preview")];
        let panel = |page: &Answer| page.body.split("what-if-live").nth(1).unwrap().to_owned();

        let better = petra.post(&editor, &preview("all")).await;
        assert!(panel(&better).contains("Nobody keeps the Wi-Fi"), "{}", panel(&better));
        assert!(panel(&better).contains("would hold"), "{}", panel(&better));
        site.distribute(&things.wifi, Distribution::AllDevices).await;
        let worse = petra.post(&editor, &preview("none")).await;
        assert!(panel(&worse).contains("1 policy test would fail"), "{}", panel(&worse));
        let same = petra.post(&editor, &preview("all")).await;
        assert!(!panel(&same).contains("Nobody keeps the Wi-Fi"), "{}", panel(&same));
    });
}

#[test]
fn a_file_is_written_checked_edited_taken_away_and_deleted() {
    on_a_site(|site| async move {
        site.furnish().await;
        let mut petra = site.signed_in("petra").await;
        let fields = [("name", "Staff.toml"), ("text", POLICY_TEST)];

        let checked = petra.post(&format!("{LIST}/add"), &[&fields[..], &[("action", "check")]].concat()).await;
        assert_eq!(checked.status, StatusCode::OK);
        assert!(checked.says("1 of 2 hold") && checked.body.contains("value=\"Staff.toml\""), "{}", checked.body);
        assert_eq!(site.core.policy_tests(&Actor::System, now()).await.unwrap().len(), 1, "nothing is saved");

        let added = petra.post(&format!("{LIST}/add"), &fields).await;
        let page = led_on(&mut petra, &added).await;
        assert!(page.says(t().flash_created) && page.says("Person petra"), "{}", page.body);
        let id = added.location.rsplit('/').next().unwrap().to_owned();
        assert_eq!(stored(&site, &id).await, ("Staff".to_owned(), POLICY_TEST.to_owned(), 1));

        let crlf = POLICY_TEST.replace("Guests", "Visitors").replace('\n', "\r\n");
        let edited = [("name", "Staff at night"), ("text", &*crlf), ("revision", "1")];
        let saved = petra.post(&format!("{LIST}/{id}/edit"), &edited).await;
        assert!(led_on(&mut petra, &saved).await.says(t().flash_saved));
        let text = POLICY_TEST.replace("Guests", "Visitors");
        assert_eq!(stored(&site, &id).await, ("Staff at night".to_owned(), text.clone(), 2));

        let file = petra.get(&format!("{LIST}/{id}/file.toml")).await;
        assert_eq!(file.body, text);
        assert_eq!(file.headers["content-disposition"], "attachment; filename=\"Staff at night.toml\"");

        assert!(petra.get(&format!("{LIST}/{id}/delete")).await.says("Its 2 expectations are no longer checked."));
        let deleted = petra.post(&format!("{LIST}/{id}/delete"), &[]).await;
        let page = led_on(&mut petra, &deleted).await;
        assert!(page.says(t().flash_deleted) && !page.says("Staff at night"));

        let audit = site.audit().await;
        let of_file = |action: &str| {
            let found = audit.iter().find(|entry| entry.action == action && entry.target_id == id);
            found.unwrap_or_else(|| panic!("{action} is not audited")).detail.clone()
        };
        of_file("policy-test.create");
        let saved = of_file("policy-test.save");
        assert!(saved.contains("Guests get no records") && saved.contains("Visitors get no records"), "{saved}");
        of_file("policy-test.delete");
    });
}

#[test]
fn bad_text_is_refused_with_its_line_and_what_to_do_and_is_not_lost() {
    on_a_site(|site| async move {
        site.furnish().await;
        let mut petra = site.signed_in("petra").await;
        let one = "[[expect]]\nname = \"typed\"\nitem = \"Records\"\ngets = true\n";
        for (text, says) in [
            (one.replace("gets", "getz"), "Line 4: This is not understood: unknown field `getz`"),
            (one.replace("= true", "="), "Line 4: This is not understood"),
            (one.replace("Records", "Recods"), "Line 3: There is no configuration or app “Recods”. Did you mean"),
            (one.replace("gets", "device = \"Phone 9\"\ngets"), "Line 4: There is no device “Phone 9”."),
            (one.replace("gets", "holder = \"anna\"\ngets"), "Line 4: There is no user “anna”."),
            (one.replace("gets", "devices = 'device in group \"W\"'\ngets"), "there is no device group `W`"),
            (one.replace("gets = true", "reason = \"why\""), "Line 4: This is not understood"),
            (one.replace("gets = true", ""), "Line 1: It does not say what is expected."),
            ("# typed".to_owned(), "Line 1: Nothing is expected here."),
            (format!("{one}# {}", "x".repeat(33_000)), "A file has at most 32 KiB."),
            (one.repeat(101), "Line 401: A file has at most 100 expectations."),
        ] {
            let page = petra.post(&format!("{LIST}/add"), &[("name", "New"), ("text", &text)]).await;
            refused(&page, "text", says);
            assert!(page.body.contains("typed") && page.body.contains("value=\"New\""), "the input is lost");
        }
        let two = format!("{}{}", one.replace("Records", "Recods"), one.replace("Records", "Wfi"));
        let page = petra.post(&format!("{LIST}/add"), &[("name", "New"), ("text", &two)]).await;
        refused(&page, "text", "2 things are wrong. Nothing was saved.");
        assert!(page.says("Line 3") && page.says("Line 7") && page.body.contains("item = \"Wfi\""), "{}", page.body);
        for (name, says) in [("", "Fill this in."), ("SIGN-OUT.toml", "taken already"), (".toml", "Fill this in.")] {
            let page = petra.post(&format!("{LIST}/add"), &[("name", name), ("text", one)]).await;
            refused(&page, "name", says);
        }
        assert_eq!(site.core.policy_tests(&Actor::System, now()).await.unwrap().len(), 1, "nothing was saved");
    });
}

#[test]
fn what_is_about_nothing_yet_is_no_mistake() {
    on_a_site(|site| async move {
        site.furnish().await;
        let mut petra = site.signed_in("petra").await;
        let text =
            "[[expect]]\nname = \"Macs\"\nitem = \"Records\"\ndevices = 'device.platform is macos'\ngets = false\n";
        let added = petra.post(&format!("{LIST}/add"), &[("name", "Macs"), ("text", text)]).await;
        let page = led_on(&mut petra, &added).await;
        assert!(page.says(t().test_idle) && page.says(t().test_problem_no_device_fits), "{}", page.body);
    });
}

#[test]
fn an_expectation_of_what_is_gone_says_so_and_hides_no_other() {
    on_a_site(|site| async move {
        let things = site.furnish().await;
        site.core.delete_item(&Actor::System, &things.wifi.as_str().into(), now()).await.unwrap();
        let mut petra = site.signed_in("petra").await;
        let page = petra.get(LIST).await;
        assert!(page.says("1 of 2 hold") && page.says("1 cannot be checked"), "{}", page.body);
        assert!(page.says("There is no configuration or app “Ward Wi-Fi”."));
    });
}

#[test]
fn what_somebody_else_saved_or_deleted_meanwhile_is_shown_and_nothing_typed_is_lost() {
    on_a_site(|site| async move {
        let Things { policy_test: id, .. } = site.furnish().await;
        let mut petra = site.signed_in("petra").await;
        let theirs =
            PolicyTestForm { name: "Sign-out".to_owned(), text: POLICY_TEST.replace("Guests", "Their guests") };
        site.core.save_policy_test(&Actor::System, &id.as_str().into(), &theirs, 1, now()).await.unwrap();
        let mine = POLICY_TEST.replace("Guests", "My guests");
        let edit = format!("{LIST}/{id}/edit");

        let stale = petra.post(&edit, &[("name", "Sign-out"), ("text", &mine), ("revision", "1")]).await;

        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert!(stale.says("My guests") && stale.says("Their guests") && stale.says(t().policy_test_stale_text));
        assert!(stored(&site, &id).await.1.contains("Their guests"));
        assert!(stale.body.contains("name=\"revision\" value=\"2\""), "saving again replaces it knowingly");
        let saved = petra.post(&edit, &[("name", "Sign-out"), ("text", &mine), ("revision", "2")]).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);

        site.core.delete_policy_test(&Actor::System, &id.as_str().into(), now()).await.unwrap();
        let gone = petra.post(&edit, &[("name", "Sign-out"), ("text", &mine), ("revision", "3")]).await;
        assert_eq!(gone.status, StatusCode::NOT_FOUND);
        assert!(gone.says("My guests") && gone.says(t().policy_test_gone_title));
        assert!(gone.body.contains(&format!("action=\"{LIST}/add\"")), "it can be saved as a new one");
    });
}

#[test]
fn files_are_uploaded_all_together_or_not_at_all() {
    on_a_site(|site| async move {
        site.furnish().await;
        let mut petra = site.signed_in("petra").await;
        let upload = format!("{LIST}/upload");
        let good = POLICY_TEST.as_bytes();
        let bad = POLICY_TEST.replace("Records", "Recods");
        let count = async || site.core.policy_tests(&Actor::System, now()).await.unwrap().len();

        let nothing = petra.post_parts(&upload, &[Part::Field("replace", "yes")]).await;
        refused(&nothing, "files", "Fill this in.");
        let parts = [Part::File("files", "a.toml", good), Part::File("files", "b.toml", bad.as_bytes())];
        let page = petra.post_parts(&upload, &parts).await;
        assert_eq!((page.status, count().await), (StatusCode::UNPROCESSABLE_ENTITY, 1));
        assert!(page.says("b.toml") && page.says("Line 3") && page.says("Recods") && !page.says("a.toml"));
        let page = petra.post_parts(&upload, &[Part::File("files", "x.toml", &[0xff, 0xfe, 0])]).await;
        assert!(page.says(t().test_problem_not_text), "{}", page.body);
        let twice = [Part::File("files", "a.toml", good), Part::File("files", "A.TOML", good)];
        let page = petra.post_parts(&upload, &twice).await;
        assert_eq!((page.status, count().await), (StatusCode::UNPROCESSABLE_ENTITY, 1), "two of one name");
        assert!(page.says(t().test_problem_sent_twice), "{}", page.body);
        let single = petra.post_parts(&upload, &[Part::File("files", "b.toml", bad.as_bytes())]).await;
        refused(&single, "text", "Line 3: There is no configuration or app “Recods”.");
        assert!(single.body.contains(&format!("action=\"{LIST}/add\"")), "a single file is mended in the editor");

        let new = [Part::File("files", "C:\\tests\\staff.toml", good), Part::File("files", "b.toml", good)];
        let done = petra.post_parts(&upload, &new).await;
        assert!(led_on(&mut petra, &done).await.says("3 of 6 hold"));
        let other = b"\xef\xbb\xbf[[expect]]\nname=\"n\"\nitem=\"Records\"\ngets=false\n";
        let page = petra.post_parts(&upload, &[Part::File("files", "sign-out.toml", other)]).await;
        assert!(page.says(t().test_problem_taken), "{}", page.body);
        let mistyped = [Part::Field("replace", "yes"), Part::File("files", "sign-out.toml", bad.as_bytes())];
        let page = petra.post_parts(&upload, &mistyped).await;
        refused(&page, "text", "Did you mean “Records”?");
        assert!(
            page.body.contains("/edit\"") && !page.body.contains("/add\""),
            "mended, it replaces what it was to replace"
        );
        let replaced = petra
            .post_parts(&upload, &[Part::Field("replace", "yes"), Part::File("files", "sign-out.toml", other)])
            .await;
        assert!(led_on(&mut petra, &replaced).await.says("3 of 5 hold"));
        assert_eq!(count().await, 3);
    });
}

#[test]
fn nobody_keeps_more_files_than_can_be_run() {
    on_a_site(|site| async move {
        site.furnish().await;
        for number in 1..baton_core::policy_tests::MAX_FILES {
            let form = PolicyTestForm { name: format!("File {number}"), text: POLICY_TEST.to_owned() };
            site.core.create_policy_test(&Actor::System, &form, now()).await.unwrap();
        }
        let mut petra = site.signed_in("petra").await;
        let page = petra.post(&format!("{LIST}/add"), &[("name", "More"), ("text", POLICY_TEST)]).await;
        refused(&page, "name", "There are 50 files");
    });
}

#[test]
fn without_tests_there_is_an_example_that_can_be_taken_over() {
    on_a_site(|site| async move {
        site.add_phone("phone", "Ward 3 · Phone 1", "nobody").await;
        let mut petra = site.signed_in("petra").await;
        let empty = petra.get(LIST).await;
        assert!(empty.says(t().policy_tests_empty_title) && empty.body.contains(&format!("{LIST}/add?example")));
        assert!(!site.signed_in("ines").await.get(LIST).await.body.contains("/add?example"));
        for locale in Locale::ALL {
            let t = locale.texts();
            let fields = [("name", t.policy_tests_example_name), ("text", t.policy_tests_example)];
            let added = petra.post(&format!("{LIST}/add"), &fields).await;
            assert!(led_on(&mut petra, &added).await.says("0 of 1 hold"), "nobody gets the sign-in page yet");
        }
    });
}
