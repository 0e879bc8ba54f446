//! One-time links under which people choose their passwords (B1): one, or one for everybody who has none yet.

use axum::{Router, extract::Path, http::StatusCode, response::Response, routing::get};
use baton_core::{CoreError, accounts::NewPasswordLink};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::desk::Answer;
use crate::{
    locale::{Texts, fill},
    pages::admin::{
        confirm::{Confirm, confirm_with},
        password_link::{PasswordLinkView, password_link},
    },
    shell::console::Section,
    web::{
        Console, Fields, Web,
        answer::see_other,
        attachment::attachment,
        confirmation::{Proved, prove},
        context::moment,
        csv::{self, MEDIA_TYPE, table},
    },
};

const USERS: &str = "/admin/users";
const SECTION: Section = Section::Users;

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/admin/users/password-links", get(to_users).post(make_missing))
        .route("/admin/users/{id}/password-link", get(to_user).post(make))
}

/// The link is in the answer itself: only a hash of it is kept.
async fn make(console: Console, Path(id): Path<String>, fields: Fields) -> Answer {
    let proved = prove(&console.request, &console.person, &fields).await?;
    let request = console.request.clone();
    proved.finish(&request, make_proved(console.proved(&proved), &proved, id).await)
}

async fn make_proved(console: Console, proved: &Proved, id: String) -> Answer {
    let link = console.core().make_password_link(&console.actor, &id.as_str().into(), console.now()).await;
    if matches!(link, Err(CoreError::Unconfirmed)) {
        let found = console.core().user_detail(&console.actor, &id.as_str().into(), console.now()).await;
        let name = console.ask(SECTION, found)?.user.display_name;
        return again(&console, proved, &Confirm::PasswordLink { id, name }).await;
    }
    let link = console.ask(SECTION, link)?;
    let view = PasswordLinkView {
        id,
        mail: link.user.email.as_ref().map(|email| mail(console.t(), email, &link)),
        display_name: link.user.display_name,
        address: link.address,
        until: moment(link.expires_at).unwrap_or(console.frame().now),
    };
    Ok(console.page(StatusCode::OK, password_link(console.frame(), &console.chrome, &view)))
}

fn mail(t: &Texts, email: &str, link: &NewPasswordLink) -> String {
    let text = fill(t.password_link_mail, &[("name", &link.user.display_name), ("address", &link.address)]);
    let [to, subject, body] =
        [email, t.password_link_subject, &text].map(|text| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string());
    format!("mailto:{to}?subject={subject}&body={body}")
}

async fn make_missing(console: Console, fields: Fields) -> Answer {
    let proved = prove(&console.request, &console.person, &fields).await?;
    let request = console.request.clone();
    proved.finish(&request, make_missing_proved(console.proved(&proved), &proved).await)
}

async fn make_missing_proved(console: Console, proved: &Proved) -> Answer {
    let links = console.core().make_missing_password_links(&console.actor, console.now()).await;
    if matches!(links, Err(CoreError::Unconfirmed)) {
        return again(&console, proved, &Confirm::PasswordLinks).await;
    }
    let rows = console.ask(SECTION, links)?.into_iter().map(|link| {
        let user = link.user;
        [
            user.user_name,
            user.display_name,
            user.email.unwrap_or_default(),
            link.address,
            csv::time(Some(link.expires_at)),
        ]
    });
    let file = table(["userName", "displayName", "email", "link", "until"], rows);
    Ok(attachment("password-links.csv", MEDIA_TYPE, file))
}

/// Whoever can choose somebody's password has their role, so it takes a proof (B8).
async fn again(console: &Console, proved: &Proved, what: &Confirm) -> Answer {
    let (status, confirmation) = proved.again(&console.request).await?;
    Ok(console.page(status, confirm_with(console.frame(), &console.chrome, what, Some(&confirmation))))
}

/// A form's address opened by hand.
async fn to_users(_: Console) -> Response {
    see_other(USERS)
}

async fn to_user(_: Console, Path(id): Path<String>) -> Response {
    see_other(&format!("{USERS}/{id}"))
}
