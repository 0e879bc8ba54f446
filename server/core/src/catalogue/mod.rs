//! The catalogue: configurations and apps, and who gets them.

mod distribution;
mod form;
mod items;

pub use distribution::{DistributionChange, DistributionError, DistributionView, stops_saving};
pub use form::{ContentForm, ItemForm};
pub use items::{ItemDetail, ListedItem};
