//! From claims to a person.

use serde_json::Value;

use super::{
    id_token::{Claims, IdTokenError, text},
    identity::{Groups, Profile, StableKey},
    settings::{ClaimNames, KeyRule, ProviderSettings},
};

/// The longest text of a person's, in letters; longer ones count as missing.
const LONGEST: usize = 1024;
/// The longest subject, in bytes (OpenID Connect Core 2).
const LONGEST_SUBJECT: usize = 255;
/// More groups than a token of the permitted length holds.
const MOST_GROUPS: usize = 20_000;

/// What the person is recognised by. From the ID token alone.
pub(super) fn stable_key(claims: &Claims, settings: &ProviderSettings) -> Result<StableKey, IdTokenError> {
    let part = |name: &str| {
        let part = text(claims, name)?;
        if part.len() > LONGEST_SUBJECT || part.chars().any(char::is_control) {
            return Err(IdTokenError::Claim(name.to_owned()));
        }
        Ok(part.to_owned())
    };
    let subject = part("sub")?;
    Ok(match settings.key {
        KeyRule::IssuerSubject => StableKey::Subject { issuer: text(claims, "iss")?.to_owned(), subject },
        KeyRule::TenantObject => StableKey::Object { tenant: part("tid")?, object: part("oid")? },
    })
}

/// Whether claims that matter are missing here and may be elsewhere.
pub(super) fn lacks_some(claims: &Claims, names: &ClaimNames) -> bool {
    let mut wanted = vec![&names.user_name, &names.display_name, &names.mail];
    wanted.extend(&names.upn);
    wanted.extend(&names.groups);
    wanted.into_iter().any(|name| find(claims, name).is_none())
}

/// What the claims say about the person: the ID token's words first, then those of the UserInfo endpoint.
pub(super) fn profile(token: &Claims, more: &Claims, names: &ClaimNames) -> Result<Profile, IdTokenError> {
    let say = |name: &str| [token, more].into_iter().find_map(|claims| readable(find(claims, name)?));
    // Whether an address is verified is said where the address is.
    let mail = [token, more].into_iter().find_map(|claims| {
        let verified = claims.get("email_verified").and_then(Value::as_bool);
        Some((readable(find(claims, &names.mail)?)?, verified))
    });
    let (mail, mail_verified) = mail.map_or((None, None), |(mail, verified)| (Some(mail), verified));
    let groups = names.groups.as_deref();
    Ok(Profile {
        user_name: say(&names.user_name),
        display_name: say(&names.display_name),
        mail,
        mail_verified,
        upn: names.upn.as_deref().and_then(say),
        groups: groups.map_or(Ok(Groups::Absent), |name| read_groups(token, more, name))?,
    })
}

fn read_groups(token: &Claims, more: &Claims, name: &str) -> Result<Groups, IdTokenError> {
    if is_overage(token, name) {
        return Ok(Groups::Overage);
    }
    let Some(found) = [token, more].into_iter().find_map(|claims| find(claims, name)) else {
        return Ok(Groups::Absent);
    };
    let malformed = || IdTokenError::Claim(name.to_owned());
    let values = match found {
        Value::String(one) => vec![one.clone()],
        Value::Array(several) if several.len() <= MOST_GROUPS => {
            let texts = several.iter().map(|value| value.as_str().map(str::to_owned));
            texts.collect::<Option<Vec<String>>>().ok_or_else(malformed)?
        }
        _ => return Err(malformed()),
    };
    Ok(Groups::Values(values))
}

/// Whether Entra says that the person is in more groups than a token holds: the claim is somewhere else then, or `hasgroups`
/// stands in for it. Source: Microsoft's "groups overage claim".
fn is_overage(token: &Claims, name: &str) -> bool {
    let elsewhere = token.get("_claim_names").and_then(|names| names.get(name)).is_some();
    let flagged = name == "groups" && token.get("hasgroups").is_some_and(|value| value == true || value == "true");
    elsewhere || flagged
}

/// A claim by its name or, where there is none of that name, by its path.
fn find<'c>(claims: &'c Claims, name: &str) -> Option<&'c Value> {
    let found = claims.get(name).or_else(|| {
        let (first, rest) = name.split_once('.')?;
        rest.split('.').try_fold(claims.get(first)?, |value, step| value.get(step))
    });
    found.filter(|value| !value.is_null())
}

fn readable(value: &Value) -> Option<String> {
    let text = value.as_str()?.trim();
    let fits = !text.is_empty() && text.chars().count() <= LONGEST && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned())
}
