use std::time::Duration;

use baton_simulator::{Exchange, Fault, Rule, Script};

use crate::fake_server::{automatic, command, install_wifi, manual, soon};
use crate::signature::Signature;

fn on_install(fault: Fault) -> Script {
    Script::new().on("InstallProfile", fault)
}

#[tokio::test]
async fn a_lost_answer_leaves_the_effect_and_the_command_comes_again() {
    let setup = manual().await;
    setup.device.script(&on_install(Fault::LoseAnswer));
    let uuid = setup.server.queue(install_wifi("a.wifi", "Ward"));

    let broken = setup.device.exchange_once().await.unwrap();

    assert!(matches!(broken, Exchange::Broken { .. }));
    assert!(setup.device.snapshot().profile("a.wifi").is_some());
    assert!(setup.server.answers(&uuid).is_empty());
    setup.device.connect_now().await.unwrap();
    assert_eq!(setup.server.answers(&uuid).len(), 1);
    assert_eq!(setup.device.snapshot().profiles.len(), 2);
}

#[tokio::test]
async fn a_phone_that_loses_its_answer_reconnects_by_itself() {
    let setup = automatic().await;
    setup.device.script(&on_install(Fault::LoseAnswer));
    let uuid = setup.server.queue(install_wifi("a.wifi", "Ward"));

    setup.device.connect_now().await.unwrap();

    let server = setup.server.clone();
    soon(setup.device.wait_until(move |_| server.answers(&uuid).len() == 1)).await;
}

#[tokio::test]
async fn a_phone_that_drops_out_before_the_effect_has_done_nothing() {
    let setup = manual().await;
    setup.device.script(&on_install(Fault::DropBeforeEffect));
    let uuid = setup.server.queue(install_wifi("a.wifi", "Ward"));

    setup.device.connect_now().await.unwrap();

    assert!(setup.device.snapshot().profile("a.wifi").is_none());
    assert!(setup.server.answers(&uuid).is_empty());
}

#[tokio::test]
async fn a_phone_that_never_answers_does_so_every_time() {
    let setup = manual().await;
    let rule = Rule::new("InstallProfile", Fault::NeverAnswer).always();
    setup.device.script(&Script::new().rule(rule));
    let uuid = setup.server.queue(install_wifi("a.wifi", "Ward"));

    setup.device.connect_now().await.unwrap();
    setup.device.connect_now().await.unwrap();

    assert!(setup.server.answers(&uuid).is_empty());
    assert!(setup.device.snapshot().profile("a.wifi").is_some());
}

#[tokio::test]
async fn an_answer_sent_twice_arrives_twice() {
    let setup = manual().await;
    setup.device.script(&on_install(Fault::AnswerTwice));
    let first = setup.server.queue(install_wifi("a.wifi", "Ward"));
    let second = setup.server.queue(install_wifi("b.wifi", "Theatre"));

    setup.device.connect_now().await.unwrap();

    assert_eq!(setup.server.answers(&first).len(), 2);
    assert_eq!(setup.server.answers(&second).len(), 1);
}

#[tokio::test]
async fn a_lost_response_loses_the_next_command_which_comes_again() {
    let setup = manual().await;
    setup.device.script(&on_install(Fault::LoseResponse));
    let first = setup.server.queue(install_wifi("a.wifi", "Ward"));
    let second = setup.server.queue(install_wifi("b.wifi", "Theatre"));

    setup.device.connect_now().await.unwrap();

    assert_eq!(setup.server.answers(&first).len(), 1);
    assert!(setup.server.answers(&second).is_empty());
    setup.device.connect_now().await.unwrap();
    assert_eq!(setup.server.answers(&second).len(), 1);
}

#[tokio::test]
async fn not_now_n_times_then_done() {
    let setup = manual().await;
    let rule = Rule::new("InstallProfile", Fault::NotNow).times(2);
    setup.device.script(&Script::new().rule(rule));
    let uuid = setup.server.queue(install_wifi("a.wifi", "Ward"));

    for _ in 0..3 {
        setup.device.connect_now().await.unwrap();
    }

    let kinds: Vec<_> = setup.server.answers(&uuid).iter().map(|m| m.kind().to_owned()).collect();
    assert_eq!(kinds, ["NotNow", "NotNow", "Acknowledged"]);
}

#[tokio::test]
async fn errors_are_answered_as_scripted_and_nothing_is_done() {
    let setup = manual().await;
    let error = Fault::Error {
        domain: "MCInstallationErrorDomain".to_owned(),
        code: 4001,
        description: "Profile Installation Failed".to_owned(),
    };
    let script = on_install(error).rule(Rule::new("InstallProfile", Fault::CommandFormatError).from(2));
    setup.device.script(&script);

    let first = setup.server.order(&setup.device, install_wifi("a.wifi", "Ward")).await;
    let second = setup.server.order(&setup.device, install_wifi("a.wifi", "Ward")).await;

    assert_eq!(first.kind(), "Error");
    let chain = first.body["ErrorChain"].as_array().unwrap();
    assert_eq!(chain[0].as_dictionary().unwrap()["ErrorCode"].as_signed_integer(), Some(4001));
    assert_eq!(second.kind(), "CommandFormatError");
    assert!(setup.device.snapshot().profile("a.wifi").is_none());
}

#[tokio::test]
async fn wrong_and_missing_signatures_are_noticed_by_the_server() {
    let setup = manual().await;
    let script = Script::new().on("Idle", Fault::WrongSignature).on("ProfileList", Fault::MissingSignature);
    setup.device.script(&script);

    let answer = setup.server.order(&setup.device, command("ProfileList", [])).await;

    assert_eq!(setup.server.message("Idle").signature, Signature::Wrong);
    assert_eq!(answer.signature, Signature::Missing);
}

#[tokio::test]
async fn a_phone_gone_for_a_while_comes_back_and_does_what_waited() {
    let setup = automatic().await;
    setup.device.script(&on_install(Fault::Offline { seconds: 0.05 }));
    setup.server.queue(install_wifi("a.wifi", "Ward"));

    setup.device.connect_now().await.unwrap();

    soon(setup.device.wait_until(|s| s.profile("a.wifi").is_some())).await;
}

#[tokio::test]
async fn a_late_answer_is_late() {
    let setup = automatic().await;
    setup.device.script(&on_install(Fault::AnswerLate { seconds: 0.2 }));
    let before = std::time::Instant::now();

    let answer = setup.server.order(&setup.device, install_wifi("a.wifi", "Ward")).await;

    assert_eq!(answer.kind(), "Acknowledged");
    assert!(before.elapsed() >= Duration::from_millis(200));
}

#[tokio::test]
async fn a_server_that_is_down_for_a_while_is_tried_again() {
    let setup = automatic().await;
    setup.server.refuse(Some((503, "")));
    setup.server.queue(install_wifi("a.wifi", "Ward"));
    let mut events = setup.fleet.events();

    setup.device.set_online(false);
    setup.device.set_online(true);

    while !soon(events.recv()).await.unwrap().to_string().contains("status 503") {}
    setup.server.refuse(None);
    soon(setup.device.wait_until(|s| s.profile("a.wifi").is_some())).await;
}
