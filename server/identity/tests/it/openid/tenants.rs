//! Entra for several tenants.

use baton_identity::openid::{
    IdTokenError, OpenIdError, OpenIdIdentity,
    fake::{FakeProvider, OTHER_TENANT, Person, Shape, TENANT},
};

use super::scenario::{NOW, block_on, log_in, new_cache};

/// A person of this tenant signs in where these are allowed.
fn sign_in(tenant: &str, allowed: &[&str], prepare: impl FnOnce(&FakeProvider)) -> Result<OpenIdIdentity, OpenIdError> {
    block_on(Box::pin(async {
        let provider = FakeProvider::start(Shape::Entra, NOW).await.unwrap();
        provider.person(Person { tenant: tenant.to_owned(), ..Person::alice() });
        prepare(&provider);
        log_in(&provider, &new_cache(), &provider.settings_for_tenants(allowed), NOW).await
    }))
}

fn nothing(_: &FakeProvider) {}

#[test]
fn people_of_every_allowed_tenant_sign_in() {
    for tenant in [TENANT, OTHER_TENANT] {
        let identity = sign_in(tenant, &[TENANT, OTHER_TENANT], nothing).unwrap();
        assert_eq!(identity.key.authority(), tenant);
    }
}

#[test]
fn people_of_other_tenants_do_not() {
    let error = sign_in(OTHER_TENANT, &[TENANT], nothing).unwrap_err();
    assert_eq!(error, OpenIdError::IdToken(IdTokenError::Tenant(OTHER_TENANT.to_owned())));
}

#[test]
fn the_issuer_on_the_way_back_is_one_of_an_allowed_tenant() {
    sign_in(TENANT, &[TENANT], FakeProvider::name_itself).unwrap();

    let error = sign_in(OTHER_TENANT, &[TENANT], FakeProvider::name_itself).unwrap_err();
    assert_eq!(error.code(), "callback-issuer");
}

#[test]
fn a_tenants_issuer_says_the_same_tenant() {
    let error = sign_in(TENANT, &[TENANT, OTHER_TENANT], |provider| {
        provider.misbehave(baton_identity::openid::fake::Fault::OtherTenant);
    });
    assert_eq!(error.unwrap_err().code(), "id-token-issuer");
}

#[test]
fn a_key_for_all_tenants_signs_for_each() {
    sign_in(TENANT, &[TENANT], |provider| {
        let for_all = provider.issuer().replace(TENANT, "{tenantid}");
        provider.keys_are_for(&for_all);
    })
    .unwrap();
}

#[test]
fn a_key_for_one_issuer_signs_for_no_other() {
    let error = sign_in(TENANT, &[TENANT], |provider| {
        let for_another = provider.issuer().replace(TENANT, OTHER_TENANT);
        provider.keys_are_for(&for_another);
    });
    assert_eq!(error.unwrap_err().code(), "id-token-issuer");
}
