//! Adding and editing a provider: Entra ID, and any other that speaks OpenID Connect (spec B3).

use leptos::prelude::*;

use super::PATH;
use super::fields::{SourceFields, buttons};
use crate::document::Frame;
use crate::markup::{IntoMarkup, Markup};
use crate::shell::console::{Chrome, ConsolePage, Section, console};
use crate::ui::form::{Input, Kind, TextField, checkbox};

/// The form. Besides the fields of [`SourceFields`]: `issuer`, `tenants` (one on each line), `clientId`, `clientSecret`,
/// `scopes` (separated by spaces), `userNameClaim`, `displayNameClaim`, `mailClaim`, `upnClaim`, `groupsClaim`, `graph`,
/// `graphAddress`.
#[derive(Clone, Debug, Default)]
pub struct OpenIdFormView {
    /// It is Entra ID.
    pub entra: bool,
    /// What every source has.
    pub fields: SourceFields,
    /// The issuer; of Entra, where a national cloud is.
    pub issuer: Input,
    /// Whose people may sign in; Entra only.
    pub tenants: Input,
    /// What the provider calls Baton.
    pub client_id: Input,
    /// What proves that Baton is Baton; never comes back.
    pub client_secret: Input,
    /// What is asked for besides `openid`.
    pub scopes: Input,
    /// The claim of the user name.
    pub user_name_claim: Input,
    /// The claim of the name that people read.
    pub display_name_claim: Input,
    /// The claim of the mail address.
    pub mail_claim: Input,
    /// The claim of the user principal name; may be empty.
    pub upn_claim: Input,
    /// The claim of groups or roles; may be empty.
    pub groups_claim: Input,
    /// Users and groups are read through Microsoft Graph; Entra only.
    pub graph: bool,
    /// Where Graph is.
    pub graph_address: Input,
    /// What has to be registered at the provider.
    pub addresses: Registered,
}

/// The addresses that have to be registered at a provider.
#[derive(Clone, Debug, Default)]
pub struct Registered {
    /// Where browsers come back to.
    pub redirect: String,
    /// Where they come back to after a sign-out.
    pub after_sign_out: Vec<String>,
}

impl Registered {
    /// As facts, ready to be copied.
    #[must_use]
    pub fn render(&self, frame: &Frame) -> Markup {
        let t = frame.texts();
        let copy = |address: &String| view! { <code class="copy">{address.clone()}</code> };
        let after = self.after_sign_out.iter().map(copy).collect_view();
        view! {
            <section class="panel" id="addresses">
                <header class="panel-head"><h2>{t.openid_addresses}</h2></header>
                <p>{t.openid_addresses_text}</p>
                <dl class="copies">
                    <dt>{t.openid_redirect}</dt>
                    <dd>{copy(&self.redirect)}</dd>
                    <dt>{t.openid_after_sign_out}</dt>
                    <dd>{after}</dd>
                </dl>
            </section>
        }
        .into_markup()
    }
}

impl OpenIdFormView {
    /// The fields that few need to change. Elsewhere than at Entra the issuer is none of them.
    fn more(&self) -> Vec<&Input> {
        let mut more = vec![
            &self.scopes,
            &self.user_name_claim,
            &self.display_name_claim,
            &self.mail_claim,
            &self.upn_claim,
            &self.groups_claim,
        ];
        if self.entra {
            more.extend([&self.issuer, &self.graph_address]);
        }
        more
    }
}

/// The page.
#[must_use]
pub fn openid_form(frame: &Frame, chrome: &Chrome, view: &OpenIdFormView) -> String {
    let t = frame.texts();
    let title = match (&view.fields.id, view.entra) {
        (Some(_), _) => t.source_edit,
        (None, true) => t.source_add_entra,
        (None, false) => t.source_add_openid,
    };
    let page = ConsolePage::new(Section::Settings, title).up(t.sources_title, PATH);
    console(frame, chrome, page, || {
        let fields = &view.fields;
        let mut inputs = view.more();
        inputs.extend([&fields.name, &fields.sync_minutes, &view.issuer, &view.tenants]);
        inputs.extend([&view.client_id, &view.client_secret]);
        let action = fields.path(if view.entra { "entra" } else { "openid" });
        let hint = if view.entra { t.source_roles_entra_hint } else { t.source_roles_openid_hint };
        view! {
            {fields.notices(frame, &inputs)}
            <div class="form beside">
                <form class="stack" method="post" action=action>
                    {fields.unseen()}
                    {TextField::new("name", t.field_name, Kind::Text).hint(t.openid_name_hint).render(frame, &fields.name)}
                    {provider(frame, view)}
                    {fields.people(frame, view.entra)}
                    {fields.role_rows(frame, hint, view.entra && view.graph)}
                    {more(frame, view)}
                    {buttons(frame, fields)}
                </form>
                {view.addresses.render(frame)}
            </div>
        }
        .into_markup()
    })
}

fn provider(frame: &Frame, view: &OpenIdFormView) -> Markup {
    let t = frame.texts();
    let secret = TextField::new("clientSecret", t.openid_client_secret, Kind::Secret);
    let secret = if view.fields.id.is_some() { secret.hint(t.secret_kept_hint).at_times() } else { secret };
    let place = if view.entra {
        TextField::new("tenants", t.openid_tenants, Kind::Lines)
            .hint(t.openid_tenants_hint)
            .rows(3)
            .render(frame, &view.tenants)
    } else {
        TextField::new("issuer", t.openid_issuer, Kind::Url).hint(t.openid_issuer_hint).render(frame, &view.issuer)
    };
    let graph = checkbox("graph", "yes", t.openid_graph, Some(t.openid_graph_hint), view.graph, false);
    let client = if view.entra { t.openid_client_id_entra } else { t.openid_client_id };
    view! {
        {place}
        {TextField::new("clientId", client, Kind::Code).render(frame, &view.client_id)}
        {secret.render(frame, &view.client_secret)}
        {view.entra.then_some(graph)}
    }
    .into_markup()
}

/// What is right for most: open when something is wrong in it.
fn more(frame: &Frame, view: &OpenIdFormView) -> Markup {
    let t = frame.texts();
    let wrong = view.more().into_iter().any(|input| input.problem.is_some());
    let field = |name, label, input: &Input| TextField::new(name, label, Kind::Code).render(frame, input);
    let clouds = view.entra.then(|| {
        view! {
            {TextField::new("issuer", t.openid_authority, Kind::Url).hint(t.openid_authority_hint).at_times().render(frame, &view.issuer)}
            {TextField::new("graphAddress", t.openid_graph_address, Kind::Url).hint(t.openid_graph_address_hint).at_times().render(frame, &view.graph_address)}
        }
    });
    view! {
        <details class="disclosure" open=wrong>
            <summary>{t.openid_more}</summary>
            <div class="stack">
                {field("userNameClaim", t.openid_user_name_claim, &view.user_name_claim)}
                {field("displayNameClaim", t.openid_display_name_claim, &view.display_name_claim)}
                {field("mailClaim", t.openid_mail_claim, &view.mail_claim)}
                {TextField::new("upnClaim", t.openid_upn_claim, Kind::Code).optional().render(frame, &view.upn_claim)}
                {TextField::new("groupsClaim", t.openid_groups_claim, Kind::Code).hint(t.openid_groups_claim_hint).optional().render(frame, &view.groups_claim)}
                {TextField::new("scopes", t.openid_scopes, Kind::Code).hint(t.openid_scopes_hint).optional().render(frame, &view.scopes)}
                {clouds}
            </div>
        </details>
    }
    .into_markup()
}
