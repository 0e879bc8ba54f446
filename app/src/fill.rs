//! Values in the places of a sentence; in the browser too.

use std::fmt::Display;

/// Puts values into the `{name}` places of a sentence. A place without a value is left as it stands.
#[must_use]
pub fn fill(sentence: &str, values: &[(&str, &dyn Display)]) -> String {
    let mut out = String::with_capacity(sentence.len() + 16);
    let mut rest = sentence;
    while let Some(start) = rest.find('{') {
        let (before, from_brace) = rest.split_at(start);
        out.push_str(before);
        let end = from_brace.find('}').map_or(from_brace.len(), |end| end + 1);
        let (place, after) = from_brace.split_at(end);
        let name = place.trim_matches(['{', '}']);
        match values.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => out.push_str(&value.to_string()),
            None => out.push_str(place),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Picks the singular or the plural sentence and fills its `{n}`.
#[must_use]
pub fn count(n: usize, one: &str, many: &str) -> String {
    fill(if n == 1 { one } else { many }, &[("n", &n)])
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn filling_leaves_foreign_braces_alone() {
        assert_eq!(fill("{n} of {m", &[("n", &2)]), "2 of {m");
        assert_eq!(fill("{who}", &[("who", &"{who}")]), "{who}");
    }
}
