use baton_model::{Handover, HandoverKind, HandoverState};

use crate::samples::{at, device, handover};

on_both_engines! {
    async fn a_handover_is_found_as_created(database) {
        let mut tx = database.begin().await;
        tx.create_device(&device(1)).await.unwrap();
        let done = Handover {
            state: HandoverState::Complete,
            kind: HandoverKind::Enrollment,
            finished_at: Some(at(3)),
            ..handover(1, &device(1).id)
        };
        tx.create_handover(&done).await.unwrap();
        tx.create_handover(&handover(2, &device(1).id)).await.unwrap();

        assert_eq!(tx.find_handover(&done.id).await.unwrap(), Some(done.clone()));
        assert_eq!(tx.latest_handover(&device(1).id).await.unwrap(), Some(handover(2, &device(1).id)));
        assert_eq!(tx.list_handovers(&device(1).id, 9).await.unwrap(), [handover(2, &device(1).id), done]);
        assert_eq!(tx.list_handovers(&device(1).id, 1).await.unwrap().len(), 1);
        assert_eq!(tx.latest_handover(&device(2).id).await.unwrap(), None);
    }

    async fn a_device_has_one_handover_under_way(database) {
        let mut tx = database.begin().await;
        tx.create_device(&device(1)).await.unwrap();
        tx.create_handover(&handover(1, &device(1).id)).await.unwrap();

        let second = tx.create_handover(&handover(2, &device(1).id)).await;

        assert_eq!(second.unwrap_err().constraint(), Some("handover_under_way"));
    }

    async fn a_handover_ends_once(database) {
        let mut tx = database.begin().await;
        tx.create_device(&device(1)).await.unwrap();
        let first = handover(1, &device(1).id);
        tx.create_handover(&first).await.unwrap();

        assert!(tx.finish_handover(&first.id, HandoverState::Complete, at(5)).await.unwrap());
        assert!(!tx.finish_handover(&first.id, HandoverState::Failed, at(6)).await.unwrap());
        assert!(!tx.supersede_handovers(&device(1).id, at(7)).await.unwrap());

        let ended = Handover { state: HandoverState::Complete, finished_at: Some(at(5)), ..first };
        assert_eq!(tx.find_handover(&ended.id).await.unwrap(), Some(ended));
    }

    async fn a_later_handover_takes_over(database) {
        let mut tx = database.begin().await;
        tx.create_device(&device(1)).await.unwrap();
        tx.create_handover(&handover(1, &device(1).id)).await.unwrap();

        assert!(tx.supersede_handovers(&device(1).id, at(5)).await.unwrap());
        tx.create_handover(&handover(2, &device(1).id)).await.unwrap();

        let first = tx.find_handover(&handover(1, &device(1).id).id).await.unwrap().unwrap();
        assert_eq!((first.state, first.finished_at), (HandoverState::Superseded, Some(at(5))));
    }
}
