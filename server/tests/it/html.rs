//! Just enough of HTML to fill in a form as a browser does: what the page offers is sent, not what the test knows.

/// A form of a page.
#[derive(Clone, Debug)]
pub struct Form {
    pub action: String,
    /// The controls with a name: name, value, and whether it is sent unless somebody changes it.
    controls: Vec<(String, String, bool)>,
    filled: Vec<(String, String)>,
}

impl Form {
    /// Types into the field with this name, which must be there.
    pub fn fill(mut self, name: &str, value: &str) -> Self {
        assert!(self.controls.iter().any(|(known, _, _)| known == name), "there is no field `{name}`: {self:?}");
        self.filled.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Ticks every box.
    pub fn tick_all(mut self) -> Self {
        for (_, _, sent) in &mut self.controls {
            *sent = true;
        }
        self
    }

    /// What a browser sends.
    pub fn fields(&self) -> Vec<(String, String)> {
        let kept = self.controls.iter().filter(|(name, _, sent)| *sent && self.typed(name).is_none());
        let kept = kept.map(|(name, value, _)| (name.clone(), value.clone()));
        kept.chain(self.filled.iter().cloned()).collect()
    }

    fn typed(&self, name: &str) -> Option<&str> {
        self.filled.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// The form of this page that is sent to `action`.
pub fn form(html: &str, action: &str) -> Option<Form> {
    let mut rest = html;
    while let Some(start) = rest.find("<form") {
        let tag_end = start + rest[start..].find('>')?;
        let body_end = tag_end + rest[tag_end..].find("</form>")?;
        if attribute(&rest[start..tag_end], "action").as_deref() == Some(action) {
            let controls = tags(&rest[tag_end..body_end], "<input").filter_map(|tag| {
                let is_box = matches!(attribute(tag, "type").as_deref(), Some("checkbox" | "radio"));
                let sent = !is_box || tag.contains(" checked");
                Some((attribute(tag, "name")?, attribute(tag, "value").unwrap_or_default(), sent))
            });
            return Some(Form { action: action.to_owned(), controls: controls.collect(), filled: Vec::new() });
        }
        rest = &rest[body_end..];
    }
    None
}

/// The first attribute of this name.
pub fn attribute_of(html: &str, name: &str) -> Option<String> {
    attribute(html, name)
}

/// The text of the first heading.
pub fn heading(html: &str) -> String {
    let text = html.split("<h1").nth(1).and_then(|rest| rest.split_once('>')).map_or("", |(_, text)| text);
    unescape(text.split("</h1>").next().unwrap_or_default().trim())
}

/// The text of a page without its tags, on one line.
pub fn text(html: &str) -> String {
    let body = html.split_once("<body").map_or(html, |(_, body)| body);
    let pieces = body.split('<').filter_map(|piece| piece.split_once('>')).map(|(_, text)| text.trim());
    unescape(&pieces.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" "))
}

fn tags<'a>(html: &'a str, opening: &'a str) -> impl Iterator<Item = &'a str> {
    html.match_indices(opening).filter_map(|(start, _)| {
        let end = html[start..].find('>')?;
        Some(&html[start..start + end])
    })
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    Some(unescape(rest.split('"').next()?))
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#x27;", "'").replace("&amp;", "&")
}

#[test]
fn a_form_sends_what_a_browser_would() {
    let html = r#"<form method="post" action="/a"><input type="hidden" name="plan" value="1&amp;2">
        <input type="checkbox" name="done" value="0"><input id="u" name="user" type="text" value=""></form>"#;
    let form = form(html, "/a").unwrap().fill("user", "ada");
    let sent =
        |form: &Form| form.fields().into_iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>();
    assert_eq!(sent(&form), ["plan=1&2", "user=ada"]);
    assert_eq!(sent(&form.tick_all()), ["plan=1&2", "done=0", "user=ada"]);
}
