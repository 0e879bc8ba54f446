//! Whatever a page shows: it is a whole document, can be read aloud, and keeps the content security policy.

use baton_app::document::Shell;
use baton_app::locale::Locale;

use crate::samples::{Sample, all, frame};

fn every_page() -> impl Iterator<Item = Sample> {
    Locale::ALL.into_iter().flat_map(|locale| all(&frame(locale)))
}

/// The opening tags of a name, without their angle brackets.
fn tags<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let opening = format!("<{name}");
    html.match_indices(&opening)
        .map(|(at, _)| &html[at + 1..])
        .filter(|rest| rest[name.len()..].starts_with([' ', '>', '/']))
        .map(|rest| rest.split('>').next().unwrap_or_default())
        .collect()
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    tag[start..].split('"').next()
}

/// Elements that have no end tag (HTML, 13.1.2).
const VOID: [&str; 7] = ["meta", "link", "input", "br", "hr", "img", "wbr"];

#[test]
fn every_page_is_one_document_with_language_and_title() {
    for page in every_page() {
        let html = &page.html;
        assert!(html.starts_with("<!DOCTYPE html><html lang=\""), "{}", page.name);
        let title = html.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next());
        assert!(title.is_some_and(|title| title.ends_with(" · Baton") && title.len() > 10), "{}", page.name);
    }
}

#[test]
fn every_page_closes_what_it_opens() {
    for page in every_page() {
        let mut open = Vec::new();
        for piece in page.html.split('<').skip(1) {
            let name: String =
                piece.trim_start_matches('/').chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
            if piece.starts_with('/') {
                assert_eq!(open.pop().as_deref(), Some(name.as_str()), "{}", page.name);
            } else if !piece.starts_with('!') && !VOID.contains(&name.as_str()) && !piece.contains("/>") {
                open.push(name);
            }
        }
        assert!(open.is_empty(), "{} leaves {open:?} open", page.name);
    }
}

#[test]
fn every_page_has_one_main_heading_in_one_main_part() {
    for page in every_page() {
        assert_eq!(tags(&page.html, "h1").len(), 1, "{}", page.name);
        assert_eq!(tags(&page.html, "main").len(), 1, "{}", page.name);
    }
}

#[test]
fn every_field_has_a_label() {
    for page in every_page() {
        let labels: Vec<_> =
            tags(&page.html, "label").into_iter().filter_map(|label| attribute(label, "for")).collect();
        for name in ["input", "select", "textarea"] {
            for field in tags(&page.html, name) {
                let unseen = attribute(field, "type") == Some("hidden");
                let labelled = attribute(field, "aria-label").is_some()
                    || attribute(field, "id").is_some_and(|id| labels.contains(&id));
                assert!(unseen || labelled, "{}: {field}", page.name);
            }
        }
    }
}

#[test]
fn no_id_is_used_twice_and_every_reference_has_its_target() {
    for page in every_page() {
        let everything: Vec<&str> = page.html.split('<').map(|tag| tag.split('>').next().unwrap_or_default()).collect();
        let mut ids: Vec<_> = everything.iter().filter_map(|tag| attribute(tag, "id")).collect();
        for name in ["aria-describedby", "aria-labelledby", "for", "form", "list"] {
            let references = everything.iter().filter_map(|tag| attribute(tag, name));
            for id in references.flat_map(str::split_whitespace) {
                assert!(ids.contains(&id), "{}: {name}={id} points nowhere", page.name);
            }
        }
        ids.sort_unstable();
        for pair in ids.windows(2) {
            assert_ne!(pair[0], pair[1], "{}", page.name);
        }
    }
}

#[test]
fn no_page_has_an_inline_style_or_an_event_handler() {
    for page in every_page() {
        assert!(tags(&page.html, "style").is_empty(), "{}", page.name);
        assert!(!page.html.contains(" style=\""), "{}", page.name);
        for handler in [" onclick=", " onload=", " onsubmit=", "javascript:"] {
            assert!(!page.html.contains(handler), "{}", page.name);
        }
    }
}

/// Whether the page follows what it shows.
fn follows(page: &Sample) -> bool {
    page.html.contains(" data-events=\"")
}

#[test]
fn only_islands_pages_that_follow_and_passkeys_have_a_script_and_that_carries_the_nonce() {
    for page in every_page() {
        let scripts = tags(&page.html, "script");
        let islands = matches!(page.shell, Shell::Console | Shell::PortalWithIslands);
        let passkey = page.html.contains("data-challenge");
        assert!(!passkey || !page.name.starts_with("clip-"), "{}: no passkeys on shared phones (A4)", page.name);
        let expected = usize::from(islands) + usize::from(follows(&page)) + usize::from(passkey);
        assert_eq!(scripts.len(), expected, "{}", page.name);
        assert_eq!(page.html.contains("baton.js"), islands, "{}", page.name);
        for script in scripts {
            assert_eq!(attribute(script, "nonce"), Some("c2FtcGxlLW5vbmNl"), "{}", page.name);
            assert_eq!(attribute(script, "src"), None, "{}", page.name);
        }
    }
}

#[test]
fn every_denied_action_is_visible_disabled_and_says_why_and_who_says_so() {
    let mut denied = 0;
    for page in every_page() {
        for row in page.html.split("data-may=\"no\"").skip(1) {
            let button = tags(row, "button")[0];
            assert!(button.contains(" disabled"), "{}: {button}", page.name);
            let why = attribute(button, "aria-describedby").and_then(|ids| ids.split(' ').next()).unwrap_or_default();
            let reason = page.html.split(&format!("id=\"{why}\"")).nth(1).unwrap_or_default();
            let reason = reason.split("</p>").next().unwrap_or_default();
            assert!(reason.contains("class=\"badge"), "{}: {reason}", page.name);
            denied += 1;
        }
    }
    assert!(denied > 0, "no page shows a denied action");
}

#[test]
fn no_page_reloads_itself_but_the_clips_that_follow_where_no_script_runs() {
    const REFRESH: &str = "http-equiv=\"refresh\"";
    let mut following = 0;
    for page in every_page() {
        let (outside, inside) = match page.html.split_once("<noscript>") {
            None => (page.html.clone(), String::new()),
            Some((before, rest)) => {
                let (inside, after) = rest.split_once("</noscript>").unwrap();
                (format!("{before}{after}"), inside.to_owned())
            }
        };
        // The way to a provider and back leads elsewhere, at once and also where scripts run.
        assert_eq!(outside.contains(REFRESH), leads_away(&page), "{}", page.name);
        let by_itself = follows(&page) && page.shell == Shell::Light;
        assert_eq!(inside.contains(REFRESH), by_itself, "{}", page.name);
        following += usize::from(by_itself);
    }
    assert!(following > 0);
}

fn leads_away(page: &Sample) -> bool {
    page.name.starts_with("clip-away")
}

#[test]
fn a_page_that_leads_away_has_a_button_that_leads_to_the_same_place() {
    let mut away = 0;
    for page in every_page().filter(leads_away) {
        let to = page.html.split("content=\"0; url=").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        assert!(page.html.contains(&format!("href=\"{to}\"")), "{}: {to}", page.name);
        away += 1;
    }
    assert!(away > 0);
}

#[test]
fn the_sign_in_page_follows_nothing() {
    for page in every_page().filter(|page| page.name.starts_with("clip-sign-in")) {
        assert!(!follows(&page), "{}", page.name);
    }
}

#[test]
fn a_page_that_follows_marks_parts_with_an_id_and_keeps_what_the_script_needs_out_of_them() {
    for page in every_page().filter(follows) {
        let (before, _) = page.html.split_once(" data-live").unwrap();
        assert!(before.contains("id=\"live\"") && before.contains("id=\"live-lost\""), "{}", page.name);
        let parts =
            page.html.split('<').filter(|tag| tag.split('>').next().is_some_and(|tag| tag.contains(" data-live")));
        for part in parts {
            assert!(attribute(part, "id").is_some(), "{}: {part}", page.name);
        }
    }
}

#[test]
fn passwords_never_come_back() {
    for page in every_page() {
        for field in tags(&page.html, "input") {
            if attribute(field, "type") == Some("password") {
                assert_eq!(attribute(field, "value"), None, "{}", page.name);
            }
        }
    }
}

#[test]
fn the_first_line_of_every_checklist_is_about_microsoft_apps() {
    let with_checklist = every_page().filter(|page| {
        page.html.contains("action=\"/clip/sign-out\"") || page.html.contains("action=\"/clip/end-session\"")
    });
    for page in with_checklist {
        let first = tags(&page.html, "input").into_iter().find(|input| attribute(input, "type") == Some("checkbox"));
        assert_eq!(first.and_then(|input| attribute(input, "value")), Some("microsoft"), "{}", page.name);
    }
}
