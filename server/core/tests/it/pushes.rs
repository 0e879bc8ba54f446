//! Pushes: nothing that waits on the server is forgotten, and no phone is woken without need.

use std::{collections::BTreeSet, sync::Arc};

use baton_core::{
    Core,
    push::{PushService, PushTransport, TransportError},
};
use baton_mdm::push::{PushOutcome, PushRequest};
use baton_model::Timestamp;
use baton_policy::Distribution;
use tokio::sync::Mutex;

use crate::{
    furniture::{MAP_APP, app, web_clip},
    office::Office,
    phone::Phone,
};

/// A push service that answers as it is told, and remembers what it was asked.
#[derive(Default)]
struct Service {
    answers: Mutex<Vec<Result<PushOutcome, TransportError>>>,
    asked: Mutex<Vec<PushRequest>>,
    /// What happens while the push is under way.
    meanwhile: Mutex<Option<Meanwhile>>,
}

struct Meanwhile {
    core: Core,
    phone: Arc<Phone>,
    now: Timestamp,
}

impl Service {
    fn answering(answers: impl IntoIterator<Item = Result<PushOutcome, TransportError>>) -> Self {
        let mut answers: Vec<_> = answers.into_iter().collect();
        answers.reverse();
        Self { answers: Mutex::new(answers), ..Self::default() }
    }

    async fn tokens(&self) -> Vec<String> {
        self.asked.lock().await.iter().map(|request| request.path.rsplit('/').next().unwrap().to_owned()).collect()
    }
}

impl PushTransport for Service {
    async fn send(&self, _: &PushService, request: &PushRequest) -> Result<PushOutcome, TransportError> {
        self.asked.lock().await.push(request.clone());
        if let Some(Meanwhile { core, phone, now }) = self.meanwhile.lock().await.take() {
            // The phone connects faster than the push service answers.
            let idle = phone.fake.idle().unwrap();
            core.exchange(Some(&idle.signature), &idle.body, now).await.unwrap();
        }
        self.answers.lock().await.pop().unwrap_or(Ok(PushOutcome::Accepted))
    }
}

fn busy() -> Result<PushOutcome, TransportError> {
    Ok(PushOutcome::Retry { reason: "TooManyRequests".to_owned(), after: None })
}

/// A phone for which something waits.
async fn waited_for(office: &mut Office, name: &str) -> Phone {
    let phone = office.enrol(name).await;
    office.add_item(&format!("For {name}"), web_clip("https://more.example/"), Distribution::AllDevices).await;
    office.core.reconcile_lagging(100, office.now()).await.unwrap();
    phone
}

async fn send(office: &Office, service: &Service) -> usize {
    office.core.send_due_pushes(service, office.now()).await.unwrap()
}

/// The phones that a push reaches at this moment.
async fn reached(office: &Office) -> BTreeSet<String> {
    office.pushed.lock().await.clear();
    office.push().await;
    office.pushed.lock().await.clone()
}

on_both_engines! {
    async fn a_push_says_nothing_but_come(mut office) {
        let phone = waited_for(&mut office, "one").await;
        let service = Service::default();
        assert_eq!(send(&office, &service).await, 1);
        let asked = service.asked.lock().await;
        assert_eq!(asked[0].path, format!("/3/device/{}", phone.token()));
        assert_eq!(asked[0].body, format!(r#"{{"mdm":"{}"}}"#, phone.fake.push_magic).into_bytes());
        assert!(asked[0].headers.contains(&("apns-topic", phone.fake.topic.clone())));
    }

    async fn several_changes_are_one_push(mut office) {
        let phone = waited_for(&mut office, "one").await;
        office.add_item("More", web_clip("https://more.example/"), Distribution::AllDevices).await;
        office.core.reconcile_lagging(100, office.now()).await.unwrap();
        office.add_item("And more", web_clip("https://more.example/"), Distribution::AllDevices).await;
        office.core.reconcile_lagging(100, office.now()).await.unwrap();
        let service = Service::default();
        assert_eq!((send(&office, &service).await, send(&office, &service).await), (1, 0));
        assert_eq!(service.tokens().await, [phone.token()]);
    }

    async fn what_a_server_held_when_it_died_is_sent_as_soon_as_one_starts(mut office) {
        waited_for(&mut office, "one").await;
        let mut tx = office.store.begin().await.unwrap();
        assert_eq!(tx.due_pushes(office.now(), 10).await.unwrap().len(), 1);
        tx.commit().await.unwrap();
        office.restart().await;

        office.core.take_over_pushes().await.unwrap();

        assert_eq!(send(&office, &Service::default()).await, 1);
    }

    async fn a_failed_push_is_sent_again_ever_more_rarely(mut office) {
        waited_for(&mut office, "one").await;
        let lost = || Err(TransportError("connection reset".to_owned()));
        let service = Service::answering([busy(), lost(), busy(), lost()]);
        let mut pauses = Vec::new();
        while service.asked.lock().await.len() < 5 {
            let before = service.asked.lock().await.len();
            let mut waited = 0;
            while service.asked.lock().await.len() == before {
                send(&office, &service).await;
                office.pass_seconds(1);
                waited += 1;
            }
            pauses.push(waited);
        }
        assert_eq!(pauses, [1, 1, 2, 4, 8]);
        assert_eq!(send(&office, &service).await, 0);
    }

    async fn a_refused_push_keeps_its_token_for_an_operator_to_look(mut office) {
        let phone = waited_for(&mut office, "one").await;
        let service = Service::answering([Ok(PushOutcome::Refused { reason: "BadTopic".to_owned() })]);
        send(&office, &service).await;
        office.pass_seconds(10);
        send(&office, &service).await;
        assert_eq!(service.tokens().await, [phone.token(), phone.token()]);
    }

    async fn a_token_that_is_gone_is_not_used_again_and_a_new_one_is(mut office) {
        let mut phone = waited_for(&mut office, "one").await;
        let service = Service::answering([Ok(PushOutcome::TokenGone { since: None })]);
        send(&office, &service).await;
        office.add_item("More", web_clip("https://more.example/"), Distribution::AllDevices).await;
        office.core.reconcile_lagging(100, office.now()).await.unwrap();
        office.pass_seconds(86_400);
        assert_eq!(send(&office, &service).await, 0);
        phone.fake.push_token = b"another token of this phone".to_vec();
        office.check_in(&phone.fake.token_update().unwrap()).await.unwrap();
        assert_eq!(send(&office, &service).await, 1);
        assert_eq!(service.tokens().await.last(), Some(&phone.token()));
        office.settle(&mut phone).await;
    }

    async fn a_push_for_later_is_neither_lost_nor_early(mut office) {
        office.distribute_clip().await;
        office.add_item("Map", app(MAP_APP, false), Distribution::AllDevices).await;
        let mut phone = office.enrol_quietly("one").await;
        phone.fake.apps_install_at_once = false;
        assert!(!office.run(&mut phone, 100).await);
        let due = office.next_push(&phone.id).await.unwrap();
        assert!(office.now() < due);
        assert_eq!(reached(&office).await, BTreeSet::new());
        office.pass_until(due);
        assert_eq!(reached(&office).await, [phone.token()].into());
    }

    async fn something_urgent_does_not_wait_for_a_later_push(mut office) {
        office.distribute_clip().await;
        office.add_item("Map", app(MAP_APP, false), Distribution::AllDevices).await;
        let mut phone = office.enrol_quietly("one").await;
        phone.fake.apps_install_at_once = false;
        assert!(!office.run(&mut phone, 100).await);
        office.add_item("Urgent", web_clip("https://more.example/"), Distribution::AllDevices).await;
        office.core.reconcile_lagging(100, office.now()).await.unwrap();
        assert_eq!(reached(&office).await, [phone.token()].into());
        // And the one for later is still to come.
        office.connect(&mut phone).await;
        let due = office.next_push(&phone.id).await.unwrap();
        office.pass_until(due);
        assert_eq!(reached(&office).await, [phone.token()].into());
    }

    async fn a_later_push_does_not_delay_an_urgent_one(mut office) {
        office.distribute_clip().await;
        let mut phone = office.enrol("one").await;
        phone.fake.apps_install_at_once = false;
        office.add_item("Map", app(MAP_APP, false), Distribution::AllDevices).await;
        office.core.reconcile_lagging(100, office.now()).await.unwrap();
        assert!(office.next_push(&phone.id).await.unwrap() <= office.now());
        office.add_item("More", web_clip("https://more.example/"), Distribution::AllDevices).await;
        office.core.reconcile_lagging(100, office.now()).await.unwrap();
        assert!(office.next_push(&phone.id).await.unwrap() <= office.now());
    }

    async fn a_phone_that_connects_faster_than_its_push_is_accepted_is_reminded_all_the_same(mut office) {
        let phone = waited_for(&mut office, "one").await;
        let service = Service::default();
        let shared = Arc::new(phone);
        *service.meanwhile.lock().await =
            Some(Meanwhile { core: office.core.clone(), phone: shared.clone(), now: office.now() });
        send(&office, &service).await;
        // It was given a command and fell silent.
        office.pass_seconds(301);
        assert_eq!(send(&office, &service).await, 1);
        assert_eq!(service.tokens().await, [shared.token(), shared.token()]);
    }

    async fn a_phone_that_falls_silent_with_a_command_is_pushed_after_five_minutes_then_every_hour(mut office) {
        let phone = waited_for(&mut office, "one").await;
        assert_eq!(reached(&office).await.len(), 1);
        office.exchange(&phone.fake.idle().unwrap()).await.unwrap().unwrap();
        for pause in [300, 3600, 3600] {
            office.pass_seconds(pause - 5);
            assert_eq!(reached(&office).await.len(), 0, "{pause}");
            office.pass_seconds(6);
            assert_eq!(reached(&office).await.len(), 1, "{pause}");
        }
    }

    async fn a_phone_that_never_came_is_pushed_every_hour(mut office) {
        waited_for(&mut office, "one").await;
        assert_eq!(reached(&office).await.len(), 1);
        office.pass_seconds(3599);
        assert_eq!(reached(&office).await.len(), 0);
        office.pass_seconds(2);
        assert_eq!(reached(&office).await.len(), 1);
    }

    async fn a_phone_for_which_nothing_waits_is_left_alone(mut office) {
        let mut phone = waited_for(&mut office, "one").await;
        office.settle(&mut phone).await;
        office.pass_seconds(30 * 86_400);
        assert_eq!(reached(&office).await.len(), 0);
    }

    async fn a_phone_that_came_by_itself_is_not_pushed_for_what_it_got(mut office) {
        let mut phone = waited_for(&mut office, "one").await;
        office.connect(&mut phone).await;
        assert_eq!(reached(&office).await.len(), 0);
    }

    async fn a_token_that_cannot_be_read_does_not_keep_others_waiting(mut office) {
        let (one, two) = (office.enrol("one").await, office.enrol("two").await);
        office.add_item("More", web_clip("https://more.example/"), Distribution::AllDevices).await;
        office.core.reconcile_lagging(100, office.now()).await.unwrap();
        corrupt_token(&office, &one).await;
        let service = Service::default();
        send(&office, &service).await;
        assert_eq!(service.tokens().await, [two.token()]);
    }

    async fn every_due_push_is_sent_in_one_go(mut office) {
        let mut tokens = BTreeSet::new();
        for number in 0..20 {
            tokens.insert(office.enrol_quietly(&format!("phone{number}")).await.token());
        }
        let service = Service::default();
        assert_eq!(send(&office, &service).await, 20);
        assert_eq!(service.tokens().await.into_iter().collect::<BTreeSet<_>>(), tokens);
    }

    async fn a_phone_that_left_is_not_pushed(mut office) {
        let phone = waited_for(&mut office, "one").await;
        office.check_in(&phone.fake.check_out().unwrap()).await.unwrap();
        assert_eq!(reached(&office).await.len(), 0);
    }

    async fn work_is_hinted_when_something_is_to_be_pushed(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let phone = office.enrol("one").await;
        office.core.work_hinted().await;
        office.try_sign_in(&phone, "ada").await.unwrap();
        office.core.work_hinted().await;
    }
}

/// Leaves of the sealed token its first byte only.
async fn corrupt_token(office: &Office, phone: &Phone) {
    let sql = match office.engine {
        baton_store::Engine::Sqlite => "substr(push_token, 1, 1)",
        baton_store::Engine::Postgres => "substring(push_token from 1 for 1)",
    };
    office.execute(&format!("UPDATE enrollments SET push_token = {sql} WHERE device_id = '{}'", phone.id)).await;
}
