//! The fields of a provider.

use baton_core::{
    FieldError,
    sources::{OpenIdSource, ProviderShape, SourceSettings},
};
use baton_identity::{
    Secret,
    graph::GRAPH,
    openid::{ClaimNames, ENTRA},
};

use super::{
    super::{managed_accounts::rule_from, source_words as words, sources::addresses},
    shared::{Entered, optional, several},
};
use crate::{
    pages::admin::sources::{fields::SourceFields, openid_form::OpenIdFormView},
    web::{Console, Fields},
};

pub(super) fn blank(shape: ProviderShape) -> OpenIdSource {
    match shape {
        ProviderShape::Entra => OpenIdSource { graph: Some(GRAPH.to_owned()), ..OpenIdSource::entra() },
        ProviderShape::Plain => OpenIdSource::plain(),
    }
}

/// What was entered. Entra ID is in the world-wide cloud unless another was entered.
pub(super) fn read(fields: &Fields, shape: ProviderShape) -> Entered {
    let text = |name: &str| fields.get(name).trim().to_owned();
    let is_entra = shape == ProviderShape::Entra;
    let graph = (is_entra && fields.is_ticked("graph"))
        .then(|| optional(fields.get("graphAddress")).unwrap_or_else(|| GRAPH.to_owned()));
    let issuer =
        if is_entra { optional(fields.get("issuer")).unwrap_or_else(|| ENTRA.to_owned()) } else { text("issuer") };
    let imports = graph.is_some();
    let provider = OpenIdSource {
        shape,
        issuer,
        tenants: if is_entra { several(fields.get("tenants")) } else { Vec::new() },
        client_id: text("clientId"),
        client_secret: Secret::new(fields.get("clientSecret").trim()),
        scopes: several(fields.get("scopes")),
        claims: ClaimNames {
            user_name: text("userNameClaim"),
            display_name: text("displayNameClaim"),
            mail: text("mailClaim"),
            upn: optional(fields.get("upnClaim")),
            groups: optional(fields.get("groupsClaim")),
        },
        graph,
        admits_anyone: fields.is_ticked("admitsAnyone"),
        accounts: rule_from(fields),
    };
    let mut entered = Entered::read(fields, SourceSettings::OpenId(provider));
    if !imports {
        // There is nothing that could be read.
        entered.form.sync_minutes = None;
        entered.unread.clear();
    }
    entered
}

/// The form as the page shows it.
pub(super) fn view(
    console: &Console,
    fields: SourceFields,
    settings: &OpenIdSource,
    errors: &[FieldError],
) -> OpenIdFormView {
    let t = console.t();
    let claims = &settings.claims;
    let input = |field, value: &str| words::input(t, errors, field, value);
    let is_entra = settings.shape == ProviderShape::Entra;
    // What is usual stands in the hint.
    let unless = |usual: &str, value: &str| if value == usual { String::new() } else { value.to_owned() };
    let issuer = if is_entra { unless(ENTRA, &settings.issuer) } else { settings.issuer.clone() };
    OpenIdFormView {
        entra: is_entra,
        issuer: input("issuer", &issuer),
        tenants: input("tenants", &settings.tenants.join("\n")),
        client_id: input("clientId", &settings.client_id),
        client_secret: input("clientSecret", ""),
        scopes: input("scopes", &settings.scopes.join(" ")),
        user_name_claim: input("userNameClaim", &claims.user_name),
        display_name_claim: input("displayNameClaim", &claims.display_name),
        mail_claim: input("mailClaim", &claims.mail),
        upn_claim: input("upnClaim", claims.upn.as_deref().unwrap_or_default()),
        groups_claim: input("groupsClaim", claims.groups.as_deref().unwrap_or_default()),
        graph: settings.graph.is_some(),
        graph_address: input("graphAddress", &unless(GRAPH, settings.graph.as_deref().unwrap_or(GRAPH))),
        addresses: addresses(console),
        fields,
    }
}
