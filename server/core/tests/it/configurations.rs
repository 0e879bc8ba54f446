//! Icons, restrictions, identities and uploaded profiles: entered, delivered, replaced, and gone at sign-out
//! (A2, A3, E1, E8).

use base64::{Engine as _, engine::general_purpose::STANDARD};
use baton_core::{
    Actor, CoreError, FieldProblem, SentFile,
    catalogue::{
        ContentForm, DistributionError, FileChange, IconError, IdentityForm, ItemForm, Pkcs12Error, ProfileChange,
        ProfileForm, RestrictionsForm, UploadError, WebClipForm,
    },
};
use baton_mdm::payload::DEFAULT_CLIP_ICON;
use baton_model::{ItemContent, ItemId, Role, Timestamp};
use baton_policy::{DeviceClass, Distribution, Outcome, ReasonCode};
use baton_store::Engine;

use crate::{
    office::{Office, only_groups},
    phone::{Phone, profile_of},
};

const PASSWORD: &str = "reeds and water";

fn sent(name: &str, content: &[u8]) -> FileChange {
    FileChange::New(SentFile { name: name.to_owned(), content: content.to_vec() })
}

fn icon() -> ContentForm {
    ContentForm::WebClip(WebClipForm {
        label: "Page".to_owned(),
        url: "https://intranet.example/".to_owned(),
        full_screen: true,
        ignore_manifest_scope: true,
        icon: sent("icon.png", DEFAULT_CLIP_ICON),
        ..WebClipForm::default()
    })
}

fn restrictions(settings: &[(&str, bool)]) -> ContentForm {
    ContentForm::Restrictions(RestrictionsForm {
        settings: settings.iter().map(|(key, value)| ((*key).to_owned(), *value)).collect(),
        ..RestrictionsForm::default()
    })
}

macro_rules! fixture {
    ($name:literal) => {
        STANDARD.decode(include_str!(concat!("../../../mdm/tests/it/fixtures/", $name, ".b64"))).unwrap()
    };
}

fn identity(file: &[u8], password: &str) -> ContentForm {
    ContentForm::Identity(IdentityForm { file: sent("ward.p12", file), password: password.to_owned() })
}

const WARD: &[u8] = include_bytes!("../../../mdm/tests/it/fixtures/mobileconfig/ward.mobileconfig");

fn profile(file: &[u8]) -> ContentForm {
    ContentForm::Profile(ProfileForm {
        file: sent("ward.mobileconfig", file),
        changes_agreed: true,
        ..ProfileForm::default()
    })
}

/// The profile without anything personal, so that everybody gets the same.
fn impersonal() -> Vec<u8> {
    String::from_utf8(WARD.to_vec()).unwrap().replace("${user.name}", "ward").into_bytes()
}

fn named(name: &str, content: ContentForm) -> ItemForm {
    ItemForm { name: name.to_owned(), description: String::new(), content }
}

/// What is wrong with a form, field by field.
async fn problems(office: &Office, content: ContentForm) -> Vec<(&'static str, FieldProblem)> {
    match office.core.create_item(&Actor::System, &named("Refused", content), office.now()).await {
        Err(CoreError::Invalid(errors)) => errors.into_iter().map(|error| (error.field, error.problem)).collect(),
        other => panic!("{other:?}"),
    }
}

async fn content(office: &Office, id: &ItemId) -> ItemContent {
    office.core.item_detail(&Actor::System, id, office.now()).await.unwrap().item.content
}

/// How the policy decides about the item for the phone and its holder.
async fn decision(office: &Office, phone: &Phone, id: &ItemId) -> (Outcome, ReasonCode) {
    let detail = office.core.device_detail(&Actor::System, &phone.id, office.now()).await.unwrap();
    let item = detail.items.into_iter().find(|item| item.id == *id).unwrap();
    (item.decision.outcome, item.decision.reason)
}

fn base64_of(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// A delivered profile without the white space that its data is broken with.
fn delivered(phone: &Phone, id: &ItemId) -> String {
    phone.profile(id).split_whitespace().collect()
}

on_both_engines! {
    async fn a_web_clip_arrives_with_its_icon_and_leaves_at_sign_out(mut office) {
        let ada = office.add_person("ada").await;
        let staff = office.add_group("Staff", &[&ada]).await;
        office.distribute_clip().await;
        let clip = office.add_item("Directory", icon(), only_groups(&[&staff])).await;
        let mut phone = office.enrol("one").await;

        let session = office.sign_in(&mut phone, "ada").await;

        assert!(delivered(&phone, &clip).contains(&base64_of(DEFAULT_CLIP_ICON)));
        assert!(delivered(&phone, &clip).contains("<key>IgnoreManifestScope</key><true/>"));
        assert_eq!(office.core.item_icon(&Actor::System, &clip, office.now()).await.unwrap(), DEFAULT_CLIP_ICON);
        office.sign_out(&mut phone, &session).await;
        assert!(!phone.has_item(&clip));
    }

    async fn an_icon_stays_until_it_is_replaced_or_removed(mut office) {
        office.distribute_clip().await;
        let clip = office.add_item("Directory", icon(), Distribution::AllDevices).await;
        let mut phone = office.enrol("one").await;
        let with = |icon: FileChange, label: &str| {
            ContentForm::WebClip(WebClipForm {
                label: label.to_owned(),
                url: "https://intranet.example/".to_owned(),
                icon,
                ..WebClipForm::default()
            })
        };

        office.change_item(&clip, "Directory", with(FileChange::Keep, "Renamed")).await;
        office.sweep_and_settle(&mut phone).await;
        assert!(delivered(&phone, &clip).contains("Renamed"));
        assert!(delivered(&phone, &clip).contains(&base64_of(DEFAULT_CLIP_ICON)));

        office.change_item(&clip, "Directory", with(FileChange::Remove, "Renamed")).await;
        office.sweep_and_settle(&mut phone).await;
        assert!(!delivered(&phone, &clip).contains("<key>Icon</key>"));
        assert_eq!(office.number("SELECT COUNT(*) FROM item_files").await, 0);
        let gone = office.core.item_icon(&Actor::System, &clip, office.now()).await;
        assert!(matches!(gone, Err(CoreError::NotFound(_))), "{gone:?}");
    }

    async fn a_picture_that_devices_would_not_show_is_refused(mut office) {
        let mut wide = DEFAULT_CLIP_ICON.to_vec();
        wide[16..20].copy_from_slice(&500_u32.to_be_bytes());
        let cases = [
            (sent("a.gif", b"GIF89a"), FieldProblem::NotIcon(IconError::NotPng)),
            (sent("a.png", &DEFAULT_CLIP_ICON[..99]), FieldProblem::NotIcon(IconError::Damaged)),
            (sent("a.png", &wide), FieldProblem::NotIcon(IconError::TooManyPixels { width: 500, height: 180 })),
            (sent("a.png", &vec![0; 1_000_001]), FieldProblem::FileTooLarge(1_000_000)),
            (FileChange::TooLarge, FieldProblem::FileTooLarge(1_000_000)),
        ];
        for (icon, problem) in cases {
            let clip = WebClipForm { label: "P".to_owned(), url: "https://a.example/".to_owned(), icon, ..WebClipForm::default() };
            assert_eq!(problems(&office, ContentForm::WebClip(clip)).await, [("icon", problem)]);
        }
    }

    async fn restrictions_arrive_without_what_the_phone_cannot_take(mut office) {
        office.distribute_clip().await;
        let both = [("allowCamera", false), ("allowAirDrop", false), ("forceEncryptedBackup", true)];
        let item = office.add_item("Restrictions", restrictions(&both), Distribution::AllDevices).await;
        let only_supervised = office.add_item("AirDrop", restrictions(&both[1..2]), Distribution::AllDevices).await;

        let phone = office.enrol("one").await;

        let profile = delivered(&phone, &item);
        assert!(profile.contains("<key>allowCamera</key><false/>"), "{profile}");
        assert!(profile.contains("<key>forceEncryptedBackup</key><true/>"), "{profile}");
        assert!(!profile.contains("allowAirDrop"), "{profile}");
        assert_eq!(decision(&office, &phone, &item).await, (Outcome::Partial, ReasonCode::PartsNeedSupervision));
        assert!(!phone.has_item(&only_supervised));
        assert_eq!(decision(&office, &phone, &only_supervised).await, (Outcome::Deny, ReasonCode::NeedsSupervision));
    }

    async fn changed_restrictions_replace_the_ones_before(mut office) {
        office.distribute_clip().await;
        let item = office.add_item("R", restrictions(&[("allowCamera", false)]), Distribution::AllDevices).await;
        let mut phone = office.enrol("one").await;

        office.change_item(&item, "R", restrictions(&[("allowScreenShot", false)])).await;
        office.sweep_and_settle(&mut phone).await;

        let profile = delivered(&phone, &item);
        assert!(profile.contains("allowScreenShot") && !profile.contains("allowCamera"), "{profile}");
        assert_eq!(decision(&office, &phone, &item).await.0, Outcome::Allow);
    }

    async fn restrictions_leave_at_sign_out_with_who_got_them(mut office) {
        let ada = office.add_person("ada").await;
        let staff = office.add_group("Staff", &[&ada]).await;
        office.distribute_clip().await;
        let item = office.add_item("R", restrictions(&[("allowCamera", false)]), only_groups(&[&staff])).await;
        let mut phone = office.enrol("one").await;
        let session = office.sign_in(&mut phone, "ada").await;
        assert!(phone.has_item(&item));

        office.sign_out(&mut phone, &session).await;

        assert!(!phone.has_item(&item));
    }

    async fn restrictions_that_say_nothing_or_nonsense_are_refused(mut office) {
        let apps = |blocked: &str, allowed: &str| {
            ContentForm::Restrictions(RestrictionsForm {
                blocked_apps: blocked.to_owned(),
                allowed_apps: allowed.to_owned(),
                ..RestrictionsForm::default()
            })
        };
        assert_eq!(problems(&office, restrictions(&[])).await, [("restrictions", FieldProblem::NothingSet)]);
        assert_eq!(problems(&office, restrictions(&[("noSuchKey", true)])).await, [("restrictions", FieldProblem::NothingSet)]);
        let line = FieldProblem::NotBundleIdLine("not an app".to_owned());
        assert_eq!(problems(&office, apps("com.example.a\n\nnot an app\n", "")).await, [("blockedApps", line)]);
        let hides = [("restrictions", FieldProblem::HidesSignIn)];
        assert_eq!(problems(&office, apps("com.apple.webapp", "")).await, hides);
        assert_eq!(problems(&office, apps("", "com.example.a")).await, hides);
        assert_eq!(problems(&office, restrictions(&[("allowSafari", false)])).await, hides);
    }

    async fn hiding_the_sign_in_page_is_agreed_to_once_and_stopped_where_it_would_happen(mut office) {
        office.distribute_clip().await;
        let form = |agreed: bool, more: &[(&str, bool)]| {
            let settings = [("allowSafari", false)].iter().chain(more).map(|(key, value)| ((*key).to_owned(), *value));
            ContentForm::Restrictions(RestrictionsForm {
                settings: settings.collect(),
                hides_sign_in_agreed: agreed,
                ..RestrictionsForm::default()
            })
        };
        let item = office.add_item("No Safari", form(true, &[]), Distribution::NoDevices).await;
        office.change_item(&item, "No Safari", form(false, &[("allowCamera", false)])).await;
        let phone = office.enrol("one").await;
        let save = async |office: &Office| {
            let revision = office.core.item_detail(&Actor::System, &item, office.now()).await.unwrap().stored.revision;
            let change = baton_core::catalogue::DistributionChange {
                distribution: Distribution::AllDevices,
                revision,
                override_reason: None,
                previewed: None,
            };
            office.core.save_distribution(&Actor::System, &item, &change, office.now()).await
        };

        // The phone is not supervised: it does not take the key.
        save(&office).await.unwrap();

        office.execute(&format!("UPDATE devices SET supervised = 1 WHERE id = '{}'", phone.id)).await;
        match save(&office).await {
            Err(DistributionError::Blocked(view)) => {
                assert_eq!(view.findings.iter().map(|finding| finding.code.as_str()).collect::<Vec<_>>(), ["clip-hidden"]);
                assert_eq!(view.findings[0].devices, std::slice::from_ref(&phone.id));
            }
            other => panic!("{other:?}"),
        }
    }

    async fn an_identity_arrives_with_its_password_and_leaves_at_sign_out(mut office) {
        let ada = office.add_person("ada").await;
        let staff = office.add_group("Staff", &[&ada]).await;
        office.distribute_clip().await;
        let file = fixture!("pkcs12/aes-chain");
        let item = office.add_item("Ward", identity(&file, PASSWORD), only_groups(&[&staff])).await;
        let ItemContent::Identity(kept) = content(&office, &item).await else { panic!("another kind") };
        assert_eq!((kept.subject.as_str(), kept.issuer.as_str()), ("CN=ward,O=Fixture", "CN=Fixture CA,O=Fixture"));
        assert_eq!(kept.more_certificates, 1);
        assert!(kept.expires_at > office.now().plus_seconds(365 * 86_400));
        let mut phone = office.enrol("one").await;

        let session = office.sign_in(&mut phone, "ada").await;

        let profile = delivered(&phone, &item);
        assert!(profile.contains(&base64_of(&file)) && profile.contains("<string>reedsandwater</string>"), "{profile}");
        office.sign_out(&mut phone, &session).await;
        assert!(!phone.has_item(&item));
    }

    async fn neither_an_identity_nor_its_password_nor_a_profile_stands_in_the_database(mut office) {
        office.distribute_clip().await;
        let file = fixture!("pkcs12/aes");
        office.add_item("Ward", identity(&file, PASSWORD), Distribution::AllDevices).await;
        office.add_item("Profile", profile(&impersonal()), Distribution::AllDevices).await;
        let ada = office.add_person_as("ada", Role::Administrator).await;
        let actor = office.person(&ada, Role::Administrator);
        let waiting = SentFile { name: "w.p12".to_owned(), content: file.clone() };
        office.core.keep_upload(&actor, &waiting, office.now()).await.unwrap();
        office.enrol("one").await;
        if office.engine == Engine::Postgres {
            let dump = office.dump().await;
            for secret in [PASSWORD, "heron-staff", &base64_of(&file), &hex::encode(&file), &base64_of(b"heron-staff")] {
                assert!(!dump.contains(secret), "{secret}");
            }
            assert!(dump.contains("CN=ward,O=Fixture"), "what is no secret is there");
        }
        let log = office.core.list_audit(&Actor::System, &baton_store::AuditFilter::default(), office.now()).await.unwrap();
        assert!(log.rows.iter().all(|entry| !entry.detail.contains(PASSWORD)));
    }

    async fn an_identity_that_no_device_would_take_is_refused_for_its_own_reason(mut office) {
        let cases: Vec<(ContentForm, &str, FieldProblem)> = vec![
            (ContentForm::Identity(IdentityForm::default()), "file", FieldProblem::Missing),
            (identity(b"hello", PASSWORD), "file", FieldProblem::NotIdentity(Pkcs12Error::NotPkcs12)),
            (identity(&fixture!("pkcs12/aes"), "wrong"), "password", FieldProblem::NotIdentity(Pkcs12Error::WrongPassword)),
            (identity(&fixture!("pkcs12/aes"), ""), "password", FieldProblem::Missing),
            (identity(&fixture!("pkcs12/refused-no-key"), PASSWORD), "file", FieldProblem::NotIdentity(Pkcs12Error::NoKey)),
            (
                identity(&fixture!("pkcs12/refused-no-certificate"), PASSWORD),
                "file",
                FieldProblem::NotIdentity(Pkcs12Error::NoCertificate),
            ),
            (identity(&fixture!("pkcs12/refused-rounds"), PASSWORD), "file", FieldProblem::NotIdentity(Pkcs12Error::Unsupported)),
            (identity(&[0x30; 70_000], PASSWORD), "file", FieldProblem::FileTooLarge(64 * 1024)),
        ];
        for (form, field, problem) in cases {
            assert_eq!(problems(&office, form).await, [(field, problem)]);
        }
    }

    async fn an_expired_identity_is_refused_with_its_date(mut office) {
        // The fixture is valid for a hundred years.
        office.pass_seconds(101 * 366 * 86_400);

        let problems = problems(&office, identity(&fixture!("pkcs12/aes"), PASSWORD)).await;

        assert!(matches!(problems[..], [("file", FieldProblem::Expired(Timestamp(_)))]), "{problems:?}");
    }

    async fn an_edited_identity_keeps_its_file_until_another_comes(mut office) {
        office.distribute_clip().await;
        let item = office.add_item("Ward", identity(&fixture!("pkcs12/aes"), PASSWORD), Distribution::AllDevices).await;
        let mut phone = office.enrol("one").await;
        let before = content(&office, &item).await;

        office.change_item(&item, "Renamed", ContentForm::Identity(IdentityForm::default())).await;
        assert_eq!(content(&office, &item).await, before);

        office.change_item(&item, "Renamed", identity(&fixture!("pkcs12/legacy"), PASSWORD)).await;
        office.sweep_and_settle(&mut phone).await;
        assert!(delivered(&phone, &item).contains(&base64_of(&fixture!("pkcs12/legacy"))));
    }

    async fn an_uploaded_profile_arrives_under_the_items_identifier_with_the_holders_name(mut office) {
        let (ada, ben) = (office.add_person("ada").await, office.add_person("ben").await);
        let staff = office.add_group("Staff", &[&ada, &ben]).await;
        office.distribute_clip().await;
        let item = office.add_item("Ward", profile(WARD), only_groups(&[&staff])).await;
        let mut phone = office.enrol("one").await;
        assert!(!phone.has_item(&item));

        let session = office.sign_in(&mut phone, "ada").await;
        let of_ada = delivered(&phone, &item);
        assert!(of_ada.contains("<key>UserName</key><string>ada</string>"), "{of_ada}");
        assert!(of_ada.contains(&format!("<string>{}</string>", profile_of(&item))), "{of_ada}");
        assert!(!of_ada.contains("example.heron") && !of_ada.contains("PayloadRemovalDisallowed"), "{of_ada}");
        // The phone is not supervised: it may take the camera away, but not hide single apps.
        assert!(of_ada.contains("allowCamera") && !of_ada.contains("blockedAppBundleIDs"), "{of_ada}");

        office.sign_out(&mut phone, &session).await;
        assert!(!phone.has_item(&item));

        office.sign_in(&mut phone, "ben").await;
        let of_ben = delivered(&phone, &item);
        assert!(of_ben.contains("<string>ben</string>") && !of_ben.contains("ada"), "{of_ben}");
    }

    async fn what_is_the_same_for_nobody_stays_at_sign_out(mut office) {
        office.add_person("ada").await;
        office.distribute_clip().await;
        let same = office.add_item("Same", profile(&impersonal()), Distribution::AllDevices).await;
        let personal = office.add_item("Personal", profile(WARD), Distribution::AllDevices).await;
        let mut phone = office.enrol("one").await;
        let session = office.sign_in(&mut phone, "ada").await;
        let before = phone.profile(&same);
        assert!(phone.has_item(&personal));

        office.sign_out(&mut phone, &session).await;

        assert_eq!(phone.profile(&same), before);
        // Nobody has no name, so that their version cannot be made.
        assert!(!phone.has_item(&personal));
        assert_eq!(decision(&office, &phone, &personal).await, (Outcome::Unknown, ReasonCode::CannotBeRendered));
        let installs = phone.log.iter().filter(|line| line.contains("InstallProfile")).count();
        assert!(installs > 0);
    }

    async fn another_file_replaces_the_profile_on_the_phone_and_in_the_database(mut office) {
        office.distribute_clip().await;
        let item = office.add_item("Ward", profile(&impersonal()), Distribution::AllDevices).await;
        let mut phone = office.enrol("one").await;
        let other = String::from_utf8(impersonal()).unwrap().replace("heron-staff", "heron-guests").into_bytes();

        office.change_item(&item, "Ward", profile(&other)).await;
        office.sweep_and_settle(&mut phone).await;

        assert!(delivered(&phone, &item).contains("heron-guests"));
        assert_eq!(office.number("SELECT COUNT(*) FROM item_files").await, 1);
        office.change_item(&item, "Ward", ContentForm::Profile(ProfileForm::default())).await;
        office.sweep_and_settle(&mut phone).await;
        assert!(delivered(&phone, &item).contains("heron-guests"));
        let revision = office.core.delete_item(&Actor::System, &item, office.now()).await;
        assert!(revision.is_ok());
        office.sweep_and_settle(&mut phone).await;
        assert!(!phone.has_item(&item));
        assert_eq!(office.number("SELECT COUNT(*) FROM item_files").await, 0);
    }

    async fn what_is_changed_about_a_profile_is_agreed_to_first(mut office) {
        let asked = |file: Vec<u8>| ContentForm::Profile(ProfileForm { file: sent("w", &file), ..ProfileForm::default() });
        let signed = ProfileChange::Signature { signer: Some("Heron Clinic IT".to_owned()) };

        let plain = problems(&office, asked(WARD.to_vec())).await;
        assert_eq!(plain, [("file", FieldProblem::ProfileChanges(vec![ProfileChange::RemovalLock]))]);
        let changes = FieldProblem::ProfileChanges(vec![signed, ProfileChange::RemovalLock]);
        assert_eq!(problems(&office, asked(fixture!("mobileconfig/signed"))).await, [("file", changes)]);

        let item = office.add_item("Ward", profile(&fixture!("mobileconfig/signed")), Distribution::NoDevices).await;
        let ItemContent::Profile(kept) = content(&office, &item).await else { panic!("another kind") };
        assert_eq!(kept.signed_by.as_deref(), Some("Heron Clinic IT"));
        assert_eq!((kept.file_name.as_str(), kept.is_personal), ("ward.mobileconfig", true));
        assert_eq!(kept.payloads.len(), 3);
    }

    async fn a_profile_that_no_device_would_take_is_refused_for_its_own_reason(mut office) {
        let of_type = String::from_utf8(WARD.to_vec()).unwrap().replace(">Configuration<", ">Profile Service<");
        let cases = [
            (FileChange::Keep, FieldProblem::Missing),
            (FileChange::TooLarge, FieldProblem::FileTooLarge(2_000_000)),
            (sent("w", &vec![b' '; 2_000_001]), FieldProblem::FileTooLarge(2_000_000)),
            (sent("w", b"hello"), FieldProblem::NotProfile(Box::new(UploadError::NotAProfile))),
            (sent("w", &fixture!("mobileconfig/encrypted")), FieldProblem::NotProfile(Box::new(UploadError::Encrypted))),
            (
                sent("w", of_type.as_bytes()),
                FieldProblem::NotProfile(Box::new(UploadError::OtherType("Profile Service".to_owned()))),
            ),
        ];
        for (file, problem) in cases {
            let form = ContentForm::Profile(ProfileForm { file, ..ProfileForm::default() });
            assert_eq!(problems(&office, form).await, [("file", problem)]);
        }
    }

    async fn a_page_tells_where_a_profile_works(mut office) {
        let item = office.add_item("Ward", profile(WARD), Distribution::NoDevices).await;
        let works = office.core.item_detail(&Actor::System, &item, office.now()).await.unwrap().works;
        let supervised = works.iter().find(|works| works.class == DeviceClass::SupervisedPhone).unwrap();
        assert_eq!((supervised.decision.outcome, supervised.left_out.len()), (Outcome::Allow, 0));
        let plain = works.iter().find(|works| works.class == DeviceClass::Phone).unwrap();
        assert_eq!(plain.decision.outcome, Outcome::Partial);
        assert_eq!(plain.left_out[0].key.as_deref(), Some("blockedAppBundleIDs"));
    }

    async fn without_the_key_a_profile_is_not_sent_and_what_is_there_stays(mut office) {
        office.distribute_clip().await;
        let item = office.add_item("Ward", profile(&impersonal()), Distribution::AllDevices).await;
        let phone = office.enrol("one").await;
        office.use_master_key([7; 32]);

        assert_eq!(decision(&office, &phone, &item).await, (Outcome::Unknown, ReasonCode::CannotBeRendered));
    }

    async fn a_file_waits_for_its_form_and_for_nobody_else(mut office) {
        let ada = office.add_person_as("ada", Role::Administrator).await;
        let ben = office.add_person_as("ben", Role::Administrator).await;
        let (ada, ben) = (office.person(&ada, Role::Administrator), office.person(&ben, Role::Administrator));
        let file = SentFile { name: "ward.p12".to_owned(), content: vec![1, 2, 3] };

        let id = office.core.keep_upload(&ada, &file, office.now()).await.unwrap().unwrap();

        assert_eq!(office.core.kept_upload(&ada, &id, office.now()).await.unwrap(), Some(file.clone()));
        assert_eq!(office.core.kept_upload(&ben, &id, office.now()).await.unwrap(), None);
        assert_eq!(office.core.kept_upload(&ada, "guessed", office.now()).await.unwrap(), None);
        office.core.forget_upload(&ada, &id, office.now()).await.unwrap();
        assert_eq!(office.core.kept_upload(&ada, &id, office.now()).await.unwrap(), None);
        let id = office.core.keep_upload(&ada, &file, office.now()).await.unwrap().unwrap();
        office.pass_seconds(25 * 3600);
        office.core.forget_expired(office.now()).await.unwrap();
        assert_eq!(office.core.kept_upload(&ada, &id, office.now()).await.unwrap(), None);
    }

    async fn who_may_not_change_the_catalogue_leaves_no_file(mut office) {
        let hugo = office.add_person_as("hugo", Role::HelpDesk).await;
        let hugo = office.person(&hugo, Role::HelpDesk);
        let file = SentFile { name: "x".to_owned(), content: vec![1] };

        let kept = office.core.keep_upload(&hugo, &file, office.now()).await;

        assert!(matches!(kept, Err(CoreError::Denied(_))), "{kept:?}");
        assert_eq!(office.number("SELECT COUNT(*) FROM uploads").await, 0);
        assert_eq!(office.number("SELECT COUNT(*) FROM audit WHERE allowed = 0 AND action = 'upload.keep'").await, 1);
    }
}
