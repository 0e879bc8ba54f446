//! Pushes through Apple's push service, played by a fake that breaks off, refuses and forgets: no phone is forgotten,
//! and none is asked twice without need.

use std::sync::Arc;

use baton_apns::{
    Apns,
    fake::{Answer, Authority, FakeApns, Validity},
};
use baton_core::{
    Actor,
    fleet::Concern,
    push::{PushDeviceError, PushService, PushTransport, TransportError},
};
use baton_mdm::push::{PushOutcome, PushRequest};
use baton_model::{FleetState, PushFailure, PushProblem, Role, Timestamp};
use baton_policy::Distribution;
use tokio::sync::{Mutex, Notify};

use crate::{
    furniture::web_clip,
    office::Office,
    phone::Phone,
    push_certificate::{TOPIC, install, pair},
};

const DAY: i64 = 86_400;

/// The way of pushes: to Apple's service as it is played here, or to nowhere in particular.
struct Line {
    apple: FakeApns,
    client: Apns,
    local: Mutex<Vec<String>>,
}

impl Line {
    async fn open() -> Self {
        // A second installation would only fail because there is one already.
        drop(rustls::crypto::ring::default_provider().install_default());
        let apple = FakeApns::start().await.unwrap();
        Self { client: Apns::new(&apple.settings()).unwrap(), apple, local: Mutex::default() }
    }

    /// How often a push reached this phone.
    fn reached(&self, phone: &Phone) -> usize {
        self.apple.delivered().iter().filter(|push| push.token == phone.token()).count()
    }

    /// How often the service was asked to push this phone.
    fn asked(&self, phone: &Phone) -> usize {
        self.apple.received().iter().filter(|push| push.token == phone.token()).count()
    }
}

impl PushTransport for Line {
    async fn send(&self, service: &PushService, request: &PushRequest) -> Result<PushOutcome, TransportError> {
        match service {
            PushService::Local => {
                self.local.lock().await.push(request.path.rsplit('/').next().unwrap().to_owned());
                Ok(PushOutcome::Accepted)
            }
            PushService::Apple(identity) => {
                self.client.send(identity, request).await.map_err(|error| TransportError(error.to_string()))
            }
        }
    }
}

/// An office with a certificate of the portal's.
async fn certified(office: &Office) -> Line {
    let line = Line::open().await;
    install(office, &pair(line.apple.portal())).await.unwrap();
    line
}

/// A phone that enrolled under the certificate, got everything, and for which something waits now.
async fn waited_for(office: &mut Office, name: &str) -> Phone {
    let phone = office.enrol(name).await;
    assert_eq!(phone.fake.topic, TOPIC);
    something_new(office, name).await;
    phone
}

async fn something_new(office: &Office, name: &str) {
    office.add_item(&format!("For {name}"), web_clip("https://more.example/"), Distribution::AllDevices).await;
    office.core.reconcile_lagging(100, office.now()).await.unwrap();
}

async fn send(office: &Office, line: &Line) {
    office.core.send_due_pushes(line, office.now()).await.unwrap();
}

/// Lets so many seconds pass, one after the other, and sends what is due in each.
async fn send_for(office: &Office, line: &Line, seconds: i64) {
    for _ in 0..seconds {
        office.pass_seconds(1);
        send(office, line).await;
    }
}

async fn problem(office: &Office, phone: &Phone) -> Option<PushProblem> {
    let problem = office.store.read().await.unwrap().push_problem_of(&phone.id).await.unwrap();
    problem.map(|(problem, _)| problem)
}

async fn failure(office: &Office) -> Option<(PushFailure, String)> {
    let view = office.core.push_certificate(&Actor::System, office.now()).await.unwrap();
    view.installed.unwrap().failure.map(|failing| (failing.failure, failing.reason))
}

async fn send_token(office: &Office, phone: &mut Phone, token: &[u8]) {
    phone.fake.push_token = token.to_vec();
    office.check_in(&phone.fake.token_update().unwrap()).await.unwrap();
}

on_both_engines! {
    async fn who_enrolled_under_the_certificate_is_pushed_by_apple_and_others_as_before(mut office) {
        let before = office.enrol("before").await;
        let line = certified(&office).await;
        let phone = waited_for(&mut office, "after").await;

        send(&office, &line).await;

        assert_eq!((line.reached(&phone), line.reached(&before)), (1, 0));
        assert_eq!(*line.local.lock().await, [before.token()]);
    }

    async fn several_changes_are_one_push(mut office) {
        let line = certified(&office).await;
        let phone = waited_for(&mut office, "one").await;
        something_new(&office, "one more").await;
        something_new(&office, "one more still").await;

        send(&office, &line).await;
        send_for(&office, &line, 20).await;

        assert_eq!((line.reached(&phone), line.asked(&phone)), (1, 1));
    }

    async fn a_hundred_phones_are_pushed_over_one_connection(mut office) {
        let line = certified(&office).await;
        let mut phones = Vec::new();
        for number in 0..30 {
            phones.push(office.enrol_quietly(&format!("phone{number}")).await);
        }

        send(&office, &line).await;

        assert!(phones.iter().all(|phone| line.reached(phone) == 1));
        assert_eq!(line.apple.connections(), 1);
    }

    async fn whatever_passes_by_is_tried_again_until_the_push_is_taken(mut office) {
        let line = certified(&office).await;
        let passing = [
            ("busy", Answer::TooMany(None)),
            ("broken", Answer::InternalError),
            ("leaving", Answer::Shutdown),
            ("cut", Answer::Cut),
            ("left", Answer::GoAway),
            ("refused", Answer::Forbidden("BadCertificate")),
            ("large", Answer::TooLarge),
        ];
        for (name, answer) in passing {
            let phone = waited_for(&mut office, name).await;
            line.apple.answer(&phone.token(), [answer.clone(), answer]);

            send(&office, &line).await;
            send_for(&office, &line, 5).await;

            assert_eq!(line.reached(&phone), 1, "{name}");
            assert_eq!(problem(&office, &phone).await, None, "{name}");
        }
    }

    async fn a_service_that_asks_for_a_pause_gets_it(mut office) {
        let line = certified(&office).await;
        let phone = waited_for(&mut office, "one").await;
        line.apple.answer(&phone.token(), [Answer::TooMany(Some(120))]);
        send(&office, &line).await;

        send_for(&office, &line, 118).await;
        assert_eq!(line.asked(&phone), 1);

        send_for(&office, &line, 3).await;
        assert_eq!((line.asked(&phone), line.reached(&phone)), (2, 1));
    }

    async fn a_push_whose_answer_was_lost_is_repeated_and_does_no_harm(mut office) {
        let line = certified(&office).await;
        let mut phone = waited_for(&mut office, "one").await;
        line.apple.answer(&phone.token(), [Answer::DeliverAndCut]);

        send(&office, &line).await;
        send_for(&office, &line, 3).await;

        assert_eq!(line.reached(&phone), 2);
        let received = phone.received;
        office.connect(&mut phone).await;
        let once = phone.received;
        office.connect(&mut phone).await;
        assert!(once > received && phone.received == once, "the second push finds nothing more to fetch");
    }

    async fn a_slow_push_is_neither_lost_nor_sent_by_another_meanwhile(mut office) {
        let line = Arc::new(certified(&office).await);
        let phone = waited_for(&mut office, "one").await;
        let told = Arc::new(Notify::new());
        line.apple.answer(&phone.token(), [Answer::AcceptAfter(Arc::clone(&told))]);
        let (core, slow, now) = (office.core.clone(), Arc::clone(&line), office.now());
        let slow = tokio::spawn(async move { core.send_due_pushes(&*slow, now).await });
        while line.asked(&phone) == 0 {
            tokio::task::yield_now().await;
        }

        send_for(&office, &line, 10).await;
        told.notify_one();
        slow.await.unwrap().unwrap();
        send_for(&office, &line, 10).await;

        assert_eq!((line.asked(&phone), line.reached(&phone)), (1, 1));
    }

    async fn a_token_that_is_gone_is_not_used_again_until_the_phone_sends_one(mut office) {
        let line = certified(&office).await;
        let mut phone = waited_for(&mut office, "one").await;
        let gone = (office.now().0 + Timestamp::SECOND) / 1000;
        line.apple.answer(&phone.token(), [Answer::Unregistered(gone)]);

        send(&office, &line).await;
        something_new(&office, "one more").await;
        office.pass_seconds(DAY);
        send(&office, &line).await;

        assert_eq!((line.asked(&phone), line.reached(&phone)), (1, 0));
        assert_eq!(problem(&office, &phone).await, Some(PushProblem::TokenGone));
        let detail = office.core.device_detail(&Actor::System, &phone.id, office.now()).await.unwrap();
        assert_eq!(detail.state, FleetState::Attention);
        assert!(detail.concerns.contains(&Concern::Unreachable(PushProblem::TokenGone)));
        let push = office.core.push_device(&Actor::System, &phone.id, office.now()).await;
        assert!(matches!(push, Err(PushDeviceError::TokenGone)), "{push:?}");

        send_token(&office, &mut phone, b"the next token").await;
        send(&office, &line).await;

        assert_eq!(line.reached(&phone), 1);
        assert_eq!(problem(&office, &phone).await, None);
        let detail = office.core.device_detail(&Actor::System, &phone.id, office.now()).await.unwrap();
        assert!(detail.concerns.is_empty(), "{:?}", detail.concerns);
    }

    async fn the_same_token_sent_again_is_as_good_as_a_new_one(mut office) {
        let line = certified(&office).await;
        let mut phone = waited_for(&mut office, "one").await;
        line.apple.answer(&phone.token(), [Answer::Unregistered(office.now().0 / 1000)]);
        send(&office, &line).await;

        let same = phone.fake.push_token.clone();
        send_token(&office, &mut phone, &same).await;
        send(&office, &line).await;

        assert_eq!(line.reached(&phone), 1);
    }

    async fn a_token_that_came_after_apples_word_stays(mut office) {
        let line = certified(&office).await;
        let earlier = office.now().0 / 1000;
        office.pass_seconds(10);
        let phone = waited_for(&mut office, "one").await;
        line.apple.answer(&phone.token(), [Answer::Unregistered(earlier)]);

        send(&office, &line).await;
        assert_eq!(problem(&office, &phone).await, None);
        send_for(&office, &line, 2).await;

        assert_eq!(line.reached(&phone), 1);
    }

    async fn a_token_that_apple_goes_on_calling_gone_is_given_up_whatever_the_clocks_say(mut office) {
        let line = certified(&office).await;
        let phone = waited_for(&mut office, "one").await;
        line.apple.answer(&phone.token(), vec![Answer::Unregistered(0); 20]);

        send(&office, &line).await;
        send_for(&office, &line, 600).await;

        assert_eq!(problem(&office, &phone).await, Some(PushProblem::TokenGone));
        assert_eq!(line.asked(&phone), 9);
    }

    async fn the_end_of_a_token_does_not_take_the_one_that_came_meanwhile(mut office) {
        /// Apple's answer comes when the phone has sent another token.
        struct Overtaken<'a> {
            office: &'a Office,
            phone: Mutex<Option<Phone>>,
        }

        impl PushTransport for Overtaken<'_> {
            async fn send(&self, _: &PushService, _: &PushRequest) -> Result<PushOutcome, TransportError> {
                if let Some(phone) = &mut *self.phone.lock().await {
                    send_token(self.office, phone, b"the next token").await;
                }
                Ok(PushOutcome::TokenGone { since: None })
            }
        }

        let line = certified(&office).await;
        let phone = waited_for(&mut office, "one").await;
        let overtaken = Overtaken { office: &office, phone: Mutex::new(Some(phone)) };
        office.core.send_due_pushes(&overtaken, office.now()).await.unwrap();
        let phone = overtaken.phone.into_inner().unwrap();

        assert_eq!(problem(&office, &phone).await, None);
        send(&office, &line).await;
        assert_eq!(line.reached(&phone), 1);
    }

    async fn a_token_that_apple_does_not_take_is_kept_and_tried_once_a_day(mut office) {
        for (name, reason) in [("one", "BadDeviceToken"), ("two", "DeviceTokenNotForTopic")] {
            let line = certified(&office).await;
            let mut phone = waited_for(&mut office, name).await;
            line.apple.answer(&phone.token(), vec![Answer::BadRequest(reason); 3]);

            send(&office, &line).await;
            send_for(&office, &line, 700).await;
            assert_eq!((line.asked(&phone), problem(&office, &phone).await), (1, Some(PushProblem::TokenRefused)));
            office.pass_seconds(DAY);
            send(&office, &line).await;
            assert_eq!(line.asked(&phone), 2);

            send_token(&office, &mut phone, format!("the next of {name}").as_bytes()).await;
            send(&office, &line).await;
            assert_eq!((line.reached(&phone), problem(&office, &phone).await), (1, None));
            remove(&office).await;
        }
    }

    async fn how_pushes_fare_is_known(mut office) {
        let line = certified(&office).await;
        let phone = waited_for(&mut office, "one").await;
        let cases = [
            (Answer::Forbidden("BadCertificate"), PushFailure::CertificateRefused, "BadCertificate"),
            (Answer::InternalError, PushFailure::Unavailable, "InternalServerError"),
            (Answer::Cut, PushFailure::Unreachable, ""),
        ];
        let begun = office.now();
        for (answer, expected, reason) in cases {
            line.apple.answer(&phone.token(), [answer]);
            office.pass_seconds(10);
            send(&office, &line).await;
            assert_eq!(failure(&office).await, Some((expected, reason.to_owned())));
        }
        let view = office.core.push_certificate(&Actor::System, office.now()).await.unwrap().installed.unwrap();
        let since = view.failure.unwrap().since;
        assert!(begun < since && since <= begun.plus_seconds(11), "since the first that failed");

        office.pass_seconds(10);
        send(&office, &line).await;

        let view = office.core.push_certificate(&Actor::System, office.now()).await.unwrap().installed.unwrap();
        assert_eq!(view.failure, None);
        assert!(view.working_at.unwrap() > since);
        assert_eq!(line.reached(&phone), 1);
    }

    async fn one_phone_that_fails_does_not_blame_the_service(mut office) {
        let line = certified(&office).await;
        let one = waited_for(&mut office, "one").await;
        let _two = waited_for(&mut office, "two").await;
        line.apple.answer(&one.token(), [Answer::InternalError]);

        send(&office, &line).await;

        assert_eq!(failure(&office).await, None);
    }

    async fn a_certificate_that_apple_did_not_issue_pushes_nobody_until_it_is_replaced(mut office) {
        let line = Line::open().await;
        install(&office, &pair(&Authority::new("Somebody else"))).await.unwrap();
        let phone = waited_for(&mut office, "one").await;
        send(&office, &line).await;
        send_for(&office, &line, 100).await;
        assert_eq!((line.asked(&phone), failure(&office).await), (0, Some((PushFailure::Unreachable, String::new()))));

        install(&office, &pair(line.apple.portal())).await.unwrap();
        send(&office, &line).await;

        assert_eq!((line.reached(&phone), failure(&office).await), (1, None), "without waiting out the back-off");
    }

    async fn every_instance_uses_a_renewed_certificate_at_once(mut office) {
        let line = certified(&office).await;
        let other = Office::open(office.engine, &office.address).await;
        let phone = waited_for(&mut office, "one").await;
        other.core.send_due_pushes(&line, office.now()).await.unwrap();

        install(&office, &pair(line.apple.portal())).await.unwrap();
        something_new(&office, "one more").await;
        other.core.send_due_pushes(&line, office.now()).await.unwrap();

        assert_eq!(line.reached(&phone), 2);
        let connections: Vec<_> = line.apple.received().iter().map(|push| push.connection).collect();
        assert_eq!(connections, [1, 2]);
    }

    async fn an_expired_certificate_pushes_nobody_and_its_renewal_pushes_all_who_wait(mut office) {
        let line = Line::open().await;
        let soon = Validity { until: expiry(&office, 3600), ..Validity::always() };
        install(&office, &line.apple.portal().issue_with_key(TOPIC, soon)).await.unwrap();
        let phone = waited_for(&mut office, "one").await;
        office.pass_seconds(7200);
        send(&office, &line).await;
        send_for(&office, &line, 10).await;
        assert_eq!(line.asked(&phone), 0);
        let late = office.enrol_quietly("late").await;
        assert_eq!(late.fake.topic, TOPIC, "a renewal will have the same topic");

        install(&office, &pair(line.apple.portal())).await.unwrap();
        send(&office, &line).await;

        assert_eq!((line.reached(&phone), line.reached(&late)), (1, 1));
    }

    async fn without_its_certificate_a_phone_of_apples_is_given_to_nobody_else(mut office) {
        let line = certified(&office).await;
        let phone = waited_for(&mut office, "one").await;
        remove(&office).await;
        let local = office.enrol_quietly("local").await;

        send(&office, &line).await;
        send_for(&office, &line, 10).await;

        assert_eq!(*line.local.lock().await, [local.token()]);
        assert_eq!(line.asked(&phone), 0);
        install(&office, &pair(line.apple.portal())).await.unwrap();
        send(&office, &line).await;
        assert_eq!(line.reached(&phone), 1);
    }

    async fn a_key_that_cannot_be_read_is_said_and_loses_nothing(mut office) {
        let line = certified(&office).await;
        let phone = waited_for(&mut office, "one").await;
        office.execute(&format!("UPDATE push_certificate SET sealed_key = CAST('' AS {})", blob(&office))).await;

        send(&office, &line).await;
        assert_eq!(failure(&office).await, Some((PushFailure::KeyUnreadable, String::new())));

        install(&office, &pair(line.apple.portal())).await.unwrap();
        send(&office, &line).await;
        assert_eq!(line.reached(&phone), 1);
    }

    async fn help_desk_pushes_a_phone_again_at_once_whatever_failed(mut office) {
        let line = certified(&office).await;
        let phone = waited_for(&mut office, "one").await;
        line.apple.answer(&phone.token(), [Answer::BadRequest("BadDeviceToken")]);
        send(&office, &line).await;
        let hugo = office.add_person_as("hugo", Role::HelpDesk).await;
        let ines = office.add_person_as("ines", Role::Auditor).await;

        let denied = office.core.push_device(&office.person(&ines, Role::Auditor), &phone.id, office.now()).await;
        assert!(matches!(denied, Err(PushDeviceError::Core(baton_core::CoreError::Denied(_)))), "{denied:?}");
        office.core.push_device(&office.person(&hugo, Role::HelpDesk), &phone.id, office.now()).await.unwrap();
        send(&office, &line).await;

        assert_eq!(line.reached(&phone), 1);
        let audit: Vec<_> = office.audit().await.into_iter().filter(|line| line.starts_with("device.push")).collect();
        assert_eq!(audit, [format!("device.push refused {} {{}}", phone.id), format!("device.push done {} {{}}", phone.id)]);
    }

    async fn a_phone_that_is_not_there_is_not_pushed(mut office) {
        certified(&office).await;
        let phone = waited_for(&mut office, "one").await;
        office.check_in(&phone.fake.check_out().unwrap()).await.unwrap();

        let left = office.core.push_device(&Actor::System, &phone.id, office.now()).await;
        let ghost = office.core.push_device(&Actor::System, &"ghost".into(), office.now()).await;

        assert!(matches!(left, Err(PushDeviceError::NotManaged)), "{left:?}");
        assert!(matches!(ghost, Err(PushDeviceError::Core(baton_core::CoreError::NotFound(_)))), "{ghost:?}");
    }
}

async fn remove(office: &Office) {
    let view = office.core.push_certificate(&Actor::System, office.now()).await.unwrap();
    let fingerprint = view.installed.unwrap().fingerprint;
    office.core.remove_push_certificate(&Actor::System, &fingerprint, office.now()).await.unwrap();
}

/// A time for certificates, so many seconds ahead.
fn expiry(office: &Office, seconds: i64) -> time::OffsetDateTime {
    time::OffsetDateTime::from_unix_timestamp(office.now().unix_seconds() + seconds).unwrap()
}

const fn blob(office: &Office) -> &'static str {
    match office.engine {
        baton_store::Engine::Sqlite => "BLOB",
        baton_store::Engine::Postgres => "BYTEA",
    }
}
