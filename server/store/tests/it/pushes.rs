use baton_model::{Enrollment, EnrollmentState, PushProblem};
use baton_store::{DuePush, PUSH_LEASE_SECONDS};

use crate::samples::{at, device, enrollment};

/// The token of every sample.
fn token() -> Vec<u8> {
    enrollment(1, None).push_token.unwrap()
}

on_both_engines! {
    async fn a_push_is_due_from_its_time_on(database) {
        let mut tx = database.begin().await;
        tx.create_enrollment(&enrollment(1, None)).await.unwrap();
        tx.mark_push_due(&enrollment(1, None).id, at(10)).await.unwrap();

        assert_eq!(tx.due_pushes(at(9), 10).await.unwrap(), []);

        let due = DuePush { enrollment: enrollment(1, None), due_at: at(10), attempts: 0, token_at: None };
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

    async fn what_a_dead_instance_took_up_is_due_again_when_one_starts_and_what_failed_goes_on_waiting(database) {
        let mut tx = database.begin().await;
        for number in [1, 2] {
            tx.create_enrollment(&enrollment(number, None)).await.unwrap();
            tx.mark_push_due(&enrollment(number, None).id, at(0)).await.unwrap();
        }
        assert_eq!(tx.due_pushes(at(0), 10).await.unwrap().len(), 2);
        tx.push_failed(&enrollment(2, None).id, at(30)).await.unwrap();

        assert_eq!(tx.end_push_leases().await.unwrap(), 1);

        let due: Vec<_> = tx.due_pushes(at(1), 10).await.unwrap().into_iter().map(|push| push.enrollment.id).collect();
        assert_eq!(due, [enrollment(1, None).id]);
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
        let due = DuePush { enrollment: enrollment(1, None), due_at: at(300), attempts: 0, token_at: None };
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

        let retired = tx.retire_push_token(&enrollment(1, None).id, &token(), at(1)).await.unwrap();
        assert!(retired);
        tx.end_enrollments_of(&device(1).id, None).await.unwrap();

        assert_eq!(tx.due_pushes(at(0), 10).await.unwrap(), []);
        assert_eq!(tx.find_enrollment(&enrollment(1, None).id).await.unwrap().unwrap().push_token, None);
    }

    async fn a_token_that_came_meanwhile_is_neither_retired_nor_refused(database) {
        let mut tx = database.begin().await;
        let id = enrollment(1, None).id;
        tx.create_enrollment(&enrollment(1, None)).await.unwrap();
        tx.mark_push_due(&id, at(0)).await.unwrap();

        assert!(!tx.retire_push_token(&id, b"the one before", at(1)).await.unwrap());
        assert!(!tx.refuse_push_token(&id, b"the one before", at(1), at(100)).await.unwrap());

        assert_eq!(tx.find_enrollment(&id).await.unwrap(), Some(enrollment(1, None)));
        assert_eq!(tx.due_pushes(at(1), 10).await.unwrap().len(), 1);
    }

    async fn what_is_wrong_with_a_token_is_known_until_the_device_sends_one(database) {
        let mut tx = database.begin().await;
        tx.create_device(&device(1)).await.unwrap();
        let of_device = enrollment(1, Some(&device(1).id));
        let (id, device) = (&of_device.id, &device(1).id);
        tx.create_enrollment(&of_device).await.unwrap();
        assert_eq!(tx.push_problem_of(device).await.unwrap(), None);

        tx.refuse_push_token(id, &token(), at(1), at(100)).await.unwrap();
        tx.refuse_push_token(id, &token(), at(2), at(200)).await.unwrap();
        assert_eq!(tx.push_problem_of(device).await.unwrap(), Some((PushProblem::TokenRefused, at(1))));

        tx.retire_push_token(id, &token(), at(3)).await.unwrap();
        assert_eq!(tx.push_problem_of(device).await.unwrap(), Some((PushProblem::TokenGone, at(3))));

        tx.save_enrollment(&of_device).await.unwrap();
        tx.renew_push(id, at(4)).await.unwrap();
        assert_eq!(tx.push_problem_of(device).await.unwrap(), None);
        let due = DuePush { enrollment: of_device.clone(), due_at: at(4), attempts: 0, token_at: Some(at(4)) };
        assert_eq!(tx.due_pushes(at(4), 10).await.unwrap(), [due]);

        tx.refuse_push_token(id, &token(), at(5), at(5)).await.unwrap();
        tx.push_accepted(id, at(4)).await.unwrap();
        assert_eq!(tx.push_problem_of(device).await.unwrap(), None);

        tx.refuse_push_token(id, &token(), at(6), at(6)).await.unwrap();
        tx.end_enrollments_of(device, None).await.unwrap();
        assert_eq!(tx.push_problem_of(device).await.unwrap(), None);
    }

    async fn back_off_ends_for_one_topic(database) {
        let mut tx = database.begin().await;
        let other = Enrollment { topic: "another".into(), ..enrollment(2, None) };
        for enrollment in [&enrollment(1, None), &other] {
            tx.create_enrollment(enrollment).await.unwrap();
            tx.mark_push_due(&enrollment.id, at(0)).await.unwrap();
            tx.push_failed(&enrollment.id, at(600)).await.unwrap();
        }

        assert_eq!(tx.retry_pushes(&enrollment(1, None).topic).await.unwrap(), 1);

        let due = tx.due_pushes(at(1), 10).await.unwrap();
        assert_eq!(due.iter().map(|push| (&push.enrollment.id, push.attempts)).collect::<Vec<_>>(), [(&enrollment(1, None).id, 0)]);
    }

    async fn devices_are_counted_by_their_topic(database) {
        let mut tx = database.begin().await;
        let topic = enrollment(1, None).topic;
        for (number, topic, state) in [
            (1, &*topic, EnrollmentState::Active),
            (2, &topic, EnrollmentState::Authenticated),
            (3, &topic, EnrollmentState::Offered),
            (4, &topic, EnrollmentState::Ended),
            (5, "another", EnrollmentState::Active),
        ] {
            let enrollment = Enrollment { topic: topic.into(), state, ..enrollment(number, None) };
            tx.create_enrollment(&enrollment).await.unwrap();
        }

        assert_eq!(tx.count_enrolled_under(&topic).await.unwrap(), 2);
        assert_eq!(tx.count_enrolled_beside(&topic).await.unwrap(), 1);
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
