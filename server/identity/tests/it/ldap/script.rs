//! The connection in memory that fuzz targets use leads through the same questions as a real one.

use baton_identity::ldap::{
    LdapError, LdapSettings, Secret, Step,
    fake::{BASE, READER, Script},
};

const SIGN_IN: &[u8] = include_bytes!("../../../../fuzz/seeds/ldap_answers/sign-in");
const WRONG: &[u8] = include_bytes!("../../../../fuzz/seeds/ldap_answers/wrong-password");
/// Seeds begin with how they are asked.
const HOW: usize = 2;

fn settings() -> LdapSettings {
    let mut settings = LdapSettings::open_ldap(BASE);
    settings.host = "directory.example".to_owned();
    settings.bind_dn = READER.to_owned();
    settings.bind_password = Secret::new("a password");
    settings
}

async fn sign_in(said: &[u8], piece: usize) -> Result<String, LdapError> {
    let user = Script::new(said, piece).authenticate(&settings(), "ada", "two quiet herons").await;
    user.map(|user| user.user_name)
}

#[tokio::test]
async fn whoever_the_directory_says_yes_to_signs_in_however_it_arrives() {
    for piece in [1, 7, usize::MAX] {
        assert_eq!(sign_in(&SIGN_IN[HOW..], piece).await.as_deref(), Ok("ada"));
        assert_eq!(sign_in(&WRONG[HOW..], piece).await, Err(LdapError::WrongPassword));
    }
}

#[tokio::test]
async fn a_directory_that_stops_in_the_middle_signs_nobody_in() {
    for length in HOW..SIGN_IN.len() {
        let answer = sign_in(&SIGN_IN[HOW..length], usize::MAX).await;
        let expected = [Step::Bind, Step::Search].map(LdapError::ConnectionLost);
        assert!(answer.as_ref().is_err_and(|error| expected.contains(error)), "{answer:?}");
    }
}
