//! From values to JSON.

use serde::Serialize;
use serde::ser::{
    SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple, SerializeTupleStruct,
    SerializeTupleVariant, Serializer,
};

use super::error::JsonError;

type Result<T> = std::result::Result<T, JsonError>;

/// JSON that is being written.
#[derive(Default)]
pub(super) struct Writer {
    text: String,
}

impl Writer {
    pub(super) fn finish(self) -> String {
        self.text
    }

    #[inline(never)]
    fn string(&mut self, text: &str) {
        self.text.push('"');
        for character in text.chars() {
            match character {
                '"' => self.text.push_str("\\\""),
                '\\' => self.text.push_str("\\\\"),
                '\n' => self.text.push_str("\\n"),
                '\r' => self.text.push_str("\\r"),
                '\t' => self.text.push_str("\\t"),
                control @ '\0'..='\x1f' => self.control(control),
                character => self.text.push(character),
            }
        }
        self.text.push('"');
    }

    fn control(&mut self, control: char) {
        self.text.push_str("\\u00");
        for digit in [u32::from(control) >> 4, u32::from(control) & 15] {
            self.text.push(char::from_digit(digit, 16).unwrap_or('0'));
        }
    }

    #[inline(never)]
    fn number(&mut self, number: &dyn std::fmt::Display) {
        self.text.push_str(&number.to_string());
    }

    /// At most three places: what writes any fraction takes kilobytes in WebAssembly.
    #[inline(never)]
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "fifteen digits fit")]
    fn fraction(&mut self, number: f64) -> Result<()> {
        let scaled = (number * 1000.0).round();
        if scaled.is_nan() || scaled.abs() >= 1e15 || (scaled as i64) as f64 / 1000.0 != number {
            return Err(JsonError::text("a number with more than three places after the point"));
        }
        let thousandths = (scaled as i64).unsigned_abs();
        if scaled < 0.0 {
            self.text.push('-');
        }
        self.number(&(thousandths / 1000));
        self.text.push('.');
        let places = (1000 + thousandths % 1000).to_string();
        let places = places.trim_end_matches('0');
        self.text.push_str(places.get(1..).filter(|places| !places.is_empty()).unwrap_or("0"));
        Ok(())
    }

    #[inline(never)]
    fn open(&mut self, variant: Option<&str>, bracket: char) -> Within<'_> {
        if let Some(variant) = variant {
            self.text.push('{');
            self.string(variant);
            self.text.push(':');
        }
        self.text.push(bracket);
        let close = match (bracket, variant) {
            ('[', None) => "]",
            ('[', Some(_)) => "]}",
            (_, None) => "}",
            (_, Some(_)) => "}}",
        };
        Within { writer: self, is_empty: true, close }
    }
}

/// A list or an object that is being written.
pub(super) struct Within<'w> {
    writer: &'w mut Writer,
    is_empty: bool,
    close: &'static str,
}

impl Within<'_> {
    #[inline(never)]
    fn part(&mut self, key: Option<&str>) -> &mut Writer {
        if !self.is_empty {
            self.writer.text.push(',');
        }
        self.is_empty = false;
        if let Some(key) = key {
            self.writer.string(key);
            self.writer.text.push(':');
        }
        self.writer
    }

    #[inline(never)]
    fn close(self) {
        self.writer.text.push_str(self.close);
    }
}

macro_rules! serialize_numbers {
    ($($method:ident $number:ty)*) => {
        $(fn $method(self, number: $number) -> Result<()> {
            self.number(&number);
            Ok(())
        })*
    };
}

impl<'w> Serializer for &'w mut Writer {
    type Ok = ();
    type Error = JsonError;
    type SerializeSeq = Within<'w>;
    type SerializeTuple = Within<'w>;
    type SerializeTupleStruct = Within<'w>;
    type SerializeTupleVariant = Within<'w>;
    type SerializeMap = Within<'w>;
    type SerializeStruct = Within<'w>;
    type SerializeStructVariant = Within<'w>;

    serialize_numbers! {
        serialize_i8 i8 serialize_i16 i16 serialize_i32 i32 serialize_i64 i64
        serialize_u8 u8 serialize_u16 u16 serialize_u32 u32 serialize_u64 u64
    }

    fn serialize_bool(self, flag: bool) -> Result<()> {
        self.text.push_str(if flag { "true" } else { "false" });
        Ok(())
    }

    fn serialize_f32(self, number: f32) -> Result<()> {
        self.fraction(number.into())
    }

    fn serialize_f64(self, number: f64) -> Result<()> {
        self.fraction(number)
    }

    fn serialize_char(self, character: char) -> Result<()> {
        self.string(character.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn serialize_str(self, text: &str) -> Result<()> {
        self.string(text);
        Ok(())
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<()> {
        let mut list = self.open(None, '[');
        for byte in bytes {
            list.part(None).number(byte);
        }
        list.close();
        Ok(())
    }

    fn serialize_none(self) -> Result<()> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<()> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<()> {
        self.text.push_str("null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<()> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<()> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<()> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<()> {
        let mut object = self.open(None, '{');
        value.serialize(object.part(Some(variant)))?;
        object.close();
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Within<'w>> {
        Ok(self.open(None, '['))
    }

    fn serialize_tuple(self, _: usize) -> Result<Within<'w>> {
        Ok(self.open(None, '['))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Within<'w>> {
        Ok(self.open(None, '['))
    }

    fn serialize_tuple_variant(self, _: &'static str, _: u32, variant: &'static str, _: usize) -> Result<Within<'w>> {
        Ok(self.open(Some(variant), '['))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Within<'w>> {
        Ok(self.open(None, '{'))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Within<'w>> {
        Ok(self.open(None, '{'))
    }

    fn serialize_struct_variant(self, _: &'static str, _: u32, variant: &'static str, _: usize) -> Result<Within<'w>> {
        Ok(self.open(Some(variant), '{'))
    }

    fn collect_str<T: std::fmt::Display + ?Sized>(self, value: &T) -> Result<()> {
        self.string(&value.to_string());
        Ok(())
    }
}

macro_rules! write_elements {
    ($($list:ident $method:ident)*) => {
        $(impl $list for Within<'_> {
            type Ok = ();
            type Error = JsonError;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
                value.serialize(self.part(None))
            }

            fn end(self) -> Result<()> {
                self.close();
                Ok(())
            }
        })*
    };
}

write_elements! {
    SerializeSeq serialize_element
    SerializeTuple serialize_element
    SerializeTupleStruct serialize_field
    SerializeTupleVariant serialize_field
}

macro_rules! write_fields {
    ($($object:ident)*) => {
        $(impl $object for Within<'_> {
            type Ok = ();
            type Error = JsonError;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<()> {
                value.serialize(self.part(Some(key)))
            }

            fn end(self) -> Result<()> {
                self.close();
                Ok(())
            }
        })*
    };
}

write_fields! { SerializeStruct SerializeStructVariant }

impl SerializeMap for Within<'_> {
    type Ok = ();
    type Error = JsonError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<()> {
        let writer = self.part(None);
        let start = writer.text.len();
        key.serialize(&mut *writer)?;
        if !writer.text.get(start..).is_some_and(|key| key.starts_with('"')) {
            return Err(JsonError::text("a key that is no text"));
        }
        writer.text.push(':');
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        value.serialize(&mut *self.writer)
    }

    fn end(self) -> Result<()> {
        self.close();
        Ok(())
    }
}
