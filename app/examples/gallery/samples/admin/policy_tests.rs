//! Policy tests in their states.

use baton_app::document::Frame;
use baton_app::pages::admin::confirm::{Confirm, confirm};
use baton_app::pages::admin::policy_tests::editor::{Conflict, FlawLine, PolicyTestFormView, policy_test_form};
use baton_app::pages::admin::policy_tests::file::{PolicyTestView, policy_test};
use baton_app::pages::admin::policy_tests::list::{PolicyTestsView, TestFileView, policy_tests};
use baton_app::pages::admin::policy_tests::upload::{PolicyTestUploadView, RefusedFile, policy_test_upload};
use baton_app::pages::admin::policy_tests::{FailureLine, Standing, TestRow};
use baton_app::shell::console::Chrome;
use baton_app::ui::form::{Input, Problem};
use time::Duration;

use super::super::actions::say;
use super::super::{NOW, Sample};
use super::{chrome, link, sample};

const TEXT: &str = "# What must be true of every shared phone once somebody has signed out.\n\n\
                    [[expect]]\nname = \"Nobody keeps the Wi-Fi\"\nitem = \"Ward Wi-Fi\"\n\
                    devices = 'device in group \"Ward 3\"'\nholder = \"nobody\"\ngets = true\n\n\
                    [[expect]]\nname = \"Nobody gets anybody's rounds\"\nitem = \"My rounds\"\nholder = \"nobody\"\n\
                    gets = false\nreason = \"not-included\"\n";

pub fn samples(frame: &Frame) -> Vec<Sample> {
    let reader = Chrome { manages: false, ..chrome() };
    let all_hold = vec![file("Sign-out", "1", vec![wifi(frame), rounds(frame)])];
    let some_fail = vec![
        file("Sign-out", "1", vec![wifi(frame), rounds(frame), clip(frame)]),
        file("Staff", "2", vec![mail(frame), loans(frame), gone(frame)]),
        TestFileView {
            file: link("From before", "/admin/policy-tests/3"),
            tests: Err(say(
                frame,
                "Line 4: This is not understood: unknown field `tag`.",
                "Zeile 4: Das ist nicht zu verstehen: unknown field `tag`.",
            )),
        },
    ];
    let list = |chrome: &Chrome, files| policy_tests(frame, chrome, &PolicyTestsView { files });
    let form = |view: &PolicyTestFormView| policy_test_form(frame, &chrome(), view);
    let upload = |view: &PolicyTestUploadView| policy_test_upload(frame, &chrome(), view);
    vec![
        sample("admin-policy-tests", list(&chrome(), some_fail.clone())),
        sample("admin-policy-tests-hold", list(&chrome(), all_hold)),
        sample("admin-policy-tests-empty", list(&chrome(), Vec::new())),
        sample("admin-policy-tests-reader", list(&reader, some_fail)),
        sample("admin-policy-test", policy_test(frame, &chrome(), &one(frame))),
        sample("admin-policy-test-add", form(&PolicyTestFormView::default())),
        sample("admin-policy-test-edit", form(&edited(frame))),
        sample("admin-policy-test-error", form(&refused(frame))),
        sample("admin-policy-test-stale", form(&stale())),
        sample("admin-policy-test-upload", upload(&PolicyTestUploadView::default())),
        sample("admin-policy-test-upload-refused", upload(&refused_upload(frame))),
        sample(
            "admin-policy-test-delete",
            confirm(
                frame,
                &chrome(),
                &Confirm::DeletePolicyTest { id: "1".to_owned(), name: "Sign-out".to_owned(), tests: 2 },
            ),
        ),
    ]
}

/// Those about one item.
pub fn about(frame: &Frame) -> Vec<TestRow> {
    let file = Some(link("Sign-out", "/admin/policy-tests/1"));
    vec![
        TestRow { item: None, file: file.clone(), ..wifi(frame) },
        TestRow { item: None, file, standing: mail(frame).standing, ..wifi(frame) },
    ]
}

fn file(name: &str, id: &str, rows: Vec<TestRow>) -> TestFileView {
    TestFileView { file: link(name, &format!("/admin/policy-tests/{id}")), tests: Ok(rows) }
}

fn row(name: String, item: &str, standing: Standing) -> TestRow {
    let item = Some(link(item, "/admin/configurations/w"));
    TestRow { name, item, file: None, standing }
}

fn wifi(frame: &Frame) -> TestRow {
    let name = say(frame, "Nobody keeps the Wi-Fi", "Nobody behält das WLAN");
    row(name, "Ward Wi-Fi", Standing::Holds { cases: 41 })
}

fn rounds(frame: &Frame) -> TestRow {
    let name = say(frame, "Nobody gets anybody’s rounds", "Nobody bekommt jemandes Runden");
    row(name, "My rounds", Standing::Holds { cases: 1 })
}

fn clip(frame: &Frame) -> TestRow {
    let name = say(frame, "Whoever signs out can sign in again", "Wer sich abmeldet, kann sich wieder anmelden");
    let example = |number: u8| FailureLine {
        device: link(&format!("Ward 3 · Phone {number:02}"), &format!("/admin/devices/{number}")),
        holder: frame.texts().test_as_if_signed_out.to_owned(),
        sentence: say(
            frame,
            "“Sign in” does not go to the phone. It goes neither to the user nor to a group of the user or the device.",
            "„Anmelden“ geht nicht an das Telefon. Es geht weder an den Benutzer noch an eine Gruppe von ihm oder dem Gerät.",
        ),
    };
    let examples = (4..9).map(example).collect();
    row(name, "Multi-user Secure Sign-in for iOS", Standing::Fails { cases: 69, failed: 12, examples })
}

fn mail(frame: &Frame) -> TestRow {
    let name = say(frame, "Staff read their mail on every shared device", "Das Personal liest überall seine Post");
    let examples = vec![FailureLine {
        device: link("Ward 3 · Phone 07", "/admin/devices/7"),
        holder: say(frame, "held by Anna Berg:", "bei Anna Berg:"),
        sentence: say(
            frame,
            "“Mail” does not go to “Ward 3 · Phone 07”. The device’s system is older than the filter asks for. System version: 18.3 (expected: at least 18.4).",
            "„Mail“ geht nicht an „Ward 3 · Phone 07“. Das System des Geräts ist älter, als der Filter verlangt. Systemversion: 18.3 (erwartet: mindestens 18.4).",
        ),
    }];
    row(name, "Mail", Standing::Fails { cases: 4, failed: 1, examples })
}

fn loans(frame: &Frame) -> TestRow {
    let name = say(frame, "Devices on loan have no records", "Ausgeliehene Geräte haben keine Akten");
    row(name, "Records", Standing::Idle(frame.texts().test_problem_no_device_fits.to_owned()))
}

fn gone(frame: &Frame) -> TestRow {
    let name = say(frame, "Guests get the guest network", "Gäste bekommen das Gastnetz");
    let why = say(
        frame,
        "There is no configuration or app “Guest Wi-Fi”. Did you mean “Guests Wi-Fi”?",
        "Es gibt keine Konfiguration oder App „Guest Wi-Fi“. Meinten Sie „Guests Wi-Fi“?",
    );
    TestRow { item: None, ..row(name, "", Standing::Wrong(why)) }
}

fn one(frame: &Frame) -> PolicyTestView {
    PolicyTestView {
        id: "1".to_owned(),
        name: "Sign-out".to_owned(),
        tests: Ok(vec![wifi(frame), clip(frame)]),
        text: TEXT.to_owned(),
        updated: NOW - Duration::days(3),
        by: Some(link("Petra Lindqvist", "/admin/users/petra")),
        may_edit: true,
    }
}

fn edited(frame: &Frame) -> PolicyTestFormView {
    PolicyTestFormView {
        id: Some("1".to_owned()),
        up: "Sign-out".to_owned(),
        revision: "3".to_owned(),
        name: Input::new("Sign-out"),
        text: Input::new(TEXT),
        tried: Some(vec![wifi(frame), clip(frame)]),
        ..PolicyTestFormView::default()
    }
}

fn flaws(frame: &Frame) -> Vec<FlawLine> {
    vec![
        FlawLine {
            line: 5,
            quote: "item = \"Wrad Wi-Fi\"".to_owned(),
            problem: say(
                frame,
                "There is no configuration or app “Wrad Wi-Fi”. Did you mean “Ward Wi-Fi”?",
                "Es gibt keine Konfiguration oder App „Wrad Wi-Fi“. Meinten Sie „Ward Wi-Fi“?",
            ),
        },
        FlawLine {
            line: 6,
            quote: "devices = 'device in group \"Ward 33\"'".to_owned(),
            problem: say(
                frame,
                "The rule is not understood at its character 17: there is no device group `Ward 33`.",
                "Die Regel ist an ihrem Zeichen 17 nicht zu verstehen: there is no device group `Ward 33`.",
            ),
        },
    ]
}

fn refused(frame: &Frame) -> PolicyTestFormView {
    let problem =
        say(frame, "2 things are wrong. Nothing was saved.", "2 Stellen sind falsch. Nichts wurde gespeichert.");
    PolicyTestFormView {
        text: Input::refused(
            TEXT.replace("Ward Wi-Fi", "Wrad Wi-Fi").replace("\"Ward 3\"", "\"Ward 33\""),
            Problem::Other(problem),
        ),
        flaws: flaws(frame),
        tried: None,
        ..edited(frame)
    }
}

fn stale() -> PolicyTestFormView {
    PolicyTestFormView {
        id: Some("1".to_owned()),
        up: "Sign-out".to_owned(),
        revision: "4".to_owned(),
        name: Input::new("Sign-out"),
        text: Input::new(TEXT),
        conflict: Some(Conflict::Saved(TEXT.replace("Ward 3", "Ward 5"))),
        ..PolicyTestFormView::default()
    }
}

fn refused_upload(frame: &Frame) -> PolicyTestUploadView {
    let whole = |name: &str, problem: &str| RefusedFile {
        name: name.to_owned(),
        problems: vec![problem.to_owned()],
        flaws: Vec::new(),
    };
    let t = frame.texts();
    PolicyTestUploadView {
        refused: vec![
            RefusedFile { name: "sign-out.toml".to_owned(), problems: Vec::new(), flaws: flaws(frame) },
            whole("staff.toml", t.test_problem_taken),
            whole("picture.toml", t.test_problem_not_text),
        ],
        ..PolicyTestUploadView::default()
    }
}
