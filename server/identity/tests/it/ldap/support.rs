//! What several tests need.

use std::{pin::Pin, time::Duration};

use baton_identity::ldap::{
    LdapSettings, NestedGroups, Security,
    fake::{BASE, FakeEntry, FakeLdap},
};

/// Long enough for what works, also on a busy machine; short enough to wait for what does not.
const SHORT: Duration = Duration::from_millis(400);

/// Runs a test with a fake directory of these entries.
pub fn with_fake<'a, F: Future<Output = ()> + 'a>(entries: Vec<FakeEntry>, test: impl FnOnce(FakeLdap) -> F + 'a) {
    block_on(async move { test(FakeLdap::start(entries).await.unwrap()).await });
}

/// Runs a test with a fake Active Directory of these entries.
pub fn with_active_directory<'a, F: Future<Output = ()> + 'a>(
    entries: Vec<FakeEntry>,
    test: impl FnOnce(FakeLdap) -> F + 'a,
) {
    block_on(async move { test(FakeLdap::start_active_directory(entries).await.unwrap()).await });
}

/// Runs a test.
pub fn block_on<'a>(test: impl Future<Output = ()> + 'a) {
    // Without its type, so that the compiler makes what is around it once and not for each test.
    let test: Pin<Box<dyn Future<Output = ()> + 'a>> = Box::pin(test);
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(test);
}

/// How to reach the fake, without a look at what it says of itself.
pub fn settings(fake: &FakeLdap) -> LdapSettings {
    LdapSettings { nested_groups: NestedGroups::MemberOf, ..fake.settings(Security::Ldaps) }
}

/// The same, for those that do not want to wait.
pub fn impatient(fake: &FakeLdap, security: Security) -> LdapSettings {
    let mut settings = fake.settings(security);
    settings.limits.step = SHORT;
    settings
}

/// A person of this user name.
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
    members.iter().fold(group, |group, member| group.with("member", format!("{member},{BASE}")))
}

/// An id made from a name.
pub fn uuid_of(name: &str) -> String {
    let number = name.bytes().fold(7_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)));
    format!("00000000-0000-4000-8000-{:012x}", number & 0xffff_ffff_ffff)
}
