//! What was probably meant by a name that is not there.

/// How many candidates are worth reading.
const MOST: usize = 3;
/// What has more characters is no name that somebody mistyped.
const LONGEST: usize = 200;

/// The known names that differ least from the given one, the nearest first; none where all are far off. Letters count
/// alike in either case, and a part of a name counts as near.
///
/// ```
/// let known = ["wifi-guests", "mail", "passcode"];
/// assert_eq!(baton_policy::nearest("wifi-gests", known), ["wifi-guests"]);
/// assert!(baton_policy::nearest("printer", known).is_empty());
/// ```
pub fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let given = given.to_lowercase();
    let length = given.chars().count();
    if length > LONGEST {
        return Vec::new();
    }
    let far = (length / 3).max(2);
    let mut near: Vec<(usize, &str)> = known
        .into_iter()
        .filter_map(|name| {
            let folded = name.to_lowercase();
            let is_part = length > 2 && (folded.contains(&given) || (folded.len() > 2 && given.contains(&folded)));
            // The difference in length is the least that the distance can be.
            if !is_part && folded.chars().count().abs_diff(length) > far {
                return None;
            }
            let distance = distance(&given, &folded);
            if is_part { Some((distance.min(far), name)) } else { (distance <= far).then_some((distance, name)) }
        })
        .collect();
    near.sort_unstable();
    near.dedup();
    near.into_iter().take(MOST).map(|(_, name)| name).collect()
}

/// Levenshtein's distance.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let substituted = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}
