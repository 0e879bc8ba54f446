//! Everything that can go wrong with one exchange, at every exchange of a handover.
//!
//! [`Phone::may_have`] is looked at after each: whatever goes wrong, Baton never says of a phone that it is free while
//! something of the former holder is on it.

use std::collections::BTreeSet;

use baton_core::handover::Stage;
use baton_model::{HandoverState, UserId};

use crate::{
    furniture::Furniture,
    office::Office,
    phone::{Fault, Phone},
};

/// An office with a staff of two.
struct Trial {
    furniture: Furniture,
    ada: UserId,
    ben: UserId,
}

impl Trial {
    async fn begin(office: &mut Office) -> Self {
        let (ada, ben) = (office.add_person("ada").await, office.add_person("ben").await);
        let furniture = office.furnish(&[&ada, &ben]).await;
        Self { furniture, ada, ben }
    }

    async fn phone(&self, office: &mut Office, name: &str) -> Phone {
        let mut phone = office.enrol(name).await;
        self.furniture.watch(&mut phone, &[(&self.ada, "ada"), (&self.ben, "ben")]);
        phone
    }
}

/// Ada takes the phone and gives it back, and one exchange goes wrong. Returns whether the phone received that many
/// commands.
async fn hand_over(office: &mut Office, trial: &Trial, phone: &mut Phone, number: usize, fault: Fault) -> bool {
    phone.log.clear();
    phone.log.push(format!("{fault:?} at {number}"));
    phone.faults.insert(phone.received + number, fault);
    let session = office.sign_in(phone, "ada").await;
    if fault != Fault::Error {
        trial.furniture.assert_has_all_of(phone, "ada");
    }
    // What replaces something is tried again also after a refusal: else the phone would never be clean.
    assert!(phone.profile(&trial.furniture.intranet).contains("/ada<"), "{:#?}", phone.log);
    assert_eq!(office.handover(&phone.id).await.state, HandoverState::Complete, "{:#?}", phone.log);
    office.sign_out(phone, &session).await;
    assert_eq!(office.stage(phone).await, Stage::Free, "{:#?}", phone.log);
    assert_eq!(office.handover(&phone.id).await.state, HandoverState::Complete, "{:#?}", phone.log);
    let was_reached = phone.faults.is_empty();
    phone.faults.clear();
    if fault == Fault::Error {
        // What was refused is tried again for the next.
        let session = office.sign_in(phone, "ben").await;
        trial.furniture.assert_has_all_of(phone, "ben");
        office.sign_out(phone, &session).await;
    }
    trial.furniture.assert_nobodys(phone);
    was_reached
}

/// How many exchanges a handover and the way back take when nothing goes wrong; none more than this.
const MOST_EXCHANGES: usize = 60;

async fn at_every_exchange(office: &mut Office, fault: Fault) {
    let trial = Trial::begin(office).await;
    let mut phone = trial.phone(office, "one").await;
    for number in 0..MOST_EXCHANGES {
        if !hand_over(office, &trial, &mut phone, number, fault).await {
            assert!(number >= 12, "only {number} exchanges were tried");
            return;
        }
    }
    panic!("a handover takes too many exchanges");
}

/// Ada takes the phone, the answer to one command is lost, and she gives the phone back before it comes again.
async fn hand_back_at_once(office: &mut Office, trial: &Trial, phone: &mut Phone, number: usize, fault: Fault) -> bool {
    phone.log.clear();
    phone.log.push(format!("{fault:?} at {number}, then signed out"));
    phone.faults.insert(phone.received + number, fault);
    let session = office.try_sign_in(phone, "ada").await.unwrap();
    office.run(phone, 5).await;
    let was_reached = phone.faults.is_empty();
    phone.faults.clear();
    office.try_sign_out(phone, &session).await.unwrap();
    office.check_claims(phone).await;
    office.settle(phone).await;
    assert_eq!(office.stage(phone).await, Stage::Free, "{:#?}", phone.log);
    trial.furniture.assert_nobodys(phone);
    was_reached
}

on_both_engines! {
    async fn a_person_may_give_up_after_every_exchange(mut office) {
        let trial = Trial::begin(&mut office).await;
        let mut phone = trial.phone(&mut office, "one").await;
        for fault in [Fault::AnswerLost, Fault::Offline] {
            let mut number = 0;
            while hand_back_at_once(&mut office, &trial, &mut phone, number, fault).await {
                number += 1;
            }
            assert!(number >= 6, "only {number} exchanges were tried");
        }
    }

    async fn a_handover_without_faults_does_each_thing_once(mut office) {
        let trial = Trial::begin(&mut office).await;
        let mut phone = trial.phone(&mut office, "one").await;
        let first = phone.received;
        let session = office.sign_in(&mut phone, "ada").await;
        office.sign_out(&mut phone, &session).await;
        let changes: Vec<String> = phone.log.iter().skip(first)
            .map(|line| line.split_whitespace().skip(1).take(2).collect::<Vec<_>>().join(" "))
            .filter(|line| !line.contains("List"))
            .collect();
        assert_eq!(changes.iter().filter(|line| line.starts_with("Install")).count(), 7, "{changes:#?}");
        assert_eq!(changes.iter().filter(|line| line.starts_with("Remove")).count(), 4, "{changes:#?}");
        let different: BTreeSet<&String> = changes.iter().filter(|line| line.starts_with("Remove")).collect();
        assert_eq!(different.len(), 4, "{changes:#?}");
    }

    async fn every_answer_may_be_lost_after_the_effect(mut office) {
        at_every_exchange(&mut office, Fault::AnswerLost).await;
    }

    async fn the_phone_may_go_offline_before_every_command(mut office) {
        at_every_exchange(&mut office, Fault::Offline).await;
    }

    async fn every_answer_may_arrive_twice(mut office) {
        at_every_exchange(&mut office, Fault::AnsweredTwice).await;
    }

    async fn every_answer_may_arrive_after_the_next_question(mut office) {
        at_every_exchange(&mut office, Fault::AnsweredLate).await;
    }

    async fn every_command_may_be_put_off_once(mut office) {
        at_every_exchange(&mut office, Fault::NotNow).await;
    }

    async fn every_command_may_be_refused_once(mut office) {
        at_every_exchange(&mut office, Fault::Error).await;
    }

    async fn the_server_may_be_killed_before_every_answer(mut office) {
        at_every_exchange(&mut office, Fault::ServerKilled).await;
    }
}
