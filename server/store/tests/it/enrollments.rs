use baton_model::{Enrollment, EnrollmentLink, EnrollmentState};
use baton_store::{ListQuery, StoreError};

use crate::samples::{at, device, enrollment, link};

on_both_engines! {
    async fn an_enrollment_is_found_by_id_and_certificate(database) {
        let mut tx = database.begin().await;
        tx.create_device(&device(1)).await.unwrap();
        tx.create_enrollment_link(&link(1)).await.unwrap();
        let first = Enrollment {
            link_id: Some(link(1).id),
            unlock_token: Some((0..=255).collect()),
            ..enrollment(1, Some(&device(1).id))
        };
        let bare = Enrollment { push_token: None, push_magic: None, ..enrollment(2, None) };
        tx.create_enrollment(&first).await.unwrap();
        tx.create_enrollment(&bare).await.unwrap();

        assert_eq!(tx.find_enrollment(&first.id).await.unwrap(), Some(first.clone()));
        assert_eq!(tx.find_enrollment_by_fingerprint(&first.fingerprint).await.unwrap(), Some(first));
        assert_eq!(tx.find_enrollment(&bare.id).await.unwrap(), Some(bare));
        assert_eq!(tx.find_enrollment_by_fingerprint("unknown").await.unwrap(), None);
    }

    async fn a_certificate_belongs_to_one_enrollment(database) {
        let mut tx = database.begin().await;
        tx.create_enrollment(&enrollment(1, None)).await.unwrap();

        let second = Enrollment { fingerprint: enrollment(1, None).fingerprint, ..enrollment(2, None) };
        let clash = tx.create_enrollment(&second).await;

        assert_eq!(clash.unwrap_err().constraint(), Some("enrollment_fingerprint_taken"));
    }

    async fn the_newest_enrollment_that_began_and_has_not_ended_is_active(database) {
        let mut tx = database.begin().await;
        tx.create_device(&device(1)).await.unwrap();
        let states = [
            EnrollmentState::Active,
            EnrollmentState::Authenticated,
            EnrollmentState::Offered,
            EnrollmentState::Ended,
        ];
        for (number, state) in (1..).zip(states) {
            tx.create_enrollment(&Enrollment { state, ..enrollment(number, Some(&device(1).id)) }).await.unwrap();
        }

        let active = tx.active_enrollment_of(&device(1).id).await.unwrap().unwrap();

        assert_eq!(active.id, enrollment(2, None).id);
        assert_eq!(tx.active_enrollment_of(&"ghost".into()).await.unwrap(), None);
    }

    async fn a_saved_enrollment_has_the_new_values(database) {
        let mut tx = database.begin().await;
        tx.create_device(&device(1)).await.unwrap();
        tx.create_enrollment(&enrollment(1, None)).await.unwrap();
        let saved = Enrollment {
            device_id: Some(device(1).id),
            fingerprint: "renewed".into(),
            push_token: None,
            unlock_token: Some(vec![7]),
            state: EnrollmentState::Authenticated,
            ..enrollment(1, None)
        };

        tx.save_enrollment(&saved).await.unwrap();

        assert_eq!(tx.find_enrollment(&saved.id).await.unwrap(), Some(saved));
        let unknown = tx.save_enrollment(&enrollment(2, None)).await;
        assert!(matches!(unknown, Err(StoreError::Missing { what: "enrollment" })), "{unknown:?}");
    }

    async fn all_enrollments_of_a_device_end_but_the_new_one(database) {
        let mut tx = database.begin().await;
        tx.create_device(&device(1)).await.unwrap();
        for number in 1..=3 {
            tx.create_enrollment(&enrollment(number, Some(&device(1).id))).await.unwrap();
        }
        tx.create_enrollment(&enrollment(4, None)).await.unwrap();

        let ended = tx.end_enrollments_of(&device(1).id, Some(&enrollment(3, None).id)).await.unwrap();

        assert_eq!(ended, 2);
        assert_eq!(tx.active_enrollment_of(&device(1).id).await.unwrap().unwrap().id, enrollment(3, None).id);
        assert_eq!(tx.end_enrollments_of(&device(1).id, None).await.unwrap(), 1);
        assert_eq!(tx.active_enrollment_of(&device(1).id).await.unwrap(), None);
        assert_eq!(tx.find_enrollment(&enrollment(4, None).id).await.unwrap().unwrap().state, EnrollmentState::Active);
    }

    async fn profiles_that_nobody_used_are_pruned(database) {
        let mut tx = database.begin().await;
        let offered = |number| Enrollment { state: EnrollmentState::Offered, ..enrollment(number, None) };
        tx.create_enrollment(&offered(1)).await.unwrap();
        tx.create_enrollment(&enrollment(2, None)).await.unwrap();
        tx.create_enrollment(&offered(10)).await.unwrap();

        assert_eq!(tx.prune_offered(at(5)).await.unwrap(), 1);

        assert_eq!(tx.find_enrollment(&offered(1).id).await.unwrap(), None);
        assert_eq!(tx.find_enrollment(&offered(10).id).await.unwrap(), Some(offered(10)));
    }

    async fn a_link_works_as_often_as_it_says_and_until_it_expires(database) {
        let mut tx = database.begin().await;
        tx.create_enrollment_link(&link(1)).await.unwrap();

        assert!(tx.use_enrollment_link(&link(1).id, at(3599)).await.unwrap());
        assert!(!tx.use_enrollment_link(&link(1).id, at(3600)).await.unwrap(), "expired");
        assert!(tx.use_enrollment_link(&link(1).id, at(1)).await.unwrap());
        assert!(!tx.use_enrollment_link(&link(1).id, at(1)).await.unwrap(), "used up");

        let found = tx.find_enrollment_link_by_hash(&link(1).secret_hash).await.unwrap();
        assert_eq!(found, Some(EnrollmentLink { uses_left: 0, ..link(1) }));
    }

    async fn a_revoked_link_does_not_work(database) {
        let mut tx = database.begin().await;
        tx.create_enrollment_link(&link(1)).await.unwrap();

        tx.revoke_enrollment_link(&link(1).id).await.unwrap();

        assert!(!tx.use_enrollment_link(&link(1).id, at(1)).await.unwrap());
        let unknown = tx.revoke_enrollment_link(&link(2).id).await;
        assert!(matches!(unknown, Err(StoreError::Missing { .. })), "{unknown:?}");
    }

    async fn links_are_listed_newest_first(database) {
        let mut tx = database.begin().await;
        tx.create_enrollment_link(&link(1)).await.unwrap();
        tx.create_enrollment_link(&link(2)).await.unwrap();

        let page = tx.list_enrollment_links(&ListQuery::default()).await.unwrap();

        assert_eq!(page.rows, [link(2), link(1)]);
        assert_eq!(tx.find_enrollment_link_by_hash("unknown").await.unwrap(), None);
        let clash = tx.create_enrollment_link(&EnrollmentLink { secret_hash: link(1).secret_hash, ..link(3) }).await;
        assert_eq!(clash.unwrap_err().constraint(), Some("enrollment_link_secret_taken"));
    }
}
