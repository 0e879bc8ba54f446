//! How phones stand, for the console (H1, H5).

use baton_core::{Actor, fleet::Concern};
use baton_model::FleetState;

use crate::{
    office::Office,
    phone::{Fault, Phone},
};

/// How the phone stands, by the list and by the dashboard, which must say the same.
async fn stands(office: &Office, phone: &Phone) -> FleetState {
    let now = office.now();
    let query = baton_store::ListQuery { limit: 10, ..Default::default() };
    let page = office.core.list_fleet(&Actor::System, &query, None, now).await.unwrap();
    let found = page.rows.iter().find(|row| row.device.id == phone.id).unwrap().state;
    let filtered = office.core.list_fleet(&Actor::System, &query, Some(found), now).await.unwrap();
    assert!(filtered.rows.iter().any(|row| row.device.id == phone.id));
    let dashboard = office.core.dashboard(&Actor::System, now).await.unwrap();
    assert_eq!(dashboard.fleet.get(&found).copied(), Some(1));
    found
}

on_both_engines! {
    async fn a_phone_is_changing_then_free_then_in_use_then_gone(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let mut phone = office.enrol_quietly("one").await;
        assert_eq!(stands(&office, &phone).await, FleetState::Changing);
        office.settle(&mut phone).await;
        assert_eq!(stands(&office, &phone).await, FleetState::Free);
        let session = office.try_sign_in(&phone, "ada").await.unwrap();
        assert_eq!(stands(&office, &phone).await, FleetState::Changing);
        office.settle(&mut phone).await;
        assert_eq!(stands(&office, &phone).await, FleetState::InUse);
        office.try_sign_out(&phone, &session).await.unwrap();
        assert_eq!(stands(&office, &phone).await, FleetState::Changing);
        office.settle(&mut phone).await;
        assert_eq!(stands(&office, &phone).await, FleetState::Free);
        office.check_in(&phone.fake.check_out().unwrap()).await.unwrap();
        assert_eq!(stands(&office, &phone).await, FleetState::Gone);
    }

    async fn a_phone_that_is_cleaned_for_too_long_needs_somebody(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let mut phone = office.enrol("one").await;
        let session = office.sign_in(&mut phone, "ada").await;
        office.try_sign_out(&phone, &session).await.unwrap();
        office.pass_seconds(3600);
        assert_eq!(stands(&office, &phone).await, FleetState::Attention);
        let dashboard = office.core.dashboard(&Actor::System, office.now()).await.unwrap();
        assert_eq!(dashboard.attention[0].concerns, [Concern::CleaningSlow]);
        office.settle(&mut phone).await;
        assert_eq!(stands(&office, &phone).await, FleetState::Free);
    }

    async fn a_phone_on_which_something_failed_needs_somebody(mut office) {
        let ada = office.add_person("ada").await;
        let furniture = office.furnish(&[&ada]).await;
        let mut phone = office.enrol("one").await;
        phone.faults.insert(phone.received + 3, Fault::Error);
        office.sign_in(&mut phone, "ada").await;
        assert_eq!(stands(&office, &phone).await, FleetState::Attention);
        let dashboard = office.core.dashboard(&Actor::System, office.now()).await.unwrap();
        let [Concern::Failed(line)] = &dashboard.attention[0].concerns[..] else { panic!("{dashboard:?}") };
        assert_eq!(line.item, furniture.passcode);
    }

    async fn the_dashboard_counts_people_without_nobody(mut office) {
        office.add_person("ada").await;
        assert_eq!(office.core.dashboard(&Actor::System, office.now()).await.unwrap().users, 1);
    }
}
