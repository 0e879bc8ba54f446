//! How the provider misbehaves.

/// One thing that the provider does wrong, or one extreme of what it may do. Seconds are counted by the provider's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The metadata is a page for people.
    MetadataHtml,
    /// The metadata is longer than any.
    MetadataHuge,
    /// The metadata takes for ever.
    MetadataSlow,
    /// The metadata is said to be elsewhere.
    MetadataRedirects,
    /// The metadata is another issuer's.
    MetadataOtherIssuer,
    /// The metadata lacks the token endpoint.
    MetadataIncomplete,
    /// The token endpoint would be reached without TLS.
    MetadataWithoutTls,
    /// The keys are a page for people.
    KeysHtml,
    /// The list of keys is longer than any.
    KeysHuge,
    /// Among the keys is none for signatures.
    KeysNone,
    /// The server fails at its keys.
    KeysUnavailable,
    /// `state` is that of another login.
    OtherState,
    /// There is no `state`.
    NoState,
    /// `state` is there twice.
    TwoStates,
    /// The answer is from another issuer.
    OtherCallbackIssuer,
    /// The answer names no issuer, though the metadata promises one.
    NoCallbackIssuer,
    /// There is no code.
    NoCode,
    /// There is an error instead of a code.
    Error(&'static str),
    /// The token endpoint answers with a page for people.
    TokenHtml,
    /// The token endpoint's answer is longer than any.
    TokenHuge,
    /// The token endpoint takes for ever.
    TokenSlow,
    /// The token endpoint points elsewhere.
    TokenRedirects,
    /// The token endpoint fails.
    TokenUnavailable,
    /// The token endpoint breaks off in the middle of its answer.
    TokenCut,
    /// The client secret has expired.
    ClientRefused,
    /// The token endpoint refuses for a reason of its own.
    TokenRefused,
    /// The code is refused, as if it were used up.
    CodeRefused,
    /// There is no ID token.
    NoIdToken,
    /// The ID token is no token.
    IdTokenGarbage,
    /// The ID token is longer than any.
    IdTokenHuge,
    /// The ID token is encrypted.
    IdTokenEncrypted,
    /// The ID token asks its reader to understand an extension.
    IdTokenCritical,
    /// The ID token is not signed: `alg` is `none`.
    AlgorithmNone,
    /// The ID token is authenticated with the client secret: `HS256`.
    AlgorithmClientSecret,
    /// The ID token is authenticated with the public key taken for a secret: `HS256`.
    AlgorithmPublicKey,
    /// The signature is that of another message.
    OtherSignature,
    /// The ID token is signed by somebody else with a key of the same name.
    ForgedKey,
    /// The ID token is signed with a key that is not published.
    UnpublishedKey,
    /// `iss` is another.
    OtherIssuer,
    /// `aud` is another client.
    OtherAudience,
    /// `aud` names another client besides, and no `azp` says which it is.
    TwoAudiences,
    /// `aud` names another client besides, and `azp` says that it is Baton.
    TwoAudiencesWithParty,
    /// `azp` is another client.
    OtherParty,
    /// `nonce` is that of another login.
    OtherNonce,
    /// There is no `nonce`.
    NoNonce,
    /// `exp` was so many seconds ago.
    ExpiredFor(i64),
    /// There is no `exp`.
    NoExpiry,
    /// `nbf` is in so many seconds.
    ValidIn(i64),
    /// `iat` is in so many seconds.
    IssuedIn(i64),
    /// `at_hash` is that of another access token.
    OtherAccessTokenHash,
    /// `tid` is another tenant, of the same issuer.
    OtherTenant,
    /// There is no `tid`.
    NoTenant,
    /// There is no `oid`.
    NoObject,
    /// There is no `sub`.
    NoSubject,
    /// There is no `auth_time`.
    NoAuthTime,
    /// `auth_time` is a text.
    AuthTimeText,
    /// `auth_time` was so many seconds ago, whatever was asked for.
    AuthTimeAgo(i64),
    /// `auth_time` is in so many seconds.
    AuthTimeIn(i64),
    /// UserInfo is about somebody else.
    UserInfoOther,
    /// UserInfo fails.
    UserInfoUnavailable,
}
