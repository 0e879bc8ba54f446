//! JSON Schemas of what this crate reads and writes. `policy/snapshot.schema.json` is made from them, and so are the
//! TypeScript types of the JavaScript package. Types whose JSON is written by hand say here what it looks like.

use std::borrow::Cow;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::capability::PasscodeValue;
use crate::engine::Change;
use crate::facts::OsVersion;
use crate::locales::Language;
use crate::organisation::{Question, Reply};
use crate::request::{Answer, Request};
use crate::rule::Rule;
use crate::snapshot::{RuleSource, Snapshot};
use crate::value::{Date, Number, Scalar};

/// The schema of a snapshot (JSON Schema 2020-12).
#[must_use]
pub fn snapshot() -> Schema {
    SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<Snapshot>()
}

/// The schemas of everything that goes in and out, under `$defs`.
#[must_use]
pub fn everything() -> Schema {
    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "it only stands for its fields")]
    struct Given {
        snapshot: Snapshot,
        question: Question,
        change: Change,
        request: Request,
        language: Language,
    }

    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "it only stands for its fields")]
    struct Returned {
        reply: Reply,
        answer: Answer,
    }

    let settings = SchemaSettings::draft2020_12;
    let given = settings().into_generator().into_root_schema_for::<Given>();
    let mut all = settings().for_serialize().into_generator().into_root_schema_for::<Returned>();
    // What may be left out when it is given is always there when it is returned. A type that is both is as it is given.
    for part in ["$defs", "properties"] {
        let returned = all.ensure_object().get_mut(part).and_then(|part| part.as_object_mut());
        let given = given.get(part).and_then(|part| part.as_object());
        if let (Some(returned), Some(given)) = (returned, given) {
            returned.extend(given.clone());
        }
    }
    all
}

macro_rules! by_hand {
    ($($name:ident: $schema:expr;)+) => {
        $(impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                let schema: fn(&mut SchemaGenerator) -> Schema = $schema;
                schema(generator)
            }
        })+
    };
}

by_hand! {
    OsVersion: |_| json_schema!({
        "description": "A version of an operating system, such as `17.4` or `26.0.1`.",
        "type": "string",
        "pattern": "^[0-9]+(\\.[0-9]+){0,2}$",
    });
    Number: |_| json_schema!({
        "description": "A decimal number with at most twelve digits before the point and three after it.",
        "type": "number",
        "exclusiveMinimum": -1e12,
        "exclusiveMaximum": 1e12,
    });
    Date: |_| json_schema!({ "description": "A day, such as `2026-03-01`.", "type": "string", "format": "date" });
    Scalar: |generator| json_schema!({
        "description": "A text, a number or a truth value; which value it is, the attribute's type says.",
        "anyOf": [{ "type": "string" }, generator.subschema_for::<Number>(), { "type": "boolean" }],
    });
    RuleSource: |generator| json_schema!({
        "description": "A rule, as text or as a tree.",
        "anyOf": [{ "type": "string" }, generator.subschema_for::<Rule>()],
    });
    PasscodeValue: |_| json_schema!({
        "description": "A yes or no, a number or a text.",
        "anyOf": [{ "type": "boolean" }, { "type": "integer", "minimum": 0, "maximum": u32::MAX }, { "type": "string" }],
    });
}
