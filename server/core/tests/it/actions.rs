//! Actions that are allowed do what they say (E9).

use baton_core::{
    Actor, CoreError, FieldError, FieldProblem,
    accounts::Visitor,
    actions::{ActionError, ActionForm, OFFERED, Requested},
    fleet::Concern,
};
use baton_mdm::fake::Behaviour;
use baton_model::{
    Command, CommandKind, CommandStatus, CustodyCause, DeviceState, FleetState, HandoverState, Role, UserId,
};
use baton_policy::{Action, Outcome, ReasonCode};
use baton_store::ListQuery;

use crate::{
    furniture::web_clip,
    office::{Office, nobody},
    phone::{Phone, refusal, request_of},
};

async fn person(office: &Office, name: &str, role: Role) -> Actor {
    let id = office.add_person_as(name, role).await;
    office.person(&id, role)
}

fn form(action: Action) -> ActionForm {
    ActionForm { reason: "as the test needs it".to_owned(), is_confirmed: true, ..ActionForm::new(action) }
}

async fn orders(office: &Office, phone: &Phone) -> Vec<Command> {
    let mut orders = office.commands(&phone.id).await;
    orders.retain(|command| command.order.is_some());
    orders
}

async fn audited(office: &Office, start: &str) -> bool {
    office.audit().await.iter().any(|line| line.starts_with(start))
}

fn fields(error: ActionError) -> Vec<FieldError> {
    match error {
        ActionError::Core(CoreError::Invalid(errors)) => errors,
        other => panic!("not about fields: {other:?}"),
    }
}

on_both_engines! {
    async fn a_lock_shows_its_text_and_keeps_who_asked_and_why(mut office) {
        office.furnish(&[]).await;
        let hugo = person(&office, "hugo", Role::HelpDesk).await;
        let mut phone = office.enrol("one").await;
        let lock = ActionForm {
            message: " Please return to ward 3 ".to_owned(),
            phone_number: "4100".to_owned(),
            ..form(Action::Lock)
        };

        let requested = office.core.request_action(&hugo, &phone.id, &lock, office.now()).await.unwrap();
        let given = office.exchange(&phone.fake.idle().unwrap()).await.unwrap().unwrap();
        let text = String::from_utf8(given.clone()).unwrap();
        let answer = phone.fake.answer(&given).unwrap().unwrap();
        office.exchange(&answer).await.unwrap();

        assert_eq!(requested, Requested::Queued);
        assert!(text.contains("<string>Please return to ward 3</string>") && text.contains("<string>4100</string>"));
        assert_eq!(phone.fake.done, ["DeviceLock"]);
        let order = &orders(&office, &phone).await[0];
        assert_eq!((order.kind, order.status, &order.body), (CommandKind::DeviceLock, CommandStatus::Acknowledged, &None));
        let given_by = order.order.clone().unwrap();
        assert_eq!(Some(&given_by.actor_id), hugo.user_id());
        assert_eq!((given_by.action, given_by.reason.as_deref()), (Action::Lock, Some("as the test needs it")));
        assert!(audited(&office, "device.lock done").await);
    }

    async fn the_same_action_is_not_taken_on_twice_while_it_is_under_way(mut office) {
        office.furnish(&[]).await;
        let hugo = person(&office, "hugo", Role::HelpDesk).await;
        let mut phone = office.enrol("one").await;
        office.core.request_action(&hugo, &phone.id, &form(Action::Lock), office.now()).await.unwrap();
        let again = office.core.request_action(&hugo, &phone.id, &form(Action::Lock), office.now()).await;
        assert!(matches!(again, Err(ActionError::UnderWay)), "{again:?}");
        office.settle(&mut phone).await;
        office.core.request_action(&hugo, &phone.id, &form(Action::Lock), office.now()).await.unwrap();
        assert_eq!(orders(&office, &phone).await.len(), 2);
    }

    async fn a_locked_phone_with_work_waiting_is_locked_and_wiped_all_the_same(mut office) {
        office.furnish(&[]).await;
        let ines = person(&office, "ines", Role::Administrator).await;
        let mut phone = office.enrol("one").await;
        office.add_item("More", web_clip("https://more.example/"), baton_policy::Distribution::AllDevices).await;
        office.core.reconcile_lagging(10, office.now()).await.unwrap();
        // A locked phone puts profiles off, again and again.
        phone.fake.script.push_back(Behaviour::NotNow);
        office.connect(&mut phone).await;
        assert_eq!(office.open_commands(&phone.id).await[0].status, CommandStatus::NotNow);

        office.core.request_action(&ines, &phone.id, &form(Action::Lock), office.now()).await.unwrap();
        let first = office.exchange(&phone.fake.idle().unwrap()).await.unwrap().unwrap();

        assert_eq!(request_of(&first).trim(), "DeviceLock");
    }

    async fn clearing_the_passcode_takes_the_token_that_the_phone_gave(mut office) {
        office.furnish(&[]).await;
        let hugo = person(&office, "hugo", Role::HelpDesk).await;
        let mut phone = office.enrol("one").await;
        office.core.request_action(&hugo, &phone.id, &form(Action::ClearPasscode), office.now()).await.unwrap();
        office.settle(&mut phone).await;
        assert_eq!(phone.fake.done, ["ClearPasscode"]);
        assert_eq!(orders(&office, &phone).await[0].status, CommandStatus::Acknowledged);

        office.execute("UPDATE enrollments SET unlock_token = NULL").await;
        let without = office.core.request_action(&hugo, &phone.id, &form(Action::ClearPasscode), office.now()).await;
        assert!(matches!(without, Err(ActionError::NoUnlockToken)), "{without:?}");
    }

    async fn a_wipe_ends_custody_sessions_items_and_the_handover(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let ines = person(&office, "ines", Role::Administrator).await;
        let mut phone = office.enrol("one").await;
        let session = office.try_sign_in(&phone, "ada").await.unwrap();
        office.core.request_action(&ines, &phone.id, &form(Action::Wipe), office.now()).await.unwrap();
        let waiting = office.open_commands(&phone.id).await.len();

        office.settle(&mut phone).await;

        assert!(waiting > 1 && phone.fake.done == ["EraseDevice"], "{:#?}", phone.log);
        let device = office.device(&phone.id).await;
        assert_eq!((device.state, device.holder_id), (DeviceState::Unenrolled, nobody()));
        assert!(office.rows(&phone.id).await.is_empty() && office.open_commands(&phone.id).await.is_empty());
        assert_eq!(office.handover(&phone.id).await.state, HandoverState::Failed);
        let session = office.core.clip_session(&session.session.secret, &phone.id, office.now()).await.unwrap();
        assert!(session.is_none());
        let (custody, _) = office.core.custody(&Actor::System, &phone.id, None, office.now()).await.unwrap();
        let last = &custody.last().unwrap().entry;
        assert_eq!((last.cause, last.actor_id.as_ref()), (CustodyCause::Erased, ines.user_id()));
        assert!(audited(&office, "device.wipe done").await && audited(&office, "device.erased done").await);
        assert_eq!(office.next_push(&phone.id).await, None);
    }

    async fn removing_work_data_ends_the_management_of_an_own_phone(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let mut phone = office.enrol_own("adas", &ada).await;
        let actor = office.person(&ada, Role::User);
        office.core.request_action(&actor, &phone.id, &form(Action::RemoveWorkData), office.now()).await.unwrap();
        office.settle(&mut phone).await;
        // The phone says so once more by itself.
        office.check_in(&phone.fake.check_out().unwrap()).await.unwrap();

        assert_eq!(phone.fake.done, Vec::<String>::new(), "it is never a wipe");
        let device = office.device(&phone.id).await;
        assert_eq!((device.state, device.holder_id), (DeviceState::Unenrolled, nobody()));
        let (custody, _) = office.core.custody(&Actor::System, &phone.id, None, office.now()).await.unwrap();
        let last = &custody.last().unwrap().entry;
        assert_eq!((last.cause, last.actor_id.as_ref()), (CustodyCause::Unenrolled, Some(&ada)));
        assert!(audited(&office, "device.work-data-removed done").await);
        let mine = office.core.my_devices(&signed_in(&office, &ada).await).await.unwrap();
        assert!(mine.is_empty());
    }

    async fn leaving_before_the_answer_is_the_answer(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let phone = office.enrol_own("adas", &ada).await;
        let actor = office.person(&ada, Role::User);
        office.core.request_action(&actor, &phone.id, &form(Action::RemoveWorkData), office.now()).await.unwrap();
        office.exchange(&phone.fake.idle().unwrap()).await.unwrap().unwrap();
        office.check_in(&phone.fake.check_out().unwrap()).await.unwrap();
        assert_eq!(orders(&office, &phone).await[0].status, CommandStatus::Acknowledged);
        assert!(audited(&office, "device.work-data-removed done").await);
    }

    async fn a_new_name_is_batons_at_once_and_the_phones_where_apple_allows(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let hugo = person(&office, "hugo", Role::HelpDesk).await;
        let mut supervised = office.enrol_supervised("one").await;
        let mut own = office.enrol_own("adas", &ada).await;
        let rename = |name: &str| ActionForm { name: name.to_owned(), ..form(Action::Rename) };

        for name in ["Ward 3 – 1", "Ward 3 – 7"] {
            let requested = office.core.request_action(&hugo, &supervised.id, &rename(name), office.now()).await.unwrap();
            assert_eq!(requested, Requested::Queued);
        }
        let owner = office.person(&ada, Role::User);
        let requested = office.core.request_action(&owner, &own.id, &rename("Ada’s phone"), office.now()).await.unwrap();
        office.settle(&mut supervised).await;
        office.settle(&mut own).await;

        assert_eq!(requested, Requested::Done);
        assert_eq!(office.device(&supervised.id).await.name, "Ward 3 – 7");
        assert_eq!((supervised.fake.name.as_str(), supervised.fake.done.len()), ("Ward 3 – 7", 1), "the older gave way");
        assert_eq!(office.device(&own.id).await.name, "Ada’s phone");
        assert_eq!(own.fake.name, "adas");
    }

    async fn a_name_that_the_phone_refuses_is_an_error_of_the_order(mut office) {
        office.furnish(&[]).await;
        let hugo = person(&office, "hugo", Role::HelpDesk).await;
        let mut phone = office.enrol_supervised("one").await;
        phone.fake.supervised = false;
        let rename = ActionForm { name: "Ward 3 – 7".to_owned(), ..form(Action::Rename) };
        office.core.request_action(&hugo, &phone.id, &rename, office.now()).await.unwrap();
        office.settle(&mut phone).await;
        let order = &orders(&office, &phone).await[0];
        assert_eq!(order.status, CommandStatus::Error);
        assert!(order.error.as_deref().unwrap().contains("12021"), "{order:?}");
    }

    async fn the_label_form_of_the_console_gives_the_phone_its_name_too(mut office) {
        office.furnish(&[]).await;
        let hugo = person(&office, "hugo", Role::HelpDesk).await;
        let mut phone = office.enrol_supervised("one").await;
        office.core.label_device(&hugo, &phone.id, "Ward 3 – 7", "Desk 4", office.now()).await.unwrap();
        office.settle(&mut phone).await;
        assert_eq!(phone.fake.name, "Ward 3 – 7");
    }

    async fn refreshing_asks_for_facts_profiles_and_apps_once(mut office) {
        office.furnish(&[]).await;
        let hugo = person(&office, "hugo", Role::HelpDesk).await;
        let mut phone = office.enrol("one").await;
        phone.fake.os_version = "18.4".to_owned();
        for _ in 0..2 {
            let refresh = form(Action::RefreshInventory);
            office.core.request_action(&hugo, &phone.id, &refresh, office.now()).await.unwrap();
        }
        office.settle(&mut phone).await;
        let mut kinds: Vec<_> = orders(&office, &phone).await.iter().map(|order| order.kind).collect();
        kinds.sort();
        assert_eq!(kinds, [CommandKind::ProfileList, CommandKind::ManagedApplicationList, CommandKind::DeviceInformation]);
        assert_eq!(office.device(&phone.id).await.os_version.as_deref(), Some("18.4"));
        let detail = office.core.device_detail(&hugo, &phone.id, office.now()).await.unwrap();
        assert_eq!(detail.actions.orders.len(), 1, "three commands are one order");
    }

    async fn a_forced_check_in_pushes_the_phone(mut office) {
        office.furnish(&[]).await;
        let hugo = person(&office, "hugo", Role::HelpDesk).await;
        let mut phone = office.enrol("one").await;
        office.core.request_action(&hugo, &phone.id, &form(Action::ForceCheckIn), office.now()).await.unwrap();
        assert_eq!(office.push().await, 1);
        office.settle(&mut phone).await;
        assert_eq!(orders(&office, &phone).await[0].status, CommandStatus::Acknowledged);
    }

    async fn a_supervised_phone_goes_into_lost_mode_tells_where_it_is_and_comes_back(mut office) {
        office.furnish(&[]).await;
        let hugo = person(&office, "hugo", Role::HelpDesk).await;
        let mut phone = office.enrol_supervised("one").await;
        let early = office.core.request_action(&hugo, &phone.id, &form(Action::Locate), office.now()).await;
        assert!(matches!(early, Err(ActionError::Denied(decision)) if decision.reason == ReasonCode::NeedsLostMode));
        let silent = office.core.request_action(&hugo, &phone.id, &form(Action::EnableLostMode), office.now()).await;
        assert_eq!(fields(silent.unwrap_err()), [FieldError::new("message", FieldProblem::Missing)]);

        let on = ActionForm { message: "Please call 4100".to_owned(), ..form(Action::EnableLostMode) };
        office.core.request_action(&hugo, &phone.id, &on, office.now()).await.unwrap();
        office.settle(&mut phone).await;
        assert_eq!(office.device(&phone.id).await.lost_mode, Some(true));
        office.core.request_action(&hugo, &phone.id, &form(Action::Locate), office.now()).await.unwrap();
        office.settle(&mut phone).await;
        let detail = office.core.device_detail(&hugo, &phone.id, office.now()).await.unwrap();
        let place = detail.actions.orders[0].place.clone().unwrap();
        assert_eq!((place.latitude, place.longitude, place.accuracy), (52.52, 13.405, Some(12.0)));
        office.core.request_action(&hugo, &phone.id, &form(Action::DisableLostMode), office.now()).await.unwrap();
        office.settle(&mut phone).await;

        assert_eq!(office.device(&phone.id).await.lost_mode, Some(false));
        assert!(!phone.fake.lost_mode);
    }

    async fn help_desk_sees_what_was_reported_lost_until_it_is_found(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let mut phone = office.enrol("one").await;
        office.sign_in(&mut phone, "ada").await;
        let holder = office.person(&ada, Role::User);
        let requested = office.core.request_action(&holder, &phone.id, &form(Action::ReportLost), office.now()).await;
        assert_eq!(requested.unwrap(), Requested::Done);
        let attention = Some(FleetState::Attention);
        let list = office.core.list_fleet(&Actor::System, &ListQuery::default(), attention, office.now()).await.unwrap();
        assert_eq!(list.rows.len(), 1);
        let detail = office.core.device_detail(&Actor::System, &phone.id, office.now()).await.unwrap();
        assert_eq!(detail.concerns, [Concern::ReportedLost]);

        let stranger = person(&office, "ben", Role::User).await;
        let refused = office.core.report_found(&stranger, &phone.id, office.now()).await;
        assert!(matches!(refused, Err(ActionError::Denied(_))), "{refused:?}");
        office.core.report_found(&holder, &phone.id, office.now()).await.unwrap();
        assert_eq!(office.device(&phone.id).await.reported_lost_at, None);
        for line in ["device.report-lost done", "device.report-lost refused", "device.report-found done"] {
            assert!(audited(&office, line).await, "{line}");
        }
    }

    async fn what_destroys_needs_a_reason_and_a_yes(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let ines = person(&office, "ines", Role::Administrator).await;
        let phone = office.enrol("one").await;
        let bare = ActionForm::new(Action::Wipe);
        let wrong = fields(office.core.request_action(&ines, &phone.id, &bare, office.now()).await.unwrap_err());
        assert_eq!(wrong.iter().map(|error| error.field).collect::<Vec<_>>(), ["reason", "confirmed"]);
        let own = office.enrol_own("adas", &ada).await;
        let owner = office.person(&ada, Role::User);
        let bare = ActionForm::new(Action::RemoveWorkData);
        let wrong = fields(office.core.request_action(&owner, &own.id, &bare, office.now()).await.unwrap_err());
        assert_eq!(wrong.iter().map(|error| error.field).collect::<Vec<_>>(), ["confirmed"]);
        let long = ActionForm { message: "x".repeat(201), ..form(Action::Lock) };
        let wrong = fields(office.core.request_action(&ines, &phone.id, &long, office.now()).await.unwrap_err());
        assert_eq!(wrong, [FieldError::new("message", FieldProblem::TooLong(200))]);
        assert!(orders(&office, &phone).await.is_empty());
    }

    async fn a_phone_that_left_obeys_nobody(mut office) {
        office.furnish(&[]).await;
        let ines = person(&office, "ines", Role::Administrator).await;
        let phone = office.enrol("one").await;
        office.check_in(&phone.fake.check_out().unwrap()).await.unwrap();
        for &action in OFFERED.iter().filter(|action| **action != Action::DisableLostMode) {
            let form = ActionForm { name: "New".to_owned(), message: "Lost".to_owned(), ..form(action) };
            let refused = office.core.request_action(&ines, &phone.id, &form, office.now()).await;
            assert!(matches!(refused, Err(ActionError::NotManaged | ActionError::Denied(_))), "{action}: {refused:?}");
        }
        let detail = office.core.device_detail(&ines, &phone.id, office.now()).await.unwrap();
        assert!(detail.actions.offers.is_empty());
    }

    async fn a_refusal_of_the_device_is_the_orders_error_and_is_not_repeated(mut office) {
        office.furnish(&[]).await;
        let hugo = person(&office, "hugo", Role::HelpDesk).await;
        let mut phone = office.enrol("one").await;
        office.core.request_action(&hugo, &phone.id, &form(Action::Lock), office.now()).await.unwrap();
        phone.fake.script.push_back(Behaviour::Error(refusal()));
        office.settle(&mut phone).await;
        let order = &orders(&office, &phone).await[0];
        assert_eq!((order.status, order.deliveries), (CommandStatus::Error, 1));
    }

    async fn an_own_phones_page_says_what_is_denied_why_and_what_helps(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let phone = office.enrol_own("adas", &ada).await;
        let mine = office.core.my_device(&signed_in(&office, &ada).await, &phone.id).await.unwrap();
        let wipe = mine.actions.offer(Action::Wipe).unwrap();
        assert_eq!(wipe.decision.outcome, Outcome::Deny);
        assert_eq!(wipe.alternative, Some(baton_policy::Alternative::RemoveWorkData));
        let passcode = mine.actions.offer(Action::ClearPasscode).unwrap();
        assert_eq!(passcode.alternative, Some(baton_policy::Alternative::OwnerUnlocks));
        assert!(mine.actions.offer(Action::RemoveWorkData).unwrap().decision.permits());

        let ben = office.add_person("ben").await;
        let theirs = office.core.my_device(&signed_in(&office, &ben).await, &phone.id).await;
        assert!(matches!(theirs, Err(CoreError::NotFound("device"))), "{theirs:?}");
    }
}

async fn signed_in(office: &Office, person: &UserId) -> baton_core::accounts::SignedIn {
    let name = office.user(person).await.user_name;
    let session = office.core.sign_in(&name, crate::office::PASSWORD, &Visitor::default(), office.now()).await.unwrap();
    office.core.portal_session(&session.secret, office.now()).await.unwrap().unwrap()
}
