use baton_model::{Command, CommandId, CommandKind, CommandStatus, Enrollment, NewCommand};
use baton_store::{CommandFilter, ListQuery, StoreError, Tx};

use crate::samples::{at, command, device, device_with_enrollment, enrollment, handover};

async fn queued(tx: &mut Tx, count: u32) -> Enrollment {
    let (_, enrollment) = device_with_enrollment(tx).await;
    for number in 1..=count {
        tx.queue_command(&command(number, &enrollment), at(i64::from(number))).await.unwrap();
    }
    enrollment
}

fn id(number: u32) -> CommandId {
    command(number, &enrollment(1, Some(&device(1).id))).id
}

async fn find(tx: &mut Tx, number: u32) -> Command {
    tx.find_command(&id(number)).await.unwrap().unwrap()
}

on_both_engines! {
    async fn a_command_gets_the_next_place_of_its_device(database) {
        let mut tx = database.begin().await;
        let (device, enrollment) = device_with_enrollment(&mut tx).await;
        tx.create_handover(&handover(1, &device.id)).await.unwrap();
        let full = NewCommand { handover_id: Some(handover(1, &device.id).id), ..command(1, &enrollment) };
        let bare = NewCommand {
            kind: CommandKind::ProfileList,
            item_id: None,
            rendering: None,
            identifier: None,
            body: Vec::new(),
            ..command(2, &enrollment)
        };

        let first = tx.queue_command(&full, at(1)).await.unwrap();
        let second = tx.queue_command(&bare, at(2)).await.unwrap();

        assert_eq!((first.seq, second.seq), (1, 2));
        let expected = Command {
            id: full.id.clone(),
            device_id: full.device_id,
            enrollment_id: full.enrollment_id,
            seq: 1,
            handover_id: full.handover_id,
            item_id: full.item_id,
            rendering: full.rendering,
            kind: full.kind,
            identifier: full.identifier,
            label: full.label,
            body: Some(full.body),
            status: CommandStatus::Queued,
            deliveries: 0,
            not_before: full.not_before,
            queued_at: at(1),
            sent_at: None,
            answered_at: None,
            error: None,
            order: None,
            result: None,
        };
        assert_eq!(first, expected);
        assert_eq!(tx.find_command(&full.id).await.unwrap(), Some(expected));
        assert_eq!(tx.find_command(&bare.id).await.unwrap(), Some(second));
        assert_eq!(tx.find_command(&id(3)).await.unwrap(), None);
    }

    async fn a_command_needs_its_device_and_enrollment(database) {
        let mut tx = database.begin().await;
        let (device, enrollment) = device_with_enrollment(&mut tx).await;
        let ghost = tx.queue_command(&NewCommand { device_id: "ghost".into(), ..command(1, &enrollment) }, at(0)).await;
        assert!(matches!(ghost, Err(StoreError::Missing { what: "device" })), "{ghost:?}");

        let elsewhere = crate::samples::enrollment(2, Some(&device.id));
        let ghost = tx.queue_command(&command(1, &elsewhere), at(0)).await;

        assert!(matches!(ghost, Err(StoreError::ForeignKey)), "{ghost:?}");
    }

    async fn commands_are_given_out_in_their_order(database) {
        let mut tx = database.begin().await;
        let enrollment = queued(&mut tx, 3).await;

        let next = tx.next_command(&enrollment.id, at(10)).await.unwrap().unwrap();

        assert_eq!(next.id, id(1));
        let open: Vec<i64> = tx.open_commands(&device(1).id).await.unwrap().iter().map(|command| command.seq).collect();
        assert_eq!(open, [1, 2, 3]);
    }

    async fn a_command_is_not_given_out_before_its_time(database) {
        let mut tx = database.begin().await;
        let enrollment = queued(&mut tx, 2).await;
        assert!(tx.postpone_command(&id(1), at(100)).await.unwrap());
        assert_eq!(tx.next_not_before(&enrollment.id).await.unwrap(), Some(at(0)));
        assert_eq!(tx.next_command(&enrollment.id, at(99)).await.unwrap().unwrap().id, id(2));
        assert!(tx.postpone_command(&id(2), at(200)).await.unwrap());

        assert_eq!(tx.next_command(&enrollment.id, at(99)).await.unwrap(), None);
        assert_eq!(tx.next_not_before(&enrollment.id).await.unwrap(), Some(at(100)));
        assert_eq!(tx.next_command(&enrollment.id, at(300)).await.unwrap().unwrap().id, id(1), "it kept its place");
    }

    async fn another_enrollment_gets_none_of_them(database) {
        let mut tx = database.begin().await;
        queued(&mut tx, 1).await;
        let newer = enrollment(2, Some(&device(1).id));
        tx.create_enrollment(&newer).await.unwrap();

        assert_eq!(tx.next_command(&newer.id, at(10)).await.unwrap(), None);
        assert_eq!(tx.next_not_before(&newer.id).await.unwrap(), None);
    }

    async fn a_sent_command_counts_its_deliveries_and_keeps_its_first_time(database) {
        let mut tx = database.begin().await;
        let enrollment = queued(&mut tx, 1).await;

        assert!(tx.mark_sent(&id(1), at(10)).await.unwrap());
        assert!(tx.mark_sent(&id(1), at(20)).await.unwrap());

        let sent = find(&mut tx, 1).await;
        assert_eq!((sent.status, sent.deliveries, sent.sent_at), (CommandStatus::Sent, 2, Some(at(10))));
        assert_eq!(tx.next_command(&enrollment.id, at(30)).await.unwrap().unwrap().id, id(1), "until it is answered");
    }

    async fn what_cannot_be_done_now_keeps_body_and_place(database) {
        let mut tx = database.begin().await;
        let enrollment = queued(&mut tx, 2).await;
        tx.mark_sent(&id(1), at(10)).await.unwrap();

        tx.answer_command(&id(1), CommandStatus::NotNow, None, at(11)).await.unwrap();

        let waiting = find(&mut tx, 1).await;
        assert_eq!((waiting.status, waiting.answered_at), (CommandStatus::NotNow, Some(at(11))));
        assert!(waiting.body.is_some());
        assert_eq!(tx.next_command(&enrollment.id, at(30)).await.unwrap().unwrap().id, id(1));
        assert!(tx.mark_sent(&id(1), at(12)).await.unwrap(), "it is given out again");
    }

    async fn an_answered_command_loses_its_body_and_is_not_given_out_again(database) {
        for status in [CommandStatus::Acknowledged, CommandStatus::Error, CommandStatus::Superseded, CommandStatus::Lapsed] {
            let mut tx = database.begin().await;
            let enrollment = queued(&mut tx, 1).await;
            tx.mark_sent(&id(1), at(10)).await.unwrap();

            tx.answer_command(&id(1), status, Some("12021"), at(11)).await.unwrap();

            let answered = find(&mut tx, 1).await;
            assert_eq!((answered.status, answered.body, answered.error.as_deref()), (status, None, Some("12021")));
            assert_eq!(tx.next_command(&enrollment.id, at(30)).await.unwrap(), None);
            assert_eq!(tx.open_commands(&device(1).id).await.unwrap(), []);
            assert!(!tx.mark_sent(&id(1), at(12)).await.unwrap());
            assert!(!tx.postpone_command(&id(1), at(12)).await.unwrap());
        }
    }

    async fn a_late_answer_still_counts(database) {
        let mut tx = database.begin().await;
        queued(&mut tx, 1).await;
        tx.mark_sent(&id(1), at(10)).await.unwrap();
        assert!(tx.lapse_command(&id(1)).await.unwrap());

        tx.answer_command(&id(1), CommandStatus::Acknowledged, None, at(1000)).await.unwrap();

        assert_eq!(find(&mut tx, 1).await.status, CommandStatus::Acknowledged);
        let unknown = tx.answer_command(&id(2), CommandStatus::Acknowledged, None, at(0)).await;
        assert!(matches!(unknown, Err(StoreError::Missing { what: "command" })), "{unknown:?}");
    }

    async fn only_commands_never_given_out_can_be_superseded(database) {
        let mut tx = database.begin().await;
        queued(&mut tx, 3).await;
        tx.mark_sent(&id(1), at(10)).await.unwrap();

        let superseded = tx.supersede_commands(&[id(1), id(2), id(9)]).await.unwrap();

        assert_eq!(superseded, 1);
        assert_eq!(find(&mut tx, 1).await.status, CommandStatus::Sent);
        let second = find(&mut tx, 2).await;
        assert_eq!((second.status, second.body), (CommandStatus::Superseded, None));
        assert_eq!(find(&mut tx, 3).await.status, CommandStatus::Queued);
        assert_eq!(tx.supersede_commands(&[]).await.unwrap(), 0);
    }

    async fn only_commands_given_out_and_not_answered_lapse(database) {
        let mut tx = database.begin().await;
        queued(&mut tx, 3).await;
        tx.mark_sent(&id(2), at(10)).await.unwrap();
        tx.mark_sent(&id(3), at(10)).await.unwrap();
        tx.answer_command(&id(3), CommandStatus::Error, None, at(11)).await.unwrap();

        assert!(!tx.lapse_command(&id(1)).await.unwrap());
        assert!(tx.lapse_command(&id(2)).await.unwrap());
        assert!(!tx.lapse_command(&id(3)).await.unwrap());
    }

    async fn a_new_enrollment_cancels_the_commands_of_the_old_one(database) {
        let mut tx = database.begin().await;
        let old = queued(&mut tx, 3).await;
        tx.mark_sent(&id(1), at(10)).await.unwrap();
        tx.mark_sent(&id(2), at(10)).await.unwrap();
        tx.answer_command(&id(2), CommandStatus::Acknowledged, None, at(11)).await.unwrap();

        assert_eq!(tx.cancel_commands_of_enrollment(&old.id).await.unwrap(), 2);

        let mut statuses = Vec::new();
        for number in 1..=3 {
            statuses.push(find(&mut tx, number).await.status);
        }
        assert_eq!(statuses, [CommandStatus::Lapsed, CommandStatus::Acknowledged, CommandStatus::Superseded]);
    }

    async fn the_log_of_commands_is_newest_first_and_filtered(database) {
        let mut tx = database.begin().await;
        let enrollment = queued(&mut tx, 3).await;
        let list = NewCommand { kind: CommandKind::ProfileList, label: "What is there".into(), identifier: None, ..command(4, &enrollment) };
        tx.queue_command(&list, at(4)).await.unwrap();
        tx.mark_sent(&id(2), at(10)).await.unwrap();

        let everything = CommandFilter::default();
        let of_device = CommandFilter { device: Some(device(1).id), ..CommandFilter::default() };
        let of_another = CommandFilter { device: Some(device(2).id), ..CommandFilter::default() };
        let of_kind = CommandFilter { kind: Some(CommandKind::ProfileList), ..CommandFilter::default() };
        let sent = CommandFilter { status: Some(CommandStatus::Sent), ..CommandFilter::default() };
        let between = CommandFilter { from: Some(at(2)), to: Some(at(4)), ..CommandFilter::default() };
        let query = ListQuery { search: Some("com.example wi-fi".into()), ..ListQuery::default() };
        let searched = CommandFilter { query, ..CommandFilter::default() };

        for (filter, expected) in [
            (everything, vec![4, 3, 2, 1]),
            (of_device, vec![4, 3, 2, 1]),
            (of_another, vec![]),
            (of_kind, vec![4]),
            (sent, vec![2]),
            (between, vec![3, 2]),
            (searched, vec![3, 2, 1]),
        ] {
            let page = tx.list_commands(&filter).await.unwrap();
            let found: Vec<i64> = page.rows.iter().map(|command| command.seq).collect();
            assert_eq!(found, expected, "{filter:?}");
        }
    }

    async fn old_commands_are_pruned_unless_they_are_open(database) {
        let mut tx = database.begin().await;
        queued(&mut tx, 3).await;
        for number in [1, 3] {
            tx.mark_sent(&id(number), at(10)).await.unwrap();
            tx.answer_command(&id(number), CommandStatus::Acknowledged, None, at(11)).await.unwrap();
        }

        assert_eq!(tx.prune_commands(at(3)).await.unwrap(), 1);

        let left = tx.list_commands(&CommandFilter::default()).await.unwrap();
        assert_eq!(left.rows.iter().map(|command| command.seq).collect::<Vec<_>>(), [3, 2]);
        let next = tx.queue_command(&command(4, &enrollment(1, Some(&device(1).id))), at(20)).await.unwrap();
        assert_eq!(next.seq, 4, "places are never given out twice");
    }
}
