//! `multipart/form-data` as it comes in (RFC 7578), with bounded memory: what is too large is passed over, not kept, so
//! that the fields around it are not lost.

use baton_core::SentFile;

use super::MAX_FORM_BYTES;

/// The most bytes of one file that are kept.
pub const MAX_FILE_BYTES: usize = baton_core::catalogue::MAX_PROFILE_BYTES;
/// The most bytes of all files that are kept.
const MAX_FILES_BYTES: usize = 4 * MAX_FILE_BYTES;
/// How many files are looked at.
const MAX_FILES: usize = 100;
/// How many fields and files there may be.
const MAX_PARTS: usize = 2000;
/// The most bytes of a part's head.
const MAX_HEAD_BYTES: usize = 8 * 1024;

/// A file of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Upload {
    /// The whole file.
    Whole(SentFile),
    /// It has more than [`MAX_FILE_BYTES`]; its content was passed over.
    TooLarge,
}

/// What a form holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// Fields and their values, in their order.
    pub fields: Vec<(String, String)>,
    /// Fields and their files. Where no file was chosen there is none.
    pub files: Vec<(String, Upload)>,
}

/// The fields hold more than [`MAX_FORM_BYTES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLarge;

/// Reads a form piece by piece.
pub struct Reader {
    /// What ends a part: CR, LF, two hyphens, and the form's boundary.
    delimiter: Vec<u8>,
    /// What was received and not understood yet.
    buffer: Vec<u8>,
    state: State,
    parts: Parts,
    /// How many more bytes of fields may come.
    left: usize,
    /// How many more bytes of files may be kept.
    files_left: usize,
    count: usize,
}

enum State {
    /// Before the first part; what stands there is nobody's.
    Preamble,
    /// Behind a delimiter: another part, or the end.
    Delimiter,
    /// In the head of a part.
    Head,
    /// In the content of a field.
    Field(String, Vec<u8>),
    /// In the content of a file. `None` once it is too large.
    File(String, String, Option<Vec<u8>>),
    /// In the content of something that is nobody's.
    Skipped,
    /// Behind the last delimiter.
    End,
}

/// The boundary of a form, from its content type; `None` when it is no such form.
#[must_use]
pub fn boundary(content_type: &str) -> Option<&str> {
    let (kind, parameters) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let boundary = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("boundary").then(|| value.trim().trim_matches('"'))
    })?;
    // RFC 2046, 5.1.1: 1 to 70 characters.
    (1..=70).contains(&boundary.len()).then_some(boundary)
}

impl Reader {
    /// A reader for a form with this boundary.
    #[must_use]
    pub fn new(boundary: &str) -> Self {
        Self {
            delimiter: format!("\r\n--{boundary}").into_bytes(),
            // The first delimiter may stand at the very beginning.
            buffer: b"\r\n".to_vec(),
            state: State::Preamble,
            parts: Parts::default(),
            left: MAX_FORM_BYTES,
            files_left: MAX_FILES_BYTES,
            count: 0,
        }
    }

    /// Takes the next piece.
    ///
    /// # Errors
    /// [`TooLarge`]: nothing more is to be read.
    pub fn take(&mut self, piece: &[u8]) -> Result<(), TooLarge> {
        if matches!(self.state, State::End) {
            return Ok(());
        }
        self.buffer.extend_from_slice(piece);
        while self.step()? {}
        Ok(())
    }

    /// What the form holds. Of a form that broke off, what came whole; a file that broke off counts as too large when
    /// `cut`, because then it was this server that stopped reading.
    #[must_use]
    pub fn finish(mut self, cut: bool) -> Parts {
        if let (State::File(field, ..), true) = (&self.state, cut) {
            self.parts.files.push((field.clone(), Upload::TooLarge));
        }
        self.parts
    }

    /// One step; whether there may be another with what is in the buffer.
    fn step(&mut self) -> Result<bool, TooLarge> {
        match &self.state {
            State::Preamble | State::Field(..) | State::File(..) | State::Skipped => self.content(),
            State::Delimiter => Ok(self.behind_delimiter()),
            State::Head => self.head(),
            State::End => {
                self.buffer.clear();
                Ok(false)
            }
        }
    }

    /// Content up to the next delimiter. What may be the beginning of one stays in the buffer.
    fn content(&mut self) -> Result<bool, TooLarge> {
        match find(&self.buffer, &self.delimiter) {
            Some(at) => {
                self.keep(at)?;
                self.buffer.drain(..at + self.delimiter.len());
                self.end_part();
                self.state = State::Delimiter;
                Ok(true)
            }
            None => {
                let surely = self.buffer.len().saturating_sub(self.delimiter.len() - 1);
                self.keep(surely)?;
                self.buffer.drain(..surely);
                Ok(false)
            }
        }
    }

    /// Keeps so many bytes of the buffer as content of the present part.
    fn keep(&mut self, count: usize) -> Result<(), TooLarge> {
        let piece = &self.buffer[..count];
        match &mut self.state {
            State::Field(_, value) => {
                self.left = self.left.checked_sub(piece.len()).ok_or(TooLarge)?;
                value.extend_from_slice(piece);
            }
            State::File(_, _, content) => {
                let fits = piece.len() <= self.files_left
                    && content.as_ref().is_some_and(|content| content.len() + piece.len() <= MAX_FILE_BYTES);
                match content {
                    Some(content) if fits => {
                        self.files_left -= piece.len();
                        content.extend_from_slice(piece);
                    }
                    _ => *content = None,
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn end_part(&mut self) {
        match std::mem::replace(&mut self.state, State::Skipped) {
            State::Field(name, value) => {
                self.parts.fields.push((name, String::from_utf8_lossy(&value).into_owned()));
            }
            // A browser sends a file field without a file as an empty file without a name.
            State::File(_, name, Some(content)) if name.is_empty() && content.is_empty() => {}
            State::File(field, name, Some(content)) => {
                self.parts.files.push((field, Upload::Whole(SentFile { name, content })));
            }
            State::File(field, _, None) => self.parts.files.push((field, Upload::TooLarge)),
            _ => {}
        }
    }

    fn behind_delimiter(&mut self) -> bool {
        // Blanks may stand between a delimiter and its line's end.
        let blanks = self.buffer.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        self.buffer.drain(..blanks);
        let Some(next) = self.buffer.first_chunk::<2>() else { return false };
        self.state = match next {
            b"--" => State::End,
            b"\r\n" if self.count < MAX_PARTS => State::Head,
            // Nonsense behind a delimiter: the rest is nobody's.
            _ => State::End,
        };
        self.count += 1;
        self.buffer.drain(..2);
        true
    }

    fn head(&mut self) -> Result<bool, TooLarge> {
        // A part without a head begins with the empty line that ends one.
        let (head, rest) = if self.buffer.starts_with(b"\r\n") {
            (0, 2)
        } else {
            match find(&self.buffer, b"\r\n\r\n") {
                Some(at) => (at, at + 4),
                None if self.buffer.len() > MAX_HEAD_BYTES => return Err(TooLarge),
                None => return Ok(false),
            }
        };
        self.left = self.left.checked_sub(rest).ok_or(TooLarge)?;
        self.state = match disposition(&String::from_utf8_lossy(&self.buffer[..head])) {
            Some((field, Some(file))) if self.parts.files.len() < MAX_FILES => {
                State::File(field, file, Some(Vec::new()))
            }
            Some((field, None)) => State::Field(field, Vec::new()),
            _ => State::Skipped,
        };
        self.buffer.drain(..rest);
        Ok(true)
    }
}

/// Where `wanted` begins in `bytes`.
fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let (&first, _) = wanted.split_first()?;
    let mut from = 0;
    while let Some(at) = bytes.get(from..)?.iter().position(|byte| *byte == first) {
        if bytes[from + at..].starts_with(wanted) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

/// The name of a part's field, and of its file where it is one.
fn disposition(head: &str) -> Option<(String, Option<String>)> {
    let value = head.split("\r\n").find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim().eq_ignore_ascii_case("content-disposition").then_some(value)
    })?;
    let mut rest = value;
    let (mut field, mut file) = (None, None);
    while let Some((_, parameters)) = rest.split_once(';') {
        let (name, after) = parameters.split_once('=')?;
        let after = after.trim_start();
        // Browsers escape quotes, so that a quoted value ends at the next one.
        let (value, after) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => after.split_at(after.find(';').unwrap_or(after.len())),
        };
        match name.trim() {
            "name" => field = Some(unescape(value)),
            "filename" => file = Some(unescape(value)),
            _ => {}
        }
        rest = after;
    }
    Some((field?, file))
}

/// What browsers escape in names (HTML, 4.10.21.8).
fn unescape(value: &str) -> String {
    value.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n").replace("\\\"", "\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDARY: &str = "----WebKitFormBoundaryx";

    fn part(head: &str, content: &[u8]) -> Vec<u8> {
        [format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n").as_bytes(), content, b"\r\n"]
            .concat()
    }

    fn form(parts: &[Vec<u8>]) -> Vec<u8> {
        [parts.concat(), format!("--{BOUNDARY}--\r\n").into_bytes()].concat()
    }

    fn read(body: &[u8], piece: usize) -> Result<Parts, TooLarge> {
        let mut reader = Reader::new(BOUNDARY);
        for piece in body.chunks(piece) {
            reader.take(piece)?;
        }
        Ok(reader.finish(false))
    }

    fn sample() -> Vec<u8> {
        form(&[
            part("name=\"name\"", "Wärd 3".as_bytes()),
            part("name=\"empty\"", b""),
            part("name=\"line\"", b"a\r\n--b\r\n"),
            part("name=\"none\"; filename=\"\"", b""),
            part(
                "name=\"file\"; filename=\"a %22b%22;.png\"\r\nContent-Type: image/png",
                b"\x89PNG\r\n\x1a\n\0\r\n----WebKit",
            ),
        ])
    }

    fn expected() -> Parts {
        let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let content = b"\x89PNG\r\n\x1a\n\0\r\n----WebKit".to_vec();
        Parts {
            fields: vec![field("name", "Wärd 3"), field("empty", ""), field("line", "a\r\n--b\r\n")],
            files: vec![("file".to_owned(), Upload::Whole(SentFile { name: "a \"b\";.png".to_owned(), content }))],
        }
    }

    #[test]
    fn fields_and_files_are_read_however_they_are_cut() {
        for piece in 1..sample().len() {
            assert_eq!(read(&sample(), piece), Ok(expected()), "in pieces of {piece}");
        }
    }

    #[test]
    fn what_stands_before_and_after_is_nobodys() {
        let body = [b"preamble\r\n".to_vec(), sample(), b"epilogue --x".to_vec()].concat();
        assert_eq!(read(&body, 7), Ok(expected()));
    }

    #[test]
    fn a_form_that_breaks_off_gives_what_came_whole() {
        let whole = sample();
        for end in 0..whole.len() {
            let parts = read(&whole[..end], 64).unwrap();
            assert!(expected().fields.starts_with(&parts.fields), "{end}");
        }
    }

    #[test]
    fn a_file_that_is_too_large_loses_no_field() {
        let large = vec![b'x'; MAX_FILE_BYTES + 1];
        let body = form(&[
            part("name=\"before\"", b"1"),
            part("name=\"file\"; filename=\"large\"", &large),
            part("name=\"after\"", b"2"),
        ]);
        let parts = read(&body, 65_536).unwrap();
        assert_eq!(parts.files, [("file".to_owned(), Upload::TooLarge)]);
        assert_eq!(parts.fields.len(), 2);
    }

    #[test]
    fn a_file_of_the_largest_size_is_kept_whole() {
        let body = form(&[part("name=\"file\"; filename=\"f\"", &vec![b'\r'; MAX_FILE_BYTES])]);
        let parts = read(&body, 65_536).unwrap();
        assert!(matches!(&parts.files[0].1, Upload::Whole(file) if file.content.len() == MAX_FILE_BYTES));
    }

    #[test]
    fn many_files_are_kept_as_long_as_they_are_small() {
        let small = |number: usize| part(&format!("name=\"files\"; filename=\"{number}\""), b"x");
        let many: Vec<Vec<u8>> = (0..MAX_FILES + 5).map(small).collect();
        assert_eq!(read(&form(&many), 4096).unwrap().files.len(), MAX_FILES);
        let large = part("name=\"files\"; filename=\"l\"", &vec![b'x'; MAX_FILE_BYTES]);
        let files = read(&form(&vec![large; 6]), 65_536).unwrap().files;
        let kept = files.iter().filter(|(_, upload)| matches!(upload, Upload::Whole(_))).count();
        assert_eq!((files.len(), kept), (6, 4), "what is kept of all of them is bounded");
    }

    #[test]
    fn memory_stays_bounded_while_a_large_file_passes() {
        let mut reader = Reader::new(BOUNDARY);
        reader.take(&part("name=\"file\"; filename=\"large\"", b"")[..60]).unwrap();
        let head = part("name=\"file\"; filename=\"large\"", b"");
        reader.take(&head[60..head.len() - 2]).unwrap();
        for _ in 0..800 {
            reader.take(&[b'\r'; 64 * 1024]).unwrap();
            assert!(reader.buffer.len() <= 65 * 1024);
            assert!(reader.buffer.capacity() <= 512 * 1024);
        }
        assert_eq!(reader.finish(true).files, [("file".to_owned(), Upload::TooLarge)]);
    }

    #[test]
    fn fields_and_heads_without_end_are_too_large() {
        let fields = form(&[part("name=\"a\"", &vec![b'x'; MAX_FORM_BYTES + 1])]);
        assert_eq!(read(&fields, 4096), Err(TooLarge));
        let head = [format!("--{BOUNDARY}\r\n").into_bytes(), vec![b'x'; MAX_HEAD_BYTES * 2]].concat();
        assert_eq!(read(&head, 4096), Err(TooLarge));
        let many: Vec<Vec<u8>> = (0..3000).map(|_| part("name=\"a\"", b"")).collect();
        assert!(read(&form(&many), 4096).map_or(true, |parts| parts.fields.len() <= MAX_PARTS));
    }

    #[test]
    fn nonsense_is_no_field() {
        for nonsense in [&b""[..], b"--", b"a=b&c=d", b"\r\n\r\n", &[0xff; 300]] {
            assert_eq!(read(nonsense, 3), Ok(Parts::default()));
        }
        let nameless = form(&[part("filename=\"a\"", b"x"), b"--".to_vec()]);
        assert_eq!(read(&nameless, 5).unwrap().files, []);
    }

    #[test]
    fn a_boundary_is_taken_from_its_content_type_only() {
        assert_eq!(boundary("multipart/form-data; boundary=abc"), Some("abc"));
        assert_eq!(boundary("Multipart/Form-Data; charset=utf-8; Boundary=\"a b\""), Some("a b"));
        assert_eq!(boundary("multipart/form-data"), None);
        assert_eq!(boundary("multipart/form-data; boundary="), None);
        assert_eq!(boundary("multipart/mixed; boundary=abc"), None);
        assert_eq!(boundary("application/x-www-form-urlencoded"), None);
    }
}
