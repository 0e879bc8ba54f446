//! What-if before Save, and why a device gets something.

use baton_app::document::Frame;
use baton_app::islands::Subject;
use baton_app::locale::rules;
use baton_app::pages::admin::distribution::{DistributionView, distribution};
use baton_app::pages::admin::explain::{ExplainView, Explained, ExplainedDevice, Step, Weight};
use baton_app::pages::admin::group_form::{GroupFormView, group_form};
use baton_app::pages::admin::what_if::WhatIfView;
use baton_app::ui::form::{Choice, Input};
use baton_model::{PolicyRevision, Preview, PreviewedChange, PreviewedTest, TestOutcome, TestsKnown};
use baton_policy::what_if::{ChangeKind, Danger, Totals};
use baton_policy::{Decision, ReasonCode, Source};

use super::super::Sample;
use super::super::actions::say;
use super::catalogue::custom;
use super::people::group_view;
use super::{chrome, link, sample};

const REVISION: PolicyRevision = PolicyRevision { catalogue: 12, memberships: 4 };

pub fn samples(frame: &Frame) -> Vec<Sample> {
    let editor = |preview, stale| {
        let view = DistributionView { stale: false, what_if: of_item(Some(preview), stale), ..custom() };
        distribution(frame, &chrome(), &view)
    };
    let group = |preview, stale| {
        let mut view: GroupFormView = group_view(baton_app::pages::admin::groups::GroupKind::Users);
        view.members.chosen.push(Choice::new("c", "Clara Hoffmann-Meyer (clara.hoffmann-meyer)", false));
        view.what_if = Some(WhatIfView { preview, stale, ..of_group() });
        group_form(frame, &chrome(), &view)
    };
    vec![
        sample("admin-what-if-none", editor(nothing(), false)),
        sample("admin-what-if-gains", editor(gains(), false)),
        sample("admin-what-if-danger", editor(danger(), false)),
        sample("admin-what-if-tests", editor(tested(frame), false)),
        sample("admin-what-if-long", editor(long(), false)),
        sample("admin-what-if-stale", editor(gains(), true)),
        sample("admin-what-if-group", group(Some(of_members()), false)),
        sample("admin-what-if-group-stale", group(Some(of_members()), true)),
    ]
}

pub fn of_item(preview: Option<Preview>, stale: bool) -> WhatIfView {
    WhatIfView { preview, stale, ..WhatIfView::new(Subject::Item("w".to_owned()), REVISION.to_string()) }
}

pub fn of_group() -> WhatIfView {
    WhatIfView::new(Subject::UserGroup("3".to_owned()), REVISION.to_string())
}

fn preview(totals: Totals, changes: Vec<PreviewedChange>, more: u32) -> Preview {
    Preview { revision: REVISION, totals, changes, more, tests: Vec::new(), tests_known: TestsKnown::All }
}

fn change(number: usize, item: &str, kind: ChangeKind, reason: ReasonCode) -> PreviewedChange {
    let decision = match kind {
        ChangeKind::Gain => Decision::allow(reason, Source::Distribution),
        ChangeKind::Lose => Decision::deny(reason, Source::Distribution),
        ChangeKind::Undecided => Decision::unknown(reason, Source::Distribution),
    };
    PreviewedChange {
        device: format!("d{number}").into(),
        device_name: format!("Ward 3 · Phone {number:02}"),
        item: "w".into(),
        item_name: item.to_owned(),
        is_app: item.starts_with("Microsoft"),
        kind,
        at_sign_out: false,
        danger: None,
        before: decision,
        after: decision,
    }
}

fn nothing() -> Preview {
    preview(Totals { devices: 69, keep: 41, unchanged: 69, ..Totals::default() }, Vec::new(), 0)
}

fn gains() -> Preview {
    let gain = |number| change(number, "Ward Wi-Fi", ChangeKind::Gain, ReasonCode::IncludedUserGroup);
    let changes = vec![
        change(4, "Ward Wi-Fi", ChangeKind::Undecided, ReasonCode::OsVersionUnknown),
        gain(7),
        gain(8),
        change(12, "Ward Wi-Fi", ChangeKind::Gain, ReasonCode::IncludedDeviceGroup),
    ];
    preview(Totals { devices: 69, gain: 3, undecided: 1, keep: 41, unchanged: 65, ..Totals::default() }, changes, 0)
}

fn danger() -> Preview {
    let lose = |number, danger| PreviewedChange {
        danger: Some(danger),
        ..change(number, "Ward Wi-Fi", ChangeKind::Lose, ReasonCode::ExcludedUserGroup)
    };
    let changes = vec![
        lose(2, Danger::SignInLost),
        lose(7, Danger::ConnectivityLost),
        PreviewedChange { at_sign_out: true, ..lose(9, Danger::SignInLostAtSignOut) },
        change(11, "Ward Wi-Fi", ChangeKind::Gain, ReasonCode::AllDevices),
    ];
    let totals = Totals { devices: 69, gain: 1, lose: 2, keep: 38, unchanged: 65, danger: 3, ..Totals::default() };
    preview(totals, changes, 0)
}

fn tested(frame: &Frame) -> Preview {
    let test = |en, de, becomes| PreviewedTest { file: "t".into(), name: say(frame, en, de), becomes };
    let tests = vec![
        test("Nobody keeps the Wi-Fi", "Nobody behält das WLAN", TestOutcome::Fails),
        test("Staff on loan get the Wi-Fi", "Ausgeliehene bekommen das WLAN", TestOutcome::Idle),
        test("Phones of guests get nothing", "Geräte von Gästen bekommen nichts", TestOutcome::Holds),
    ];
    Preview { tests, tests_known: TestsKnown::NotAll, ..danger() }
}

fn long() -> Preview {
    let changes =
        (1..=8).map(|number| change(number, "Ward Wi-Fi", ChangeKind::Lose, ReasonCode::FilterMinOsVersion)).collect();
    preview(Totals { devices: 1269, lose: 412, keep: 857, unchanged: 857, ..Totals::default() }, changes, 404)
}

fn of_members() -> Preview {
    let changes = vec![
        change(3, "Ward Wi-Fi", ChangeKind::Lose, ReasonCode::NotIncluded),
        change(3, "Microsoft Teams", ChangeKind::Lose, ReasonCode::NotIncluded),
        change(7, "Duty roster", ChangeKind::Gain, ReasonCode::IncludedUserGroup),
    ];
    preview(Totals { devices: 69, gain: 1, lose: 1, unchanged: 67, ..Totals::default() }, changes, 0)
}

pub fn explained(frame: &Frame) -> Explained {
    let step = |weight, en: &str, de: &str| Step { weight, sentence: say(frame, en, de) };
    Explained {
        wanted: Some(false),
        reason: rules::reason(frame.locale, ReasonCode::FilterMinOsVersion),
        source: frame.texts().explain_source_distribution,
        steps: vec![
            step(
                Weight::Nothing,
                "Anna Berg is not in the excluded user group “Externals”.",
                "Anna Berg ist nicht in der ausgeschlossenen Benutzergruppe „Externals“.",
            ),
            step(
                Weight::For,
                "Anna Berg is in the included user group “Everyone”.",
                "Anna Berg ist in der eingeschlossenen Benutzergruppe „Everyone“.",
            ),
            step(
                Weight::Nothing,
                "The device is not in the included device group “Phones of ward 3”.",
                "Das Gerät ist nicht in der eingeschlossenen Gerätegruppe „Phones of ward 3“.",
            ),
            step(
                Weight::For,
                "The device passes the filter “Supervised: Yes”. It reports: supervised.",
                "Das Gerät erfüllt den Filter „Betreut: Ja“. Es meldet: betreut.",
            ),
            step(
                Weight::Against,
                "The device does not pass the filter “Oldest system version: 18.0”. It reports: 17.4.",
                "Das Gerät erfüllt den Filter „Älteste Systemversion: 18.0“ nicht. Es meldet: 17.4.",
            ),
            step(
                Weight::Open,
                "It is not known yet whether the device is in the included device group “Loans”.",
                "Noch ist nicht bekannt, ob das Gerät in der eingeschlossenen Gerätegruppe „Loans“ ist.",
            ),
            step(
                Weight::For,
                "The device can take it. Nothing stands against it.",
                "Das Gerät kann es bekommen. Nichts spricht dagegen.",
            ),
        ],
        flips: vec![
            say(frame, "This would change with “system version: 18.0”.", "Das wäre anders mit „Systemversion: 18.0“."),
            say(frame, "Update the device’s system.", "Aktualisieren Sie das System des Geräts."),
            say(frame, "Change the filter.", "Ändern Sie den Filter."),
        ],
    }
}

pub fn explain(frame: &Frame) -> ExplainView {
    ExplainView {
        device: Input::new("Ward 3 · Phone 07"),
        suggestions: vec!["Ward 3 · Phone 07".to_owned(), "Ward 3 · Phone 08".to_owned()],
        found: vec![ExplainedDevice {
            device: link("Ward 3 · Phone 07", "/admin/devices/7"),
            holder: Some(link("Anna Berg", "/admin/users/anna")),
            explained: explained(frame),
        }],
    }
}
