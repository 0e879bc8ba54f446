//! Installing, removing and listing apps.

use std::sync::Arc;

use plist::{Dictionary, Value};

use super::Twist;
use crate::app::{App, AppStatus};
use crate::app_store::StoreApp;
use crate::device::Device;
use crate::device::state::DeviceState;
use crate::device::transport::limited_body;
use crate::event::EventKind;
use crate::protocol::answer::{Answer, DeviceError};
use crate::protocol::plists;

pub(crate) async fn install(device: &Arc<Device>, body: &Dictionary, twist: Twist) -> Answer {
    let app = match wanted_app(device, body).await {
        Ok(app) => app,
        Err(refusal) => return refusal,
    };
    if device.read(DeviceState::is_user_enrolled)
        && let Some(refusal) = refusal_under_user_enrollment(body)
    {
        return refusal;
    }
    let present = device.read(|state| {
        let app = state.apps.iter().find(|other| other.bundle_id == app.bundle_id);
        app.map(|app| app.status)
    });
    let take_over = plists::string(body, "ChangeManagementState") == Some("Managed");
    let status = match present {
        Some(status) if status.is_under_way() => {
            return rejected(
                "AppAlreadyQueued",
                DeviceError::mdm(12026, format!("The app “{}” is already scheduled for management.", app.bundle_id)),
            );
        }
        Some(AppStatus::Managed) => AppStatus::Managed,
        Some(AppStatus::Personal | AppStatus::ManagementRejected) if !take_over => {
            return rejected(
                "AppAlreadyInstalled",
                DeviceError::mdm(12025, format!("The app “{}” is already installed.", app.bundle_id)),
            );
        }
        Some(AppStatus::Personal | AppStatus::ManagementRejected) => {
            if asks_first(device, &app) {
                AppStatus::PromptingForManagement
            } else {
                AppStatus::Managed
            }
        }
        _ if asks_first(device, &app) => AppStatus::Prompting,
        _ => AppStatus::Queued,
    };
    let fields = plists::from_pairs([("Identifier", app.bundle_id.as_str().into()), ("State", status.as_str().into())]);
    device.start_app(App {
        bundle_id: app.bundle_id,
        name: app.name,
        version: app.version,
        status,
        management_flags: plists::integer(body, "ManagementFlags").unwrap_or(0),
        has_configuration: body.contains_key("Configuration"),
        store_id: app.store_id,
        install_takes: twist.install_takes,
        will_be_refused: twist.person_refuses,
        will_fail: twist.install_fails,
        attempt: 0,
    });
    Answer::with_fields(fields)
}

/// Under User Enrollment the organisation assigns a licence to the person, and takes over nothing that the person installed.
fn refusal_under_user_enrollment(body: &Dictionary) -> Option<Answer> {
    let options = body.get("Options").and_then(Value::as_dictionary);
    let by_licence = options.is_some_and(|options| plists::integer(options, "PurchaseMethod") == Some(1));
    if body.contains_key("ChangeManagementState") {
        let error = DeviceError::mdm(12078, "The management state of the application cannot be changed.");
        return Some(rejected("ManagementChangeNotSupported", error));
    }
    (!by_licence).then(|| {
        rejected(
            "PurchaseMethodNotSupported",
            DeviceError::mdm(12035, "The purchase method of the application is not supported."),
        )
    })
}

/// Only supervised devices install without asking, and the one app the management profile names.
fn asks_first(device: &Device, app: &StoreApp) -> bool {
    device.read(|state| {
        let announced = state.enrollment.as_ref().and_then(|e| e.required_app);
        !state.spec.supervised && (announced.is_none() || announced != app.store_id)
    })
}

fn rejected(reason: &str, error: DeviceError) -> Answer {
    let mut answer = Answer::error(error);
    answer.fields = plists::from_pairs([("RejectionReason", reason.into())]);
    answer
}

async fn wanted_app(device: &Device, body: &Dictionary) -> Result<StoreApp, Answer> {
    let number = plists::integer(body, "iTunesStoreID");
    let bundle_id = plists::string(body, "Identifier");
    let manifest = plists::string(body, "ManifestURL");
    let store = &device.context.apps;
    match (number, bundle_id, manifest) {
        (Some(number), None, None) => store.by_store_id(number).ok_or_else(|| {
            rejected(
                "CouldNotVerifyAppID",
                DeviceError::mdm(
                    12023,
                    format!("The iTunes Store ID {number} of the application could not be validated."),
                ),
            )
        }),
        (None, Some(bundle_id), None) => store.by_bundle_id(bundle_id).ok_or_else(|| {
            rejected(
                "CouldNotVerifyAppID",
                DeviceError::mdm(12023, format!("The application “{bundle_id}” could not be validated.")),
            )
        }),
        (None, None, Some(url)) => match store.by_manifest(url) {
            Some(app) => Ok(app),
            None => fetch_manifest(device, url).await,
        },
        _ => Err(Answer::format_error("Exactly one of “iTunesStoreID”, “Identifier” and “ManifestURL” is needed.")),
    }
}

async fn fetch_manifest(device: &Device, url: &str) -> Result<StoreApp, Answer> {
    let invalid = |code: i64, why: &str| rejected("CouldNotVerifyAppID", DeviceError::mdm(code, why));
    let response = device.context.browser.get(url).send().await;
    let bytes = match response {
        Ok(response) if response.status().is_success() => limited_body(response).await.ok(),
        _ => None,
    };
    let bytes = bytes.ok_or_else(|| invalid(12024, "The manifest of the application could not be retrieved."))?;
    manifest_app(&bytes, url).ok_or_else(|| invalid(12033, "The manifest of the application is not valid."))
}

fn manifest_app(manifest: &[u8], url: &str) -> Option<StoreApp> {
    let manifest = plists::dictionary(manifest)?;
    let item = manifest.get("items")?.as_array()?.first()?.as_dictionary()?;
    let metadata = item.get("metadata")?.as_dictionary()?;
    let bundle_id = plists::string(metadata, "bundle-identifier")?;
    Some(StoreApp {
        bundle_id: bundle_id.to_owned(),
        name: plists::string(metadata, "title").unwrap_or(bundle_id).to_owned(),
        version: plists::string(metadata, "bundle-version").unwrap_or("1.0").to_owned(),
        store_id: None,
        manifest_url: Some(url.to_owned()),
    })
}

pub(crate) fn remove(device: &Device, body: &Dictionary) -> Answer {
    let Some(bundle_id) = plists::string(body, "Identifier") else {
        return Answer::format_error("“Identifier” is missing.");
    };
    let removed = device.change(|state| {
        let place = state.apps.iter().position(|app| {
            app.bundle_id == bundle_id && !matches!(app.status, AppStatus::Personal | AppStatus::ManagementRejected)
        })?;
        Some(state.apps.remove(place))
    });
    match removed {
        Some(app) => {
            device.emit(EventKind::AppRemoved { app: app.name });
            Answer::acknowledged()
        }
        None => Answer::error(DeviceError::mdm(12029, format!("The app “{bundle_id}” is not managed."))),
    }
}

pub(crate) fn managed_list(device: &Device, body: &Dictionary) -> Answer {
    let only = plists::strings(body, "Identifiers").filter(|wanted| !wanted.is_empty());
    let told: Vec<App> = device.read(|state| {
        state
            .apps
            .iter()
            .filter(|app| app.status != AppStatus::Personal && named(only.as_ref(), app))
            .cloned()
            .collect()
    });
    let list = told.iter().map(|app| (app.bundle_id.clone(), Value::Dictionary(managed_entry(app)))).collect();
    if told.iter().any(|app| app.status.is_told_once()) {
        device.change(|state| {
            for app in &told {
                forget_told(&mut state.apps, app);
            }
        });
    }
    Answer::with_fields(plists::from_pairs([("ManagedApplicationList", Value::Dictionary(list))]))
}

/// Statuses like a refusal are told once (application.managed.list.yaml).
fn forget_told(apps: &mut Vec<App>, told: &App) {
    match told.status {
        AppStatus::UserRejected | AppStatus::Failed => {
            apps.retain(|app| app != told);
        }
        AppStatus::ManagementRejected => {
            for app in apps.iter_mut().filter(|app| *app == told) {
                app.status = AppStatus::Personal;
            }
        }
        _ => {}
    }
}

fn named(only: Option<&Vec<String>>, app: &App) -> bool {
    only.is_none_or(|wanted| wanted.contains(&app.bundle_id))
}

fn managed_entry(app: &App) -> Dictionary {
    let mut entry = plists::from_pairs([
        ("Status", app.status.as_str().into()),
        ("ManagementFlags", app.management_flags.into()),
        ("HasConfiguration", app.has_configuration.into()),
        ("HasFeedback", false.into()),
        ("IsValidated", true.into()),
    ]);
    if let Some(number) = app.store_id {
        entry.insert("ExternalVersionIdentifier".to_owned(), number.into());
    }
    entry
}

pub(crate) fn installed_list(device: &Device, body: &Dictionary) -> Answer {
    let only = plists::strings(body, "Identifiers").filter(|wanted| !wanted.is_empty());
    let managed_only = plists::flag(body, "ManagedAppsOnly");
    let list = device.read(|state| {
        state
            .apps
            .iter()
            .filter(|app| app.status.is_installed() || app.status == AppStatus::Installing)
            .filter(|app| !managed_only || app.status == AppStatus::Managed)
            .filter(|app| named(only.as_ref(), app))
            .map(|app| Value::Dictionary(installed_entry(app)))
            .collect()
    });
    Answer::with_fields(plists::from_pairs([("InstalledApplicationList", Value::Array(list))]))
}

fn installed_entry(app: &App) -> Dictionary {
    plists::from_pairs([
        ("Identifier", app.bundle_id.as_str().into()),
        ("Name", app.name.as_str().into()),
        ("ShortVersion", app.version.as_str().into()),
        ("Version", app.version.as_str().into()),
        ("Installing", (app.status == AppStatus::Installing).into()),
        ("IsValidated", true.into()),
        ("BundleSize", 48_000_000_u64.into()),
        ("DynamicSize", 1_000_000_u64.into()),
    ])
}
