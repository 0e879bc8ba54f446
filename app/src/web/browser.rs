//! What people call a browser, in any language, from the header in which it names itself and half a dozen others.

/// Such as "Safari · iPhone"; `None` for what names no browser that people know.
pub(super) fn name(agent: &str) -> Option<String> {
    // Each names the ones below it too.
    let browsers = [
        ("Edg/", "Edge"),
        ("EdgiOS/", "Edge"),
        ("FxiOS/", "Firefox"),
        ("Firefox/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        // A web clip in full screen is a Safari that does not say so.
        ("AppleWebKit/", "Safari"),
    ];
    let systems = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Macintosh", "Mac"),
        ("Windows", "Windows"),
        ("CrOS", "Chromebook"),
        ("Linux", "Linux"),
    ];
    let find =
        |words: &[(&str, &'static str)]| words.iter().find(|(word, _)| agent.contains(word)).map(|(_, name)| *name);
    match (find(&browsers), find(&systems)) {
        (Some(browser), Some(system)) => Some(format!("{browser} · {system}")),
        (Some(browser), None) => Some(browser.to_owned()),
        (None, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn browsers_have_the_names_that_people_know() {
        let webkit = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";
        for (agent, expected) in [
            (format!("{webkit} Version/17.4 Mobile/15E148 Safari/604.1"), Some("Safari · iPhone")),
            (format!("{webkit} Mobile/15E148"), Some("Safari · iPhone")),
            (format!("{webkit} CriOS/125.0 Mobile/15E148 Safari/604.1"), Some("Chrome · iPhone")),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/125.0 Safari/537.36 Edg/125.0"
                    .to_owned(),
                Some("Edge · Windows"),
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0".to_owned(),
                Some("Firefox · Linux"),
            ),
            ("curl/8.5.0".to_owned(), None),
            (String::new(), None),
        ] {
            assert_eq!(name(&agent).as_deref(), expected, "{agent}");
        }
    }
}
