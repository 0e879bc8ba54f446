//! Adding and editing a source (B2, B3): the form, and what was entered in it.

mod ldap;
mod openid;
mod shared;

use axum::{extract::Path, http::StatusCode, response::Response};
use baton_core::{
    CoreError, FieldError,
    sources::{ProviderShape, SourceDetail, SourceForm, SourceSettings},
};

use super::{
    desk::{Answer, Asked},
    sources::{demand, detail},
};
use crate::{
    pages::admin::sources::{PATH, ldap_form::ldap_form, openid_form::openid_form},
    shell::console::{Flash, Section},
    ui::confirmation::ConfirmationView,
    web::{
        Console, Posted,
        confirmation::{Proved, prove},
    },
};
use shared::Entered;

const SECTION: Section = Section::Settings;
/// From one sync to the next, in a form that nobody has filled in yet.
const USUAL_MINUTES: i64 = 60;

/// What can be added, by its word in addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Preset {
    OpenLdap,
    ActiveDirectory,
    Entra,
    OpenId,
}

impl Preset {
    fn of(word: &str) -> Option<Self> {
        [Self::OpenLdap, Self::ActiveDirectory, Self::Entra, Self::OpenId]
            .into_iter()
            .find(|known| known.word() == word)
    }

    const fn word(self) -> &'static str {
        match self {
            Self::OpenLdap => "open-ldap",
            Self::ActiveDirectory => "active-directory",
            Self::Entra => "entra",
            Self::OpenId => "openid",
        }
    }

    /// The form before anything was entered.
    fn blank(self) -> Entered {
        let settings = match self {
            Self::OpenLdap | Self::ActiveDirectory => SourceSettings::Ldap(ldap::blank(self)),
            Self::Entra => SourceSettings::OpenId(openid::blank(ProviderShape::Entra)),
            Self::OpenId => SourceSettings::OpenId(openid::blank(ProviderShape::Plain)),
        };
        let sync_minutes = (self != Self::OpenId).then_some(USUAL_MINUTES);
        Entered::of(&SourceForm {
            name: String::new(),
            enabled: true,
            settings,
            sync_minutes,
            roles: Vec::new(),
            revision: None,
        })
    }
}

/// What is being filled in.
struct Form<'a> {
    /// The source being edited; `None` for a new one.
    edited: Option<&'a SourceDetail>,
    /// What it began as.
    preset: Preset,
}

impl Form<'_> {
    /// A proof is asked for at once where it will be needed: whoever learns of it after sending types the secrets again.
    async fn page(&self, console: &Console, status: StatusCode, entered: &Entered, errors: &[FieldError]) -> Answer {
        let confirmation = console.confirmation().await?;
        Ok(self.page_with(console, status, entered, errors, false, confirmation))
    }

    /// The form once more, asking who it is that saves it.
    async fn ask_for_proof(&self, console: &Console, proved: &Proved, entered: &Entered) -> Answer {
        let (status, confirmation) = proved.again(&console.request).await?;
        Ok(self.page_with(console, status, entered, &[], false, Some(confirmation)))
    }

    fn page_with(
        &self,
        console: &Console,
        status: StatusCode,
        entered: &Entered,
        errors: &[FieldError],
        stale: bool,
        confirmation: Option<ConfirmationView>,
    ) -> Response {
        let id = self.edited.map(|detail| detail.source.id.to_string());
        let fields = shared::view(console.t(), id, entered, errors, stale, confirmation);
        let html = match &entered.form.settings {
            SourceSettings::Ldap(settings) => {
                let view = ldap::view(console.t(), self.preset.word(), fields, settings, entered, errors);
                ldap_form(console.frame(), &console.chrome, &view)
            }
            SourceSettings::OpenId(settings) => {
                let view = openid::view(console, fields, settings, errors);
                openid_form(console.frame(), &console.chrome, &view)
            }
        };
        console.page(status, html)
    }

    /// What was entered.
    fn read(&self, posted: &Posted) -> Entered {
        match self.preset {
            Preset::OpenLdap | Preset::ActiveDirectory => ldap::read(posted),
            Preset::Entra => openid::read(&posted.fields, ProviderShape::Entra),
            Preset::OpenId => openid::read(&posted.fields, ProviderShape::Plain),
        }
    }
}

fn form_of(detail: &SourceDetail) -> Form<'_> {
    let preset = match &detail.settings {
        SourceSettings::Ldap(_) => Preset::OpenLdap,
        SourceSettings::OpenId(provider) => match provider.shape {
            ProviderShape::Entra => Preset::Entra,
            ProviderShape::Plain => Preset::OpenId,
        },
    };
    Form { edited: Some(detail), preset }
}

/// What is stored, as if it had been entered.
fn stored(detail: &SourceDetail) -> Entered {
    Entered::of(&SourceForm {
        name: detail.source.name.clone(),
        enabled: detail.source.enabled,
        settings: detail.settings.clone(),
        sync_minutes: detail.source.sync_minutes,
        roles: detail.roles.clone(),
        revision: Some(detail.source.revision),
    })
}

pub(super) async fn show_add(console: Console, Path(kind): Path<String>) -> Answer {
    demand(&console, "source.create", "").await?;
    let preset = preset(&console, &kind)?;
    Form { edited: None, preset }.page(&console, StatusCode::OK, &preset.blank(), &[]).await
}

fn preset(console: &Console, kind: &str) -> Result<Preset, crate::web::PageError> {
    Preset::of(kind).ok_or_else(|| console.fail(SECTION, &CoreError::NotFound("source")))
}

/// Whoever says where people come from says who they are, and with which roles: that takes a proof (B8).
pub(super) async fn take_add(console: Console, Path(kind): Path<String>, posted: Posted) -> Answer {
    let proved = prove(&console.request, &console.person, &posted.fields).await?;
    let request = console.request.clone();
    proved.finish(&request, add(console.proved(&proved), &proved, &kind, &posted).await)
}

async fn add(console: Console, proved: &Proved, kind: &str, posted: &Posted) -> Answer {
    demand(&console, "source.create", "").await?;
    let form = Form { edited: None, preset: preset(&console, kind)? };
    let entered = form.read(posted);
    if !entered.unread.is_empty() {
        return form.page(&console, StatusCode::UNPROCESSABLE_ENTITY, &entered, &entered.unread).await;
    }
    let created = console.core().create_source(&console.actor, &entered.form, console.now()).await;
    if matches!(created, Err(CoreError::Unconfirmed)) {
        return form.ask_for_proof(&console, proved, &entered).await;
    }
    match console.accepted(SECTION, created)? {
        Ok(id) => Ok(console.done(&format!("{PATH}/{id}"), Flash::Created)),
        Err(errors) => form.page(&console, StatusCode::UNPROCESSABLE_ENTITY, &entered, &errors).await,
    }
}

/// The form; a group that was searched for (`group`, `groupName`) stands in its first empty row.
pub(super) async fn show_edit(console: Console, Path(id): Path<String>, asked: Asked) -> Answer {
    demand(&console, "source.save", &id).await?;
    let detail = detail(&console, &id).await?;
    let mut entered = stored(&detail);
    entered.add_group(asked.get("group"), asked.get("groupName"));
    form_of(&detail).page(&console, StatusCode::OK, &entered, &[]).await
}

pub(super) async fn take_edit(console: Console, Path(id): Path<String>, posted: Posted) -> Answer {
    let proved = prove(&console.request, &console.person, &posted.fields).await?;
    let request = console.request.clone();
    proved.finish(&request, edit(console.proved(&proved), &proved, &id, &posted).await)
}

async fn edit(console: Console, proved: &Proved, id: &str, posted: &Posted) -> Answer {
    demand(&console, "source.save", id).await?;
    let detail = detail(&console, id).await?;
    let form = form_of(&detail);
    let entered = form.read(posted);
    if !entered.unread.is_empty() {
        return form.page(&console, StatusCode::UNPROCESSABLE_ENTITY, &entered, &entered.unread).await;
    }
    let saved = console.core().save_source(&console.actor, &detail.source.id, &entered.form, console.now()).await;
    if matches!(saved, Err(CoreError::Stale)) {
        // The form once more, over the source as it is now: what was typed, and the revision to save it over.
        let revision = Some(detail.source.revision);
        let entered = Entered { form: SourceForm { revision, ..entered.form.clone() }, ..entered };
        let confirmation = console.confirmation().await?;
        return Ok(form.page_with(&console, StatusCode::CONFLICT, &entered, &[], true, confirmation));
    }
    if matches!(saved, Err(CoreError::Unconfirmed)) {
        return form.ask_for_proof(&console, proved, &entered).await;
    }
    match console.accepted(SECTION, saved)? {
        Ok(()) => Ok(console.done(&format!("{PATH}/{id}"), Flash::Saved)),
        Err(errors) => form.page(&console, StatusCode::UNPROCESSABLE_ENTITY, &entered, &errors).await,
    }
}
