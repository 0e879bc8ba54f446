//! From the words of JSON to values. What is the same for all types is in [`Reader`], so that each type adds little.

use std::borrow::Cow;

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Expected, IntoDeserializer as _, MapAccess, SeqAccess, VariantAccess,
    Visitor,
};
use serde::forward_to_deserialize_any;

use super::error::JsonError;
use super::text::Reader;

type Result<T> = std::result::Result<T, JsonError>;

impl Reader<'_> {
    #[inline(never)]
    fn flag(&mut self, expected: &dyn Expected) -> Result<bool> {
        if self.takes_word("true") {
            Ok(true)
        } else if self.takes_word("false") {
            Ok(false)
        } else {
            Err(self.wrong(expected))
        }
    }

    /// What is wrong when the next value is not what was expected: it is another one, or none at all.
    #[inline(never)]
    fn wrong(&mut self, expected: &dyn Expected) -> JsonError {
        match self.peek() {
            Some(b'{' | b'[' | b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n') => JsonError::expected(expected),
            Some(_) => JsonError::syntax(format!("expected {expected}")),
            None => JsonError::syntax(format!("the text ends too early, expected {expected}")),
        }
    }

    /// Goes on if this byte comes next, which is how a value of the expected kind begins.
    #[inline(never)]
    fn begins_with(&mut self, byte: u8, expected: &dyn Expected) -> Result<()> {
        if self.peek() == Some(byte) { Ok(()) } else { Err(self.wrong(expected)) }
    }

    #[inline(never)]
    fn text_for(&mut self, expected: &dyn Expected) -> Result<Cow<'_, str>> {
        self.begins_with(b'"', expected)?;
        self.string()
    }

    #[inline(never)]
    fn number_for(&mut self, expected: &dyn Expected) -> Result<(bool, u64)> {
        match self.peek() {
            Some(b'-' | b'0'..=b'9') => self.whole_number(),
            _ => Err(self.wrong(expected)),
        }
    }
}

fn signed(is_negative: bool, size: u64) -> Result<i64> {
    let number = if is_negative { 0_i64.checked_sub_unsigned(size) } else { 0_i64.checked_add_unsigned(size) };
    number.ok_or_else(|| JsonError::text("a number that is too large"))
}

macro_rules! deserialize_numbers {
    ($($signed:ident)* ; $($unsigned:ident)*) => {
        $(fn $signed<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            let (is_negative, size) = self.number_for(&visitor)?;
            visitor.visit_i64(signed(is_negative, size)?)
        })*
        $(fn $unsigned<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            match self.number_for(&visitor)? {
                (false, size) => visitor.visit_u64(size),
                (true, _) => Err(JsonError::expected(&visitor)),
            }
        })*
    };
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = JsonError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.peek() {
            Some(b'{') => self.deserialize_map(visitor),
            Some(b'[') => self.deserialize_seq(visitor),
            Some(b'"') => self.deserialize_str(visitor),
            Some(b't' | b'f') => self.deserialize_bool(visitor),
            Some(b'n') => self.deserialize_unit(visitor),
            _ if self.is_fraction() => self.deserialize_f64(visitor),
            Some(b'-') => self.deserialize_i64(visitor),
            _ => self.deserialize_u64(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let flag = self.flag(&visitor)?;
        visitor.visit_bool(flag)
    }

    deserialize_numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64;
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.fraction()? {
            Some(number) => visitor.visit_f64(number),
            None => Err(JsonError::expected(&visitor)),
        }
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_str(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let text = self.text_for(&visitor)?;
        visitor.visit_str(&text)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        if self.takes_word("null") { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        if self.takes_word("null") { visitor.visit_unit() } else { Err(self.wrong(&visitor)) }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.begins_with(b'[', &visitor)?;
        let start = self.position();
        self.enter(b'[')?;
        let mut elements = Elements { reader: self, state: State::Begun };
        let value = visitor.visit_seq(&mut elements);
        let value = value.map_err(|error| elements.refused(start, error))?;
        elements.end()?;
        Ok(value)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(self, _: &'static str, _: usize, visitor: V) -> Result<V::Value> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.begins_with(b'{', &visitor)?;
        self.enter(b'{')?;
        let mut entries = Entries { reader: self, state: State::Begun };
        let value = visitor.visit_map(&mut entries)?;
        entries.end()?;
        Ok(value)
    }

    /// Objects only: that a list could stand for one would double the code of every type.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        let has_content = self.peek() == Some(b'{');
        if has_content {
            self.enter(b'{')?;
        } else {
            self.begins_with(b'"', &visitor)?;
        }
        let value = visitor.visit_enum(Variant { reader: self, has_content })?;
        Ok(value)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_str(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.skip()?;
        visitor.visit_unit()
    }
}

/// How far a list or an object is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Begun,
    Inside,
    Ended,
}

/// The elements of a list.
struct Elements<'r, 'de> {
    reader: &'r mut Reader<'de>,
    state: State,
}

impl Elements<'_, '_> {
    #[inline(never)]
    fn goes_on(&mut self) -> Result<bool> {
        let goes_on = self.state != State::Ended && self.reader.goes_on(self.state == State::Begun, b']')?;
        self.state = if goes_on { State::Inside } else { State::Ended };
        Ok(goes_on)
    }

    /// A list of which no element was asked for is itself what is wrong, and not its first element.
    #[inline(never)]
    fn refused(&mut self, start: usize, error: JsonError) -> JsonError {
        if self.state == State::Begun {
            self.reader.go_back(start);
        }
        error
    }

    /// A list that is longer than asked for is wrong.
    #[inline(never)]
    fn end(&mut self) -> Result<()> {
        if self.goes_on()? { Err(JsonError::text("expected the end of the list")) } else { Ok(()) }
    }
}

impl<'de> SeqAccess<'de> for &mut Elements<'_, 'de> {
    type Error = JsonError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>> {
        if self.goes_on()? { seed.deserialize(&mut *self.reader).map(Some) } else { Ok(None) }
    }
}

/// The entries of an object.
struct Entries<'r, 'de> {
    reader: &'r mut Reader<'de>,
    state: State,
}

impl<'de> Entries<'_, 'de> {
    #[inline(never)]
    fn take_key(&mut self) -> Result<Option<Cow<'de, str>>> {
        let goes_on = self.state != State::Ended && self.reader.goes_on(self.state == State::Begun, b'}')?;
        self.state = if goes_on { State::Inside } else { State::Ended };
        if goes_on { self.reader.key().map(Some) } else { Ok(None) }
    }

    #[inline(never)]
    fn end(&mut self) -> Result<()> {
        match self.take_key()? {
            Some(_) => Err(JsonError::text("expected the end of the object")),
            None => Ok(()),
        }
    }
}

impl<'de> MapAccess<'de> for &mut Entries<'_, 'de> {
    type Error = JsonError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>> {
        match self.take_key()? {
            Some(key) => seed.deserialize(Name(&key)).map(Some),
            None => Ok(None),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value> {
        seed.deserialize(&mut *self.reader)
    }
}

/// A key, or the name of a variant.
struct Name<'a>(&'a str);

impl<'de> Deserializer<'de> for Name<'_> {
    type Error = JsonError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_str(self.0)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        visitor.visit_enum(self.0.into_deserializer())
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

/// A variant: a text, or an object with one key.
struct Variant<'r, 'de> {
    reader: &'r mut Reader<'de>,
    has_content: bool,
}

impl Variant<'_, '_> {
    #[inline(never)]
    fn name(&mut self) -> Result<Cow<'_, str>> {
        if !self.has_content {
            return self.reader.string();
        }
        if !self.reader.goes_on(true, b'}')? {
            return Err(JsonError::text("expected a key"));
        }
        self.reader.key()
    }

    #[inline(never)]
    fn begin(&self) -> Result<()> {
        if self.has_content { Ok(()) } else { Err(JsonError::text("expected an object with the variant's content")) }
    }

    #[inline(never)]
    fn end(self) -> Result<()> {
        if self.has_content && self.reader.goes_on(false, b'}')? {
            return Err(JsonError::text("expected one key"));
        }
        Ok(())
    }
}

impl<'de> EnumAccess<'de> for Variant<'_, 'de> {
    type Error = JsonError;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(mut self, seed: V) -> Result<(V::Value, Self)> {
        let variant = seed.deserialize(Name(&self.name()?))?;
        Ok((variant, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, 'de> {
    type Error = JsonError;

    fn unit_variant(self) -> Result<()> {
        if self.has_content && !self.reader.takes_word("null") {
            return Err(JsonError::text("expected a variant without content"));
        }
        self.end()
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value> {
        self.begin()?;
        let value = seed.deserialize(&mut *self.reader)?;
        self.end()?;
        Ok(value)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value> {
        self.begin()?;
        let value = self.reader.deserialize_seq(visitor)?;
        self.end()?;
        Ok(value)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value> {
        self.begin()?;
        let value = self.reader.deserialize_map(visitor)?;
        self.end()?;
        Ok(value)
    }
}
