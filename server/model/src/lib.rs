//! The words of Baton's domain: ids, entities and the small enums they are made of.
//!
//! Only data lives here, with serde as the one dependency beside the policy crate, so that the browser can read the
//! same types as the server. What may be done with them is decided in `baton-policy` and carried out in `baton-core`.

pub mod audit;
pub mod command;
pub mod custody;
pub mod device;
pub mod fleet;
pub mod fold;
pub mod group;
pub mod handover;
pub mod id;
pub mod item;
pub mod mail;
pub mod managed_account;
pub mod page_revision;
pub mod passkey;
pub mod password_link;
pub mod policy_revision;
pub mod policy_test;
pub mod push;
pub mod session;
pub mod sign_in;
pub mod source;
pub mod text_enum;
pub mod timestamp;
pub mod user;
pub mod what_if;

pub use audit::AuditEntry;
pub use command::{Command, CommandKind, CommandStatus, NewCommand, Order};
pub use custody::{CustodyCause, CustodyEntry, NewCustodyEntry};
pub use device::{Device, DeviceOwner, DeviceState, Enrollment, EnrollmentLink, EnrollmentState};
pub use fleet::FleetState;
pub use group::{DeviceGroup, UserGroup};
pub use handover::{DeviceItem, Handover, HandoverKind, HandoverState, ItemProgress};
pub use id::{
    CommandId, DeviceGroupId, DeviceId, EnrollmentId, EnrollmentLinkId, HandoverId, ItemId, PasskeyId,
    PolicyTestFileId, SourceId, UserGroupId, UserId,
};
pub use item::{Item, ItemContent};
pub use managed_account::{AccountProblem, AccountRecord, ManagedAppleAccount};
pub use page_revision::PageRevision;
pub use passkey::Passkey;
pub use password_link::PasswordLink;
pub use policy_revision::PolicyRevision;
pub use policy_test::{PolicyTestFile, PreviewedTest, TestOutcome, TestsKnown};
pub use push::{FailingPushes, PushCertificate, PushCertificateRequest, PushFailure, PushProblem};
pub use session::{Session, SessionKind};
pub use sign_in::SignInAttempts;
pub use source::{
    IdentityKey, PendingLogin, ProviderSession, SelectionKind, Source, SourceKind, SourceRole, SourceSelection,
    SyncState, UserIdentity,
};
pub use timestamp::Timestamp;
pub use user::{Role, User};
pub use what_if::{NamedSnapshot, Preview, PreviewedChange, WhatIfColumns};
