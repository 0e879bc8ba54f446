//! Guessing is slowed, and locks nobody out who is known (B, design "Security").

use std::net::IpAddr;

use baton_core::{
    Actor, CoreError,
    accounts::{SignInError, Visitor},
    handover::ClipSignInError,
};
use baton_identity::Passwords;
use baton_model::Role;
use futures::future::{join, join_all};

use crate::office::{Office, PASSWORD};

const WRONG: &str = "not the password";
/// So many wrong passwords are free.
const FREE: usize = 5;

fn from(address: &str) -> Visitor {
    Visitor { address: Some(address.parse::<IpAddr>().unwrap()), ..Visitor::default() }
}

impl Office {
    async fn attempt(&self, name: &str, password: &str, visitor: &Visitor) -> Result<(), SignInError> {
        self.core.sign_in(name, password, visitor, self.now()).await.map(drop)
    }

    /// Wrong passwords until one is turned away; how many were looked at, and the seconds to wait.
    async fn guess(&self, name: &str, visitor: &Visitor) -> (usize, u64) {
        for looked_at in 0.. {
            match self.attempt(name, WRONG, visitor).await {
                Err(SignInError::Wrong) => {}
                Err(SignInError::Throttled { seconds }) => return (looked_at, seconds),
                other => panic!("{other:?}"),
            }
        }
        unreachable!("guessing never ends")
    }
}

fn throttled<T: std::fmt::Debug>(result: &Result<T, SignInError>) -> bool {
    matches!(result, Err(SignInError::Throttled { .. }))
}

on_both_engines! {
    async fn after_a_few_wrong_passwords_the_right_one_has_to_wait_too(mut office) {
        office.add_person("ada").await;
        let stranger = Visitor::default();
        let (looked_at, seconds) = office.guess("ada", &stranger).await;
        assert_eq!((looked_at, seconds), (FREE, 5));
        assert!(throttled(&office.attempt("Ada", PASSWORD, &stranger).await));
        office.pass_seconds(5);
        assert!(office.attempt("ada", PASSWORD, &stranger).await.is_ok());
    }

    async fn each_further_failure_waits_longer_up_to_a_quarter_of_an_hour(mut office) {
        office.add_person("ada").await;
        let stranger = Visitor::default();
        let mut waits = vec![office.guess("ada", &stranger).await.1];
        for _ in 0..10 {
            office.pass_seconds(i64::try_from(*waits.last().unwrap()).unwrap());
            let (looked_at, seconds) = office.guess("ada", &stranger).await;
            assert_eq!(looked_at, 1);
            waits.push(seconds);
        }
        assert_eq!(waits, [5, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900]);
    }

    async fn a_name_that_nobody_has_is_slowed_alike(mut office) {
        office.add_person("ada").await;
        let stranger = Visitor::default();
        assert_eq!(office.guess("ada", &stranger).await, office.guess("eve", &stranger).await);
    }

    async fn signing_in_forgets_the_mistakes_of_before(mut office) {
        office.add_person("ada").await;
        let stranger = Visitor::default();
        for _ in 0..3 {
            for _ in 1..FREE {
                assert!(matches!(office.attempt("ada", WRONG, &stranger).await, Err(SignInError::Wrong)));
            }
            assert!(office.attempt("ada", PASSWORD, &stranger).await.is_ok());
        }
        assert_eq!(office.number("SELECT COUNT(*) FROM sign_in_attempts").await, 0);
    }

    async fn mistakes_of_an_hour_ago_are_forgotten(mut office) {
        office.add_person("ada").await;
        office.guess("ada", &Visitor::default()).await;
        office.pass_seconds(3600);
        assert_eq!(office.guess("ada", &Visitor::default()).await.0, FREE);
    }

    async fn a_hundred_guesses_at_once_are_no_more_than_one_after_the_other(mut office) {
        office.add_person("ada").await;
        let attempts = (0..100).map(|_| {
            let (core, now) = (office.core.clone(), office.now());
            tokio::spawn(async move { core.sign_in("ada", WRONG, &Visitor::default(), now).await.map(drop) })
        });
        let results: Vec<_> = join_all(attempts).await.into_iter().map(Result::unwrap).collect();
        let looked_at = results.iter().filter(|result| matches!(result, Err(SignInError::Wrong))).count();
        assert!(looked_at <= FREE, "{looked_at}");
    }

    async fn who_signed_in_in_this_browser_before_does_not_wait_for_strangers(mut office) {
        office.add_person("ada").await;
        office.add_person("ben").await;
        let (known, _) = office.core.known_browser(None, "Ada", office.now()).unwrap();
        let own = Visitor { known: Some(known), ..from("192.0.2.1") };
        office.guess("ada", &from("198.51.100.1")).await;
        office.guess("ben", &from("198.51.100.1")).await;
        assert!(office.attempt("ada", PASSWORD, &own).await.is_ok());
        assert!(throttled(&office.attempt("ben", PASSWORD, &own).await), "known is who signed in there, nobody else");
    }

    async fn a_known_browser_is_slowed_by_its_own_mistakes_and_slows_nobody_else(mut office) {
        office.add_person("ada").await;
        let (known, _) = office.core.known_browser(None, "ada", office.now()).unwrap();
        let own = Visitor { known: Some(known), ..Visitor::default() };
        assert_eq!(office.guess("ada", &own).await.0, FREE);
        assert!(office.attempt("ada", PASSWORD, &Visitor::default()).await.is_ok());
    }

    async fn a_browser_knows_the_last_five_who_signed_in_there(mut office) {
        let mut known = None;
        let names = ["ada", "ben", "cid", "dora", "emil", "fritz"];
        for name in names {
            office.add_person(name).await;
            known = Some(office.core.known_browser(known.as_deref(), name, office.now()).unwrap().0);
        }
        for name in names {
            office.guess(name, &Visitor::default()).await;
        }
        let own = Visitor { known, ..Visitor::default() };
        assert!(throttled(&office.attempt("ada", PASSWORD, &own).await));
        assert!(office.attempt("ben", PASSWORD, &own).await.is_ok() && office.attempt("fritz", PASSWORD, &own).await.is_ok());
    }

    async fn a_forged_or_old_token_makes_nobody_known(mut office) {
        office.add_person("ada").await;
        let (known, until) = office.core.known_browser(None, "ada", office.now()).unwrap();
        office.guess("ada", &Visitor::default()).await;
        let forged = Visitor { known: Some(format!("{known}x")), ..Visitor::default() };
        assert!(throttled(&office.attempt("ada", PASSWORD, &forged).await));
        office.pass_seconds(until.seconds_since(office.now()) + 1);
        office.guess("ada", &Visitor::default()).await;
        let old = Visitor { known: Some(known), ..Visitor::default() };
        assert!(throttled(&office.attempt("ada", PASSWORD, &old).await));
    }

    async fn who_is_known_signs_in_while_strangers_fill_their_line(mut office) {
        office.add_person("ada").await;
        office.compare_with(Passwords::new(1, 2));
        let (known, _) = office.core.known_browser(None, "ada", office.now()).unwrap();
        let (ada, stranger) = (Visitor { known: Some(known), ..Visitor::default() }, Visitor::default());
        let names: Vec<String> = (0..12).map(|number| format!("eve{number}")).collect();
        let flood = join_all(names.iter().map(|name| office.attempt(name, WRONG, &stranger)));
        let (flood, ada) = join(flood, office.attempt("ada", PASSWORD, &ada)).await;
        assert!(ada.is_ok(), "{ada:?}");
        assert!(flood.iter().any(|answer| matches!(answer, Err(SignInError::Busy))), "{flood:?}");
    }

    async fn a_shared_phone_is_known_to_everybody(mut office) {
        office.furnish(&[]).await;
        office.add_person("ada").await;
        let mut phone = office.enrol("one").await;
        office.guess("ada", &Visitor::default()).await;
        office.sign_in(&mut phone, "ada").await;
    }

    async fn guessing_on_a_phone_is_slowed_there_and_nowhere_else(mut office) {
        office.furnish(&[]).await;
        office.add_person("ada").await;
        let phone = office.enrol("one").await;
        let visit = office.visit(&phone).await;
        for _ in 0..FREE {
            let wrong = office.core.sign_in_on_clip(&visit, "ada", WRONG, &Visitor::default(), office.now()).await;
            assert!(matches!(wrong, Err(ClipSignInError::Wrong { .. })), "{wrong:?}");
        }
        let refused = office.core.sign_in_on_clip(&visit, "ada", PASSWORD, &Visitor::default(), office.now()).await;
        assert!(matches!(refused, Err(ClipSignInError::Throttled { seconds: 5 })), "{refused:?}");
        assert!(office.attempt("ada", PASSWORD, &Visitor::default()).await.is_ok());
    }

    async fn a_refusal_that_is_not_the_passwords_is_no_failure(mut office) {
        office.furnish(&[]).await;
        office.add_person("ada").await;
        office.add_person("ben").await;
        let mut phone = office.enrol("one").await;
        office.sign_in(&mut phone, "ada").await;
        let visit = office.visit(&phone).await;
        for _ in 0..2 * FREE {
            let refused = office.core.sign_in_on_clip(&visit, "ben", PASSWORD, &Visitor::default(), office.now()).await;
            assert!(matches!(refused, Err(ClipSignInError::InUse | ClipSignInError::LostRace)), "{refused:?}");
        }
    }

    async fn many_names_from_one_address_are_slowed_and_other_addresses_are_not(mut office) {
        office.add_person("ada").await;
        let school = from("192.0.2.1");
        for number in 0..30 {
            let wrong = office.attempt(&format!("guess{number}"), WRONG, &school).await;
            assert!(matches!(wrong, Err(SignInError::Wrong)), "{number}: {wrong:?}");
        }
        assert!(throttled(&office.attempt("ada", PASSWORD, &school).await));
        assert!(office.attempt("ada", PASSWORD, &from("192.0.2.2")).await.is_ok());
        office.pass_seconds(1);
        assert!(office.attempt("ada", PASSWORD, &school).await.is_ok(), "a school behind one address gets through");
    }

    async fn people_who_make_no_mistake_never_slow_their_address(mut office) {
        let school = from("192.0.2.1");
        for number in 0..40 {
            let name = format!("pupil{number}");
            office.add_person(&name).await;
            assert!(office.attempt(&name, PASSWORD, &school).await.is_ok(), "{name}");
        }
    }

    async fn the_wait_is_shown_and_can_be_lifted(mut office) {
        let ada = office.add_person("ada").await;
        let paused = async |office: &Office| {
            office.core.user_detail(&Actor::System, &ada, office.now()).await.unwrap().paused_until
        };
        assert_eq!(paused(&office).await, None);
        office.guess("ada", &Visitor::default()).await;
        let wait = paused(&office).await.unwrap().seconds_since(office.now());
        assert!((4..=5).contains(&wait), "{wait}");
        assert_eq!(office.core.dashboard(&Actor::System, office.now()).await.unwrap().slowed_names, 1);
        let denied = office.core.lift_pause(&office.person(&ada, Role::HelpDesk), &ada, office.now()).await;
        assert!(matches!(denied, Err(CoreError::Denied(_))), "{denied:?}");
        office.core.lift_pause(&Actor::System, &ada, office.now()).await.unwrap();
        assert_eq!(paused(&office).await, None);
        assert!(office.attempt("ada", PASSWORD, &Visitor::default()).await.is_ok());
    }

    async fn what_is_turned_away_is_one_audit_row_with_a_number(mut office) {
        office.add_person("ada").await;
        office.guess("ada", &Visitor::default()).await;
        for _ in 0..9 {
            assert!(throttled(&office.attempt("ada", WRONG, &Visitor::default()).await));
        }
        office.core.note_turned_away(office.now()).await.unwrap();
        office.core.note_turned_away(office.now()).await.unwrap();
        let rows: Vec<_> = office.audit().await.into_iter().filter(|line| line.contains("sign-in.throttled")).collect();
        assert_eq!(rows.len(), 1, "{rows:?}");
    }

    async fn the_database_holds_no_name_that_was_typed(mut office) {
        office.guess("hunter2 is my password", &Visitor::default()).await;
        assert_eq!(office.number("SELECT COUNT(*) FROM sign_in_attempts WHERE attempt_key LIKE '%hunter2%'").await, 0);
        assert_eq!(office.number("SELECT COUNT(*) FROM sign_in_attempts WHERE attempt_key LIKE 'account:%'").await, 1);
    }
}
