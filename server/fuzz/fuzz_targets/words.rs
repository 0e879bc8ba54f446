//! What every message about somebody else's words must be: something, in one line, and not endless. Logs are made of them.

pub fn check_words(words: &str) {
    assert!(!words.is_empty(), "an error says nothing");
    assert!(words.chars().count() <= 2000, "an error says {} characters", words.chars().count());
    assert!(!words.chars().any(char::is_control), "an error breaks its line: {words:?}");
}
