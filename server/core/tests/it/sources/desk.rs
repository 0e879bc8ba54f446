//! What the tests of sources need: a directory, a provider, and the way through a browser.

use std::fmt::Debug;

use baton_core::{
    Actor, Core,
    accounts::{SignInError, Visitor},
    managed_accounts::AccountRule,
    sources::{
        BegunLogin, FailedLogin, FinishedLogin, LdapSource, LoginFailure, LoginPurpose, OpenIdSource, ProviderShape,
        SourceForm, SourceSettings,
    },
};
use baton_identity::{
    ldap::{
        NestedGroups, Security,
        fake::{BASE, FakeEntry, FakeLdap},
    },
    openid::fake::{FakeProvider, Shape},
};
use baton_model::{AuditEntry, SelectionKind, SourceId, SourceRole, SourceSelection, User, UserIdentity, fold::fold};
use baton_store::AuditFilter;

use crate::office::Office;

/// A person of this user name in the directory.
pub fn person(uid: &str) -> FakeEntry {
    FakeEntry::new(&format!("uid={uid},{BASE}"), "inetOrgPerson")
        .with("uid", uid)
        .with("cn", format!("The {uid}"))
        .with("mail", format!("{uid}@example.test"))
        .with("entryUUID", uuid_of(uid))
        .with_password(&password_of(uid))
}

pub fn password_of(uid: &str) -> String {
    format!("{uid}'s password")
}

/// A group of this name with these members.
pub fn group(name: &str, members: &[&str]) -> FakeEntry {
    let group =
        FakeEntry::new(&format!("cn={name},{BASE}"), "groupOfNames").with("cn", name).with("entryUUID", uuid_of(name));
    members.iter().fold(group, |group, member| group.with("member", format!("uid={member},{BASE}")))
}

/// An id made from a name.
pub fn uuid_of(name: &str) -> String {
    let number = name.bytes().fold(7_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)));
    format!("00000000-0000-4000-8000-{:012x}", number & 0xffff_ffff_ffff)
}

pub fn everyone_in(group: &str) -> SourceSelection {
    SourceSelection {
        kind: SelectionKind::Group,
        entry_id: uuid_of(group),
        dn: format!("cn={group},{BASE}"),
        name: group.to_owned(),
    }
}

pub fn the_person(uid: &str) -> SourceSelection {
    SourceSelection {
        kind: SelectionKind::Person,
        entry_id: uuid_of(uid),
        dn: format!("uid={uid},{BASE}"),
        name: uid.to_owned(),
    }
}

/// A source over this directory.
pub fn over(fake: &FakeLdap, name: &str) -> SourceForm {
    let mut directory = fake.settings(Security::Ldaps);
    directory.nested_groups = NestedGroups::MemberOf;
    SourceForm {
        name: name.to_owned(),
        enabled: true,
        settings: SourceSettings::Ldap(LdapSource {
            directory,
            admits_anyone: false,
            accounts: AccountRule::default(),
        }),
        sync_minutes: Some(60),
        roles: Vec::new(),
        revision: None,
    }
}

/// The same, for everybody in it.
pub fn open_to_all(mut form: SourceForm) -> SourceForm {
    match &mut form.settings {
        SourceSettings::Ldap(ldap) => ldap.admits_anyone = true,
        SourceSettings::OpenId(provider) => provider.admits_anyone = true,
    }
    form
}

pub fn giving(mut form: SourceForm, group: &str, role: baton_model::Role) -> SourceForm {
    form.roles.push(SourceRole { group: group.to_owned(), name: group.to_owned(), role });
    form
}

/// A source over this provider, for everybody who has an account there.
pub fn with_provider(fake: &FakeProvider, shape: Shape) -> SourceForm {
    let known = fake.settings();
    let mut provider = match shape {
        Shape::Entra => OpenIdSource {
            issuer: known.issuer.split("/11111111").next().unwrap().to_owned(),
            tenants: known.tenants.clone(),
            ..OpenIdSource::entra()
        },
        Shape::Plain => OpenIdSource { issuer: known.issuer.clone(), ..OpenIdSource::plain() },
    };
    assert_eq!(provider.shape == ProviderShape::Entra, shape == Shape::Entra);
    provider.client_id.clone_from(&known.client_id);
    provider.client_secret = known.client_secret.clone();
    provider.admits_anyone = true;
    SourceForm {
        name: "Contoso".to_owned(),
        enabled: true,
        settings: SourceSettings::OpenId(provider),
        sync_minutes: None,
        roles: Vec::new(),
        revision: None,
    }
}

pub fn install_cryptography() {
    drop(rustls::crypto::ring::default_provider().install_default());
}

impl Office {
    pub async fn add_source(&self, form: &SourceForm) -> SourceId {
        self.core.create_source(&Actor::System, form, self.now()).await.unwrap()
    }

    pub async fn select(&self, source: &SourceId, entries: &[SourceSelection]) {
        self.core.select_in_source(&Actor::System, source, entries, self.now()).await.unwrap();
    }

    /// A sync as an administrator does it: a look, then the same.
    pub async fn sync(&self, source: &SourceId) -> baton_core::sources::SyncOutcome {
        let plan = self.core.preview_sync(&Actor::System, source, self.now()).await.unwrap();
        self.core.sync_source(&Actor::System, source, &plan.fingerprint(), self.now()).await.unwrap()
    }

    pub async fn user_called(&self, name: &str) -> Option<User> {
        self.store.read().await.unwrap().find_user_by_name(&fold(name)).await.unwrap()
    }

    pub async fn identity_of(&self, user: &User) -> Option<UserIdentity> {
        self.store.read().await.unwrap().identity_of_user(&user.id).await.unwrap()
    }

    pub async fn enters(&self, name: &str, password: &str) -> Result<(), SignInError> {
        self.core.sign_in(name, password, &Visitor::default(), self.now()).await.map(drop)
    }

    /// The last audit row.
    pub async fn last_audit(&self) -> AuditEntry {
        let rows = self.store.read().await.unwrap().list_audit(&AuditFilter::default()).await.unwrap().rows;
        rows.into_iter().next().unwrap()
    }

    /// Leaves for the provider.
    pub async fn leave(&self, source: &SourceId, purpose: LoginPurpose) -> BegunLogin {
        self.core.begin_login(source, purpose, &Visitor::default(), self.now()).await.unwrap()
    }

    /// There and back, as a browser goes.
    pub async fn log_in(
        &self,
        fake: &FakeProvider,
        source: &SourceId,
        purpose: LoginPurpose,
    ) -> Result<FinishedLogin, FailedLogin> {
        let begun = self.leave(source, purpose).await;
        fake.set_time(self.now());
        self.come_back(&self.core, fake, &begun, Some(&begun.browser)).await
    }

    pub async fn come_back(
        &self,
        core: &Core,
        fake: &FakeProvider,
        begun: &BegunLogin,
        browser: Option<&str>,
    ) -> Result<FinishedLogin, FailedLogin> {
        let back = fake.visit(&begun.location.parse().unwrap());
        core.finish_login(back.query().unwrap_or_default(), browser, &Visitor::default(), self.now()).await
    }
}

pub fn to_portal() -> LoginPurpose {
    LoginPurpose::Portal { next: None, on_phone: false }
}

/// Why a login failed.
pub fn failure<T: Debug>(result: Result<T, FailedLogin>) -> LoginFailure {
    result.unwrap_err().failure
}
