//! What is in the database opens nothing (A20, design "Security").

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use baton_core::accounts::Visitor;
use baton_model::Timestamp;
use baton_store::Engine;

use crate::{
    furniture::WIFI_PASSWORD,
    office::{Office, PASSWORD},
};

/// Everything that is in the database.
async fn everything(office: &Office) -> String {
    let bytes = match office.engine {
        Engine::Sqlite => {
            let path = office.address.trim_start_matches("sqlite://");
            let mut bytes = std::fs::read(path).unwrap();
            // What was written last is in the log beside it.
            bytes.extend(std::fs::read(format!("{path}-wal")).unwrap_or_default());
            bytes
        }
        Engine::Postgres => office.dump().await.into_bytes(),
    };
    as_text(&bytes)
}

/// A character per byte, because nothing searches as quickly as texts.
fn as_text(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

/// The ways in which a secret could stand there.
fn spellings(secret: &[u8]) -> Vec<String> {
    vec![
        as_text(secret),
        hex::encode(secret),
        hex::encode_upper(secret),
        STANDARD.encode(secret),
        STANDARD_NO_PAD.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
    ]
}

on_both_engines! {
    async fn nothing_secret_stands_in_the_database(mut office) {
        let set_up = office.core.renew_set_up_link().await.unwrap().unwrap();
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let link = office.link(1, 1).await;
        let mut phone = office.enrol("one").await;
        let mut secrets: Vec<(&str, Vec<u8>)> = vec![
            ("the Wi-Fi password", WIFI_PASSWORD.into()),
            ("a person's password", PASSWORD.into()),
            ("the set-up link", set_up.into_bytes()),
            ("an enrollment link", link.into_bytes()),
            ("the push token", phone.fake.push_token.clone()),
            ("the clip's first secret", phone.clip_secret().into_bytes()),
        ];
        let portal = office.core.sign_in("ada", PASSWORD, &Visitor::default(), office.now()).await.unwrap();
        let clip = office.sign_in(&mut phone, "ada").await;
        secrets.push(("a portal session", portal.secret.into_bytes()));
        secrets.push(("a clip session", clip.session.secret.clone().into_bytes()));
        secrets.push(("a page's cookie", clip.visit.value.clone().into_bytes()));
        office.try_sign_out(&phone, &clip).await.unwrap();
        // While commands with profiles in them are queued and sent.
        office.exchange(&phone.fake.idle().unwrap()).await.unwrap().unwrap();
        let under_way = everything(&office).await;
        office.settle(&mut phone).await;
        secrets.push(("the clip's second secret", phone.clip_secret().into_bytes()));
        let after = everything(&office).await;

        assert!(after.contains("Multi-user Secure Sign-in"), "the search finds what is there");
        for (what, secret) in &secrets {
            for spelling in spellings(secret) {
                assert!(!under_way.contains(&spelling), "{what} stands in the database during a handover");
                assert!(!after.contains(&spelling), "{what} stands in the database");
            }
        }
        assert_eq!(office.number("SELECT COUNT(*) FROM commands WHERE body IS NOT NULL").await, 0);
    }

    async fn another_master_key_opens_nothing_and_says_so(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let mut phone = office.enrol("one").await;
        let session = office.sign_in(&mut phone, "ada").await;
        office.use_master_key([7; 32]);
        let page = office.core.clip_visit(&session.visit.value, Timestamp(0)).await;
        assert!(page.is_err());
        let (_, verdict) = office.core.custody(&baton_core::Actor::System, &phone.id, None, office.now()).await.unwrap();
        assert_eq!(verdict, baton_core::custody::ChainVerdict::Broken { at: 1 });
    }
}
