//! The certificate that lets Baton wake phones through Apple (spec D8): how it stands, and the way to the next one.

pub mod form;
pub mod notice;

use leptos::prelude::*;
use time::OffsetDateTime;

use super::list::none;
use crate::document::Frame;
use crate::icons::{Icon, icon};
use crate::locale::{Texts, count, fill};
use crate::markup::{IntoMarkup, Markup};
use crate::shell::console::{Chrome, ConsolePage, Section, console};
use crate::ui::facts::{code, facts, text};
use crate::ui::moment::{ago, exact};
use crate::ui::{Tone, badge};

use notice::{PushFailure, PushNotice};

/// Where an organisation gets its certificate.
const PORTAL: &str = "https://identity.apple.com/pushcert";

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct PushCertificateView {
    /// The installed certificate.
    pub installed: Option<Installed>,
    /// When a request was made that waits for Apple's answer.
    pub requested: Option<OffsetDateTime>,
    /// How many devices are enrolled under another topic.
    pub devices_beside: usize,
    /// The viewer may change it.
    pub may_edit: bool,
}

/// The installed certificate.
#[derive(Clone, Debug)]
pub struct Installed {
    /// The topic.
    pub topic: String,
    /// The Apple Account that it was made with.
    pub apple_account: Option<String>,
    /// Who issued it.
    pub issuer: String,
    /// When it stops being valid.
    pub expires: OffsetDateTime,
    /// How it stands.
    pub standing: Standing,
    /// When it was installed.
    pub installed: OffsetDateTime,
    /// How many devices are enrolled under its topic.
    pub devices: usize,
    /// When Apple last took a push.
    pub working: Option<OffsetDateTime>,
    /// Why pushes fail, if they do, and since when.
    pub failing: Option<(PushFailure, OffsetDateTime)>,
}

/// How a certificate stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Valid for so many whole days.
    Valid(i64),
    /// To be renewed; so many whole days are left.
    Expiring(i64),
    /// No longer valid.
    Expired,
}

impl Standing {
    /// As icon and word.
    #[must_use]
    pub fn badge(self, t: &Texts) -> Markup {
        match self {
            Self::Valid(_) => badge(Tone::Good, Icon::Check, t.push_valid),
            Self::Expiring(days) => badge(urgency(days), Icon::Clock, &days_left(t, days)),
            Self::Expired => badge(Tone::Bad, Icon::Cross, t.push_expired),
        }
    }
}

/// The last week is urgent.
pub(super) const fn urgency(days: i64) -> Tone {
    if days < 7 { Tone::Bad } else { Tone::Warn }
}

fn days_left(t: &Texts, days: i64) -> String {
    match usize::try_from(days) {
        Ok(days) if days > 0 => count(days, t.push_days_one, t.push_days_many),
        _ => t.push_days_none.to_owned(),
    }
}

/// The page. `POST …/request` makes a request, `…/request.csr` is the request itself, `…/install` and `…/remove` lead
/// to pages.
#[must_use]
pub fn push_certificate(frame: &Frame, chrome: &Chrome, view: &PushCertificateView) -> String {
    let t = frame.texts();
    let mut page = ConsolePage::new(Section::Settings, t.push_title)
        .up(t.nav_settings, "/admin/settings")
        .subtitle(t.push_subtitle);
    if view.may_edit && view.installed.is_some() {
        page = page.actions(view! {
            <a class="button danger" href="/admin/settings/push/remove">{t.push_remove}</a>
        });
    }
    console(frame, chrome, page, || {
        let notice = view.installed.as_ref().and_then(Installed::notice).map(|notice| notice.render(frame, None));
        view! {
            {notice}
            <div class="columns">
                {standing(frame, view)}
                {view.may_edit.then(|| way(frame, view))}
            </div>
        }
        .into_markup()
    })
}

impl Installed {
    fn notice(&self) -> Option<PushNotice> {
        match (self.standing, &self.failing) {
            (Standing::Expired, _) => Some(PushNotice::Expired { devices: self.devices }),
            (_, Some((failure, since))) => Some(PushNotice::Failing { failure: failure.clone(), since: *since }),
            (Standing::Expiring(days), None) => Some(PushNotice::Expiring { days, devices: self.devices }),
            (Standing::Valid(_), None) => None,
        }
    }
}

fn standing(frame: &Frame, view: &PushCertificateView) -> Markup {
    let t = frame.texts();
    let beside = (view.devices_beside > 0).then(|| {
        let sentence = count(view.devices_beside, t.push_beside_one, t.push_beside_many);
        view! { <p class="fine">{sentence}</p> }
    });
    let content = match &view.installed {
        None => view! { <p class="none">{t.push_none}</p> }.into_markup(),
        Some(installed) => details(frame, installed),
    };
    let standing = view.installed.as_ref().map(|installed| installed.standing.badge(t));
    view! {
        <section class="panel">
            <header class="panel-head"><h2>{t.push_installed_one}</h2>{standing}</header>
            {content}
            {beside}
        </section>
    }
    .into_markup()
}

fn details(frame: &Frame, installed: &Installed) -> Markup {
    let t = frame.texts();
    let expires = match installed.standing {
        Standing::Valid(days) | Standing::Expiring(days) => {
            view! { {exact(frame, installed.expires)}" · "{days_left(t, days)} }.into_markup()
        }
        Standing::Expired => exact(frame, installed.expires),
    };
    let devices = count(installed.devices, t.devices_one, t.devices_many);
    let pushes = match (&installed.failing, installed.working) {
        (Some((_, since)), _) => view! { {t.push_failing_since}" "{ago(frame, *since)} }.into_markup(),
        (None, Some(working)) => view! { {t.push_working}" "{ago(frame, working)} }.into_markup(),
        (None, None) => text(t.push_unused),
    };
    let account = installed.apple_account.clone().map_or_else(|| none(frame), text);
    facts(vec![
        (t.certificate_expires, expires),
        (t.push_topic, code(&installed.topic)),
        (t.push_account, account),
        (t.push_issuer, text(&installed.issuer)),
        (t.push_devices, text(devices)),
        (t.push_pushes, pushes),
        (t.push_installed, exact(frame, installed.installed)),
    ])
}

/// The way to the first or the next certificate, in steps.
fn way(frame: &Frame, view: &PushCertificateView) -> Markup {
    let t = frame.texts();
    let installed = view.installed.as_ref();
    let title = if installed.is_some() { t.push_renew_title } else { t.push_get_title };
    let portal = match installed {
        None => t.push_step_portal_text.to_owned(),
        Some(Installed { topic, apple_account, .. }) => {
            let account = apple_account.as_deref().unwrap_or(t.push_same_account);
            fill(t.push_step_portal_renew, &[("topic", topic), ("account", &account)])
        }
    };
    view! {
        <section class="panel">
            <header class="panel-head"><h2>{title}</h2></header>
            <ol class="steps">
                {request_step(frame, view)}
                <li class="step">{mark("2")}<div><strong>{t.push_step_vendor}</strong><p>{t.push_step_vendor_text}</p></div></li>
                <li class="step">
                    {mark("3")}
                    <div>
                        <strong>{t.push_step_portal}</strong>
                        <p>{portal}" "<a href=PORTAL rel="noreferrer">"identity.apple.com/pushcert"</a></p>
                    </div>
                </li>
                <li class="step">
                    {mark("4")}
                    <div>
                        <strong>{t.push_step_install}</strong>
                        <p>{t.push_step_install_text}</p>
                        <p class="form-actions">
                            <a class=install_class(view) href="/admin/settings/push/install">{t.push_install}</a>
                        </p>
                    </div>
                </li>
            </ol>
            <p class="fine">{t.push_have_key}" "<a href="/admin/settings/push/install">{t.push_have_key_link}</a></p>
        </section>
    }
    .into_markup()
}

/// One button of the page is what comes next.
fn install_class(view: &PushCertificateView) -> &'static str {
    if view.requested.is_some() { "button primary" } else { "button" }
}

fn mark(number: &'static str) -> Markup {
    view! { <span class="step-mark" aria-hidden="true">{number}</span> }.into_markup()
}

fn request_step(frame: &Frame, view: &PushCertificateView) -> Markup {
    let t = frame.texts();
    let Some(requested) = view.requested else {
        let class = if is_due(view) { "button primary" } else { "button" };
        return view! {
            <li class="step">
                {mark("1")}
                <div>
                    <strong>{t.push_step_request}</strong>
                    <p>{t.push_step_request_text}</p>
                    <form class="form-actions" method="post" action="/admin/settings/push/request">
                        <button class=class type="submit">{t.push_make_request}</button>
                    </form>
                </div>
            </li>
        }
        .into_markup();
    };
    view! {
        <li class="step done">
            <span class="step-mark">{icon(Icon::Check)}<span class="visually-hidden">{t.step_done}</span></span>
            <div>
                <strong>{t.push_step_request}</strong>
                <p>{t.push_requested}" "{ago(frame, requested)}</p>
                <p class="form-actions">
                    <a class="button" href="/admin/settings/push/request.csr" download="baton-push.csr">
                        {icon(Icon::Download)}<span>{t.push_download}</span>
                    </a>
                </p>
                <details class="disclosure">
                    <summary>{t.push_request_again}</summary>
                    <form class="stack" method="post" action="/admin/settings/push/request">
                        <p>{t.push_request_again_text}</p>
                        <div class="form-actions">
                            <button class="button danger" type="submit">{t.push_make_another}</button>
                        </div>
                    </form>
                </details>
            </div>
        </li>
    }
    .into_markup()
}

/// Whether a certificate is wanted now: there is none, or it ends soon.
fn is_due(view: &PushCertificateView) -> bool {
    view.installed.as_ref().is_none_or(|installed| !matches!(installed.standing, Standing::Valid(_)))
}
