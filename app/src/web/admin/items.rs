//! Configurations and apps: lists, pages, adding, editing, deleting (A8, C4).

use axum::{Router, extract::Path, http::StatusCode, routing::get};
use baton_core::{CoreError, Permission, catalogue::ItemDetail};
use baton_model::{Item, ItemContent as CoreContent};
use baton_store::ItemFilter;

use super::{
    desk::{Answer, Asked},
    distribution,
    item_fields::{self, Kind},
    links, listing,
};
use crate::{
    pages::admin::{
        confirm::{Confirm, confirm},
        item::{ItemContent, ItemView, item},
        item_form::{ItemFormView, item_form},
        items::{ItemRow, ItemsView, apps, configurations},
        new_item::{NewItem, new_item},
    },
    shell::console::{Flash, Section},
    web::{Console, Fields, Web, answer::PageError, context::moment, words},
};

pub fn routes() -> Router<Web> {
    of(false).merge(of(true))
}

fn of(is_app: bool) -> Router<Web> {
    let path = links::items(is_app);
    let add = get(move |console, kind| show_add(is_app, console, kind))
        .post(move |console, kind, fields| take_add(is_app, console, kind, fields));
    let edit = get(move |console, id| show_edit(is_app, console, id))
        .post(move |console, id, fields| take_edit(is_app, console, id, fields));
    let delete = get(move |console, id| show_delete(is_app, console, id))
        .post(move |console, id| take_delete(is_app, console, id));
    Router::new()
        .route(path, get(move |console, asked| list(is_app, console, asked)))
        .route(&format!("{path}/add"), get(move |console| choose(is_app, console)))
        .route(&format!("{path}/add/{{kind}}"), add)
        .route(&format!("{path}/{{id}}"), get(move |console, id| show(is_app, console, id)))
        .route(&format!("{path}/{{id}}/edit"), edit)
        .route(&format!("{path}/{{id}}/delete"), delete)
        .route(&format!("{path}/{{id}}/distribution"), distribution::route(is_app))
}

/// Where an item belongs.
pub(super) const fn section(is_app: bool) -> Section {
    if is_app { Section::Apps } else { Section::Configurations }
}

async fn list(is_app: bool, console: Console, asked: Asked) -> Answer {
    let filter = ItemFilter { query: listing::query(&asked), apps: Some(is_app), kinds: Vec::new() };
    let page = console.core().list_catalogue(&console.actor, &filter, console.now()).await;
    let page = console.ask(section(is_app), page)?;
    let view = ItemsView {
        q: asked.get("q").to_owned(),
        paging: listing::paging(&asked, &page, links::items(is_app), &["q"], ""),
        rows: page
            .rows
            .iter()
            .map(|listed| ItemRow {
                id: listed.item.id.to_string(),
                name: listed.item.name.clone(),
                description: listed.item.description.clone(),
                kind: words::kind(Some(listed.item.content.kind()), is_app),
                built_in: listed.item.is_built_in(),
                distribution: distribution::mode(&listed.distribution),
                on_devices: usize::try_from(listed.on_devices).unwrap_or(0),
                flagged: is_overridden(&listed.item),
            })
            .collect(),
    };
    let render = if is_app { apps } else { configurations };
    Ok(console.page(StatusCode::OK, render(console.frame(), &console.chrome, &view)))
}

fn is_overridden(item: &Item) -> bool {
    matches!(&item.content, CoreContent::SecureSignIn(options) if options.nobody_overridden)
}

/// The item, if it is of this list.
pub(super) async fn detail(is_app: bool, console: &Console, id: &str) -> Result<ItemDetail, PageError> {
    let detail = console.core().item_detail(&console.actor, &id.into(), console.now()).await;
    let detail = console.ask(section(is_app), detail)?;
    if detail.item.content.is_app() == is_app {
        Ok(detail)
    } else {
        Err(console.fail(section(is_app), &CoreError::NotFound("item")))
    }
}

async fn show(is_app: bool, console: Console, Path(id): Path<String>) -> Answer {
    let detail = detail(is_app, &console, &id).await?;
    let found = &detail.item;
    let view = ItemView {
        id,
        name: found.name.clone(),
        description: found.description.clone(),
        content: content(&console, found)?,
        distribution: distribution::summary(&console, &detail),
        findings: distribution::findings(&console, &detail, |_| true),
        overridden: is_overridden(found),
        on_devices: detail.on_devices,
        updated: moment(found.updated_at).unwrap_or(console.frame().now),
        may_edit: console.may(Permission::ManageCatalogue),
    };
    Ok(console.page(StatusCode::OK, item(console.frame(), &console.chrome, &view)))
}

fn content(console: &Console, item: &Item) -> Result<ItemContent, PageError> {
    Ok(match &item.content {
        CoreContent::WiFi(wifi) => ItemContent::Wifi {
            ssid: wifi.ssid.clone(),
            security: item_fields::security_code(wifi.security).to_owned(),
            hidden: wifi.hidden,
            auto_join: wifi.auto_join,
        },
        CoreContent::WebClip(clip) => ItemContent::WebClip {
            label: clip.label.clone(),
            url: clip.url.clone(),
            full_screen: clip.full_screen,
            removable: clip.removable,
        },
        CoreContent::Passcode(rules) => ItemContent::Passcode {
            min_length: rules.min_length,
            allow_simple: rules.allow_simple,
            require_alphanumeric: rules.require_alphanumeric,
            max_inactivity_minutes: rules.max_inactivity_minutes,
            max_failed_attempts: rules.max_failed_attempts,
        },
        CoreContent::Certificate(certificate) => {
            let beyond = || CoreError::Corrupt("a certificate expires beyond the calendar".to_owned());
            let expires = moment(certificate.expires_at);
            ItemContent::Certificate {
                subject: certificate.subject.clone(),
                expires: console.ask(Section::Configurations, expires.ok_or_else(beyond))?,
            }
        }
        CoreContent::SecureSignIn(options) => ItemContent::SignIn {
            label: options.label.clone(),
            help_contact: Some(options.help_contact.clone()).filter(|contact| !contact.is_empty()),
            checklist: options.checklist.iter().map(|line| (line.text.clone(), line.blocks)).collect(),
        },
        CoreContent::InHouseApp(app) => ItemContent::InHouse {
            bundle_id: app.bundle_id.clone(),
            manifest_url: app.manifest_url.clone(),
            reset_between_people: app.reset_between_people,
        },
        CoreContent::StoreApp(app) => ItemContent::Store {
            bundle_id: app.bundle_id.clone(),
            store_id: app.store_id,
            reset_between_people: app.reset_between_people,
        },
    })
}

async fn choose(is_app: bool, console: Console) -> Answer {
    console.demand(section(is_app), Permission::ManageCatalogue, "item.create", ("item", "")).await?;
    let what = if is_app { NewItem::App } else { NewItem::Configuration };
    Ok(console.page(StatusCode::OK, new_item(console.frame(), &console.chrome, what)))
}

/// What can be added there: not the built-in one (A8), and no configuration among apps.
async fn addable(is_app: bool, console: &Console, path: &str) -> Result<Kind, PageError> {
    console.demand(section(is_app), Permission::ManageCatalogue, "item.create", ("item", "")).await?;
    match Kind::from_path(path, is_app) {
        Some(Kind::SignIn) => Err(console.fail(section(is_app), &CoreError::BuiltIn)),
        Some(kind) => Ok(kind),
        None => Err(console.fail(section(is_app), &CoreError::NotFound("kind of item"))),
    }
}

async fn show_add(is_app: bool, console: Console, Path(kind): Path<String>) -> Answer {
    let kind = addable(is_app, &console, &kind).await?;
    Ok(form_page(&console, StatusCode::OK, &item_fields::blank(kind)))
}

async fn take_add(is_app: bool, console: Console, Path(kind): Path<String>, fields: Fields) -> Answer {
    let kind = addable(is_app, &console, &kind).await?;
    let form = item_fields::read(kind, &fields, None);
    let created = console.core().create_item(&console.actor, &form, console.now()).await;
    match console.accepted(section(is_app), created)? {
        Ok(id) => Ok(console.done(&format!("{}/{id}", links::items(is_app)), Flash::Created)),
        Err(errors) => {
            let view = item_fields::refused(kind, &fields, None, &errors);
            Ok(form_page(&console, StatusCode::UNPROCESSABLE_ENTITY, &view))
        }
    }
}

async fn show_edit(is_app: bool, console: Console, Path(id): Path<String>) -> Answer {
    console.demand(section(is_app), Permission::ManageCatalogue, "item.save", ("item", &id)).await?;
    let detail = detail(is_app, &console, &id).await?;
    Ok(form_page(&console, StatusCode::OK, &item_fields::stored(&detail.item)))
}

async fn take_edit(is_app: bool, console: Console, Path(id): Path<String>, fields: Fields) -> Answer {
    console.demand(section(is_app), Permission::ManageCatalogue, "item.save", ("item", &id)).await?;
    let before = detail(is_app, &console, &id).await?.item;
    let kind = Kind::of(&before.content);
    let form = item_fields::read(kind, &fields, Some(&before));
    // Without a revision nobody knows what the form showed.
    let revision = fields.get("revision").parse().unwrap_or(-1);
    let saved = console.core().save_item(&console.actor, &before.id, &form, revision, console.now()).await;
    match console.accepted(section(is_app), saved)? {
        Ok(()) => Ok(console.done(&format!("{}/{id}", links::items(is_app)), Flash::Saved)),
        Err(errors) => {
            let view = item_fields::refused(kind, &fields, Some(&before), &errors);
            Ok(form_page(&console, StatusCode::UNPROCESSABLE_ENTITY, &view))
        }
    }
}

fn form_page(console: &Console, status: StatusCode, view: &ItemFormView) -> axum::response::Response {
    console.page(status, item_form(console.frame(), &console.chrome, view))
}

async fn show_delete(is_app: bool, console: Console, Path(id): Path<String>) -> Answer {
    console.demand(section(is_app), Permission::ManageCatalogue, "item.delete", ("item", &id)).await?;
    let detail = detail(is_app, &console, &id).await?;
    if detail.item.is_built_in() {
        return Err(console.fail(section(is_app), &CoreError::BuiltIn));
    }
    let what = Confirm::DeleteItem { id, name: detail.item.name, is_app, on_devices: detail.on_devices };
    Ok(console.page(StatusCode::OK, confirm(console.frame(), &console.chrome, &what)))
}

async fn take_delete(is_app: bool, console: Console, Path(id): Path<String>) -> Answer {
    let deleted = console.core().delete_item(&console.actor, &id.as_str().into(), console.now()).await;
    console.ask(section(is_app), deleted)?;
    Ok(console.done(links::items(is_app), Flash::Deleted))
}
