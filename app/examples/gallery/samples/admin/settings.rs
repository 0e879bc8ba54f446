use baton_app::document::Frame;
use baton_app::pages::admin::confirm::{Confirm, confirm};
use baton_app::pages::admin::dashboard::{DashboardView, dashboard};
use baton_app::pages::admin::enrollment::{AddDevicesView, Reach, add_devices};
use baton_app::pages::admin::own_devices::{OwnDevicesView, own_devices};
use baton_app::pages::admin::push_certificate::form::{PushCertificateFormView, push_certificate_form};
use baton_app::pages::admin::push_certificate::notice::{PushFailure, PushNotice};
use baton_app::pages::admin::push_certificate::{Installed, PushCertificateView, Standing, push_certificate};
use baton_app::pages::admin::settings::{SettingsView, Sources, settings};
use baton_app::shell::console::{Chrome, Flash};
use baton_app::ui::form::{FileInput, Input, Problem};
use time::Duration;

use super::super::{NOW, Sample};
use super::{chrome, sample};

pub fn samples(frame: &Frame) -> Vec<Sample> {
    let page = |view: PushCertificateView| push_certificate(frame, &chrome(), &view);
    let flash = |flash| Chrome { flash: Some(flash), ..chrome() };
    let with = |installed| PushCertificateView { installed: Some(installed), may_edit: true, ..Default::default() };
    let requested = PushCertificateView { requested: Some(NOW - Duration::minutes(4)), may_edit: true, ..empty() };
    let failing = |failure| Installed { failing: Some((failure, NOW - Duration::minutes(50))), ..valid() };
    let notice = |notice| dashboard(frame, &chrome(), &DashboardView { push: Some(notice), ..Default::default() });
    let form = |view: PushCertificateFormView| push_certificate_form(frame, &chrome(), &view);
    let remove = Confirm::RemovePushCertificate { fingerprint: "0f".repeat(32), devices: 212 };
    vec![
        sample(
            "admin-settings",
            settings(
                frame,
                &chrome(),
                &SettingsView {
                    push: Some(Standing::Expiring(12)),
                    sources: Some(Sources { waiting: true, failing: true }),
                    failing_accounts: 3,
                },
            ),
        ),
        sample(
            "admin-own-devices",
            own_devices(frame, &chrome(), &OwnDevicesView { may_edit: true, ..Default::default() }),
        ),
        sample("admin-own-devices-otherwise", own_devices(frame, &chrome(), &otherwise())),
        sample(
            "admin-own-devices-reader",
            own_devices(frame, &chrome(), &OwnDevicesView { may_edit: false, ..otherwise() }),
        ),
        sample("admin-settings-empty", settings(frame, &chrome(), &SettingsView::default())),
        sample("admin-push-empty", page(PushCertificateView { may_edit: true, devices_beside: 4, ..empty() })),
        sample("admin-push-requested", push_certificate(frame, &flash(Flash::RequestMade), &requested)),
        sample("admin-push-installed", push_certificate(frame, &flash(Flash::CertificateInstalled), &with(fresh()))),
        sample("admin-push-working", page(with(valid()))),
        sample("admin-push-reader", page(PushCertificateView { may_edit: false, ..with(valid()) })),
        sample(
            "admin-push-expiring",
            page(PushCertificateView { requested: requested.requested, devices_beside: 1, ..with(ending(12)) }),
        ),
        sample("admin-push-last-day", page(with(ending(0)))),
        sample("admin-push-expired", page(with(expired()))),
        sample("admin-push-unreachable", page(with(failing(PushFailure::Unreachable)))),
        sample("admin-push-refused", page(with(failing(PushFailure::CertificateRefused("BadCertificate".to_owned()))))),
        sample("admin-push-form", form(PushCertificateFormView::default())),
        sample("admin-push-form-refused", form(refused(frame))),
        sample("admin-push-form-key-refused", form(key_refused(frame))),
        sample("admin-push-remove", confirm(frame, &chrome(), &remove)),
        sample("admin-dashboard-push-expiring", notice(PushNotice::Expiring { days: 29, devices: 212 })),
        sample("admin-dashboard-push-expired", notice(PushNotice::Expired { devices: 1 })),
        sample(
            "admin-dashboard-push-failing",
            notice(PushNotice::Failing {
                failure: PushFailure::Unavailable("InternalServerError".to_owned()),
                since: NOW - Duration::minutes(20),
            }),
        ),
        sample("admin-add-devices-no-push", add(frame, Reach::None)),
        sample("admin-add-devices-simulated", add(frame, Reach::Simulated)),
    ]
}

fn otherwise() -> OwnDevicesView {
    OwnDevicesView { everybody: true, allowed: 1, forbidden: 12, may_edit: true }
}

fn empty() -> PushCertificateView {
    PushCertificateView::default()
}

fn valid() -> Installed {
    Installed {
        topic: "com.apple.mgmt.External.7c1f6c4a-9d2e-4f5b-8a57-2f0d7a9f3b11".to_owned(),
        apple_account: Some("mdm@heron-clinic.example".to_owned()),
        issuer: "Apple Application Integration 2 Certification Authority".to_owned(),
        expires: NOW + Duration::days(301),
        standing: Standing::Valid(301),
        installed: NOW - Duration::days(64),
        devices: 212,
        working: Some(NOW - Duration::minutes(2)),
        failing: None,
    }
}

fn fresh() -> Installed {
    Installed {
        apple_account: None,
        expires: NOW + Duration::days(365),
        standing: Standing::Valid(365),
        installed: NOW,
        devices: 0,
        working: None,
        ..valid()
    }
}

fn ending(days: i64) -> Installed {
    Installed {
        expires: NOW + Duration::days(days) + Duration::hours(5),
        standing: Standing::Expiring(days),
        ..valid()
    }
}

fn expired() -> Installed {
    Installed {
        expires: NOW - Duration::days(2),
        standing: Standing::Expired,
        working: Some(NOW - Duration::days(2)),
        ..valid()
    }
}

fn refused(frame: &Frame) -> PushCertificateFormView {
    let t = frame.texts();
    let problem = Some(Problem::Other(t.push_problem_other_topic.to_owned()));
    PushCertificateFormView {
        renews: true,
        certificate: FileInput { problem, ..FileInput::default() },
        apple_account: Input::new("mdm@heron-clinic.example"),
        ..PushCertificateFormView::default()
    }
}

fn key_refused(frame: &Frame) -> PushCertificateFormView {
    let t = frame.texts();
    let wrong = |sentence: &str| Some(Problem::Other(sentence.to_owned()));
    let waiting = Some(("id".to_owned(), "MDM_Heron Clinic_Certificate.pem".to_owned()));
    PushCertificateFormView {
        certificate: FileInput { waiting, ..FileInput::default() },
        key: FileInput { problem: wrong(t.push_problem_key_encrypted), ..FileInput::default() },
        password: Input { value: String::new(), problem: wrong(t.push_problem_locked) },
        apple_account: Input::refused("x".repeat(201), Problem::TooLong(200)),
        ..PushCertificateFormView::default()
    }
}

fn add(frame: &Frame, reach: Reach) -> String {
    let view = AddDevicesView { reach, uses: Input::new("10"), days: Input::new("7"), ..AddDevicesView::default() };
    add_devices(frame, &chrome(), &view)
}
