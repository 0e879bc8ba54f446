//! The way to a place in a text: it is found when something is wrong, so that reading need not keep track of it.

/// Something that is open at the place.
enum Open {
    /// An object, with the key whose value comes next or came last.
    Object(Option<String>),
    /// A list, with the element that comes next or came last.
    List(usize),
}

/// The way to the value that begins, goes on or has just ended at this place of a JSON text, in bytes from its start:
/// `devices[3].holder`. What follows the place is not looked at.
pub(crate) fn path_at(text: &str, position: usize) -> String {
    let before = text.as_bytes().get(..position).unwrap_or(text.as_bytes());
    let mut open: Vec<Open> = Vec::new();
    let mut at = 0;
    let mut takes_key = false;
    while let Some(byte) = before.get(at).copied() {
        at += 1;
        match byte {
            b'{' => open.push(Open::Object(None)),
            b'[' => open.push(Open::List(0)),
            b'}' | b']' => drop(open.pop()),
            b',' => {
                if let Some(Open::List(index)) = open.last_mut() {
                    *index += 1;
                }
            }
            b'"' => {
                let start = at;
                while let Some(byte) = before.get(at).filter(|byte| **byte != b'"') {
                    at += if *byte == b'\\' { 2 } else { 1 };
                }
                let end = at.min(before.len());
                at = end + 1;
                if takes_key && let Some(Open::Object(key)) = open.last_mut() {
                    *key = Some(text.get(start..end).unwrap_or_default().to_owned());
                }
            }
            _ => continue,
        }
        // In an object a text after its brace or a comma is a key.
        takes_key = matches!(byte, b'{' | b',') && matches!(open.last(), Some(Open::Object(_)));
    }
    let mut path = String::new();
    for part in open {
        match part {
            Open::Object(Some(key)) => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(&key);
            }
            Open::Object(None) => {}
            Open::List(index) => path.push_str(&format!("[{index}]")),
        }
    }
    path
}
