//! The brake on wipes: above a threshold within an hour each further one needs a second administrator (E9).

use baton_core::{
    Actor, CoreError,
    actions::{ActionError, ActionForm, Requested},
};
use baton_model::{CommandId, CommandStatus, DeviceId, DeviceState, Role};
use baton_policy::Action;
use futures::future::join_all;

use crate::office::Office;

fn wipe() -> ActionForm {
    ActionForm { reason: "stolen".to_owned(), is_confirmed: true, ..ActionForm::new(Action::Wipe) }
}

async fn order_of(office: &Office, device: &DeviceId) -> (CommandId, CommandStatus) {
    let commands = office.commands(device).await;
    let order = commands.into_iter().find(|command| command.order.is_some()).unwrap();
    (order.id, order.status)
}

async fn two_administrators(office: &Office) -> (Actor, Actor) {
    let ines = office.add_person_as("ines", Role::Administrator).await;
    let olga = office.add_person_as("olga", Role::Administrator).await;
    (office.person(&ines, Role::Administrator), office.person(&olga, Role::Administrator))
}

on_both_engines! {
    async fn above_the_threshold_a_wipe_waits_for_a_second_administrator(mut office) {
        office.reconfigure(|config| config.wipes_per_hour = 1);
        office.furnish(&[]).await;
        let (ines, olga) = two_administrators(&office).await;
        let (mut one, mut two) = (office.enrol("one").await, office.enrol("two").await);
        let first = office.core.request_action(&ines, &one.id, &wipe(), office.now()).await.unwrap();
        let second = office.core.request_action(&ines, &two.id, &wipe(), office.now()).await.unwrap();
        assert_eq!((first, second), (Requested::Queued, Requested::Held));
        office.settle(&mut one).await;
        office.settle(&mut two).await;
        assert_eq!(one.fake.done, ["EraseDevice"]);
        assert!(two.fake.done.is_empty(), "{:#?}", two.log);

        let (held, status) = order_of(&office, &two.id).await;
        assert_eq!(status, CommandStatus::Held);
        let same = office.core.release_order(&ines, &two.id, &held, office.now()).await;
        assert!(matches!(same, Err(ActionError::SameAdministrator)), "{same:?}");
        office.core.release_order(&olga, &two.id, &held, office.now()).await.unwrap();
        office.settle(&mut two).await;

        assert_eq!(two.fake.done, ["EraseDevice"]);
        assert_eq!(office.device(&two.id).await.state, DeviceState::Unenrolled);
        let audited = office.audit().await;
        assert!(audited.iter().any(|line| line.starts_with("device.wipe.release refused")), "{audited:#?}");
        assert!(audited.iter().any(|line| line.starts_with("device.wipe.release done")), "{audited:#?}");
    }

    async fn an_hour_later_the_brake_is_off(mut office) {
        office.reconfigure(|config| config.wipes_per_hour = 1);
        office.furnish(&[]).await;
        let (ines, _) = two_administrators(&office).await;
        let (one, two) = (office.enrol("one").await, office.enrol("two").await);
        office.core.request_action(&ines, &one.id, &wipe(), office.now()).await.unwrap();
        office.pass_seconds(3601);
        let ines = office.proved_again(&ines);
        let later = office.core.request_action(&ines, &two.id, &wipe(), office.now()).await.unwrap();
        assert_eq!(later, Requested::Queued);
    }

    async fn wipes_at_the_same_moment_do_not_slip_past_each_other(mut office) {
        office.reconfigure(|config| config.wipes_per_hour = 2);
        office.furnish(&[]).await;
        let (ines, _) = two_administrators(&office).await;
        let mut phones = Vec::new();
        for name in ["one", "two", "three", "four"] {
            phones.push(office.enrol_quietly(name).await.id);
        }
        let wipes = phones.iter().map(|id| {
            let (core, actor, id, now) = (office.core.clone(), ines.clone(), id.clone(), office.now());
            tokio::spawn(async move { core.request_action(&actor, &id, &wipe(), now).await.unwrap() })
        });
        let results = join_all(wipes.collect::<Vec<_>>()).await;
        let held = results.into_iter().filter(|result| *result.as_ref().unwrap() == Requested::Held).count();
        assert_eq!(held, 2);
    }

    async fn the_rules_are_asked_again_for_both_when_a_wipe_is_released(mut office) {
        office.reconfigure(|config| config.wipes_per_hour = 0);
        office.furnish(&[]).await;
        let (ines, olga) = two_administrators(&office).await;
        let mut phone = office.enrol("one").await;
        office.core.request_action(&ines, &phone.id, &wipe(), office.now()).await.unwrap();
        let (held, _) = order_of(&office, &phone.id).await;
        let help = office.add_person_as("hugo", Role::HelpDesk).await;
        let hugo = office.person(&help, Role::HelpDesk);
        let refused = office.core.release_order(&hugo, &phone.id, &held, office.now()).await;
        assert!(matches!(refused, Err(ActionError::Denied(_))), "{refused:?}");
        assert_eq!(order_of(&office, &phone.id).await.1, CommandStatus::Held);

        office.execute("UPDATE users SET role = 'user' WHERE user_name = 'ines'").await;
        let refused = office.core.release_order(&olga, &phone.id, &held, office.now()).await;
        assert!(matches!(refused, Err(ActionError::Denied(_))), "{refused:?}");
        assert_eq!(order_of(&office, &phone.id).await.1, CommandStatus::Withheld);
        office.settle(&mut phone).await;
        assert!(phone.fake.done.is_empty());
    }

    async fn a_held_wipe_can_be_taken_back_and_then_not_be_released(mut office) {
        office.reconfigure(|config| config.wipes_per_hour = 0);
        office.furnish(&[]).await;
        let (ines, olga) = two_administrators(&office).await;
        let phone = office.enrol("one").await;
        office.core.request_action(&ines, &phone.id, &wipe(), office.now()).await.unwrap();
        let (held, _) = order_of(&office, &phone.id).await;
        office.core.withdraw_order(&ines, &phone.id, &held, office.now()).await.unwrap();
        assert_eq!(order_of(&office, &phone.id).await.1, CommandStatus::Superseded);
        let late = office.core.release_order(&olga, &phone.id, &held, office.now()).await;
        assert!(matches!(late, Err(ActionError::Core(CoreError::Stale))), "{late:?}");
        let again = office.core.withdraw_order(&ines, &phone.id, &held, office.now()).await;
        assert!(matches!(again, Err(ActionError::Core(CoreError::Stale))), "{again:?}");
    }

    async fn a_held_wipe_ends_when_its_phone_leaves(mut office) {
        office.reconfigure(|config| config.wipes_per_hour = 0);
        office.furnish(&[]).await;
        let (ines, _) = two_administrators(&office).await;
        let phone = office.enrol("one").await;
        office.core.request_action(&ines, &phone.id, &wipe(), office.now()).await.unwrap();
        office.check_in(&phone.fake.check_out().unwrap()).await.unwrap();
        assert_eq!(order_of(&office, &phone.id).await.1, CommandStatus::Superseded);
    }
}
