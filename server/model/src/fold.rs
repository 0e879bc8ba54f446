//! Folding of names, so that `Ada` and `ada` are one (B10) and lists sort as people expect on both engines.

/// The key under which a name is unique, searched and sorted: trimmed, in lower case, inner white space single.
#[must_use]
pub fn fold(name: &str) -> String {
    name.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn names_that_differ_in_case_or_spacing_are_one() {
        assert_eq!(fold("  Ada   LOVELACE "), fold("ada lovelace"));
    }

    #[test]
    fn folding_twice_changes_nothing() {
        assert_eq!(fold(&fold("ÄRZTIN İ")), fold("ÄRZTIN İ"));
    }
}
