//! The refusal of an action holds three times: when somebody asks, when it is queued, and when the device would get it
//! (E7). Each gate is passed by in turn here, and the next one stops what should not be.

use baton_core::{
    Actor,
    actions::{ActionError, ActionForm, OFFERED, Requested},
};
use baton_model::{CommandKind, CommandStatus, DeviceState, NewCommand, Order, Role, UserId};
use baton_policy::{Action, Decision, ReasonCode, Source};

use crate::{office::Office, phone::Phone};

fn wipe() -> ActionForm {
    ActionForm { reason: "stolen".to_owned(), is_confirmed: true, ..ActionForm::new(Action::Wipe) }
}

fn denied<T: std::fmt::Debug>(result: Result<T, ActionError>) -> Decision {
    match result {
        Err(ActionError::Denied(decision)) => decision,
        other => panic!("not denied: {other:?}"),
    }
}

/// Puts a command into the queue past every service, as whoever writes to the database could.
async fn forge(office: &Office, phone: &Phone, kind: CommandKind, order: Option<(Action, &UserId)>) {
    let mut tx = office.store.begin().await.unwrap();
    let enrollment = tx.active_enrollment_of(&phone.id).await.unwrap().unwrap();
    let command = NewCommand {
        id: "forged".into(),
        device_id: phone.id.clone(),
        enrollment_id: enrollment.id.clone(),
        handover_id: None,
        item_id: None,
        rendering: None,
        kind,
        identifier: (kind == CommandKind::RemoveProfile).then(|| crate::phone::ENROLLMENT.to_owned()),
        label: String::new(),
        body: b"whatever".to_vec(),
        not_before: office.now(),
    };
    match order {
        Some((action, actor)) => {
            let order = Order { action, actor_id: actor.clone(), approver_id: None, reason: None };
            tx.order_command(&command, &order, false, office.now()).await.unwrap();
        }
        None => {
            tx.queue_command(&command, office.now()).await.unwrap();
        }
    }
    tx.mark_push_due(&enrollment.id, office.now()).await.unwrap();
    tx.commit().await.unwrap();
}

/// The last order stands so, and the reason was audited at delivery.
async fn assert_withheld(office: &Office, phone: &Phone, reason: ReasonCode) {
    assert_eq!(phone.fake.done, Vec::<String>::new(), "{:#?}", phone.log);
    let commands = office.commands(&phone.id).await;
    let withheld: Vec<_> = commands.iter().filter(|command| command.status == CommandStatus::Withheld).collect();
    assert_eq!(withheld.len(), 1, "{commands:#?}");
    assert_eq!((withheld[0].error.as_deref(), &withheld[0].body), (Some(reason.as_str()), &None));
    assert_eq!(withheld[0].deliveries, 0);
    let refusal = format!("\"refused\":\"{}\"", reason.as_str());
    let audited = office.audit().await;
    assert!(
        audited.iter().any(|line| {
            line.contains(" refused ") && line.contains("\"gate\":\"delivery\"") && line.contains(&refusal)
        }),
        "{audited:#?}"
    );
}

on_both_engines! {
    async fn what_apple_forbids_on_an_own_phone_is_refused_at_the_request(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let phone = office.enrol_own("adas", &ada).await;
        let actor = office.person(&ada, Role::User);

        for form in [wipe(), ActionForm::new(Action::ClearPasscode), ActionForm::new(Action::Restart)] {
            let decision = denied(office.core.request_action(&actor, &phone.id, &form, office.now()).await);
            assert_eq!((decision.reason, decision.source), (ReasonCode::ForbiddenUnderUserEnrollment, Source::Apple));
        }

        assert!(office.commands(&phone.id).await.iter().all(|command| command.order.is_none()));
        let audited = office.audit().await;
        let of_wipe = audited.iter().find(|line| line.starts_with("device.wipe refused")).unwrap();
        assert!(of_wipe.contains("\"gate\":\"request\"") && of_wipe.contains("\"source\":\"apple\""), "{of_wipe}");
    }

    async fn the_holder_of_a_shared_phone_may_only_lock_it_and_report_it_lost(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let mut phone = office.enrol_supervised("one").await;
        office.sign_in(&mut phone, "ada").await;
        let actor = office.person(&ada, Role::User);
        for &action in OFFERED.iter().filter(|action| !matches!(action, Action::Lock | Action::ReportLost)) {
            let form = ActionForm { is_confirmed: true, name: "Mine".to_owned(), ..ActionForm::new(action) };
            let decision = denied(office.core.request_action(&actor, &phone.id, &form, office.now()).await);
            // Before the role it is Apple that says no.
            let needs_lost_mode = matches!(action, Action::Locate | Action::DisableLostMode);
            let expected = if needs_lost_mode { ReasonCode::NeedsLostMode } else { ReasonCode::SharedDevice };
            assert_eq!(decision.reason, expected, "{action}");
        }
        for action in [Action::Lock, Action::ReportLost] {
            office.core.request_action(&actor, &phone.id, &ActionForm::new(action), office.now()).await.unwrap();
        }
    }

    async fn somebody_elses_phone_is_nobodys_business(mut office) {
        let ada = office.add_person("ada").await;
        let ben = office.add_person("ben").await;
        office.furnish(&[&ada, &ben]).await;
        let phone = office.enrol_own("adas", &ada).await;
        let actor = office.person(&ben, Role::User);
        let lock = ActionForm::new(Action::Lock);
        let decision = denied(office.core.request_action(&actor, &phone.id, &lock, office.now()).await);
        assert_eq!(decision.reason, ReasonCode::NotTheHolder);
        for stranger in [Actor::System, Actor::Possession(phone.id.clone())] {
            denied(office.core.request_action(&stranger, &phone.id, &lock, office.now()).await);
        }
    }

    async fn whoever_was_disabled_since_the_request_began_is_refused_at_queueing(mut office) {
        let ines = office.add_person_as("ines", Role::Administrator).await;
        office.furnish(&[]).await;
        let phone = office.enrol("one").await;
        office.execute(&format!("UPDATE users SET enabled = 0 WHERE id = '{ines}'")).await;
        let actor = office.person(&ines, Role::Administrator);
        denied(office.core.request_action(&actor, &phone.id, &wipe(), office.now()).await);
        let audited = office.audit().await;
        assert!(audited.iter().any(|line| line.contains("\"gate\":\"queueing\"")), "{audited:#?}");
    }

    async fn a_wipe_queued_as_if_it_were_allowed_never_reaches_an_own_phone(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let mut phone = office.enrol_own("adas", &ada).await;
        forge(&office, &phone, CommandKind::EraseDevice, Some((Action::Wipe, &ada))).await;
        office.settle(&mut phone).await;
        assert_withheld(&office, &phone, ReasonCode::ForbiddenUnderUserEnrollment).await;
        assert_eq!(office.device(&phone.id).await.state, DeviceState::Enrolled);
    }

    async fn what_only_a_person_may_order_is_not_given_without_one(mut office) {
        office.furnish(&[]).await;
        let mut phone = office.enrol("one").await;
        for kind in [CommandKind::EraseDevice, CommandKind::RemoveProfile] {
            office.execute("DELETE FROM commands WHERE id = 'forged'").await;
            forge(&office, &phone, kind, None).await;
            office.settle(&mut phone).await;
            assert_withheld(&office, &phone, ReasonCode::RoleMayNot).await;
            assert!(phone.fake.profiles.contains_key(crate::phone::ENROLLMENT));
        }
    }

    async fn an_order_for_one_thing_carries_out_no_other(mut office) {
        let ines = office.add_person_as("ines", Role::Administrator).await;
        office.furnish(&[]).await;
        let mut phone = office.enrol("one").await;
        forge(&office, &phone, CommandKind::EraseDevice, Some((Action::Lock, &ines))).await;
        office.settle(&mut phone).await;
        assert_withheld(&office, &phone, ReasonCode::RoleMayNot).await;
    }

    async fn a_phone_that_turns_out_to_be_somebodys_own_is_not_wiped(mut office) {
        let ines = office.add_person_as("ines", Role::Administrator).await;
        office.furnish(&[]).await;
        let mut phone = office.enrol("one").await;
        let actor = office.person(&ines, Role::Administrator);
        let requested = office.core.request_action(&actor, &phone.id, &wipe(), office.now()).await.unwrap();
        assert_eq!(requested, Requested::Queued);
        office.execute("UPDATE devices SET enrollment_type = 'user', revision = revision + 1").await;
        office.settle(&mut phone).await;
        assert_withheld(&office, &phone, ReasonCode::ForbiddenUnderUserEnrollment).await;
    }

    async fn a_lock_by_somebody_who_gave_the_phone_back_meanwhile_is_withheld(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let mut phone = office.enrol("one").await;
        let session = office.sign_in(&mut phone, "ada").await;
        let actor = office.person(&ada, Role::User);
        office.core.request_action(&actor, &phone.id, &ActionForm::new(Action::Lock), office.now()).await.unwrap();
        office.sign_out(&mut phone, &session).await;
        assert_withheld(&office, &phone, ReasonCode::NotTheHolder).await;
    }

    async fn a_wipe_by_somebody_who_is_no_administrator_any_more_is_withheld(mut office) {
        let ines = office.add_person_as("ines", Role::Administrator).await;
        office.furnish(&[]).await;
        let mut phone = office.enrol("one").await;
        let actor = office.person(&ines, Role::Administrator);
        office.core.request_action(&actor, &phone.id, &wipe(), office.now()).await.unwrap();
        office.execute(&format!("UPDATE users SET role = 'helpDesk' WHERE id = '{ines}'")).await;
        office.settle(&mut phone).await;
        assert_withheld(&office, &phone, ReasonCode::RoleMayNot).await;
    }
}
