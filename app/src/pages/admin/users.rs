//! The list of users (spec B1, H1).

use leptos::prelude::*;
use time::OffsetDateTime;

use super::list::{Filter, Link, Paging, add_button, empty, none, nothing_found, paging, search_bar};
use crate::document::Frame;
use crate::icons::{Icon, icon};
use crate::locale::count;
use crate::markup::{IntoMarkup, Markup};
use crate::shell::console::{Chrome, ConsolePage, Section, console};
use crate::ui::account::masked;
use crate::ui::form::Choice;
use crate::ui::moment::ago;
use crate::ui::notice::notice;
use crate::ui::role::Role;
use crate::ui::table::table;
use crate::ui::{Tone, badge};

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct UsersView {
    /// What was searched for: `q`.
    pub q: String,
    /// Only this role: `role`.
    pub role: Option<Role>,
    /// The users found.
    pub rows: Vec<UserRow>,
    /// Where the list stands.
    pub paging: Paging,
    /// How many people have no password yet, where the viewer can do something about it.
    pub without_password: usize,
}

/// A user in the list.
#[derive(Clone, Debug)]
pub struct UserRow {
    /// For the path `/admin/users/{id}`.
    pub id: String,
    /// How people call them.
    pub display_name: String,
    /// Signs in with this; Nobody has none.
    pub user_name: Option<String>,
    /// Role.
    pub role: Role,
    /// May not sign in.
    pub disabled: bool,
    /// The built-in owner of signed-out devices.
    pub nobody: bool,
    /// Shared devices the user holds now.
    pub devices: Vec<Link>,
    /// When they last signed in.
    pub last_sign_in: Option<OffsetDateTime>,
    /// What the source is called that they come from; `None` for a local one.
    pub source: Option<String>,
    /// Their Managed Apple Account, masked.
    pub managed_account: Option<String>,
}

const PATH: &str = "/admin/users";
const TABLE: &str = "users";

/// The page.
#[must_use]
pub fn users(frame: &Frame, chrome: &Chrome, view: &UsersView) -> String {
    let t = frame.texts();
    let add = || add_button(chrome, "/admin/users/add", t.users_add);
    let import = chrome.manages.then(
        || view! { <a class="button" href="/admin/users/import">{icon(Icon::Plus)}<span>{t.users_import}</span></a> },
    );
    let invite = chrome.manages.then(|| {
        view! { <a class="button" href="/admin/users/invite">{icon(Icon::People)}<span>{t.users_invite}</span></a> }
    });
    let actions = chrome.manages.then(|| view! { {import}{invite}{add()} }.into_markup());
    let page = ConsolePage { actions, ..ConsolePage::new(Section::Users, t.nav_users) };
    console(frame, chrome, page, || {
        let searched = !view.q.is_empty() || view.role.is_some();
        let list = match (view.rows.is_empty(), searched) {
            (true, true) => nothing_found(frame, PATH),
            (true, false) => empty(Icon::Person, t.users_empty_title, t.users_empty_text, add()),
            (false, _) => rows(frame, &view.rows),
        };
        view! {
            {without_password(frame, view.without_password)}
            {search_bar(frame, PATH, TABLE, t.users_search, &view.q, &[role_filter(frame, view.role)])}
            {list}
            {paging(frame, &view.paging)}
        }
        .into_markup()
    })
}

fn without_password(frame: &Frame, people: usize) -> Option<Markup> {
    let t = frame.texts();
    if people == 0 {
        return None;
    }
    let body = view! {
        <p>{t.users_without_password_text}</p>
        <form method="post" action="/admin/users/password-links">
            <button class="button" type="submit">{icon(Icon::Download)}<span>{t.users_password_links}</span></button>
        </form>
    };
    Some(notice(Tone::Plain, &count(people, t.users_without_password_one, t.users_without_password), body))
}

fn role_filter(frame: &Frame, role: Option<Role>) -> Filter {
    let t = frame.texts();
    let mut choices = vec![Choice::new("", t.list_all, role.is_none())];
    choices.extend(Role::ALL.map(|each| Choice::new(each.code(), each.word(t), role == Some(each))));
    Filter { name: "role", label: t.field_role, choices }
}

fn rows(frame: &Frame, users: &[UserRow]) -> Markup {
    let t = frame.texts();
    let rows = users
        .iter()
        .map(|user| {
            let name = view! {
                <a href=format!("{PATH}/{}", user.id)>{user.display_name.clone()}</a>
                {user.nobody.then(|| badge(Tone::Plain, Icon::Shield, t.built_in))}
                {user.disabled.then(|| badge(Tone::Warn, Icon::Lock, t.user_disabled))}
            };
            let user_name = match &user.user_name {
                Some(user_name) => user_name.clone().into_markup(),
                None => none(frame),
            };
            let role = if user.nobody { none(frame) } else { user.role.word(t).into_markup() };
            let devices = if user.devices.is_empty() {
                none(frame)
            } else {
                user.devices.iter().map(Link::render).collect_view().into_markup()
            };
            let last = user.last_sign_in.map_or_else(|| none(frame), |at| ago(frame, at));
            let source = match &user.source {
                _ if user.nobody => none(frame),
                Some(source) => source.clone().into_markup(),
                None => view! { <span class="muted">{t.user_source_local}</span> }.into_markup(),
            };
            let account = masked(frame, user.managed_account.as_deref());
            vec![name.into_markup(), user_name, role, source, account, devices, last]
        })
        .collect();
    let columns = [
        t.field_display_name,
        t.field_user_name,
        t.field_role,
        t.user_source,
        t.account_field,
        t.users_devices,
        t.users_last_sign_in,
    ];
    table(TABLE, t.nav_users, &columns, rows)
}
