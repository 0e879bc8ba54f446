//! Configurations and apps: lists, pages, adding, editing, deleting (A8, C4).

use axum::{
    Router,
    extract::Path,
    http::{StatusCode, header},
    response::IntoResponse as _,
    routing::get,
};
use baton_core::{CoreError, FieldError, Permission, catalogue::ItemDetail, explain::ItemExplanation};
use baton_model::{DeviceState, Item, ItemContent as CoreContent};
use baton_store::{DeviceFilter, ItemFilter, ListQuery};

use super::{
    desk::{Answer, Asked},
    distribution, explanations, item_content,
    item_fields::{self, Kind, Sent},
    links, listing, policy_tests,
};
use crate::{
    pages::admin::{
        confirm::{Confirm, confirm},
        explain::{ExplainView, ExplainedDevice},
        item::{ItemView, item},
        item_form::{ItemFormView, item_form},
        items::{ItemRow, ItemsView, apps, configurations},
        new_item::{NewItem, new_item},
    },
    shell::console::{Flash, Section},
    ui::form::{Input, Problem},
    web::{Console, Posted, Web, answer::PageError, context::moment, words},
};

pub fn routes() -> Router<Web> {
    of(false).merge(of(true))
}

fn of(is_app: bool) -> Router<Web> {
    let path = links::items(is_app);
    let add = get(move |console, kind| show_add(is_app, console, kind))
        .post(move |console, kind, posted| take_add(is_app, console, kind, posted));
    let edit = get(move |console, id| show_edit(is_app, console, id))
        .post(move |console, id, posted| take_edit(is_app, console, id, posted));
    let delete = get(move |console, id| show_delete(is_app, console, id))
        .post(move |console, id| take_delete(is_app, console, id));
    let router = if is_app { Router::new() } else { Router::new().route(&format!("{path}/{{id}}/icon"), get(icon)) };
    router
        .route(path, get(move |console, asked| list(is_app, console, asked)))
        .route(&format!("{path}/add"), get(move |console| choose(is_app, console)))
        .route(&format!("{path}/add/{{kind}}"), add)
        .route(&format!("{path}/{{id}}"), get(move |console, id, asked| show(is_app, console, id, asked)))
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

async fn show(is_app: bool, console: Console, Path(id): Path<String>, asked: Asked) -> Answer {
    let detail = detail(is_app, &console, &id).await?;
    let explain = explain(&console, &detail.item, asked.get("device")).await?;
    let found = &detail.item;
    let tests = policy_tests::about(&console, section(is_app), &found.id).await?;
    let view = ItemView {
        id,
        name: found.name.clone(),
        description: found.description.clone(),
        content: item_content::content(&console, found)?,
        works: item_content::works(&console, &detail),
        distribution: distribution::summary(&console, &detail),
        findings: distribution::findings(&console, &detail, |_| true),
        overridden: is_overridden(found),
        on_devices: detail.on_devices,
        updated: moment(found.updated_at).unwrap_or(console.frame().now),
        may_edit: console.may(Permission::ManageCatalogue),
        tests,
        explain,
    };
    Ok(console.page(StatusCode::OK, item(console.frame(), &console.chrome, &view)))
}

/// Names of devices that the field offers while somebody types.
const SUGGESTIONS: u32 = 200;
/// Of several devices with one name so many are explained.
const EXPLAINED: usize = 5;

/// Why the devices of this name get the item or not.
async fn explain(console: &Console, item: &Item, name: &str) -> Result<ExplainView, PageError> {
    let (core, actor, now) = (console.core(), &console.actor, console.now());
    let section = section(item.content.is_app());
    let query = ListQuery { limit: SUGGESTIONS, ..ListQuery::default() };
    let devices = core.list_devices(actor, &DeviceFilter { query, ..DeviceFilter::default() }, now).await;
    let mut suggestions: Vec<String> =
        console.ask(section, devices)?.rows.into_iter().map(|device| device.name).collect();
    suggestions.dedup();
    if name.is_empty() {
        return Ok(ExplainView { suggestions, ..ExplainView::default() });
    }
    let named = console.ask(section, core.devices_named(actor, name, now).await)?;
    let mut found = Vec::new();
    let enrolled = named.iter().filter(|device| device.state == DeviceState::Enrolled);
    for device in enrolled.take(EXPLAINED) {
        let explanation = console.ask(section, core.explain_item(actor, &device.id, &item.id, now).await)?;
        let ItemExplanation { decision, trace, names, holder, flips, .. } = &explanation;
        found.push(ExplainedDevice {
            device: links::device(device),
            holder: links::holder(holder),
            explained: explanations::explained(console.frame(), *decision, trace, names, holder, flips.as_ref()),
        });
    }
    let problem = found.is_empty().then(|| Problem::Other(console.t().problem_no_such_device.to_owned()));
    Ok(ExplainView { device: Input { value: name.to_owned(), problem }, suggestions, found })
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

async fn take_add(is_app: bool, console: Console, Path(kind): Path<String>, posted: Posted) -> Answer {
    let kind = addable(is_app, &console, &kind).await?;
    let sent = with_kept_file(is_app, &console, kind, posted).await?;
    let form = item_fields::read(kind, &sent, None);
    let created = console.core().create_item(&console.actor, &form, console.now()).await;
    match console.accepted(section(is_app), created)? {
        Ok(id) => {
            forget_file(is_app, &console, &sent).await?;
            Ok(console.done(&format!("{}/{id}", links::items(is_app)), Flash::Created))
        }
        Err(errors) => refused(is_app, &console, kind, &sent, None, &errors).await,
    }
}

/// The form with the file that was kept when it was last refused.
async fn with_kept_file(is_app: bool, console: &Console, kind: Kind, posted: Posted) -> Result<Sent, PageError> {
    let id = posted.fields.get("upload").to_owned();
    let kept = if id.is_empty() || kind.file_field().is_none() {
        None
    } else {
        let kept = console.core().kept_upload(&console.actor, &id, console.now()).await;
        console.ask(section(is_app), kept)?.map(|file| (id, file))
    };
    Ok(Sent::new(kind, posted, kept))
}

async fn forget_file(is_app: bool, console: &Console, sent: &Sent) -> Result<(), PageError> {
    let Some(id) = sent.kept() else { return Ok(()) };
    let forgotten = console.core().forget_upload(&console.actor, id, console.now()).await;
    console.ask(section(is_app), forgotten)
}

/// The refused form. A file that nothing is wrong with is kept, so that nobody has to choose it again.
async fn refused(
    is_app: bool,
    console: &Console,
    kind: Kind,
    sent: &Sent,
    before: Option<&Item>,
    errors: &[FieldError],
) -> Answer {
    let waiting = match sent.file_to_keep(kind, errors) {
        Some(file) => {
            let kept = console.core().keep_upload(&console.actor, file, console.now()).await;
            console.ask(section(is_app), kept)?
        }
        None => sent.kept().map(str::to_owned),
    };
    let view = item_fields::refused(console.t(), kind, sent, waiting.as_deref(), before, errors);
    let status = if sent.is_cut() { StatusCode::PAYLOAD_TOO_LARGE } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(form_page(console, status, &view))
}

async fn show_edit(is_app: bool, console: Console, Path(id): Path<String>) -> Answer {
    console.demand(section(is_app), Permission::ManageCatalogue, "item.save", ("item", &id)).await?;
    let detail = detail(is_app, &console, &id).await?;
    Ok(form_page(&console, StatusCode::OK, &item_fields::stored(&detail.item)))
}

async fn take_edit(is_app: bool, console: Console, Path(id): Path<String>, posted: Posted) -> Answer {
    console.demand(section(is_app), Permission::ManageCatalogue, "item.save", ("item", &id)).await?;
    let before = detail(is_app, &console, &id).await?.item;
    let kind = Kind::of(&before.content);
    let sent = with_kept_file(is_app, &console, kind, posted).await?;
    let form = item_fields::read(kind, &sent, Some(&before));
    // Without a revision nobody knows what the form showed.
    let revision = sent.fields().get("revision").parse().unwrap_or(-1);
    let saved = console.core().save_item(&console.actor, &before.id, &form, revision, console.now()).await;
    match console.accepted(section(is_app), saved)? {
        Ok(()) => {
            forget_file(is_app, &console, &sent).await?;
            Ok(console.done(&format!("{}/{id}", links::items(is_app)), Flash::Saved))
        }
        Err(errors) => refused(is_app, &console, kind, &sent, Some(&before), &errors).await,
    }
}

/// The icon of a web clip.
async fn icon(console: Console, Path(id): Path<String>) -> Answer {
    let icon = console.core().item_icon(&console.actor, &id.as_str().into(), console.now()).await;
    let icon = console.ask(Section::Configurations, icon)?;
    Ok(([(header::CONTENT_TYPE, "image/png")], icon).into_response())
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
