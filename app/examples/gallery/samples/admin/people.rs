use baton_app::document::Frame;
use baton_app::pages::admin::confirm::{Confirm, confirm};
use baton_app::pages::admin::group_form::{GroupFormView, group_form};
use baton_app::pages::admin::groups::{GroupKind, GroupRow, GroupsView, groups};
use baton_app::pages::admin::list::Paging;
use baton_app::pages::admin::password_link::{PasswordLinkView, password_link};
use baton_app::pages::admin::picker::PickerView;
use baton_app::pages::admin::user::{Password, UserOrigin, UserView, user};
use baton_app::pages::admin::user_form::{UserFormView, user_form};
use baton_app::pages::admin::user_import::{
    ImportPreviewView, ImportedPerson, UserImportView, import_preview, user_import,
};
use baton_app::pages::admin::users::{UserRow, UsersView, users};
use baton_app::ui::confirmation::ConfirmationProblem;
use baton_app::ui::form::{Choice, Input, Problem};
use baton_app::ui::role::Role;
use baton_app::ui::sessions::OpenSession;
use time::Duration;

use super::super::actions::petra;
use super::super::portal::passkey_row;
use super::super::{NOW, Sample};
use super::managed_accounts::masked;
use super::what_if::of_group;
use super::{chrome, link, more, sample};

pub fn samples(frame: &Frame) -> Vec<Sample> {
    let chrome = chrome();
    vec![
        sample("admin-users", users(frame, &chrome, &users_view())),
        sample("admin-users-nothing", users(frame, &chrome, &UsersView { q: "zz".to_owned(), ..UsersView::default() })),
        sample("admin-users-empty", users(frame, &chrome, &UsersView::default())),
        sample("admin-user", user(frame, &chrome, &anna())),
        sample("admin-user-nobody", user(frame, &chrome, &nobody())),
        sample(
            "admin-user-disabled",
            user(frame, &chrome, &UserView { disabled: true, devices: Vec::new(), ..anna() }),
        ),
        sample(
            "admin-user-without-password",
            user(frame, &chrome, &UserView { password: Password::Missing, last_sign_in: None, ..anna() }),
        ),
        sample(
            "admin-user-link-made",
            user(
                frame,
                &chrome,
                &UserView {
                    password: Password::Expected { until: NOW + Duration::days(5) },
                    last_sign_in: None,
                    ..anna()
                },
            ),
        ),
        sample(
            "admin-user-paused",
            user(frame, &chrome, &UserView { paused_until: Some(NOW + Duration::minutes(2)), ..anna() }),
        ),
        sample("admin-user-from-source", user(frame, &chrome, &from_source(false))),
        sample("admin-user-gone", user(frame, &chrome, &from_source(true))),
        sample("admin-user-make-local", confirm(frame, &chrome, &make_local())),
        sample("admin-user-form-from-source", user_form(frame, &chrome, &form_from_source(false))),
        sample("admin-user-form-role-from-source", user_form(frame, &chrome, &form_from_source(true))),
        sample("admin-password-link", password_link(frame, &chrome, &password_link_view())),
        sample("admin-user-import", user_import(frame, &chrome, &UserImportView::default())),
        sample("admin-user-import-refused", user_import(frame, &chrome, &import_refused())),
        sample(
            "admin-user-import-stale",
            user_import(frame, &chrome, &UserImportView { stale: true, ..UserImportView::default() }),
        ),
        sample("admin-user-import-preview", import_preview(frame, &chrome, &preview())),
        sample(
            "admin-user-import-confirm",
            import_preview(frame, &chrome, &ImportPreviewView { confirmation: Some(petra(None)), ..preview() }),
        ),
        sample(
            "admin-user-import-nobody-new",
            import_preview(frame, &chrome, &ImportPreviewView { shown: Vec::new(), added: 0, ..preview() }),
        ),
        sample("admin-user-add", user_form(frame, &chrome, &user_form_view())),
        sample("admin-user-add-refused", user_form(frame, &chrome, &user_form_refused())),
        sample(
            "admin-user-add-confirm",
            user_form(
                frame,
                &chrome,
                &UserFormView { confirmation: Some(petra(Some(ConfirmationProblem::Missing))), ..user_form_view() },
            ),
        ),
        sample("admin-user-edit-stale", user_form(frame, &chrome, &user_form_stale())),
        sample(
            "admin-user-edit-nobody",
            user_form(frame, &chrome, &UserFormView { id: Some("n".to_owned()), nobody: true, ..user_form_view() }),
        ),
        sample(
            "admin-user-disable",
            confirm(frame, &chrome, &Confirm::DisableUser { id: "a".to_owned(), name: "Anna Berg".to_owned() }),
        ),
        sample("admin-groups", groups(frame, &chrome, &groups_view(GroupKind::Users))),
        sample(
            "admin-groups-empty",
            groups(frame, &chrome, &GroupsView { rows: Vec::new(), ..groups_view(GroupKind::Devices) }),
        ),
        sample("admin-group-edit", group_form(frame, &chrome, &group_view(GroupKind::Users))),
        sample("admin-group-refused", group_form(frame, &chrome, &group_refused())),
        sample(
            "admin-group-delete",
            confirm(
                frame,
                &chrome,
                &Confirm::DeleteGroup {
                    list: "/admin/user-groups",
                    id: "g".to_owned(),
                    name: "Ward 3".to_owned(),
                    members: 18,
                },
            ),
        ),
    ]
}

fn users_view() -> UsersView {
    let row = |id: &str, name: &str, role, minutes: i64| UserRow {
        id: id.to_owned(),
        display_name: name.to_owned(),
        user_name: Some(id.to_owned()),
        role,
        disabled: false,
        nobody: false,
        devices: Vec::new(),
        last_sign_in: (minutes > 0).then(|| NOW - Duration::minutes(minutes)),
        source: None,
        managed_account: Some(format!("{}•••@appleid.stmarys.example", &id[..1])),
    };
    let anna = row("anna", "Anna Berg", Role::User, 180);
    UsersView {
        rows: vec![
            UserRow { devices: vec![link("Ward 3 · Phone 07", "/admin/devices/7")], ..anna },
            UserRow {
                source: Some("Heron Clinic directory".to_owned()),
                ..row("ben", "Ben Okafor", Role::HelpDesk, 12)
            },
            UserRow { disabled: true, ..row("clara.hoffmann-meyer", "Clara Hoffmann-Meyer", Role::User, 90_000) },
            UserRow { nobody: true, user_name: None, managed_account: None, ..row("nobody", "Nobody", Role::User, 0) },
            row("petra", "Petra Lindqvist", Role::Administrator, 1),
        ],
        paging: more("/admin/users"),
        without_password: 12,
        ..UsersView::default()
    }
}

pub fn anna() -> UserView {
    UserView {
        id: "anna".to_owned(),
        display_name: "Anna Berg".to_owned(),
        user_name: Some("anna".to_owned()),
        email: Some("anna.berg@stmarys.example".to_owned()),
        role: Role::User,
        groups: vec![link("Ward 3", "/admin/user-groups/3"), link("Nurses", "/admin/user-groups/4")],
        devices: vec![(link("Ward 3 · Phone 07", "/admin/devices/7"), NOW - Duration::hours(3))],
        last_sign_in: Some(NOW - Duration::hours(3)),
        created: Some(NOW - Duration::days(90)),
        sessions: vec![OpenSession {
            id: "sample".to_owned(),
            browser: Some("Safari · iPhone".to_owned()),
            device: Some("Ward 3 · Phone 07".to_owned()),
            opened: NOW - Duration::hours(3),
            last_used: NOW - Duration::minutes(8),
            current: false,
        }],
        passkeys: vec![passkey_row("Anna’s iPhone", true), passkey_row("Blue security key", false)],
        account: masked("a•••@appleid.stmarys.example"),
        may_enrol: true,
        may_edit: true,
        ..UserView::default()
    }
}

/// The form of a local user.
pub fn form_of_anna() -> UserFormView {
    UserFormView { source: None, ..form_from_source(false) }
}

fn from_source(gone: bool) -> UserView {
    let origin = UserOrigin {
        source: "Heron Clinic directory".to_owned(),
        path: "/admin/settings/sources/a".to_owned(),
        principal_name: Some("anna.berg@heron-clinic.example".to_owned()),
        gives_role: true,
        gone,
    };
    UserView { origin: Some(origin), password: Password::Missing, disabled: gone, ..anna() }
}

fn make_local() -> Confirm {
    let (name, source) = ("Anna Berg".to_owned(), "Heron Clinic directory".to_owned());
    Confirm::MakeLocal { id: "anna".to_owned(), name, source }
}

fn form_from_source(role_from_source: bool) -> UserFormView {
    UserFormView {
        id: Some("anna".to_owned()),
        display_name: Input::new("Anna Berg"),
        user_name: Input::new("anna"),
        email: Input::new("anna.berg@heron-clinic.example"),
        revision: Some(3),
        source: Some("Heron Clinic directory".to_owned()),
        role_from_source,
        ..user_form_view()
    }
}

fn nobody() -> UserView {
    UserView {
        id: "nobody".to_owned(),
        display_name: "Nobody".to_owned(),
        nobody: true,
        groups: vec![link("Only Nobody", "/admin/user-groups/5")],
        may_edit: true,
        ..UserView::default()
    }
}

fn password_link_view() -> PasswordLinkView {
    PasswordLinkView {
        id: "anna".to_owned(),
        display_name: "Anna Berg".to_owned(),
        mail: Some("mailto:anna.berg%40stmarys.example".to_owned()),
        address: "https://baton.stmarys.example/password/3mCq9c1WwJ0sZ0uA5m2vTn1QyR7kHbXe4LdGfPsVtYo".to_owned(),
        until: NOW + Duration::days(7),
    }
}

fn import_refused() -> UserImportView {
    UserImportView {
        problems: vec![
            "Line 3: Mail address: Enter a mail address such as anna@example.com.".to_owned(),
            "Line 3: There is no role “boss”.".to_owned(),
            "Line 17: The user name stands in line 4 already.".to_owned(),
        ],
        ..UserImportView::default()
    }
}

fn preview() -> ImportPreviewView {
    let person = |name: &str, user_name: &str, groups: &[&str]| ImportedPerson {
        display_name: name.to_owned(),
        user_name: user_name.to_owned(),
        email: format!("{user_name}@stmarys.example"),
        role: Role::User,
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
        managed_account: None,
    };
    ImportPreviewView {
        file: "ward-3-starters.csv".to_owned(),
        upload: "sample".to_owned(),
        previewed: "sample".to_owned(),
        shown: vec![
            person("Hanna Schäfer", "hanna", &["Ward 3", "Nurses"]),
            ImportedPerson {
                email: String::new(),
                role: Role::Auditor,
                managed_account: Some("y•••@appleid.stmarys.example".to_owned()),
                ..person("Yan Lin", "yan", &[])
            },
            person("Clara Hoffmann-Meyer", "clara.hoffmann-meyer", &["Nurses"]),
        ],
        added: 103,
        taken: vec![(5, "anna".to_owned()), (9, "ben".to_owned())],
        accountless: vec![(12, "hanna.s".to_owned())],
        confirmation: None,
    }
}

fn user_form_view() -> UserFormView {
    UserFormView { groups: group_choices(), ..UserFormView::default() }
}

fn user_form_stale() -> UserFormView {
    UserFormView {
        id: Some("anna".to_owned()),
        display_name: Input::new("Anna Berg-Holm"),
        user_name: Input::new("anna"),
        revision: Some(4),
        stale: true,
        ..user_form_view()
    }
}

fn user_form_refused() -> UserFormView {
    UserFormView {
        display_name: Input::new("Anna Berg"),
        user_name: Input::refused("anna", Problem::Taken),
        email: Input::refused("anna", Problem::NotMail),
        ..user_form_view()
    }
}

pub fn group_choices() -> Vec<Choice> {
    vec![
        Choice::new("3", "Ward 3", true),
        Choice::new("4", "Nurses", false),
        Choice::new("5", "Only Nobody", false),
        Choice::new("6", "Physiotherapy and rehabilitation", false),
    ]
}

fn groups_view(kind: GroupKind) -> GroupsView {
    let row = |id: &str, name: &str, description: &str, members, built_in| GroupRow {
        id: id.to_owned(),
        name: name.to_owned(),
        description: description.to_owned(),
        members,
        built_in,
    };
    GroupsView {
        kind,
        q: String::new(),
        rows: vec![
            row("everyone", "Everyone", "All users, Nobody included", 213, true),
            row("4", "Nurses", "", 84, false),
            row("5", "Only Nobody", "What signed-out phones have", 1, false),
            row("3", "Ward 3", "Staff of ward 3, day and night", 18, false),
        ],
        paging: Paging::default(),
    }
}

pub fn group_view(kind: GroupKind) -> GroupFormView {
    GroupFormView {
        kind,
        id: Some("3".to_owned()),
        read_only: false,
        name: Input::new("Ward 3"),
        description: Input::new("Staff of ward 3, day and night"),
        members: PickerView {
            chosen: vec![Choice::new("a", "Anna Berg (anna)", true), Choice::new("b", "Ben Okafor (ben)", true)],
            add: Input::default(),
            suggestions: vec!["clara.hoffmann-meyer".to_owned(), "petra".to_owned()],
        },
        what_if: Some(of_group()),
    }
}

fn group_refused() -> GroupFormView {
    GroupFormView {
        id: None,
        name: Input::refused("Ward 3", Problem::Taken),
        members: PickerView { add: Input::refused("zoe", Problem::NoSuchUser), ..PickerView::default() },
        what_if: None,
        ..group_view(GroupKind::Users)
    }
}
