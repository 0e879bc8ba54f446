//! Where things of the console are.

use baton_model::{Device, DeviceGroup, Item, ItemId, User, UserGroup, id};

use crate::{locale::Texts, pages::admin::list::Link};

/// A user's page.
pub fn user(user: &User) -> Link {
    Link::new(&*user.display_name, format!("/admin/users/{}", user.id))
}

/// A device's page.
pub fn device(device: &Device) -> Link {
    Link::new(&*device.name, format!("/admin/devices/{}", device.id))
}

/// A user group's page.
pub fn user_group(group: &UserGroup) -> Link {
    Link::new(&*group.name, format!("/admin/user-groups/{}", group.id))
}

/// A device group's page.
pub fn device_group(group: &DeviceGroup) -> Link {
    Link::new(&*group.name, format!("/admin/device-groups/{}", group.id))
}

/// An item's page.
pub fn item(item: &Item) -> Link {
    item_named(&item.name, &item.id, item.content.is_app())
}

/// The page of an item of which only this is known.
pub fn item_named(name: &str, id: &ItemId, is_app: bool) -> Link {
    Link::new(name, format!("{}/{id}", items(is_app)))
}

/// The list of configurations or of apps.
pub const fn items(is_app: bool) -> &'static str {
    if is_app { "/admin/apps" } else { "/admin/configurations" }
}

/// A holder's page; `None` for Nobody.
pub fn holder(holder: &User) -> Option<Link> {
    (!holder.is_nobody()).then(|| user(holder))
}

/// A user known by id and perhaps by name; `None` for Nobody.
pub fn person(t: &Texts, id: &str, name: Option<&str>) -> Option<Link> {
    let name = name.filter(|name| !name.is_empty()).unwrap_or(if id == id::NOBODY { t.nobody } else { id });
    (id != id::NOBODY).then(|| Link::new(name, format!("/admin/users/{id}")))
}
