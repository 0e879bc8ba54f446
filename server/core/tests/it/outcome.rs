//! Lock, restart and wipe without an answer: the outcome is unknown, and nothing is sent again by itself (E9).

use baton_core::{
    Actor, CoreError,
    actions::{ActionError, ActionForm},
};
use baton_mdm::fake::Behaviour;
use baton_model::{Command, CommandStatus, CustodyCause, DeviceState, Role};
use baton_policy::Action;

use crate::{
    office::Office,
    phone::{Fault, Phone},
};

async fn administrator(office: &Office) -> Actor {
    let ines = office.add_person_as("ines", Role::Administrator).await;
    office.person(&ines, Role::Administrator)
}

async fn ask(office: &Office, actor: &Actor, phone: &Phone, action: Action) {
    let form = ActionForm { reason: "lost".to_owned(), is_confirmed: true, ..ActionForm::new(action) };
    let actor = office.proved_again(actor);
    office.core.request_action(&actor, &phone.id, &form, office.now()).await.unwrap();
}

async fn order(office: &Office, phone: &Phone) -> Command {
    office.commands(&phone.id).await.into_iter().find(|command| command.order.is_some()).unwrap()
}

on_both_engines! {
    async fn what_is_done_once_is_given_once_whatever_happens_to_its_answer(mut office) {
        office.furnish(&[]).await;
        let actor = administrator(&office).await;
        let mut phone = office.enrol_supervised("one").await;
        for (action, request) in [
            (Action::Lock, "DeviceLock"), (Action::ClearPasscode, "ClearPasscode"), (Action::Restart, "RestartDevice"),
            (Action::ShutDown, "ShutDownDevice"),
        ] {
            phone.fake.done.clear();
            ask(&office, &actor, &phone, action).await;
            phone.faults.insert(phone.received, Fault::AnswerLost);
            office.settle(&mut phone).await;
            let order = order(&office, &phone).await;
            assert_eq!((order.status, order.deliveries), (CommandStatus::OutcomeUnknown, 1), "{action}");
            assert_eq!(phone.fake.done, [request]);
        }
    }

    async fn a_phone_that_was_gone_before_it_did_it_is_not_locked_later(mut office) {
        office.furnish(&[]).await;
        let actor = administrator(&office).await;
        let mut phone = office.enrol("one").await;
        ask(&office, &actor, &phone, Action::Lock).await;
        phone.faults.insert(phone.received, Fault::Offline);
        office.settle(&mut phone).await;
        assert_eq!(order(&office, &phone).await.status, CommandStatus::OutcomeUnknown);
        assert!(phone.fake.done.is_empty());
    }

    async fn a_late_answer_still_counts(mut office) {
        office.furnish(&[]).await;
        let actor = administrator(&office).await;
        let mut phone = office.enrol("one").await;
        ask(&office, &actor, &phone, Action::Lock).await;
        let command = office.exchange(&phone.fake.idle().unwrap()).await.unwrap().unwrap();
        let answer = phone.fake.answer(&command).unwrap().unwrap();
        assert_eq!(office.exchange(&phone.fake.idle().unwrap()).await.unwrap(), None, "it was given again");
        assert_eq!(order(&office, &phone).await.status, CommandStatus::OutcomeUnknown);
        office.exchange(&answer).await.unwrap();
        assert_eq!(order(&office, &phone).await.status, CommandStatus::Acknowledged);
    }

    async fn what_was_put_off_was_not_done_and_is_given_again(mut office) {
        office.furnish(&[]).await;
        let actor = administrator(&office).await;
        let mut phone = office.enrol("one").await;
        ask(&office, &actor, &phone, Action::Lock).await;
        phone.faults.insert(phone.received, Fault::NotNow);
        office.settle(&mut phone).await;
        let order = order(&office, &phone).await;
        assert_eq!((order.status, order.deliveries), (CommandStatus::Acknowledged, 2));
    }

    async fn an_answer_that_comes_twice_is_one_answer(mut office) {
        office.furnish(&[]).await;
        let actor = administrator(&office).await;
        let mut phone = office.enrol("one").await;
        ask(&office, &actor, &phone, Action::Lock).await;
        phone.faults.insert(phone.received, Fault::AnsweredTwice);
        office.settle(&mut phone).await;
        assert_eq!(order(&office, &phone).await.status, CommandStatus::Acknowledged);
        assert_eq!(phone.fake.done, ["DeviceLock"]);
    }

    async fn a_phone_that_stays_silent_has_an_unknown_outcome_after_a_while(mut office) {
        office.furnish(&[]).await;
        let actor = administrator(&office).await;
        let mut phone = office.enrol("one").await;
        ask(&office, &actor, &phone, Action::Wipe).await;
        phone.fake.script.push_back(Behaviour::LoseAnswer);
        office.connect(&mut phone).await;
        assert_eq!(office.core.give_up_unanswered(office.now()).await.unwrap(), 0);
        office.pass_seconds(16 * 60);
        assert_eq!(office.core.give_up_unanswered(office.now()).await.unwrap(), 1);
        assert_eq!(order(&office, &phone).await.status, CommandStatus::OutcomeUnknown);
        assert_eq!(office.device(&phone.id).await.state, DeviceState::Enrolled, "nobody knows whether it was wiped");
    }

    async fn whoever_sees_that_a_phone_was_wiped_ends_its_management(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let actor = administrator(&office).await;
        let mut phone = office.enrol("one").await;
        office.sign_in(&mut phone, "ada").await;
        ask(&office, &actor, &phone, Action::Wipe).await;
        let id = order(&office, &phone).await.id;
        let early = office.core.confirm_erased(&actor, &phone.id, &id, office.now()).await;
        assert!(matches!(early, Err(ActionError::Core(CoreError::Stale))), "{early:?}");
        phone.fake.script.push_back(Behaviour::LoseAnswer);
        office.connect(&mut phone).await;
        office.pass_seconds(16 * 60);
        office.core.give_up_unanswered(office.now()).await.unwrap();
        let stranger = office.person(&ada, Role::User);
        let refused = office.core.confirm_erased(&stranger, &phone.id, &id, office.now()).await;
        assert!(matches!(refused, Err(ActionError::Denied(_))), "{refused:?}");

        office.core.confirm_erased(&actor, &phone.id, &id, office.now()).await.unwrap();

        let device = office.device(&phone.id).await;
        assert_eq!((device.state, device.holder_id), (DeviceState::Unenrolled, crate::office::nobody()));
        let (custody, _) = office.core.custody(&Actor::System, &phone.id, None, office.now()).await.unwrap();
        assert_eq!(custody.last().unwrap().entry.cause, CustodyCause::Erased);
    }

    async fn authenticating_anew_leaves_a_wipe_unknown_and_not_undone(mut office) {
        office.furnish(&[]).await;
        let actor = administrator(&office).await;
        let mut phone = office.enrol("one").await;
        ask(&office, &actor, &phone, Action::Wipe).await;
        office.exchange(&phone.fake.idle().unwrap()).await.unwrap().unwrap();
        office.check_in(&phone.fake.authenticate().unwrap()).await.unwrap();
        office.check_in(&phone.fake.token_update().unwrap()).await.unwrap();
        office.settle(&mut phone).await;
        assert_eq!(order(&office, &phone).await.status, CommandStatus::OutcomeUnknown);
        assert!(phone.fake.done.is_empty(), "{:#?}", phone.log);
    }
}
