//! The fault table: what a provider may do wrong, and what comes of it. `docs/openid.md` has the same rows.

use baton_identity::openid::{
    CallbackError, FreshnessError, HttpError, IdTokenError as I, MetadataError, OpenIdError as E, Place, Problem,
    TokenError, TransactionError, UserInfoError,
    fake::{FakeProvider, Fault as F},
};

use super::scenario::{entra, plain};

/// What comes of a login that succeeds.
const SIGNED_IN: &str = "signed in";

/// Makes a test of each row, and a list of all.
macro_rules! fault_table {
    ($($row:ident: $login:expr => $result:pat, $code:expr;)*) => {
        $(
            #[test]
            fn $row() {
                let result = $login.run().map(drop);
                let code = result.as_ref().map_or_else(E::code, |()| SIGNED_IN.to_owned());
                assert!(matches!(result, $result), "{result:?}");
                assert_eq!(code, $code);
            }
        )*
        const ROWS: &[(&str, &str)] = &[$((stringify!($row), $code)),*];
    };
}

fault_table! {
    // Finding the provider.
    metadata_that_is_a_page: plain().with(F::MetadataHtml) => Err(E::NotJson(Place::Metadata)), "metadata-not-json";
    metadata_that_is_huge: plain().with(F::MetadataHuge) => Err(E::Http { place: Place::Metadata, error: HttpError::TooLarge(_) }), "metadata-too-large";
    metadata_that_never_comes: plain().impatiently_with(F::MetadataSlow) => Err(E::Http { place: Place::Metadata, error: HttpError::Slow }), "metadata-slow";
    metadata_elsewhere: plain().with(F::MetadataRedirects) => Err(E::Http { place: Place::Metadata, error: HttpError::Redirected }), "metadata-redirected";
    metadata_of_another_issuer: plain().with(F::MetadataOtherIssuer) => Err(E::Metadata(MetadataError::Issuer { .. })), "metadata-issuer";
    metadata_without_a_token_endpoint: plain().with(F::MetadataIncomplete) => Err(E::Metadata(MetadataError::Missing("token_endpoint"))), "metadata-missing";
    metadata_with_an_endpoint_without_tls: plain().with(F::MetadataWithoutTls) => Err(E::Metadata(MetadataError::Endpoint { name: "token_endpoint", problem: Problem::NotHttps })), "metadata-endpoint";
    keys_that_are_a_page: plain().with(F::KeysHtml) => Err(E::NotJson(Place::Keys)), "keys-not-json";
    keys_that_are_huge: plain().with(F::KeysHuge) => Err(E::Http { place: Place::Keys, error: HttpError::TooLarge(_) }), "keys-too-large";
    keys_that_cannot_be_had: plain().with(F::KeysUnavailable) => Err(E::Status { place: Place::Keys, status: 503 }), "keys-status";
    keys_of_no_use: plain().with(F::KeysNone) => Err(E::Metadata(MetadataError::NoKeys)), "keys-none";
    keys_of_which_some_are_of_no_use: plain().before(|provider| provider.publish_another_key("ES256")) => Ok(()), SIGNED_IN;
    // The way back.
    state_of_another_login: plain().with(F::OtherState) => Err(E::Callback(CallbackError::StateMismatch)), "state-mismatch";
    no_state: plain().with(F::NoState) => Err(E::Callback(CallbackError::StateMissing)), "state-missing";
    state_twice: plain().with(F::TwoStates) => Err(E::Callback(CallbackError::Repeated("state"))), "callback-repeated";
    another_issuer_on_the_way_back: plain().with(F::OtherCallbackIssuer) => Err(E::Callback(CallbackError::IssuerMismatch)), "callback-issuer";
    no_issuer_on_the_way_back_where_one_was_promised: plain().before(FakeProvider::name_itself).with(F::NoCallbackIssuer) => Err(E::Callback(CallbackError::IssuerMissing)), "callback-issuer-missing";
    the_issuer_on_the_way_back_as_promised: plain().before(FakeProvider::name_itself) => Ok(()), SIGNED_IN;
    no_code: plain().with(F::NoCode) => Err(E::Callback(CallbackError::CodeMissing)), "code-missing";
    access_denied: plain().with(F::Error("access_denied")) => Err(E::Callback(CallbackError::AccessDenied)), "access-denied";
    login_required: plain().with(F::Error("login_required")) => Err(E::Callback(CallbackError::LoginRequired)), "login-required";
    interaction_required: plain().with(F::Error("interaction_required")) => Err(E::Callback(CallbackError::InteractionRequired)), "interaction-required";
    consent_required: plain().with(F::Error("consent_required")) => Err(E::Callback(CallbackError::InteractionRequired)), "interaction-required";
    temporarily_unavailable: plain().with(F::Error("temporarily_unavailable")) => Err(E::Callback(CallbackError::TemporarilyUnavailable)), "temporarily-unavailable";
    any_other_error: plain().with(F::Error("invalid_request")) => Err(E::Callback(CallbackError::Refused { .. })), "refused";
    an_error_with_the_state_of_another_login: plain().with(F::OtherState).with(F::Error("access_denied")) => Err(E::Callback(CallbackError::StateMismatch)), "state-mismatch";
    a_login_that_took_too_long: plain().taking(901) => Err(E::Transaction(TransactionError::Expired)), "transaction-expired";
    // A code for tokens.
    a_code_used_twice: plain().twice() => Err(E::Token(TokenError::CodeRefused)), "token-code-refused";
    a_code_refused: plain().with(F::CodeRefused) => Err(E::Token(TokenError::CodeRefused)), "token-code-refused";
    a_client_secret_refused: plain().with(F::ClientRefused) => Err(E::Token(TokenError::ClientRefused(_))), "token-client-refused";
    tokens_refused: plain().with(F::TokenRefused) => Err(E::Token(TokenError::Refused(_))), "token-refused";
    a_client_secret_in_the_form_alone: plain().before(|provider| provider.accept(Some(vec!["client_secret_post"]))) => Ok(()), SIGNED_IN;
    a_client_secret_in_the_header_alone: plain().before(|provider| provider.accept(None)) => Ok(()), SIGNED_IN;
    no_client_secret_accepted: plain().before(|provider| provider.accept(Some(vec!["private_key_jwt"]))) => Err(E::Token(TokenError::ClientAuthentication)), "token-client-authentication";
    tokens_that_are_a_page: plain().with(F::TokenHtml) => Err(E::NotJson(Place::Token)), "token-not-json";
    tokens_that_are_huge: plain().with(F::TokenHuge) => Err(E::Http { place: Place::Token, error: HttpError::TooLarge(_) }), "token-too-large";
    tokens_that_never_come: plain().impatiently_with(F::TokenSlow) => Err(E::Http { place: Place::Token, error: HttpError::Slow }), "token-slow";
    tokens_elsewhere: plain().with(F::TokenRedirects) => Err(E::Http { place: Place::Token, error: HttpError::Redirected }), "token-redirected";
    tokens_unavailable: plain().with(F::TokenUnavailable) => Err(E::Status { place: Place::Token, status: 503 }), "token-status";
    tokens_cut: plain().with(F::TokenCut) => Err(E::Http { place: Place::Token, error: HttpError::Unreachable(_) }), "token-unreachable";
    no_id_token: plain().with(F::NoIdToken) => Err(E::Token(TokenError::IdTokenMissing)), "id-token-missing";
    // The signature.
    an_id_token_that_is_none: plain().with(F::IdTokenGarbage) => Err(E::IdToken(I::Malformed)), "id-token-malformed";
    an_id_token_that_is_huge: plain().with(F::IdTokenHuge) => Err(E::IdToken(I::TooLarge)), "id-token-too-large";
    an_id_token_that_is_encrypted: plain().with(F::IdTokenEncrypted) => Err(E::IdToken(I::Encrypted)), "id-token-encrypted";
    an_id_token_with_an_extension: plain().with(F::IdTokenCritical) => Err(E::IdToken(I::Malformed)), "id-token-malformed";
    alg_none: plain().with(F::AlgorithmNone) => Err(E::IdToken(I::Algorithm(_))), "id-token-algorithm";
    the_client_secret_as_a_key: plain().with(F::AlgorithmClientSecret) => Err(E::IdToken(I::Algorithm(_))), "id-token-algorithm";
    the_public_key_as_a_secret: plain().with(F::AlgorithmPublicKey) => Err(E::IdToken(I::Algorithm(_))), "id-token-algorithm";
    the_signature_of_another_token: plain().with(F::OtherSignature) => Err(E::IdToken(I::Signature)), "id-token-signature";
    a_forged_key: plain().with(F::ForgedKey) => Err(E::IdToken(I::Signature)), "id-token-signature";
    a_key_that_is_not_published: plain().with(F::UnpublishedKey) => Err(E::IdToken(I::UnknownKey)), "id-token-unknown-key";
    new_keys_while_the_person_is_away: plain().away(|provider| provider.rotate_keys("RS256")) => Ok(()), SIGNED_IN;
    new_keys_of_another_kind_while_the_person_is_away: plain().away(|provider| provider.rotate_keys("ES256")) => Ok(()), SIGNED_IN;
    // What the token says.
    another_issuer: plain().with(F::OtherIssuer) => Err(E::IdToken(I::Issuer(_))), "id-token-issuer";
    another_audience: plain().with(F::OtherAudience) => Err(E::IdToken(I::Audience)), "id-token-audience";
    two_audiences_without_a_party: plain().with(F::TwoAudiences) => Err(E::IdToken(I::AuthorizedParty)), "id-token-authorized-party";
    two_audiences_with_baton_as_the_party: plain().with(F::TwoAudiencesWithParty) => Ok(()), SIGNED_IN;
    another_party: plain().with(F::OtherParty) => Err(E::IdToken(I::AuthorizedParty)), "id-token-authorized-party";
    another_nonce: plain().with(F::OtherNonce) => Err(E::IdToken(I::Nonce)), "id-token-nonce";
    no_nonce: plain().with(F::NoNonce) => Err(E::IdToken(I::Nonce)), "id-token-nonce";
    expired_within_the_skew: plain().with(F::ExpiredFor(29)) => Ok(()), SIGNED_IN;
    expired: plain().with(F::ExpiredFor(31)) => Err(E::IdToken(I::Expired)), "id-token-expired";
    no_expiry: plain().with(F::NoExpiry) => Err(E::IdToken(I::Claim(_))), "id-token-claim";
    not_yet_valid_within_the_skew: plain().with(F::ValidIn(30)) => Ok(()), SIGNED_IN;
    not_yet_valid: plain().with(F::ValidIn(31)) => Err(E::IdToken(I::NotYetValid)), "id-token-not-yet-valid";
    issued_in_the_future_within_the_skew: plain().with(F::IssuedIn(30)) => Ok(()), SIGNED_IN;
    issued_in_the_future: plain().with(F::IssuedIn(31)) => Err(E::IdToken(I::IssuedInFuture)), "id-token-issued-in-future";
    another_access_token: plain().with(F::OtherAccessTokenHash) => Err(E::IdToken(I::AccessTokenHash)), "id-token-access-token-hash";
    no_subject: plain().with(F::NoSubject) => Err(E::IdToken(I::Claim(_))), "id-token-claim";
    a_tenant_that_is_not_allowed: entra().with(F::OtherTenant) => Err(E::IdToken(I::Tenant(_))), "id-token-tenant";
    no_tenant: entra().with(F::NoTenant) => Err(E::IdToken(I::Claim(_))), "id-token-claim";
    no_object_id: entra().with(F::NoObject) => Err(E::IdToken(I::Claim(_))), "id-token-claim";
    // Authenticated in this very login (A5).
    authenticated_in_this_login: entra().fresh() => Ok(()), SIGNED_IN;
    no_auth_time: entra().fresh().with(F::NoAuthTime) => Err(E::Freshness(FreshnessError::AuthTimeMissing)), "auth-time-missing";
    no_auth_time_where_none_is_needed: entra().with(F::NoAuthTime) => Ok(()), SIGNED_IN;
    auth_time_that_is_no_time: entra().fresh().with(F::AuthTimeText) => Err(E::IdToken(I::Claim(_))), "id-token-claim";
    auth_time_before_the_login_within_the_skew: entra().fresh().with(F::AuthTimeAgo(30)) => Ok(()), SIGNED_IN;
    auth_time_before_the_login: entra().fresh().with(F::AuthTimeAgo(31)) => Err(E::Freshness(FreshnessError::AuthTimeOld)), "auth-time-old";
    auth_time_in_the_future_within_the_skew: entra().fresh().with(F::AuthTimeIn(30)) => Ok(()), SIGNED_IN;
    auth_time_in_the_future: entra().fresh().with(F::AuthTimeIn(31)) => Err(E::Freshness(FreshnessError::AuthTimeFuture)), "auth-time-future";
    // More about the person.
    claims_in_user_info_alone: plain().before(FakeProvider::keep_claims_back) => Ok(()), SIGNED_IN;
    user_info_about_somebody_else: plain().before(FakeProvider::keep_claims_back).with(F::UserInfoOther) => Err(E::UserInfo(UserInfoError::Subject)), "user-info-subject";
    user_info_unavailable: plain().before(FakeProvider::keep_claims_back).with(F::UserInfoUnavailable) => Err(E::Status { place: Place::UserInfo, status: 503 }), "user-info-status";
}

#[test]
fn the_documentation_has_the_same_rows() {
    let (page, _) = include_str!("../../../../../docs/openid.md").split_once("# Microsoft Graph").unwrap();
    let documented: Vec<(String, &str)> = page.lines().filter_map(row).collect();
    let tested: Vec<(String, &str)> = ROWS.iter().map(|(row, code)| (row.replace('_', " "), *code)).collect();
    assert_eq!(documented, tested);
}

/// Name and result of a line of the table.
fn row(line: &str) -> Option<(String, &str)> {
    let cells: Vec<&str> = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ").collect();
    let [name, _, result] = *cells else { return None };
    (name != "row").then(|| (name.to_owned(), result.trim_matches('`')))
}
