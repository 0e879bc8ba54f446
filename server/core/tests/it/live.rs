//! Pages that follow their device (A12, B7): who is woken by what, and how many there may be.

use std::time::Duration;

use baton_core::{
    Core, CoreError,
    accounts::SignedIn,
    accounts::Visitor,
    clip::ClipError,
    handover::ClipSignIn,
    live::{LiveConfig, Watch, WatchError, Woken},
};
use baton_model::{DeviceId, Role};
use baton_store::Engine;
use futures::FutureExt as _;
use tokio::task::JoinHandle;

use crate::{office::Office, phone::Phone};

/// Longer than any wake takes.
const PATIENCE: Duration = Duration::from_secs(60);

fn follow(core: &Core) -> JoinHandle<()> {
    tokio::spawn(core.follow_changes())
}

async fn woken(watch: &Watch) -> Woken {
    tokio::time::timeout(PATIENCE, watch.woken()).await.expect("nobody woke the page")
}

fn is_asleep(watch: &Watch) -> bool {
    watch.woken().now_or_never().is_none()
}

async fn watch(office: &Office, phone: &Phone) -> Result<Watch, WatchError> {
    let visit = office.newest_visit(&phone.id).await;
    office.core.watch_clip(&visit, None, office.now()).await
}

async fn holder_of(office: &Office, phone: &Phone, signed_in: &ClipSignIn) -> SignedIn {
    office.core.clip_session(&signed_in.session.secret, &phone.id, office.now()).await.unwrap().unwrap()
}

/// The page shows what is true now.
async fn show(office: &Office, device: &DeviceId, watch: &Watch) {
    watch.shows(office.store.read().await.unwrap().page_revision(device).await.unwrap().unwrap());
}

async fn give_name_tag(core: &Core, office: &Office, device: &DeviceId, tag: &str) {
    core.label_device(&baton_core::Actor::System, device, "Phone", tag, office.now()).await.unwrap();
}

on_both_engines! {
    async fn a_change_of_a_device_wakes_its_pages_and_no_others(mut office) {
        let (one, two) = (office.enrol("one").await, office.enrol("two").await);
        let _following = follow(&office.core);
        let (of_one, of_two) = (watch(&office, &one).await.unwrap(), watch(&office, &two).await.unwrap());

        give_name_tag(&office.core, &office, &one.id, "Ward 3").await;

        assert_eq!(woken(&of_one).await, Woken::Look);
        assert!(is_asleep(&of_two));
    }

    async fn a_wake_while_nobody_waits_is_not_lost(mut office) {
        let phone = office.enrol("one").await;
        let _following = follow(&office.core);
        let (page, another) = (watch(&office, &phone).await.unwrap(), watch(&office, &phone).await.unwrap());

        give_name_tag(&office.core, &office, &phone.id, "Ward 3").await;
        assert_eq!(woken(&another).await, Woken::Look);

        assert_eq!(woken(&page).await, Woken::Look);
        assert!(is_asleep(&page), "it counts once");
    }

    async fn whatever_ends_a_session_wakes_its_pages(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let mut phone = office.enrol("one").await;
        let signed_in = office.sign_in(&mut phone, "ada").await;
        let holder = holder_of(&office, &phone, &signed_in).await;
        let _following = follow(&office.core);
        let visit = office.newest_visit(&phone.id).await;
        let page = office.core.watch_clip(&visit, Some(&holder), office.now()).await.unwrap();

        let mut tx = office.store.begin().await.unwrap();
        tx.bump_epoch(&ada).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(woken(&page).await, Woken::Look);

        office.core.end_session(&signed_in.session.secret).await.unwrap();
        assert_eq!(woken(&page).await, Woken::Look);
    }

    async fn a_page_that_nobody_told_of_a_change_is_found_by_looking(mut office) {
        let phone = office.enrol("one").await;
        let page = watch(&office, &phone).await.unwrap();
        show(&office, &phone.id, &page).await;

        office.core.look_after_pages(office.now()).await.unwrap();
        assert!(is_asleep(&page), "it shows what is true");

        give_name_tag(&office.core, &office, &phone.id, "Ward 3").await;
        office.core.look_after_pages(office.now()).await.unwrap();
        assert_eq!(woken(&page).await, Woken::Look);
    }

    async fn a_page_whose_session_is_over_is_found_by_looking(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let mut phone = office.enrol("one").await;
        let signed_in = office.sign_in(&mut phone, "ada").await;
        let holder = holder_of(&office, &phone, &signed_in).await;
        let visit = office.newest_visit(&phone.id).await;
        let page = office.core.watch_clip(&visit, Some(&holder), office.now()).await.unwrap();
        show(&office, &phone.id, &page).await;
        office.core.look_after_pages(office.now()).await.unwrap();
        assert!(is_asleep(&page));

        office.pass_until(holder.session.expires_at);
        office.core.look_after_pages(office.now()).await.unwrap();

        assert_eq!(woken(&page).await, Woken::Look);
    }

    async fn a_renamed_item_wakes_pages_that_show_it(mut office) {
        let ada = office.add_person("ada").await;
        let furniture = office.furnish(&[&ada]).await;
        let phone = office.enrol("one").await;
        let page = watch(&office, &phone).await.unwrap();
        show(&office, &phone.id, &page).await;

        office.change_item(&furniture.passcode, "Stricter rules", crate::furniture::passcode(8)).await;
        office.core.look_after_pages(office.now()).await.unwrap();

        assert_eq!(woken(&page).await, Woken::Look);
    }

    async fn a_change_made_on_another_instance_wakes_pages_here(mut office) {
        if office.engine == Engine::Sqlite {
            return; // one instance only
        }
        let phone = office.enrol("one").await;
        let other = office.another_instance().await;
        let page = watch(&office, &phone).await.unwrap();
        let _following = follow(&office.core);
        let core = office.core.clone();
        let _hearing = tokio::spawn(async move { core.hear_other_instances().await });
        assert_eq!(woken(&page).await, Woken::Look, "hearing begins with a look at everything");

        give_name_tag(&other, &office, &phone.id, "Ward 3").await;

        assert_eq!(woken(&page).await, Woken::Look);
    }

    async fn what_another_instance_changes_in_the_catalogue_is_worked_on_here_at_once(mut office) {
        if office.engine == Engine::Sqlite {
            return; // one instance only
        }
        let other = office.another_instance().await;
        let _following = follow(&office.core);
        let core = office.core.clone();
        let _hearing = tokio::spawn(async move { core.hear_other_instances().await });
        let hinted = || async { tokio::time::timeout(PATIENCE, office.core.work_hinted()).await.expect("no hint") };
        hinted().await;

        let form = baton_core::catalogue::ItemForm {
            name: "Rules".to_owned(),
            description: String::new(),
            content: crate::furniture::passcode(6),
        };
        other.create_item(&baton_core::Actor::System, &form, office.now()).await.unwrap();

        hinted().await;
    }

    async fn a_device_has_only_so_many_pages_and_closing_one_makes_room(mut office) {
        office.reconfigure(|config| config.live = LiveConfig { per_device: 2, ..LiveConfig::default() });
        let (one, two) = (office.enrol("one").await, office.enrol("two").await);
        let first = watch(&office, &one).await.unwrap();
        let _second = watch(&office, &one).await.unwrap();

        assert!(matches!(watch(&office, &one).await, Err(WatchError::TooManyOfOne)));
        assert!(watch(&office, &two).await.is_ok());

        drop(first);
        assert!(watch(&office, &one).await.is_ok());
    }

    async fn a_session_has_only_so_many_pages(mut office) {
        office.reconfigure(|config| config.live = LiveConfig { per_session: 1, ..LiveConfig::default() });
        let petra = office.add_person_as("petra", Role::Administrator).await;
        let (one, two) = (office.enrol("one").await, office.enrol("two").await);
        let session = office.core.sign_in("petra", crate::office::PASSWORD, &Visitor::default(), office.now()).await.unwrap();
        let session = office.core.portal_session(&session.secret, office.now()).await.unwrap().unwrap();
        let actor = office.person(&petra, Role::Administrator);
        let _first = office.core.watch_device(&actor, &session, &one.id, office.now()).await.unwrap();

        let second = office.core.watch_device(&actor, &session, &two.id, office.now()).await;

        assert!(matches!(second, Err(WatchError::TooManyOfOne)));
        assert!(watch(&office, &two).await.is_ok(), "a page without a session is not counted with them");
    }

    async fn there_are_only_so_many_pages_in_all(mut office) {
        office.reconfigure(|config| config.live = LiveConfig { in_all: 1, ..LiveConfig::default() });
        let (one, two) = (office.enrol("one").await, office.enrol("two").await);
        let _first = watch(&office, &one).await.unwrap();

        assert!(matches!(watch(&office, &two).await, Err(WatchError::TooMany)));
    }

    async fn a_server_that_stops_lets_go_of_all_pages_and_takes_no_more(mut office) {
        let phone = office.enrol("one").await;
        let page = watch(&office, &phone).await.unwrap();

        office.core.end_live_pages();

        assert_eq!(woken(&page).await, Woken::Stopping);
        assert_eq!(woken(&page).await, Woken::Stopping);
        assert!(matches!(watch(&office, &phone).await, Err(WatchError::Stopping)));
    }

    async fn a_page_under_a_retired_address_is_not_followed(mut office) {
        let ada = office.add_person("ada").await;
        office.furnish(&[&ada]).await;
        let mut phone = office.enrol("one").await;
        let old = office.newest_visit(&phone.id).await;
        let signed_in = office.sign_in(&mut phone, "ada").await;
        office.sign_out(&mut phone, &signed_in).await;
        office.tap(&phone).await.unwrap();

        let followed = office.core.watch_clip(&old, None, office.now()).await;

        assert!(matches!(followed, Err(WatchError::Clip(ClipError::Retired))));
    }

    async fn who_may_not_see_the_console_follows_no_device_and_the_attempt_is_audited(mut office) {
        let ada = office.add_person("ada").await;
        let phone = office.enrol("one").await;
        let session = office.core.sign_in("ada", crate::office::PASSWORD, &Visitor::default(), office.now()).await.unwrap();
        let session = office.core.portal_session(&session.secret, office.now()).await.unwrap().unwrap();

        let actor = office.person(&ada, Role::User);
        let followed = office.core.watch_device(&actor, &session, &phone.id, office.now()).await;

        assert!(matches!(followed, Err(WatchError::Core(CoreError::Denied(_)))));
        assert!(office.audit().await.iter().any(|line| line.contains("refused")));
    }

    async fn a_page_that_looks_by_itself_does_not_keep_its_session_alive(mut office) {
        office.add_person_as("petra", Role::Administrator).await;
        let session = office.core.sign_in("petra", crate::office::PASSWORD, &Visitor::default(), office.now()).await.unwrap();

        for _ in 0..29 {
            office.pass_seconds(60);
            assert!(office.core.unattended_portal_session(&session.secret, office.now()).await.unwrap().is_some());
        }
        office.pass_seconds(60);

        assert!(office.core.unattended_portal_session(&session.secret, office.now()).await.unwrap().is_none());
        assert!(office.core.portal_session(&session.secret, office.now()).await.unwrap().is_none());
    }
}
