//! What an administrator says about a provider.

use baton_identity::openid::{ClaimNames, Field, KeyRule, Problem, ProviderSettings, Secret};

const TENANT: &str = "11111111-2222-3333-4444-555555555555";

fn plain() -> ProviderSettings {
    ProviderSettings::plain("id", "https://id.example.test/realm", "baton", Secret::new("secret"))
}

fn entra(tenant: &str) -> ProviderSettings {
    ProviderSettings::entra("id", tenant, "baton", Secret::new("secret"))
}

fn wrong(settings: &ProviderSettings) -> (Field, Problem) {
    let error = settings.validate().unwrap_err();
    (error.field, error.problem)
}

fn with_issuer(issuer: &str) -> ProviderSettings {
    ProviderSettings { issuer: issuer.to_owned(), ..plain() }
}

#[test]
fn presets_can_be_used() {
    plain().validate().unwrap();
    entra(TENANT).validate().unwrap();
}

#[test]
fn entra_is_known_by_its_tenant() {
    let settings = entra(TENANT);
    assert_eq!(settings.issuer, format!("https://login.microsoftonline.com/{TENANT}/v2.0"));
    assert_eq!((settings.tenants, settings.key), (vec![TENANT.to_owned()], KeyRule::TenantObject));
}

#[test]
fn metadata_are_below_the_issuer() {
    let address = |settings: ProviderSettings| settings.discovery_url().unwrap().to_string();
    assert_eq!(address(plain()), "https://id.example.test/realm/.well-known/openid-configuration");
    assert_eq!(
        address(entra("organizations")),
        "https://login.microsoftonline.com/organizations/v2.0/.well-known/openid-configuration"
    );
}

#[test]
fn several_tenants_have_to_be_named() {
    let several = entra("organizations");
    assert_eq!(wrong(&several), (Field::Tenants, Problem::TenantsNeeded));

    ProviderSettings { tenants: vec![TENANT.to_owned()], ..several }.validate().unwrap();
}

#[test]
fn a_domain_is_no_tenant() {
    let wrong = wrong(&entra("example.onmicrosoft.com"));
    assert_eq!(wrong, (Field::Tenants, Problem::NotATenant("example.onmicrosoft.com".to_owned())));
}

#[test]
fn http_is_for_this_machine_only() {
    for issuer in ["http://127.0.0.1:9000", "http://localhost:9000", "http://[::1]:9000", "https://id.example.test"] {
        with_issuer(issuer).validate().unwrap();
    }
    for issuer in ["http://id.example.test", "http://10.0.0.1", "ftp://127.0.0.1", "http://localhost.example.test"] {
        assert_eq!(wrong(&with_issuer(issuer)), (Field::Issuer, Problem::NotHttps), "{issuer}");
    }
}

#[test]
fn an_issuer_is_an_address_and_nothing_more() {
    for issuer in ["https://me@id.example.test", "https://id.example.test/?a", "https://id.example.test/#a"] {
        assert_eq!(wrong(&with_issuer(issuer)), (Field::Issuer, Problem::MoreThanAnAddress), "{issuer}");
    }
    for issuer in ["id.example.test", "https://", "mailto:me@example.test"] {
        assert_eq!(wrong(&with_issuer(issuer)), (Field::Issuer, Problem::NotAnAddress), "{issuer}");
    }
}

#[test]
fn the_wrong_setting_is_named() {
    let claims = ClaimNames::standard;
    let empty = String::new;
    let cases = [
        (ProviderSettings { id: empty(), ..plain() }, Field::Id),
        (ProviderSettings { issuer: empty(), ..plain() }, Field::Issuer),
        (ProviderSettings { client_id: empty(), ..plain() }, Field::ClientId),
        (ProviderSettings { client_secret: Secret::default(), ..plain() }, Field::ClientSecret),
        (ProviderSettings { scopes: vec![empty()], ..plain() }, Field::Scopes),
        (ProviderSettings { claims: ClaimNames { user_name: empty(), ..claims() }, ..plain() }, Field::UserNameClaim),
        (
            ProviderSettings { claims: ClaimNames { display_name: empty(), ..claims() }, ..plain() },
            Field::DisplayNameClaim,
        ),
        (ProviderSettings { claims: ClaimNames { mail: empty(), ..claims() }, ..plain() }, Field::MailClaim),
        (ProviderSettings { claims: ClaimNames { upn: Some(empty()), ..claims() }, ..plain() }, Field::UpnClaim),
        (ProviderSettings { claims: ClaimNames { groups: Some(empty()), ..claims() }, ..plain() }, Field::GroupsClaim),
    ];
    for (settings, field) in cases {
        assert_eq!(wrong(&settings), (field, Problem::Empty));
    }
    let spaced = ProviderSettings { client_id: "a b".to_owned(), ..plain() };
    assert_eq!(wrong(&spaced), (Field::ClientId, Problem::Characters));
    let long = ProviderSettings { client_id: "a".repeat(1025), ..plain() };
    assert_eq!(wrong(&long), (Field::ClientId, Problem::TooLong));
}
