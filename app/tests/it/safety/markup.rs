//! What the policy forbids is not in the pages: they would be broken in a browser, and right in every other test.

use super::survey::Seen;

pub fn check(answer: &Seen, nonce: &str) {
    if !answer.is_page() {
        return;
    }
    let name = answer.name();
    for (tag, attributes) in tags(&answer.body) {
        assert_ne!(tag, "style", "{name}");
        for attribute in attributes.iter().map(|(attribute, _)| *attribute) {
            assert_ne!(attribute, "style", "{name}: <{tag}>");
            assert!(!attribute.starts_with("on"), "{name}: <{tag} {attribute}>");
        }
        for (attribute, value) in &attributes {
            let value = value.trim_start().to_ascii_lowercase();
            assert!(!value.starts_with("javascript:"), "{name}: <{tag} {attribute}>");
        }
        if tag == "script" {
            let found = attributes.iter().find(|(attribute, _)| *attribute == "nonce").map(|(_, value)| *value);
            assert_eq!(found, Some(nonce), "{name}: a script without the nonce of its answer");
        }
    }
}

type Attributes<'h> = Vec<(&'h str, &'h str)>;

/// The opening tags of a page with their attributes. Enough for pages of ours, whose values are always in quotes.
fn tags(html: &str) -> Vec<(&str, Attributes<'_>)> {
    let mut tags = Vec::new();
    let mut rest = html;
    while let Some((_, after)) = rest.split_once('<') {
        rest = after;
        let length = after.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'-').count();
        if length == 0 {
            continue;
        }
        let (tag, mut inside) = after.split_at(length);
        let mut attributes = Vec::new();
        loop {
            inside = inside.trim_start();
            let length = inside.find([' ', '=', '>', '/', '\n']).unwrap_or(inside.len());
            let (attribute, after) = inside.split_at(length);
            if attribute.is_empty() && !after.starts_with('/') {
                break;
            }
            if let Some(quoted) = after.strip_prefix("=\"") {
                let (value, after) = quoted.split_once('"').unwrap_or((quoted, ""));
                attributes.push((attribute, value));
                inside = after;
            } else {
                attributes.push((attribute, ""));
                inside = after.strip_prefix('/').unwrap_or(after);
            }
        }
        // What a script says is no tag.
        rest = if tag == "script" { inside.split_once("</script>").map_or("", |(_, after)| after) } else { inside };
        tags.push((tag, attributes));
    }
    tags
}

#[test]
fn tags_are_found_with_their_attributes() {
    let html = "<p class=\"a > b\" hidden>1 < 2<br/><script nonce=\"x\">if (a <b) {}</script><a href=\"/\">x</a></p>";
    let found = tags(html);
    assert_eq!(
        found,
        [
            ("p", vec![("class", "a > b"), ("hidden", "")]),
            ("br", vec![("", "")]),
            ("script", vec![("nonce", "x")]),
            ("a", vec![("href", "/")]),
        ]
    );
}
