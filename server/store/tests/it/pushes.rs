use baton_model::{Enrollment, EnrollmentState};
use baton_store::{DuePush, PUSH_LEASE_SECONDS};

use crate::samples::{at, device, enrollment};

on_both_engines! {
    async fn a_push_is_due_from_its_time_on(database) {
        let mut tx = database.begin().await;
        tx.create_enrollment(&enrollment(1, None)).await.unwrap();
        tx.mark_push_due(&enrollment(1, None).id, at(10)).await.unwrap();

        assert_eq!(tx.due_pushes(at(9), 10).await.unwrap(), []);

        let due = DuePush { enrollment: enrollment(1, None), due_at: at(10), attempts: 0 };
        assert_eq!(tx.due_pushes(at(10), 10).await.unwrap(), [due]);
    }

    async fn a_push_belongs_to_who_took_it_until_the_lease_ends(database) {
        let mut tx = database.begin().await;
        tx.create_enrollment(&enrollment(1, None)).await.unwrap();
        tx.mark_push_due(&enrollment(1, None).id, at(0)).await.unwrap();

        assert_eq!(tx.due_pushes(at(0), 10).await.unwrap().len(), 1);
        assert_eq!(tx.due_pushes(at(PUSH_LEASE_SECONDS - 1), 10).await.unwrap().len(), 0);
        assert_eq!(tx.due_pushes(at(PUSH_LEASE_SECONDS), 10).await.unwrap().len(), 1);
    }

    async fn an_accepted_push_is_done_with(database) {
        let mut tx = database.begin().await;
        tx.create_enrollment(&enrollment(1, None)).await.unwrap();
        tx.mark_push_due(&enrollment(1, None).id, at(0)).await.unwrap();
        let due = tx.due_pushes(at(0), 10).await.unwrap().remove(0);

        tx.push_accepted(&due.enrollment.id, due.due_at).await.unwrap();

        assert_eq!(tx.due_pushes(at(1000), 10).await.unwrap(), []);
    }

    async fn a_push_asked_for_during_another_is_sent_as_well(database) {
        let mut tx = database.begin().await;
        let id = enrollment(1, None).id;
        tx.create_enrollment(&enrollment(1, None)).await.unwrap();
        for again in [at(0), at(5), at(-5)] {
            tx.mark_push_due(&id, at(0)).await.unwrap();
            let due = tx.due_pushes(at(0), 10).await.unwrap().remove(0);

            tx.mark_push_due(&id, again).await.unwrap();
            tx.push_accepted(&id, due.due_at).await.unwrap();

            let next = tx.due_pushes(at(1), 10).await.unwrap();
            assert_eq!(next.len(), 1, "asked for at {again:?}");
            tx.push_accepted(&id, next[0].due_at).await.unwrap();
            assert_eq!(tx.due_pushes(at(1), 10).await.unwrap(), []);
        }
    }

    async fn a_push_planned_anew_replaces_the_one_before(database) {
        let mut tx = database.begin().await;
        let id = enrollment(1, None).id;
        tx.create_enrollment(&enrollment(1, None)).await.unwrap();
        tx.mark_push_due(&id, at(0)).await.unwrap();
        tx.push_failed(&id, at(600)).await.unwrap();

        tx.replan_push(&id, Some(at(300))).await.unwrap();

        assert_eq!(tx.due_pushes(at(299), 10).await.unwrap(), []);
        let due = DuePush { enrollment: enrollment(1, None), due_at: at(300), attempts: 0 };
        assert_eq!(tx.due_pushes(at(300), 10).await.unwrap(), [due]);

        tx.replan_push(&id, None).await.unwrap();
        assert_eq!(tx.due_pushes(at(1000), 10).await.unwrap(), []);
    }

    async fn an_accepted_push_does_not_clear_one_planned_during_it(database) {
        let mut tx = database.begin().await;
        let id = enrollment(1, None).id;
        tx.create_enrollment(&enrollment(1, None)).await.unwrap();
        tx.mark_push_due(&id, at(0)).await.unwrap();
        let due = tx.due_pushes(at(0), 10).await.unwrap().remove(0);

        tx.replan_push(&id, Some(at(60))).await.unwrap();
        tx.push_accepted(&id, due.due_at).await.unwrap();

        assert_eq!(tx.due_pushes(at(59), 10).await.unwrap(), []);
        assert_eq!(tx.due_pushes(at(60), 10).await.unwrap().len(), 1);
    }

    async fn a_failed_push_waits_and_counts_its_attempts(database) {
        let mut tx = database.begin().await;
        let id = enrollment(1, None).id;
        tx.create_enrollment(&enrollment(1, None)).await.unwrap();
        tx.mark_push_due(&id, at(0)).await.unwrap();
        tx.due_pushes(at(0), 10).await.unwrap();

        tx.push_failed(&id, at(300)).await.unwrap();
        tx.mark_push_due(&id, at(1)).await.unwrap();

        assert_eq!(tx.due_pushes(at(299), 10).await.unwrap(), []);
        assert_eq!(tx.due_pushes(at(300), 10).await.unwrap()[0].attempts, 1);
    }

    async fn only_active_enrollments_with_a_token_are_pushed(database) {
        let mut tx = database.begin().await;
        tx.create_device(&device(1)).await.unwrap();
        let ending = enrollment(4, Some(&device(1).id));
        for enrollment in [
            enrollment(1, None),
            Enrollment { state: EnrollmentState::Authenticated, ..enrollment(2, None) },
            Enrollment { push_token: None, ..enrollment(3, None) },
            ending,
        ] {
            tx.create_enrollment(&enrollment).await.unwrap();
            tx.mark_push_due(&enrollment.id, at(0)).await.unwrap();
        }

        tx.retire_push_token(&enrollment(1, None).id).await.unwrap();
        tx.end_enrollments_of(&device(1).id, None).await.unwrap();

        assert_eq!(tx.due_pushes(at(0), 10).await.unwrap(), []);
        assert_eq!(tx.find_enrollment(&enrollment(1, None).id).await.unwrap().unwrap().push_token, None);
    }

    async fn the_longest_waiting_pushes_come_first(database) {
        let mut tx = database.begin().await;
        for (number, seconds) in [(1, 30), (2, 10), (3, 20)] {
            tx.create_enrollment(&enrollment(number, None)).await.unwrap();
            tx.mark_push_due(&enrollment(number, None).id, at(seconds)).await.unwrap();
        }

        let due = tx.due_pushes(at(100), 2).await.unwrap();

        let ids: Vec<_> = due.into_iter().map(|push| push.enrollment.id).collect();
        assert_eq!(ids, [enrollment(2, None).id, enrollment(3, None).id]);
    }

    async fn two_instances_never_take_the_same_push(database) {
        let mut tx = database.begin().await;
        for number in 1..=40 {
            tx.create_enrollment(&enrollment(number, None)).await.unwrap();
            tx.mark_push_due(&enrollment(number, None).id, at(0)).await.unwrap();
        }
        tx.commit().await.unwrap();

        let takers = (0..8).map(|_| {
            let database = database.clone();
            tokio::spawn(async move {
                let mut tx = database.begin().await;
                let taken = tx.due_pushes(at(0), 7).await.unwrap();
                tx.commit().await.unwrap();
                taken
            })
        });
        let mut taken = Vec::new();
        for taker in takers.collect::<Vec<_>>() {
            taken.extend(taker.await.unwrap().into_iter().map(|push| push.enrollment.id));
        }

        let total = taken.len();
        taken.sort();
        taken.dedup();
        assert_eq!((taken.len(), total), (40, 40));
    }
}
