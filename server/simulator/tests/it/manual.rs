use baton_simulator::{Exchange, SimulatorError, Status};

use crate::fake_server::{command, install_wifi, manual};

#[tokio::test]
async fn fetching_carrying_out_and_answering_are_separate_steps() {
    let setup = manual().await;
    let uuid = setup.server.queue(install_wifi("a.wifi", "Ward"));

    let fetched = setup.device.fetch().await.unwrap().unwrap();
    assert_eq!((fetched.uuid.as_str(), fetched.request.as_str()), (uuid.as_str(), "InstallProfile"));
    assert_eq!(fetched.target.as_deref(), Some("a.wifi"));
    assert!(setup.device.snapshot().profile("a.wifi").is_none());

    let status = setup.device.carry_out().await.unwrap();
    assert_eq!(status, Some(Status::Acknowledged));
    assert!(setup.device.snapshot().profile("a.wifi").is_some());
    assert!(setup.server.answers(&uuid).is_empty());
    assert_eq!(setup.device.snapshot().holding.as_deref(), Some("InstallProfile"));

    assert_eq!(setup.device.answer().await.unwrap(), None);
    assert_eq!(setup.server.answers(&uuid).len(), 1);
}

#[tokio::test]
async fn an_exchange_sends_what_is_due_and_carries_out_what_comes_back() {
    let setup = manual().await;
    let first = setup.server.queue(install_wifi("a.wifi", "Ward"));
    let second = setup.server.queue(command("ProfileList", []));

    let one = setup.device.exchange_once().await.unwrap();
    let answers_after_one = setup.server.answers(&first).len();
    let two = setup.device.exchange_once().await.unwrap();
    let three = setup.device.exchange_once().await.unwrap();

    let uuid = |exchange: &Exchange| match exchange {
        Exchange::CarriedOut { command, .. } => command.uuid.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!((uuid(&one), answers_after_one), (first, 0));
    assert_eq!(uuid(&two), second);
    assert_eq!(three, Exchange::Nothing);
    assert_eq!(setup.server.queued(), 0);
}

#[tokio::test]
async fn what_was_in_hand_is_lost_when_the_phone_is_switched_off_but_the_effect_stays() {
    let setup = manual().await;
    let uuid = setup.server.queue(install_wifi("a.wifi", "Ward"));
    setup.device.exchange_once().await.unwrap();

    setup.device.drop_held().await;

    assert!(setup.device.snapshot().profile("a.wifi").is_some());
    assert!(matches!(setup.device.answer().await, Err(SimulatorError::NothingHeld { .. })));
    let again = setup.device.fetch().await.unwrap().unwrap();
    assert_eq!(again.uuid, uuid);
}

#[tokio::test]
async fn an_answer_that_does_not_reach_the_server_is_forgotten() {
    let setup = manual().await;
    let uuid = setup.server.queue(install_wifi("a.wifi", "Ward"));
    setup.device.exchange_once().await.unwrap();
    setup.server.refuse(Some((500, "")));

    let failed = setup.device.exchange_once().await;

    assert!(matches!(failed, Err(SimulatorError::Refused { status: 500, .. })));
    setup.server.refuse(None);
    assert_eq!(setup.device.connect_now().await.unwrap(), 1);
    assert_eq!(setup.server.answers(&uuid).len(), 1);
}

#[tokio::test]
async fn an_offline_phone_says_so() {
    let setup = manual().await;
    setup.device.set_online(false);

    let outcome = setup.device.connect_now().await;

    assert!(matches!(outcome, Err(SimulatorError::Offline { .. })));
}
