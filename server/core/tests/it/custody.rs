//! The custody timeline: append-only, chained, verifiable (A19).

use baton_core::{Actor, CoreError, custody::ChainVerdict};
use baton_model::{CustodyCause, Role};
use baton_store::Engine;

use crate::{
    office::{Office, nobody},
    phone::Phone,
};

async fn verdict(office: &Office, phone: &Phone, head: Option<(i64, &str)>) -> ChainVerdict {
    office.core.custody(&Actor::System, &phone.id, head, office.now()).await.unwrap().1
}

/// A phone that changed hands twice.
async fn used_phone(office: &mut Office) -> Phone {
    let ada = office.add_person("ada").await;
    office.furnish(&[&ada]).await;
    let mut phone = office.enrol("one").await;
    let session = office.sign_in(&mut phone, "ada").await;
    office.sign_out(&mut phone, &session).await;
    phone
}

/// What somebody with access to the database could do who takes the guards away first.
async fn tamper(office: &Office, statement: &str) {
    match office.engine {
        Engine::Sqlite => {
            office.execute("DROP TRIGGER custody_keeps_rows").await;
            office.execute("DROP TRIGGER custody_keeps_values").await;
        }
        Engine::Postgres => office.execute("ALTER TABLE custody DISABLE TRIGGER ALL").await,
    }
    office.execute(statement).await;
}

on_both_engines! {
    async fn the_timeline_says_who_had_it_from_when_to_when_and_how_it_ended(mut office) {
        let phone = used_phone(&mut office).await;
        let (lines, verdict) = office.core.custody(&Actor::System, &phone.id, None, office.now()).await.unwrap();
        let told: Vec<_> =
            lines.iter().map(|line| (line.holder_name.clone().unwrap(), line.entry.cause, line.until)).collect();
        assert_eq!(told, [
            ("Nobody".to_owned(), CustodyCause::Enrolled, Some(lines[1].entry.at)),
            ("Person ada".to_owned(), CustodyCause::SignedIn, Some(lines[2].entry.at)),
            ("Nobody".to_owned(), CustodyCause::SignedOut, None),
        ]);
        assert_eq!(lines[2].actor_name.as_deref(), Some("Person ada"));
        assert!(matches!(verdict, ChainVerdict::Intact { head: Some((3, _)) }), "{verdict:?}");
    }

    async fn an_altered_entry_is_found(mut office) {
        let phone = used_phone(&mut office).await;
        tamper(&office, "UPDATE custody SET holder_id = 'nobody' WHERE seq = 2").await;
        assert_eq!(verdict(&office, &phone, None).await, ChainVerdict::Broken { at: 2 });
    }

    async fn an_end_cut_off_is_found_by_a_head_that_was_kept(mut office) {
        let phone = used_phone(&mut office).await;
        let ChainVerdict::Intact { head: Some((seq, mac)) } = verdict(&office, &phone, None).await else { panic!() };
        assert!(matches!(verdict(&office, &phone, Some((seq, &mac))).await, ChainVerdict::Intact { .. }));
        tamper(&office, "DELETE FROM custody WHERE seq = 3").await;
        assert!(matches!(verdict(&office, &phone, None).await, ChainVerdict::Intact { .. }));
        assert_eq!(verdict(&office, &phone, Some((seq, &mac))).await, ChainVerdict::Truncated { expected: 3 });
    }

    async fn the_chain_survives_a_restart(mut office) {
        let mut phone = used_phone(&mut office).await;
        office.restart().await;
        office.sign_in(&mut phone, "ada").await;
        assert!(matches!(verdict(&office, &phone, None).await, ChainVerdict::Intact { head: Some((4, _)) }));
    }

    async fn users_do_not_read_it_and_auditors_do(mut office) {
        let phone = used_phone(&mut office).await;
        let denied = office.core.custody(&office.person(&nobody(), Role::User), &phone.id, None, office.now()).await;
        assert!(matches!(denied, Err(CoreError::Denied(_))));
        let auditor = office.person(&nobody(), Role::Auditor);
        assert!(office.core.custody(&auditor, &phone.id, None, office.now()).await.is_ok());
    }
}
