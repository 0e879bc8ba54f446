//! Signing in, against a directory that behaves.

use baton_identity::ldap::{
    AccountProblem, Concern, LdapError, TypedProblem, authenticate,
    fake::{BASE, FakeEntry, Received},
};

use super::support::{password_of, person, settings, uuid_of, with_active_directory, with_fake};

#[test]
fn a_person_is_known_by_the_id_that_never_changes() {
    with_fake(vec![person("ada")], |fake| async move {
        let user = authenticate(&settings(&fake), "ada", &password_of("ada")).await.unwrap();

        assert_eq!(user.id, uuid_of("ada"));
        assert_eq!((user.user_name.as_str(), user.mail.as_deref()), ("ada", Some("ada@example.test")));
    });
}

#[test]
fn a_person_may_type_any_of_the_login_attributes_in_any_case() {
    with_fake(vec![person("ada"), person("bob")], |fake| async move {
        for typed in ["ada", "ADA", " ada ", "ada@example.test", "Ada@Example.test"] {
            let user = authenticate(&settings(&fake), typed, &password_of("ada")).await.unwrap();
            assert_eq!(user.user_name, "ada", "{typed}");
        }
    });
}

#[test]
fn the_bind_is_that_of_the_entry_that_was_found() {
    with_fake(vec![person("ada")], |fake| async move {
        authenticate(&settings(&fake), "ada@example.test", &password_of("ada")).await.unwrap();

        let last = fake.received().pop().unwrap();
        assert_eq!(last, Received::Bind { dn: format!("uid=ada,{BASE}"), with_password: true });
    });
}

#[test]
fn a_wrong_password_and_an_unknown_name_are_told_apart_for_the_log_and_concern_the_credentials_both() {
    with_fake(vec![person("ada")], |fake| async move {
        let wrong = authenticate(&settings(&fake), "ada", "guessed").await.unwrap_err();
        let unknown = authenticate(&settings(&fake), "eve", "guessed").await.unwrap_err();

        assert_eq!((&wrong, &unknown), (&LdapError::WrongPassword, &LdapError::UnknownUser));
        assert_eq!((wrong.concern(), unknown.concern()), (Concern::Credentials, Concern::Credentials));
    });
}

#[test]
fn an_empty_password_is_refused_though_the_directory_would_take_it() {
    with_fake(vec![person("ada")], |fake| async move {
        let error = authenticate(&settings(&fake), "ada", "").await.unwrap_err();

        assert_eq!(error, LdapError::Typed(TypedProblem::NoPassword));
        assert_eq!(fake.connections(), 0, "nothing was sent");
    });
}

#[test]
fn what_cannot_be_a_name_or_a_password_is_refused_before_anything_is_sent() {
    with_fake(vec![person("ada")], |fake| async move {
        let long = "x".repeat(2000);
        for (name, password, problem) in [
            ("", "secret", TypedProblem::NoName),
            ("   ", "secret", TypedProblem::NoName),
            ("ada\0", "secret", TypedProblem::Nul),
            ("ada", "secret\0", TypedProblem::Nul),
            (&long, "secret", TypedProblem::TooLong),
            ("ada", &long, TypedProblem::TooLong),
        ] {
            let error = authenticate(&settings(&fake), name, password).await.unwrap_err();
            assert_eq!(error, LdapError::Typed(problem));
        }
        assert_eq!(fake.connections(), 0);
    });
}

#[test]
fn what_looks_like_a_filter_is_a_name_that_nobody_has() {
    with_fake(vec![person("ada")], |fake| async move {
        let names = ["*", "a*", "a?a", ")(", "ada)(uid=*", "*)(|(uid=*", "ada)(&)", "\\2a", "\\", "(", "é*"];
        for name in names {
            let error = authenticate(&settings(&fake), name, &password_of("ada")).await.unwrap_err();
            assert_eq!(error, LdapError::UnknownUser, "{name}");
        }
        let Some(Received::Search { filter, .. }) = fake.received().into_iter().rfind(is_search) else { panic!() };
        assert_eq!(filter, "(&(objectClass=inetOrgPerson)(|(uid=\\c3\\a9\\2a)(mail=\\c3\\a9\\2a)))");
    });
}

fn is_search(received: &Received) -> bool {
    matches!(received, Received::Search { .. })
}

#[test]
fn a_name_with_special_characters_signs_in() {
    let uid = "jürgen (ext.) *\\";
    let entry = FakeEntry::new(&format!("cn=J\\c3\\bcrgen\\, Dr.,{BASE}"), "inetOrgPerson")
        .with("uid", uid)
        .with("entryUUID", uuid_of("jürgen"))
        .with_password("geheim");
    with_fake(vec![entry], move |fake| async move {
        assert_eq!(authenticate(&settings(&fake), uid, "geheim").await.unwrap().user_name, uid);
    });
}

#[test]
fn two_people_with_one_mail_address_are_nobody() {
    let twin = |uid| person(uid).without("mail").with("mail", "twins@example.test");
    with_fake(vec![twin("castor"), twin("pollux")], |fake| async move {
        let by_mail = authenticate(&settings(&fake), "twins@example.test", &password_of("castor")).await;
        let by_name = authenticate(&settings(&fake), "castor", &password_of("castor")).await;

        assert_eq!(by_mail.unwrap_err(), LdapError::SeveralUsers);
        assert_eq!(by_name.unwrap().user_name, "castor");
    });
}

#[test]
fn who_does_not_match_the_filter_of_people_does_not_sign_in() {
    let printer =
        FakeEntry::new(&format!("uid=printer,{BASE}"), "device").with("uid", "printer").with_password("secret");
    with_fake(vec![printer], |fake| async move {
        let error = authenticate(&settings(&fake), "printer", "secret").await.unwrap_err();
        assert_eq!(error, LdapError::UnknownUser);
    });
}

#[test]
fn a_person_without_mail_and_display_name_signs_in_all_the_same() {
    with_fake(vec![person("ada").without("mail").without("cn")], |fake| async move {
        let user = authenticate(&settings(&fake), "ada", &password_of("ada")).await.unwrap();
        assert_eq!((user.mail, user.display_name), (None, None));
    });
}

#[test]
fn a_person_without_a_stable_id_does_not_sign_in() {
    with_fake(vec![person("ada").without("entryUUID")], |fake| async move {
        let error = authenticate(&settings(&fake), "ada", &password_of("ada")).await.unwrap_err();

        let expected = LdapError::MissingAttribute { dn: format!("uid=ada,{BASE}"), attribute: "entryUUID".to_owned() };
        assert_eq!(error, expected);
    });
}

/// A person as Active Directory has them; the id is no UTF-8.
fn ad_person(name: &str) -> FakeEntry {
    FakeEntry::new(&format!("cn={name},{BASE}"), "user")
        .with("objectCategory", "person")
        .with("sAMAccountName", name)
        .with("userPrincipalName", format!("{name}@corp.example.test"))
        .with("displayName", format!("The {name}"))
        .with("objectGUID", [0xff, 0xfe, 0xc3, 0x28, 0, 1, 2, 3, 0x80, 0x81, 6, 7, 8, 9, 10, 11])
        .with("userAccountControl", "512")
        .with_password(&password_of(name))
}

#[test]
fn an_object_guid_that_is_no_utf_8_becomes_canonical_text() {
    with_active_directory(vec![ad_person("ada")], |fake| async move {
        for typed in ["ada", "ADA@corp.example.test"] {
            let user = authenticate(&settings(&fake), typed, &password_of("ada")).await.unwrap();
            assert_eq!(user.id, "28c3feff-0100-0302-8081-060708090a0b");
            assert_eq!(user.principal_name.as_deref(), Some("ada@corp.example.test"));
        }
    });
}

#[test]
fn an_object_guid_of_another_length_is_none() {
    let entry = ad_person("ada").without("objectGUID").with("objectGUID", [1, 2, 3]);
    with_active_directory(vec![entry], |fake| async move {
        let error = authenticate(&settings(&fake), "ada", &password_of("ada")).await.unwrap_err();
        assert!(matches!(error, LdapError::MissingAttribute { .. }), "{error:?}");
    });
}

#[test]
fn a_disabled_account_does_not_sign_in_and_only_the_right_password_learns_so() {
    let entry = ad_person("ada").without("userAccountControl").with("userAccountControl", "514");
    with_active_directory(vec![entry], |fake| async move {
        let right = authenticate(&settings(&fake), "ada", &password_of("ada")).await.unwrap_err();
        let wrong = authenticate(&settings(&fake), "ada", "guessed").await.unwrap_err();

        assert_eq!(right, LdapError::Account(AccountProblem::Disabled));
        assert_eq!(wrong, LdapError::WrongPassword);
    });
}
