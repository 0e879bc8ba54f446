//! Whose orders people see, and whose they may stop (E7, E9, I1).

use baton_core::{
    Actor,
    accounts::SignedIn,
    accounts::Visitor,
    actions::{ActionError, ActionForm, OrderLine},
};
use baton_model::{CommandStatus, Role, UserId};
use baton_policy::Action;

use crate::{
    office::{Office, PASSWORD},
    phone::Phone,
};

const WHY: &str = "suspected theft";

fn form(action: Action) -> ActionForm {
    ActionForm { reason: WHY.to_owned(), is_confirmed: true, ..ActionForm::new(action) }
}

async fn help_desk(office: &Office) -> Actor {
    let id = office.add_person_as("hugo", Role::HelpDesk).await;
    office.person(&id, Role::HelpDesk)
}

async fn signed_in(office: &Office, person: &UserId) -> SignedIn {
    let name = office.user(person).await.user_name;
    let session = office.core.sign_in(&name, PASSWORD, &Visitor::default(), office.now()).await.unwrap();
    office.core.portal_session(&session.secret, office.now()).await.unwrap().unwrap()
}

/// What the person's page of the phone says was asked for.
async fn seen_by(office: &Office, person: &UserId, phone: &Phone) -> Vec<OrderLine> {
    office.core.my_device(&signed_in(office, person).await, &phone.id).await.unwrap().actions.orders
}

async fn lose_and_locate(office: &mut Office, phone: &mut Phone, actor: &Actor) {
    let on = ActionForm { message: "Please call 4100".to_owned(), ..form(Action::EnableLostMode) };
    for order in [on, form(Action::Locate)] {
        office.core.request_action(actor, &phone.id, &order, office.now()).await.unwrap();
        office.settle(phone).await;
    }
}

on_both_engines! {
    async fn the_next_holder_learns_nothing_of_what_was_ordered_before(mut office) {
        let (ada, ben) = (office.add_person("ada").await, office.add_person("ben").await);
        office.furnish(&[&ada, &ben]).await;
        let hugo = help_desk(&office).await;
        let mut phone = office.enrol_supervised("one").await;
        let session = office.sign_in(&mut phone, "ada").await;
        lose_and_locate(&mut office, &mut phone, &hugo).await;
        office.sign_out(&mut phone, &session).await;
        office.pass_seconds(1);
        office.sign_in(&mut phone, "ben").await;

        let seen = seen_by(&office, &ben, &phone).await;

        assert!(seen.is_empty(), "{seen:?}");
    }

    async fn the_holder_of_a_shared_phone_sees_neither_where_it_is_nor_why_others_locked_it(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let hugo = help_desk(&office).await;
        let mut phone = office.enrol_supervised("one").await;
        office.sign_in(&mut phone, "ada").await;
        lose_and_locate(&mut office, &mut phone, &hugo).await;

        let seen = seen_by(&office, &ada, &phone).await;

        assert_eq!(seen.len(), 2);
        assert!(seen.iter().all(|line| line.place.is_none() && line.reason.is_none()), "{seen:?}");
    }

    async fn the_owner_does_not_stop_what_an_administrator_ordered(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let admin = office.add_person_as("petra", Role::Administrator).await;
        let phone = office.enrol_own("adas", &ada).await;
        let (petra, owner) = (office.person(&admin, Role::Administrator), office.person(&ada, Role::User));
        office.core.request_action(&petra, &phone.id, &form(Action::RemoveWorkData), office.now()).await.unwrap();
        let line = seen_by(&office, &ada, &phone).await.remove(0);

        let refused = office.core.withdraw_order(&owner, &phone.id, &line.command, office.now()).await;

        assert!(!line.may_withdraw);
        assert!(matches!(refused, Err(ActionError::Denied(_))), "{refused:?}");
        assert!(office.audit().await.iter().any(|line| line.starts_with("device.remove-work-data refused")));
        office.core.withdraw_order(&petra, &phone.id, &line.command, office.now()).await.unwrap();
    }

    async fn the_owner_takes_back_what_they_ordered_themselves(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let phone = office.enrol_own("adas", &ada).await;
        let owner = office.person(&ada, Role::User);
        office.core.request_action(&owner, &phone.id, &form(Action::Lock), office.now()).await.unwrap();
        let line = seen_by(&office, &ada, &phone).await.remove(0);

        office.core.withdraw_order(&owner, &phone.id, &line.command, office.now()).await.unwrap();

        assert!(line.may_withdraw);
        assert_eq!(seen_by(&office, &ada, &phone).await[0].status, CommandStatus::Superseded);
    }

    async fn an_open_order_stays_in_sight_however_many_come_after_it(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let admin = office.add_person_as("petra", Role::Administrator).await;
        let mut phone = office.enrol("one").await;
        office.sign_in(&mut phone, "ada").await;
        let (petra, holder) = (office.person(&admin, Role::Administrator), office.person(&ada, Role::User));
        office.core.request_action(&petra, &phone.id, &form(Action::Wipe), office.now()).await.unwrap();
        for _ in 0..35 {
            office.core.request_action(&holder, &phone.id, &form(Action::Lock), office.now()).await.unwrap();
            let lock = seen_by(&office, &ada, &phone).await.into_iter().find(|line| line.may_withdraw).unwrap();
            office.core.withdraw_order(&holder, &phone.id, &lock.command, office.now()).await.unwrap();
            office.pass_seconds(1);
        }

        let detail = office.core.device_detail(&petra, &phone.id, office.now()).await.unwrap();
        let wipe = detail.actions.orders.iter().find(|line| line.action == Action::Wipe).unwrap();
        let again = office.core.request_action(&petra, &phone.id, &form(Action::Wipe), office.now()).await;

        assert!(matches!(again, Err(ActionError::UnderWay)), "{again:?}");
        office.core.withdraw_order(&petra, &phone.id, &wipe.command, office.now()).await.unwrap();
    }

    async fn whoever_merely_holds_a_phone_is_no_second_administrator(mut office) {
        let owner = office.add_person_as("hugo", Role::HelpDesk).await;
        office.furnish(&[&owner]).await;
        let admin = office.add_person_as("petra", Role::Administrator).await;
        let phone = office.enrol("one").await;
        let petra = office.person(&admin, Role::Administrator);
        office.core.request_action(&petra, &phone.id, &form(Action::Wipe), office.now()).await.unwrap();
        let command = office.core.device_detail(&petra, &phone.id, office.now()).await.unwrap().actions.orders[0].command.clone();
        office.execute(&format!("UPDATE commands SET status = 'held' WHERE id = '{}'", command.as_str())).await;
        office.execute(&format!("UPDATE devices SET shared = 0, holder_id = '{}'", owner.as_str())).await;

        let hugo = office.person(&owner, Role::HelpDesk);
        let released = office.core.release_order(&hugo, &phone.id, &command, office.now()).await;

        assert!(matches!(released, Err(ActionError::Denied(_))), "{released:?}");
    }
}
