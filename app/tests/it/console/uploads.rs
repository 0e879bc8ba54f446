//! Forms with files, and long lists of restrictions: what is refused, why, and that nothing is lost.

use axum::http::StatusCode;
use baton_app::locale::{Locale, Texts};
use baton_core::Actor;
use baton_model::{ItemContent, item::ItemFile};
use baton_policy::restriction::RESTRICTIONS;

use super::site::{Answer, Browser, Part, Site, now, on_a_site};

const ICON: &[u8] = include_bytes!("../../../../server/mdm/assets/clip-icon.png");
const WARD: &str = include_str!("../../../../server/mdm/tests/it/fixtures/mobileconfig/ward.mobileconfig");
const PASSWORD: &str = "reeds and water";

macro_rules! fixture {
    ($name:literal) => {
        decoded(include_str!(concat!("../../../../server/mdm/tests/it/fixtures/", $name, ".b64")))
    };
}

fn decoded(base64: &str) -> Vec<u8> {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    STANDARD.decode(base64).unwrap()
}

fn t() -> &'static Texts {
    Locale::En.texts()
}

fn field<'a>(name: &'a str, value: &'a str) -> Part<'a> {
    Part::Field(name, value)
}

fn file<'a>(name: &'a str, file: &'a str, content: &'a [u8]) -> Part<'a> {
    Part::File(name, file, content)
}

/// What stands beside a field as its error.
fn error_beside(page: &Answer, field: &str) -> String {
    let error = page.body.split(&format!("id=\"{field}-error\"")).nth(1);
    let error = error.unwrap_or_else(|| panic!("no error beside {field}: {}", page.body));
    error.split("</p>").next().unwrap().replace("&amp;", "&")
}

/// The id of the file that waits, as the form would send it.
fn waiting(page: &Answer) -> String {
    let field = page.body.split("name=\"upload\" value=\"").nth(1).expect("a file waits");
    field.split('"').next().unwrap().to_owned()
}

async fn content(site: &Site, location: &str) -> ItemContent {
    let id = location.rsplit('/').next().unwrap().into();
    site.core.item_detail(&Actor::System, &id, now()).await.unwrap().item.content
}

async fn created(browser: &mut Browser<'_>, path: &str, parts: &[Part<'_>]) -> String {
    let answer = browser.post_parts(path, parts).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    answer.location
}

const CLIP: &str = "/admin/configurations/add/web-clip";
const IDENTITY: &str = "/admin/configurations/add/identity";
const PROFILE: &str = "/admin/configurations/add/profile";
const RESTRICTED: &str = "/admin/configurations/add/restrictions";

#[test]
fn a_web_clip_with_an_icon_is_added_shown_edited_and_loses_it() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        let texts = [field("name", "Directory"), field("label", "Directory"), field("url", "https://d.example/")];
        let page = created(&mut petra, CLIP, &[&texts[..], &[file("icon", "d.png", ICON)]].concat()).await;

        let shown = petra.get(&page).await;
        let sources = shown.body.split(" src=\"").skip(1).filter_map(|rest| rest.split('"').next());
        let icon = sources.into_iter().find(|source| source.contains("/icon?")).unwrap();
        let answer = petra.get_bytes(icon).await;
        assert_eq!((answer.0, answer.1.as_str()), (StatusCode::OK, "image/png"));
        assert_eq!(answer.2, ICON);

        let edit = format!("{page}/edit");
        let revision = [field("revision", "1")];
        let kept = petra.post_parts(&edit, &[&texts[..], &revision, &[field("precomposed", "yes")]].concat()).await;
        assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.body);
        let ItemContent::WebClip(clip) = content(&site, &page).await else { panic!("another kind") };
        assert!(matches!(clip.icon, Some(ItemFile { bytes, .. }) if bytes == ICON.len() as u64) && clip.precomposed);

        let removed = petra
            .post_parts(&edit, &[&texts[..], &[field("revision", "2"), field("removeIcon", "yes")]].concat())
            .await;
        assert_eq!(removed.status, StatusCode::SEE_OTHER, "{}", removed.body);
        assert!(!petra.get(&page).await.body.contains("clip-icon"));
        assert_eq!(petra.get(&format!("{page}/icon")).await.status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn who_is_not_in_the_console_gets_no_icon() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        let parts =
            [field("name", "D"), field("label", "D"), field("url", "https://d.example/"), file("icon", "d.png", ICON)];
        let page = created(&mut petra, CLIP, &parts).await;
        let path = format!("{page}/icon");
        assert_eq!(site.browser().get(&path).await.status, StatusCode::SEE_OTHER);
        assert_eq!(site.signed_in("ada").await.get(&path).await.status, StatusCode::FORBIDDEN);
        assert_eq!(site.signed_in("ines").await.get_bytes(&path).await.0, StatusCode::OK);
    });
}

#[test]
fn a_file_that_was_fine_waits_while_the_rest_is_mended() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        let refused = petra
            .post_parts(
                CLIP,
                &[field("name", "D"), field("label", "D"), field("url", "nowhere"), file("icon", "my icon.png", ICON)],
            )
            .await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.says("“my icon.png” is kept here."), "{}", refused.body);
        let id = waiting(&refused);

        let again = petra
            .post_parts(
                CLIP,
                &[field("name", ""), field("label", "D"), field("url", "https://d.example/"), field("upload", &id)],
            )
            .await;
        assert_eq!(waiting(&again), id, "it goes on waiting");

        let parts = [field("name", "D"), field("label", "D"), field("url", "https://d.example/"), field("upload", &id)];
        let page = created(&mut petra, CLIP, &parts).await;
        assert!(petra.get(&page).await.body.contains("clip-icon"));
        let gone = petra.post_parts(PROFILE, &[field("name", "x"), field("upload", &id)]).await;
        assert!(error_beside(&gone, "file").contains("Fill this in."), "it waits no more");
    });
}

#[test]
fn a_file_of_fifty_megabytes_is_refused_and_loses_no_field() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        let large = vec![b'x'; 50 * 1024 * 1024];
        for (path, name, most) in [(PROFILE, "file", "2 MB"), (CLIP, "icon", "1 MB"), (IDENTITY, "file", "65 kB")] {
            let parts =
                [field("name", "Ward ü"), file(name, "large.bin", &large), field("description", "kept as well")];
            let refused = petra.post_parts(path, &parts).await;
            assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
            let sentence = format!("The file is too large. At most {most} are taken.");
            assert!(error_beside(&refused, name).contains(&sentence), "{path}: {}", error_beside(&refused, name));
            assert!(
                refused.body.contains("value=\"Ward ü\"") && refused.body.contains("value=\"kept as well\""),
                "{path}"
            );
        }
    });
}

#[test]
fn a_picture_is_refused_with_what_to_do() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        let mut wide = ICON.to_vec();
        wide[16..20].copy_from_slice(&401_u32.to_be_bytes());
        for (content, sentence) in [
            (b"GIF89a".to_vec(), "This is not a PNG image."),
            (ICON[..100].to_vec(), "This PNG image is damaged."),
            (wide, "The picture has 401 × 180 pixels. At most 400 × 400 are taken."),
            (vec![0; 1_000_001], "The file is too large. At most 1 MB are taken."),
        ] {
            let refused = petra.post_parts(CLIP, &[field("name", "D"), file("icon", "d.png", &content)]).await;
            assert!(error_beside(&refused, "icon").contains(sentence), "{}", error_beside(&refused, "icon"));
            assert!(!refused.body.contains("name=\"upload\""), "a bad file does not wait");
        }
    });
}

#[test]
fn an_identity_is_added_and_neither_key_nor_password_is_shown() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        let identity = fixture!("pkcs12/aes-chain");
        let wrong = petra
            .post_parts(
                IDENTITY,
                &[field("name", "Ward"), file("file", "ward.p12", &identity), field("password", "wrong one")],
            )
            .await;
        assert!(error_beside(&wrong, "password").contains("This password does not open the file."));
        assert!(!wrong.body.contains("wrong one"), "a password comes back empty");
        let id = waiting(&wrong);

        let parts = [field("name", "Ward"), field("upload", &id), field("password", PASSWORD)];
        let page = created(&mut petra, IDENTITY, &parts).await;

        let shown = petra.get(&page).await;
        assert!(shown.says("CN=ward,O=Fixture") && shown.says("CN=Fixture CA,O=Fixture"), "{}", shown.body);
        for path in [page.clone(), format!("{page}/edit"), "/admin/audit".to_owned()] {
            let body = petra.get(&path).await.body;
            assert!(!body.contains(PASSWORD) && !body.contains("MIIE"), "{path}");
        }
        let kept = petra.post_parts(&format!("{page}/edit"), &[field("name", "Renamed"), field("revision", "1")]).await;
        assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.body);
    });
}

#[test]
fn an_identity_is_refused_with_what_to_do() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        for (content, sentence) in [
            (b"hello".to_vec(), "This is not a PKCS#12 file (.p12 or .pfx)."),
            (fixture!("pkcs12/refused-no-key"), "The file holds certificates but no private key."),
            (fixture!("pkcs12/refused-no-certificate"), "The file holds a private key but not its certificate."),
            (fixture!("pkcs12/refused-rc4"), "The file is encrypted in a way that is not supported."),
        ] {
            let parts = [field("name", "Ward"), file("file", "ward.p12", &content), field("password", PASSWORD)];
            let refused = petra.post_parts(IDENTITY, &parts).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(error_beside(&refused, "file").contains(sentence), "{}", error_beside(&refused, "file"));
        }
        let nothing = petra.post_parts(IDENTITY, &[field("name", "Ward")]).await;
        assert!(error_beside(&nothing, "file").contains("Fill this in."));
    });
}

#[test]
fn a_profile_is_imported_after_its_changes_were_agreed_to() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        let signed = fixture!("mobileconfig/signed");
        let asked =
            petra.post_parts(PROFILE, &[field("name", "Ward"), file("file", "ward.mobileconfig", &signed)]).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            asked.says("It is signed by “Heron Clinic IT”.") && asked.says("It forbids its removal"),
            "{}",
            asked.body
        );
        assert!(!asked.body.contains("id=\"file-error\"") && asked.body.contains("name=\"agree\""));

        let upload = waiting(&asked);
        let parts = [field("name", "Ward"), field("upload", &upload), field("agree", "yes")];
        let page = created(&mut petra, PROFILE, &parts).await;

        let shown = petra.get(&page).await;
        for text in
            ["Clinic root", "Ward Wi-Fi", "Restrictions", "ward.mobileconfig", "“Heron Clinic IT”; dropped at import"]
        {
            assert!(shown.says(text), "{text}: {}", shown.body);
        }
        assert!(
            shown.says("Where it works") && shown.says("1 part is left out") && shown.says("Hidden apps"),
            "{}",
            shown.body
        );
        assert!(!shown.body.contains("heron-staff"), "its content is not shown");
    });
}

#[test]
fn a_profile_is_refused_with_a_sentence_that_names_the_payload() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        let with = |from: &str, to: &str| WARD.replace(from, to).into_bytes();
        let wifi = "2 “Ward Wi-Fi” (com.apple.wifi.managed)";
        let root = "1 “Clinic root” (com.apple.security.root)";
        let rest = "3 (com.apple.applicationaccess)";
        let mut changed = fixture!("mobileconfig/signed");
        let place = changed.windows(11).position(|window| window == b"heron-staff").unwrap();
        changed[place] = b'H';
        let empty =
            format!("{}<array/>{}", WARD.split("<array>").next().unwrap(), WARD.rsplit("</array>").next().unwrap());
        let cases: Vec<(Vec<u8>, String)> = vec![
            (b"hello".to_vec(), t().problem_profile_not.to_owned()),
            (WARD.as_bytes()[..900].to_vec(), t().problem_profile_damaged.to_owned()),
            (changed, "The file was changed after Heron Clinic IT signed it.".to_owned()),
            (fixture!("mobileconfig/encrypted"), t().problem_profile_encrypted.to_owned()),
            (with(">Configuration<", ">Profile Service<"), "The profile is of type “Profile Service”.".to_owned()),
            (empty.into_bytes(), t().problem_profile_empty.to_owned()),
            (
                with("com.apple.wifi.managed", "com.apple.mdm"),
                "Payload 2 “Ward Wi-Fi” (com.apple.mdm) would enrol".to_owned(),
            ),
            (
                with("example.heron.ward.wifi", "example.heron.ward.root"),
                format!("Payload {root} and payload {wifi} have the same PayloadIdentifier."),
            ),
            (
                with("B1A6D0F4-52B7-4A53-9C0E-1D2C3B4A5F03", "7f0b4f6e-3c55-4b6c-8d8e-6c9b1e2d3f02"),
                format!("Payload {wifi} and payload {rest} have the same PayloadUUID."),
            ),
            (
                with("<key>PayloadIdentifier</key>\n\t\t\t<string>example.heron.ward.restrictions</string>", ""),
                format!("Payload {rest} has no PayloadIdentifier."),
            ),
        ];
        for (content, sentence) in cases {
            let refused = petra
                .post_parts(PROFILE, &[field("name", "W"), file("file", "w", &content), field("agree", "yes")])
                .await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{sentence}");
            let error = error_beside(&refused, "file");
            assert!(error.contains(&sentence), "{sentence}: {error}");
            assert!(!refused.body.contains("name=\"upload\""), "a bad file does not wait");
        }
    });
}

#[test]
fn every_restriction_that_is_offered_has_words_in_every_language() {
    for locale in Locale::ALL {
        for restriction in RESTRICTIONS {
            let words = locale.restriction(restriction.key).unwrap_or_else(|| panic!("{}", restriction.key));
            assert!(!words.label.is_empty() && words.text.ends_with('.'), "{}", restriction.key);
        }
    }
}

#[test]
fn restrictions_are_added_edited_and_shown_with_what_they_need() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        let form = petra.get(RESTRICTED).await;
        for restriction in RESTRICTIONS {
            assert!(form.body.contains(&format!("name=\"{}\"", restriction.key)), "{}", restriction.key);
        }
        let fields = [
            ("name", "Wards"),
            ("allowCamera", "no"),
            ("requireManagedPasteboard", "yes"),
            ("allowAirDrop", ""),
            ("blockedApps", "com.apple.news\r\n com.apple.tv \r\n"),
        ];
        let made = petra.post(RESTRICTED, &fields).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
        let ItemContent::Restrictions(content) = content(&site, &made.location).await else { panic!("another kind") };
        let settings: Vec<(&str, bool)> = content.settings.iter().map(|(key, value)| (key.as_str(), *value)).collect();
        assert_eq!(settings, [("allowCamera", false), ("requireManagedPasteboard", true)]);
        assert_eq!(content.blocked_apps, ["com.apple.news", "com.apple.tv"]);

        let shown = petra.get(&made.location).await;
        for text in ["Camera", "Not allowed", "Required", "Personal devices too", "com.apple.news"] {
            assert!(shown.says(text), "{text}: {}", shown.body);
        }
        let edit = petra.get(&format!("{}/edit", made.location)).await;
        let camera = edit.body.split("name=\"allowCamera\"").nth(1).unwrap().split("</select>").next().unwrap();
        assert!(camera.contains("value=\"no\" selected"), "{camera}");
    });
}

#[test]
fn restrictions_are_refused_with_what_was_chosen_kept() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        let nothing = petra.post(RESTRICTED, &[("name", "Wards")]).await;
        assert!(error_beside(&nothing, "restrictions").contains("Nothing is set. Choose at least one."));
        let line =
            petra.post(RESTRICTED, &[("name", "Wards"), ("allowCamera", "no"), ("blockedApps", "all of them")]).await;
        assert!(error_beside(&line, "blockedApps").contains("“all of them” is not a bundle identifier"));
        assert!(line.body.split("name=\"allowCamera\"").nth(1).unwrap().contains("value=\"no\" selected"));

        let hides = [("name", "Wards"), ("allowSafari", "no")];
        let warned = petra.post(RESTRICTED, &hides).await;
        assert_eq!(warned.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(warned.says("Shared devices would lose their sign-in page"), "{}", warned.body);
        let saved = petra.post(RESTRICTED, &[&hides[..], &[("hidesSignIn", "yes")]].concat()).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    });
}

#[test]
fn a_broken_form_with_files_breaks_nothing() {
    on_a_site(|site| async move {
        let mut petra = site.signed_in("petra").await;
        let kind = "multipart/form-data; boundary=x";
        for body in [
            &b""[..],
            b"--x",
            b"--x\r\n\r\n",
            b"--x\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nW",
            &[0xff; 4096],
        ] {
            let answer = petra.post_raw(PROFILE, kind, body.to_vec()).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        let head = [b"--x\r\n".to_vec(), vec![b'x'; 100_000]].concat();
        assert_eq!(petra.post_raw(PROFILE, kind, head).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    });
}
