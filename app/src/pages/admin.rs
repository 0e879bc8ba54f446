//! The console.
//!
//! Every function takes the frame of the request, the [`Chrome`](crate::shell::console::Chrome) and its own view.
//! Lists filter by `GET`; forms send `POST` to the path of their own page, unless a page says otherwise.

pub mod action;
pub mod audit;
pub mod command;
pub mod confirm;
pub mod dashboard;
pub mod device;
pub mod devices;
pub mod distribution;
pub mod enrollment;
pub mod explain;
pub mod group_form;
pub mod groups;
pub mod item;
pub mod item_form;
pub mod items;
pub mod list;
pub mod managed_accounts;
pub mod new_item;
pub mod own_devices;
pub mod password_link;
pub mod picker;
pub mod policy_tests;
pub mod problem;
pub mod push_certificate;
pub mod settings;
pub mod sources;
pub mod user;
pub mod user_form;
pub mod user_import;
pub mod users;
pub mod what_if;
