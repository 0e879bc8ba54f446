use baton_app::document::Frame;
use baton_app::pages::admin::confirm::{Confirm, confirm};
use baton_app::pages::admin::distribution::{Blocked, DistributionView, Filters, Finding, distribution};
use baton_app::pages::admin::explain::ExplainView;
use baton_app::pages::admin::item::{DistributionSummary, ItemContent, ItemView, item};
use baton_app::pages::admin::item_form::{
    CertificateForm, InHouseForm, ItemFormKind, ItemFormView, PasscodeForm, SignInForm, StoreForm, WifiForm, item_form,
};
use baton_app::pages::admin::items::{DistributionMode, ItemRow, ItemsView, apps, configurations};
use baton_app::pages::admin::new_item::{NewItem, new_item};
use baton_app::pages::admin::picker::PickerView;
use baton_app::ui::form::{Choice, Input, Problem};
use baton_app::ui::item::ItemKind;
use time::Duration;

use super::super::{NOW, Sample};
use super::configurations;
use super::people::group_choices;
use super::policy_tests;
use super::what_if::{explain, of_item};
use super::{chrome, link, sample};

pub fn samples(frame: &Frame) -> Vec<Sample> {
    let chrome = chrome();
    let mut samples = vec![
        sample("admin-configurations", configurations(frame, &chrome, &configurations_view())),
        sample(
            "admin-configurations-nothing",
            configurations(frame, &chrome, &ItemsView { q: "zz".to_owned(), ..ItemsView::default() }),
        ),
        sample("admin-configuration-add", new_item(frame, &chrome, NewItem::Configuration)),
        sample("admin-apps", apps(frame, &chrome, &apps_view())),
        sample("admin-apps-empty", apps(frame, &chrome, &ItemsView::default())),
        sample("admin-app-add", new_item(frame, &chrome, NewItem::App)),
        sample("admin-distribution", distribution(frame, &chrome, &custom())),
        sample("admin-distribution-blocked", distribution(frame, &chrome, &blocked())),
        sample("admin-distribution-none", distribution(frame, &chrome, &stranding())),
        sample(
            "admin-item-delete",
            confirm(
                frame,
                &chrome,
                &Confirm::DeleteItem {
                    id: "w".to_owned(),
                    name: "Ward Wi-Fi".to_owned(),
                    is_app: false,
                    on_devices: 41,
                },
            ),
        ),
    ];
    samples.extend(items(frame));
    samples.extend(forms(frame));
    samples.extend(configurations::samples(frame));
    samples
}

fn row(
    id: &str,
    name: &str,
    description: &str,
    kind: ItemKind,
    distribution: DistributionMode,
    on_devices: usize,
) -> ItemRow {
    ItemRow {
        id: id.to_owned(),
        name: name.to_owned(),
        description: description.to_owned(),
        kind,
        built_in: kind == ItemKind::SignIn,
        distribution,
        on_devices,
        flagged: id == "secure-sign-in",
    }
}

fn configurations_view() -> ItemsView {
    ItemsView {
        rows: vec![
            row(
                "secure-sign-in",
                "Multi-user Secure Sign-in for iOS",
                "The page on which people sign in and out",
                ItemKind::SignIn,
                DistributionMode::Custom,
                69,
            ),
            row("c", "Hospital root certificate", "", ItemKind::Certificate, DistributionMode::All, 69),
            row(
                "d",
                "Duty roster",
                "Opens the roster of the holder’s ward",
                ItemKind::WebClip,
                DistributionMode::Custom,
                38,
            ),
            row("p", "Passcode for clinical staff", "", ItemKind::Passcode, DistributionMode::None, 0),
            row("r", "Patient data stays here", "", ItemKind::Restrictions, DistributionMode::All, 69),
            row("i", "Ward identity", "For the staff network", ItemKind::Identity, DistributionMode::Custom, 41),
            row("m", "Ward 3", "Imported from the old server", ItemKind::Profile, DistributionMode::Custom, 12),
            row("w", "Ward Wi-Fi", "For everyone, signed-out phones too", ItemKind::Wifi, DistributionMode::Custom, 41),
        ],
        ..ItemsView::default()
    }
}

fn apps_view() -> ItemsView {
    ItemsView {
        rows: vec![
            row("t", "Microsoft Teams", "", ItemKind::App, DistributionMode::All, 69),
            row("r", "Patient records", "Our own, built by IT", ItemKind::App, DistributionMode::Custom, 1),
        ],
        ..ItemsView::default()
    }
}

pub fn view(name: &str, content: ItemContent) -> ItemView {
    ItemView {
        tests: Vec::new(),
        id: "w".to_owned(),
        name: name.to_owned(),
        description: "For everyone, signed-out phones too".to_owned(),
        content,
        distribution: DistributionSummary {
            mode: DistributionMode::Custom,
            includes: vec![
                link("Everyone", "/admin/user-groups/e"),
                link("Phones of ward 3", "/admin/device-groups/1"),
            ],
            excludes: vec![link("Externals", "/admin/user-groups/x")],
            filters: vec!["Supervised: Yes".to_owned()],
        },
        works: configurations::everywhere_but_on_personal_macs(),
        findings: Vec::new(),
        overridden: false,
        on_devices: 41,
        updated: NOW - Duration::days(3),
        may_edit: true,
        explain: ExplainView::default(),
    }
}

fn items(frame: &Frame) -> Vec<Sample> {
    let wifi =
        ItemContent::Wifi { ssid: "ward-3".to_owned(), security: "wpa3".to_owned(), hidden: false, auto_join: true };
    let clip = ItemContent::WebClip {
        label: "Roster".to_owned(),
        url: "https://roster.stmarys.example/?user=${user.name}".to_owned(),
        full_screen: true,
        ignore_manifest_scope: true,
        removable: false,
        icon: None,
        precomposed: false,
    };
    let passcode = ItemContent::Passcode {
        min_length: 6,
        allow_simple: false,
        require_alphanumeric: false,
        max_inactivity_minutes: Some(2),
        max_failed_attempts: None,
    };
    let certificate =
        ItemContent::Certificate { subject: "St. Mary’s Root CA".to_owned(), expires: NOW + Duration::days(900) };
    let sign_in = ItemContent::SignIn {
        label: "Sign in".to_owned(),
        help_contact: Some("Help desk, extension 100".to_owned()),
        checklist: vec![
            ("Wait until your notes are synchronised".to_owned(), true),
            ("Wipe the phone".to_owned(), false),
        ],
    };
    let in_house = ItemContent::InHouse {
        bundle_id: "com.stmarys.records".to_owned(),
        manifest_url: "https://apps.stmarys.example/records/manifest.plist".to_owned(),
        reset_between_people: true,
    };
    let store = ItemContent::Store {
        bundle_id: "com.microsoft.skype.teams".to_owned(),
        store_id: 1_113_153_706,
        reset_between_people: false,
    };
    let with_finding = ItemView {
        findings: vec![
            finding("Nobody gets this as well, so it never leaves these devices at sign-out."),
            finding("These personal devices with User Enrollment never get this, although it is distributed to them."),
        ],
        explain: explain(frame),
        ..view("Ward Wi-Fi", wifi)
    };
    let with_finding = ItemView { tests: policy_tests::about(frame), ..with_finding };
    let overridden = ItemView { overridden: true, ..view("Multi-user Secure Sign-in for iOS", sign_in) };
    [
        ("admin-item-wifi", with_finding),
        ("admin-item-clip", view("Duty roster", clip)),
        ("admin-item-passcode", view("Passcode for clinical staff", passcode)),
        (
            "admin-item-certificate",
            ItemView { distribution: DistributionSummary::default(), ..view("Hospital root certificate", certificate) },
        ),
        ("admin-item-sign-in", overridden),
        ("admin-item-in-house", view("Patient records", in_house)),
        ("admin-item-store", view("Microsoft Teams", store)),
    ]
    .into_iter()
    .map(|(name, view)| sample(name, item(frame, &chrome(), &view)))
    .collect()
}

fn forms(frame: &Frame) -> Vec<Sample> {
    let wifi = WifiForm {
        ssid: Input::refused("", Problem::Missing),
        security: "wpa3".to_owned(),
        password: Input::refused("", Problem::WifiPassword),
        auto_join: true,
        ..WifiForm::default()
    };
    let sign_in = SignInForm {
        label: Input::new("Sign in"),
        help_contact: Input::new("Help desk, extension 100"),
        lines: vec![(Input::new("Wait until your notes are synchronised"), true)],
    };
    let passcode = PasscodeForm { min_length: Input::new("6"), ..PasscodeForm::default() };
    let certificate = CertificateForm { file: Input::refused("hello", Problem::NotCertificate), stored: false };
    let in_house = InHouseForm { bundle_id: Input::refused("records", Problem::NotBundleId), ..InHouseForm::default() };
    [
        (
            "admin-form-wifi",
            None,
            ItemFormKind::Wifi(WifiForm { security: "wpa2".to_owned(), auto_join: true, ..WifiForm::default() }),
        ),
        ("admin-form-wifi-refused", Some("w"), ItemFormKind::Wifi(wifi)),
        ("admin-form-passcode", None, ItemFormKind::Passcode(passcode)),
        ("admin-form-certificate", None, ItemFormKind::Certificate(certificate)),
        ("admin-form-sign-in", Some("secure-sign-in"), ItemFormKind::SignIn(sign_in)),
        ("admin-form-in-house", None, ItemFormKind::InHouse(in_house)),
        ("admin-form-store", None, ItemFormKind::Store(StoreForm::default())),
    ]
    .into_iter()
    .map(|(name, id, kind)| {
        let view = ItemFormView {
            id: id.map(str::to_owned),
            revision: "3".to_owned(),
            name: Input::new(if id.is_some() { "Ward Wi-Fi" } else { "" }),
            description: Input::default(),
            kind,
        };
        sample(name, item_form(frame, &chrome(), &view))
    })
    .collect()
}

fn finding(sentence: &str) -> Finding {
    let phone = |n: u32| link(&format!("Ward 3 · Phone {n:02}"), "/admin/devices/7");
    Finding { sentence: sentence.to_owned(), devices: (1..=5).map(phone).collect(), more: 13 }
}

pub fn custom() -> DistributionView {
    DistributionView {
        id: "w".to_owned(),
        name: "Ward Wi-Fi".to_owned(),
        is_app: false,
        mode: DistributionMode::Custom,
        include_user_groups: group_choices(),
        include_device_groups: vec![Choice::new("1", "Phones of ward 3", true)],
        include_users: PickerView {
            chosen: vec![Choice::new("n", "Nobody", true)],
            add: Input::default(),
            suggestions: vec!["anna".to_owned()],
        },
        exclude_user_groups: vec![Choice::new("x", "Externals", true)],
        exclude_device_groups: Vec::new(),
        filters: Filters {
            supervised: Some(true),
            platforms: vec![
                Choice::new("ios", "iPhone", true),
                Choice::new("ipados", "iPad", true),
                Choice::new("macos", "Mac", false),
            ],
            min_os_version: Input::new("15.0"),
            ..Filters::default()
        },
        revision: "12".to_owned(),
        blocked: None,
        stale: true,
        findings: Vec::new(),
        what_if: of_item(None, false),
    }
}

fn blocked() -> DistributionView {
    DistributionView {
        id: "secure-sign-in".to_owned(),
        name: "Multi-user Secure Sign-in for iOS".to_owned(),
        blocked: Some(Blocked {
            findings: vec![finding(
                "At sign-out the sign-in page would vanish from these devices, because Nobody does not get it.",
            )],
            fix: Some("Include Nobody as a single user, so that signed-out phones keep the page.".to_owned()),
            override_asked: true,
            override_reason: Input::refused("", Problem::Missing),
        }),
        stale: false,
        ..custom()
    }
}

fn stranding() -> DistributionView {
    DistributionView {
        mode: DistributionMode::None,
        blocked: Some(Blocked {
            findings: vec![finding("These devices have the sign-in page now and would lose it.")],
            ..Blocked::default()
        }),
        ..blocked()
    }
}
