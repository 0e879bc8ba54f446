//! Apple's own table: what exists on which system, and under which enrollment (spec E3).
//!
//! The text files in `apple/` restate Apple's schema, `apple/device-management`: commit 2e66738
//! (iOS 18.3, macOS 15.3, tvOS 18.3, visionOS 2.3, watchOS 11.3) for commands, check-in messages
//! and profiles, release 26.4 for declarations, Restrictions, `RemoveApplication` and
//! `ReturnToService`. What Baton asks at every step is looked up by the compiler (`quick`); the
//! [`Table`] holds the rest and is linked only where it is used. The facts are Apple's, under this
//! licence:
//!
//! > MIT License. Copyright (c) Apple Inc.
//! >
//! > Permission is hereby granted, free of charge, to any person obtaining a copy of this software
//! > and associated documentation files (the "Software"), to deal in the Software without
//! > restriction, including without limitation the rights to use, copy, modify, merge, publish,
//! > distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the
//! > Software is furnished to do so, subject to the following conditions:
//! >
//! > The above copyright notice and this permission notice shall be included in all copies or
//! > substantial portions of the Software.
//! >
//! > THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING
//! > BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
//! > NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM,
//! > DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
//! > OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.

mod command;
pub(crate) mod decide;
mod entry;
mod parse;
mod payload;
pub(crate) mod quick;
mod rights;
mod rows;
mod table;
pub(crate) mod texts;

pub use command::{Command, decide_command};
pub use entry::{Channels, Enrollments, Entry, PerSystem, SharedIpad, UserEnrollment};
pub use payload::{decide_item, decide_key};
pub(crate) use payload::{decide_payload, decide_payload_key, decide_type, systems_of_key};
pub use rights::{AccessRights, Right};
pub use rows::{Channel, Row, Verdict, rows};
pub use table::{Item, Key, Kind, Table};
