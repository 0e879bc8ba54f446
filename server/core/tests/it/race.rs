//! Many people at the same moment: the database decides, and exactly one wins (A7, A16).

use baton_core::accounts::Visitor;
use std::sync::Arc;

use baton_core::handover::ClipSignInError;
use futures::future::join_all;
use tokio::sync::Barrier;

use crate::office::PASSWORD;

const PEOPLE: usize = 100;

on_both_engines! {
    async fn of_a_hundred_who_sign_in_at_once_exactly_one_wins(mut office) {
        let mut people = Vec::new();
        for number in 0..PEOPLE {
            people.push(office.add_person(&format!("person{number}")).await);
        }
        let furniture = office.furnish(&people.iter().collect::<Vec<_>>()).await;
        let mut phone = office.enrol("one").await;
        let visit = office.visit(&phone).await;
        let custody_before = office.number("SELECT COUNT(*) FROM custody").await;
        let start = Arc::new(Barrier::new(PEOPLE));

        let attempts = (0..PEOPLE).map(|number| {
            let (core, visit, start, now) = (office.core.clone(), visit.clone(), start.clone(), office.now());
            tokio::spawn(async move {
                start.wait().await;
                core.sign_in_on_clip(&visit, &format!("person{number}"), PASSWORD, &Visitor::default(), now).await
            })
        });
        let results: Vec<_> = join_all(attempts.collect::<Vec<_>>()).await.into_iter().map(Result::unwrap).collect();

        let winners: Vec<usize> = (0..PEOPLE).filter(|number| results[*number].is_ok()).collect();
        assert_eq!(winners.len(), 1, "{winners:?}");
        for (number, result) in results.iter().enumerate().filter(|(number, _)| *number != winners[0]) {
            let is_refused = matches!(result, Err(ClipSignInError::InUse | ClipSignInError::LostRace));
            assert!(is_refused, "person{number}: {result:?}");
        }
        assert_eq!(office.device(&phone.id).await.holder_id, people[winners[0]]);
        assert_eq!(office.number("SELECT COUNT(*) FROM custody").await, custody_before + 1);
        assert_eq!(office.number("SELECT COUNT(*) FROM handovers WHERE kind = 'sign-in'").await, 1);
        assert_eq!(office.number("SELECT COUNT(*) FROM sessions").await, 1);
        office.settle(&mut phone).await;
        furniture.assert_has_all_of(&phone, &format!("person{}", winners[0]));
    }

    async fn one_person_who_signs_in_on_two_phones_at_once_gets_one(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let mut phones = [office.enrol("one").await, office.enrol("two").await, office.enrol("three").await];
        for _ in 0..5 {
            let start = Arc::new(Barrier::new(phones.len()));
            let mut attempts = Vec::new();
            for phone in &phones {
                let (core, start, now) = (office.core.clone(), start.clone(), office.now());
                let visit = office.visit(phone).await;
                attempts.push(tokio::spawn(async move {
                    start.wait().await;
                    core.sign_in_on_clip(&visit, "ada", PASSWORD, &Visitor::default(), now).await
                }));
            }
            let results: Vec<_> = join_all(attempts).await.into_iter().map(Result::unwrap).collect();
            assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
            assert_eq!(office.number("SELECT COUNT(*) FROM devices WHERE holder_id = 'user-ada'").await, 1);
            for phone in &mut phones {
                if office.device(&phone.id).await.holder_id == ada {
                    office.settle(phone).await;
                    office.sign_out_by_possession(phone).await;
                }
            }
        }
    }

    async fn one_person_who_taps_twice_is_signed_in_once(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let phone = office.enrol("one").await;
        let visit = office.visit(&phone).await;
        let visitor = Visitor::default();
        let attempts = (0..4).map(|_| office.core.sign_in_on_clip(&visit, "ada", PASSWORD, &visitor, office.now()));
        let results = join_all(attempts).await;
        assert!(results.iter().all(Result::is_ok), "{results:?}");
        assert_eq!(results.iter().filter(|result| !result.as_ref().unwrap().resumed).count(), 1);
        assert_eq!(office.number("SELECT COUNT(*) FROM handovers WHERE kind = 'sign-in'").await, 1);
    }

    async fn signing_out_twice_at_once_ends_custody_once(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let mut phone = office.enrol("one").await;
        office.sign_in(&mut phone, "ada").await;
        let visit = office.visit(&phone).await;
        let attempts = (0..4).map(|_| office.core.sign_out_by_possession(&visit, office.now()));
        let results = join_all(attempts).await;
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
        assert_eq!(office.number("SELECT COUNT(*) FROM handovers WHERE kind = 'sign-out'").await, 1);
    }

    async fn a_phone_that_fetches_while_people_sign_in_and_out_is_never_given_the_wrong_thing(mut office) {
        let (ada, ben) = (office.add_person("ada").await, office.add_person("ben").await);
        let furniture = office.furnish(&[&ada, &ben]).await;
        let mut phone = office.enrol("one").await;
        let (core, id, start) = (office.core.clone(), phone.id.clone(), office.now());
        let people = tokio::spawn(async move {
            let now = |step: i64| start.plus_seconds(step);
            for step in 0..12 {
                let detail = core.device_detail(&baton_core::Actor::System, &id, now(step)).await.unwrap();
                let generation = detail.device.clip_generation;
                let visit = baton_core::clip::Visit { device_id: id.clone(), generation, by_icon: true };
                if step % 2 == 0 {
                    let name = if step % 4 == 0 { "ada" } else { "ben" };
                    let _ = core.sign_in_on_clip(&visit, name, PASSWORD, &Visitor::default(), now(step)).await;
                } else {
                    let _ = core.sign_out_by_possession(&visit, now(step)).await;
                }
                tokio::task::yield_now().await;
            }
        });
        while !people.is_finished() {
            office.connect(&mut phone).await;
        }
        people.await.unwrap();
        office.pass_seconds(60);
        if office.device(&phone.id).await.holder_id != crate::office::nobody() {
            office.settle(&mut phone).await;
            office.sign_out_by_possession(&mut phone).await;
        }
        office.settle(&mut phone).await;
        furniture.assert_nobodys(&phone);
    }
}
