use baton_model::{
    Item, ItemContent, ItemId, Timestamp, id,
    item::{
        Certificate, ChecklistLine, Identity, ItemFile, Restrictions, SealedText, SecureSignIn, StoreApp,
        UploadedPayload, UploadedProfile, WebClip, WiFi, WiFiSecurity,
    },
};
use baton_policy::{Distribution, ItemKind, Payload, Setting};
use baton_store::{ItemFilter, ListQuery, StoreError};

use crate::samples::{app, at, passcode};

on_both_engines! {
    async fn the_sign_in_configuration_is_built_in_and_reaches_no_device(database) {
        let mut tx = database.read().await;

        let item = tx.find_item(&id::SECURE_SIGN_IN.into()).await.unwrap().unwrap();

        let content = SecureSignIn {
            label: "Baton".into(),
            help_contact: String::new(),
            checklist: Vec::new(),
            nobody_overridden: false,
        };
        assert_eq!(item.content, ItemContent::SecureSignIn(content));
        assert!(item.is_built_in());
        let stored = tx.distribution_of(&item.id).await.unwrap();
        assert_eq!((stored.distribution, stored.revision), (Distribution::NoDevices, 1));
        assert_eq!(tx.catalogue_revision().await.unwrap(), 1);
    }

    async fn the_sign_in_configuration_is_found_by_search_and_cannot_be_deleted(database) {
        let mut tx = database.begin().await;
        let query = ListQuery { search: Some("multi-user".into()), ..ListQuery::default() };
        let found = tx.list_items(&ItemFilter { query, apps: Some(false), kinds: Vec::new() }).await.unwrap();
        assert_eq!(ids(&found.rows), [id::SECURE_SIGN_IN.into()]);

        let deleted = tx.delete_item(&id::SECURE_SIGN_IN.into()).await;

        assert!(matches!(deleted, Err(StoreError::ForeignKey)), "{deleted:?}");
    }

    async fn every_kind_of_item_is_found_as_created(database) {
        let mut tx = database.begin().await;
        let contents = [
            ItemContent::WiFi(WiFi {
                ssid: "Ward \"3\"".into(),
                security: WiFiSecurity::Wpa2,
                password: Some(SealedText("c2VhbGVk".into())),
                hidden: true,
                auto_join: false,
            }),
            ItemContent::WebClip(WebClip {
                label: "Wiki".into(),
                url: "https://example.com/ü".into(),
                full_screen: true,
                removable: false,
                ignore_manifest_scope: false,
                precomposed: true,
                icon: Some(file()),
            }),
            ItemContent::Identity(Identity {
                file: SealedText("c2VhbGVk".into()),
                password: SealedText("c2VhbGVk".into()),
                subject: "CN=ward".into(),
                issuer: "CN=Root".into(),
                expires_at: Timestamp(5),
                more_certificates: 1,
            }),
            ItemContent::Restrictions(Restrictions {
                settings: [("allowCamera".to_owned(), false)].into(),
                blocked_apps: vec!["com.apple.news".into()],
                allowed_apps: Vec::new(),
            }),
            ItemContent::Profile(UploadedProfile {
                file: file(),
                file_name: "ward.mobileconfig".into(),
                signed_by: Some("Example".into()),
                payloads: vec![UploadedPayload {
                    name: Some("Ward".into()),
                    rules: Payload {
                        payload_type: "com.apple.applicationaccess".into(),
                        settings: [
                            ("allowCamera".to_owned(), Setting::Flag(false)),
                            ("blockedAppBundleIDs".to_owned(), Setting::Names(vec!["a".into()])),
                            ("ratingApps".to_owned(), Setting::Other),
                        ]
                        .into(),
                        needs: [1].into(),
                    },
                }],
                is_personal: true,
                unknown_placeholders: vec!["${HOME}".into()],
            }),
            ItemContent::Certificate(Certificate { der: "MIIB".into(), subject: "Root".into(), expires_at: Timestamp(-5) }),
            ItemContent::StoreApp(StoreApp { bundle_id: "com.example.s".into(), store_id: u64::MAX, reset_between_people: true }),
            ItemContent::SecureSignIn(SecureSignIn {
                label: "B".into(),
                help_contact: "Desk".into(),
                checklist: vec![ChecklistLine { text: "Log out".into(), blocks: true }],
                nobody_overridden: true,
            }),
            passcode(1).content,
            app(1).content,
        ];
        for (number, content) in (1..).zip(contents) {
            let item = Item { name: format!("Item {number}"), id: format!("i{number}").into(), content, ..passcode(1) };
            tx.create_item(&item).await.unwrap();
            assert_eq!(tx.find_item(&item.id).await.unwrap(), Some(item));
        }
        assert_eq!(tx.all_items().await.unwrap().len(), 11);
        assert_eq!(tx.find_item(&"ghost".into()).await.unwrap(), None);
    }

    async fn every_change_counts_up_the_catalogue(database) {
        let mut tx = database.begin().await;
        tx.create_item(&passcode(1)).await.unwrap();
        assert_eq!(tx.catalogue_revision().await.unwrap(), 2);
        assert!(tx.save_item(&passcode(1), 1).await.unwrap());
        assert_eq!(tx.catalogue_revision().await.unwrap(), 3);
        assert!(tx.save_distribution(&passcode(1).id, &Distribution::AllDevices, 1).await.unwrap());
        assert_eq!(tx.catalogue_revision().await.unwrap(), 4);
        tx.delete_item(&passcode(1).id).await.unwrap();
        assert_eq!(tx.catalogue_revision().await.unwrap(), 5);
        assert_eq!(tx.bump_catalogue_revision().await.unwrap(), 6);
    }

    async fn an_item_is_saved_only_from_the_expected_revision(database) {
        let mut tx = database.begin().await;
        tx.create_item(&passcode(1)).await.unwrap();
        let renamed = Item { name: "Strict".into(), updated_at: at(9), ..passcode(1) };

        assert!(tx.save_item(&renamed, 1).await.unwrap());
        assert!(!tx.save_item(&passcode(1), 1).await.unwrap(), "somebody else was first");

        assert_eq!(tx.find_item(&renamed.id).await.unwrap(), Some(Item { revision: 2, ..renamed }));
        assert_eq!(tx.catalogue_revision().await.unwrap(), 3);
    }

    async fn a_name_is_taken_among_apps_or_among_configurations(database) {
        let mut tx = database.begin().await;
        tx.create_item(&Item { name: "Mail".into(), ..passcode(1) }).await.unwrap();
        tx.create_item(&Item { name: "MAIL".into(), ..app(1) }).await.unwrap();

        let clash = tx.create_item(&Item { name: "mail".into(), ..app(2) }).await;

        assert_eq!(clash.unwrap_err().constraint(), Some("item_name_taken"));
    }

    async fn the_list_of_items_is_filtered(database) {
        let mut tx = database.begin().await;
        tx.create_item(&passcode(1)).await.unwrap();
        tx.create_item(&app(1)).await.unwrap();

        let apps = ItemFilter { apps: Some(true), ..ItemFilter::default() };
        let passcodes = ItemFilter { kinds: vec![ItemKind::Passcode, ItemKind::WiFi], ..ItemFilter::default() };
        let query = ListQuery { search: Some("COM.EXAMPLE.APP1".into()), ..ListQuery::default() };
        let by_bundle = ItemFilter { query, ..ItemFilter::default() };

        assert_eq!(ids(&tx.list_items(&apps).await.unwrap().rows), [app(1).id]);
        assert_eq!(ids(&tx.list_items(&passcodes).await.unwrap().rows), [passcode(1).id]);
        assert_eq!(ids(&tx.list_items(&by_bundle).await.unwrap().rows), [app(1).id]);
        assert_eq!(tx.list_items(&ItemFilter::default()).await.unwrap().rows.len(), 3);
    }

    async fn deleting_an_unknown_item_is_an_error(database) {
        let mut tx = database.begin().await;

        let deleted = tx.delete_item(&passcode(1).id).await;

        assert!(matches!(deleted, Err(StoreError::Missing { what: "item" })), "{deleted:?}");
        let unknown = tx.distribution_of(&passcode(1).id).await;
        assert!(matches!(unknown, Err(StoreError::Missing { what: "item" })), "{unknown:?}");
    }
}

fn file() -> ItemFile {
    ItemFile { digest: "d1".into(), bytes: 7 }
}

fn ids(items: &[Item]) -> Vec<ItemId> {
    items.iter().map(|item| item.id.clone()).collect()
}
