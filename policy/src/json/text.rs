//! The words of JSON: what stands next in a text.

use std::borrow::Cow;

use super::error::JsonError;

/// How deep values may nest, so that no text exhausts the stack.
const DEEPEST: usize = 128;

/// A text and how far it is read.
pub(super) struct Reader<'a> {
    text: &'a str,
    position: usize,
    depth: usize,
}

type Result<T> = std::result::Result<T, JsonError>;

impl<'a> Reader<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, position: 0, depth: 0 }
    }

    pub(super) const fn position(&self) -> usize {
        self.position
    }

    pub(super) const fn go_back(&mut self, position: usize) {
        self.position = position;
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position).copied()
    }

    /// The next byte that is no space.
    #[inline(never)]
    pub(super) fn peek(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.byte() {
            self.position += 1;
        }
        self.byte()
    }

    /// Takes this byte, if it comes next.
    #[inline(never)]
    pub(super) fn takes(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.position += usize::from(is_next);
        is_next
    }

    #[inline(never)]
    pub(super) fn expect(&mut self, byte: u8) -> Result<()> {
        if self.takes(byte) { Ok(()) } else { Err(self.unexpected(&format!("expected `{}`", char::from(byte)))) }
    }

    #[inline(never)]
    fn unexpected(&mut self, expected: &str) -> JsonError {
        match self.peek() {
            Some(_) => JsonError::syntax(expected.to_owned()),
            None => JsonError::syntax(format!("the text ends too early, {expected}")),
        }
    }

    /// Nothing may follow.
    pub(super) fn end(&mut self) -> Result<()> {
        match self.peek() {
            Some(_) => Err(JsonError::syntax("expected the end of the text".to_owned())),
            None => Ok(()),
        }
    }

    /// Takes this word, if it comes next.
    #[inline(never)]
    pub(super) fn takes_word(&mut self, word: &str) -> bool {
        self.peek();
        self.takes_here(word)
    }

    /// The same without leaving out spaces.
    fn takes_here(&mut self, word: &str) -> bool {
        let is_next = self.text.as_bytes().get(self.position..).is_some_and(|rest| rest.starts_with(word.as_bytes()));
        self.position += if is_next { word.len() } else { 0 };
        is_next
    }

    /// Goes into a list or an object.
    #[inline(never)]
    pub(super) fn enter(&mut self, open: u8) -> Result<()> {
        self.expect(open)?;
        self.depth += 1;
        if self.depth > DEEPEST { Err(JsonError::text("values nest too deep")) } else { Ok(()) }
    }

    /// Whether another element or key follows; takes the comma before it, or the end.
    #[inline(never)]
    pub(super) fn goes_on(&mut self, is_first: bool, close: u8) -> Result<bool> {
        if self.takes(close) {
            self.depth -= 1;
            return Ok(false);
        }
        if !is_first {
            self.expect(b',')?;
        }
        Ok(true)
    }

    /// A key and its colon.
    #[inline(never)]
    pub(super) fn key(&mut self) -> Result<Cow<'a, str>> {
        let key = self.string()?;
        self.expect(b':')?;
        Ok(key)
    }

    /// A text in quotes, with its escapes resolved.
    #[inline(never)]
    pub(super) fn string(&mut self) -> Result<Cow<'a, str>> {
        self.expect(b'"')?;
        let mut resolved: Option<String> = None;
        let mut start = self.position;
        loop {
            match self.byte() {
                Some(b'"') => {
                    let rest = self.text.get(start..self.position).unwrap_or_default();
                    self.position += 1;
                    return Ok(match resolved {
                        None => Cow::Borrowed(rest),
                        Some(resolved) => Cow::Owned(resolved + rest),
                    });
                }
                Some(b'\\') => {
                    let resolved = resolved.get_or_insert_default();
                    resolved.push_str(self.text.get(start..self.position).unwrap_or_default());
                    self.position += 1;
                    resolved.push(self.escape()?);
                    start = self.position;
                }
                Some(0..=0x1f) => return Err(JsonError::text("a control character in a text must be escaped")),
                Some(_) => self.position += 1,
                None => return Err(self.unexpected("expected `\"`")),
            }
        }
    }

    fn escape(&mut self) -> Result<char> {
        let byte = self.byte();
        self.position += 1;
        Ok(match byte {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(),
            _ => return Err(JsonError::text("unknown escape")),
        })
    }

    /// Four hexadecimal digits, or twice four for what lies beyond 16 bits.
    fn unicode(&mut self) -> Result<char> {
        let first = self.four_digits()?;
        let code = if (0xd800..0xdc00).contains(&first) && self.takes_here("\\u") {
            let second = self.four_digits()?;
            match second {
                0xdc00..0xe000 => 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00),
                _ => first,
            }
        } else {
            first
        };
        char::from_u32(code).ok_or_else(|| JsonError::text("half of a character"))
    }

    fn four_digits(&mut self) -> Result<u32> {
        let mut code = 0;
        for _ in 0..4 {
            let digit = self.byte().and_then(|byte| char::from(byte).to_digit(16));
            code = code * 16 + digit.ok_or_else(|| JsonError::text("expected four hexadecimal digits"))?;
            self.position += 1;
        }
        Ok(code)
    }

    /// A whole number: its sign and its size.
    #[inline(never)]
    pub(super) fn whole_number(&mut self) -> Result<(bool, u64)> {
        let number = self.number()?;
        let (is_negative, digits) = match number.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, number),
        };
        let mut size: u64 = 0;
        for byte in digits.bytes() {
            let digit = match byte {
                b'0'..=b'9' => u64::from(byte - b'0'),
                _ => return Err(JsonError::text("expected a whole number")),
            };
            let longer = size.checked_mul(10).and_then(|size| size.checked_add(digit));
            size = longer.ok_or_else(|| JsonError::text("a number that is too large"))?;
        }
        Ok((is_negative, size))
    }

    /// A number with a fraction that numbers of the rules can have: at most three places. Made of whole numbers, because
    /// what reads any fraction takes kilobytes in WebAssembly.
    #[inline(never)]
    #[expect(clippy::cast_precision_loss, reason = "fifteen digits fit")]
    pub(super) fn fraction(&mut self) -> Result<Option<f64>> {
        let number = self.number()?;
        let (is_negative, unsigned) = number.strip_prefix('-').map_or((false, number), |unsigned| (true, unsigned));
        let (whole, places) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let places = places.trim_end_matches('0');
        let digits = whole.bytes().chain(places.bytes().chain(std::iter::repeat(b'0')).take(3));
        if whole.len() > 12 || places.len() > 3 || !digits.clone().all(|byte| byte.is_ascii_digit()) {
            return Ok(None);
        }
        let thousandths = digits.fold(0_i64, |sum, digit| sum * 10 + i64::from(digit - b'0'));
        let number = thousandths as f64 / 1000.0;
        Ok(Some(if is_negative { -number } else { number }))
    }

    /// Whether the number that comes next has a fraction or an exponent.
    #[inline(never)]
    pub(super) fn is_fraction(&mut self) -> bool {
        self.peek();
        let rest = self.text.as_bytes().get(self.position..).unwrap_or_default();
        let number = rest.iter().take_while(|byte| matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9'));
        number.clone().any(|byte| matches!(byte, b'.' | b'e' | b'E'))
    }

    /// The text of a number, checked against JSON's rules.
    fn number(&mut self) -> Result<&'a str> {
        self.peek();
        let start = self.position;
        self.takes_here("-");
        if !self.takes_here("0") {
            self.digits()?;
        }
        if self.takes_here(".") {
            self.digits()?;
        }
        if self.takes_here("e") || self.takes_here("E") {
            if !self.takes_here("+") {
                self.takes_here("-");
            }
            self.digits()?;
        }
        Ok(self.text.get(start..self.position).unwrap_or_default())
    }

    fn digits(&mut self) -> Result<()> {
        let start = self.position;
        while let Some(b'0'..=b'9') = self.byte() {
            self.position += 1;
        }
        if self.position == start { Err(self.unexpected("expected a value")) } else { Ok(()) }
    }

    /// Takes a value that nobody asks for, whatever it is.
    #[inline(never)]
    pub(super) fn skip(&mut self) -> Result<()> {
        match self.peek() {
            Some(open @ (b'{' | b'[')) => {
                let close = open + 2;
                self.enter(open)?;
                let mut is_first = true;
                while self.goes_on(is_first, close)? {
                    is_first = false;
                    if open == b'{' {
                        self.key()?;
                    }
                    self.skip()?;
                }
                Ok(())
            }
            Some(b'"') => self.string().map(drop),
            _ if self.takes_word("true") || self.takes_word("false") || self.takes_word("null") => Ok(()),
            _ => self.number().map(drop),
        }
    }
}
