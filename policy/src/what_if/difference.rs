//! What changes for which device, and the sums of it.

use serde::{Deserialize, Serialize};

use crate::decision::Decision;
use crate::ids::{DeviceId, ItemId};
use crate::name::named;

named! {
    /// What becomes of an item on a device.
    pub enum ChangeKind {
        /// The device gets it.
        Gain = "gain",
        /// It goes from the device.
        Lose = "lose",
        /// Whether the device should have it becomes unknown: it stays as it is until that is known.
        Undecided = "undecided",
    }
}

named! {
    /// What an administrator should think about twice; sentences for people are in `policy/locales`.
    pub enum Danger {
        /// The device loses the page that people sign in on.
        SignInLost = "sign-in-lost",
        /// The device loses what it may need to reach the server.
        ConnectivityLost = "connectivity-lost",
        /// The device loses the sign-in page when its holder signs out.
        SignInLostAtSignOut = "sign-in-lost-at-sign-out",
        /// The device loses what it may need to reach the server when its holder signs out.
        ConnectivityLostAtSignOut = "connectivity-lost-at-sign-out",
    }
}

/// Everything that a change does, and how much. Devices and items are named by their ids, or by their places in
/// [`Columns`](super::Columns).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", schemars(rename = "DifferenceBy{D}"))]
pub struct Difference<D = DeviceId, I = ItemId> {
    /// The sums.
    pub totals: Totals,
    /// What changes: dangers first, then what is lost, undecided and gained, each by device and item.
    pub changes: Vec<ItemChange<D, I>>,
}

impl<D, I> Default for Difference<D, I> {
    fn default() -> Self {
        Self { totals: Totals::default(), changes: Vec::new() }
    }
}

/// Numbers of devices. One that gains and loses counts in both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Totals {
    /// All that were looked at.
    pub devices: u32,
    /// Those that get something.
    pub gain: u32,
    /// Those that lose something.
    pub lose: u32,
    /// Those for which something becomes unknown.
    pub undecided: u32,
    /// Those for which nothing changes, and that have one of the items.
    pub keep: u32,
    /// Those for which nothing changes at all, now or at sign-out; [`Totals::keep`] are among them.
    pub unchanged: u32,
    /// Those in danger.
    pub danger: u32,
}

/// One item that changes for one device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", schemars(rename = "ItemChangeBy{D}"))]
pub struct ItemChange<D = DeviceId, I = ItemId> {
    /// The device.
    pub device: D,
    /// The item.
    pub item: I,
    /// What becomes of it.
    pub kind: ChangeKind,
    /// Not now, but when the present holder signs out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub at_sign_out: bool,
    /// Why to think twice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub danger: Option<Danger>,
    /// The decision as things are.
    pub before: Decision,
    /// The decision as things would be.
    pub after: Decision,
}

/// Gathers changes device by device.
pub(crate) struct Collector<D, I> {
    totals: Totals,
    dangers: Vec<ItemChange<D, I>>,
    /// By [`ChangeKind`].
    lost: Vec<ItemChange<D, I>>,
    undecided: Vec<ItemChange<D, I>>,
    gained: Vec<ItemChange<D, I>>,
    device: Marks,
}

/// What was found about one device.
#[derive(Clone, Copy, Default)]
struct Marks {
    gain: bool,
    lose: bool,
    undecided: bool,
    has: bool,
    danger: bool,
}

impl<D, I> Collector<D, I> {
    pub(crate) fn new() -> Self {
        Self {
            totals: Totals::default(),
            dangers: Vec::new(),
            lost: Vec::new(),
            undecided: Vec::new(),
            gained: Vec::new(),
            device: Marks::default(),
        }
    }

    pub(crate) fn begin_device(&mut self) {
        self.device = Marks::default();
    }

    /// The device has something afterwards.
    pub(crate) fn has_something(&mut self) {
        self.device.has = true;
    }

    /// Something changes. What happens at sign-out only counts by its danger.
    pub(crate) fn push(&mut self, change: ItemChange<D, I>) {
        match change.kind {
            _ if change.at_sign_out => {}
            ChangeKind::Gain => self.device.gain = true,
            ChangeKind::Lose => self.device.lose = true,
            ChangeKind::Undecided => self.device.undecided = true,
        }
        if change.danger.is_some() {
            self.device.danger = true;
            self.dangers.push(change);
            return;
        }
        match change.kind {
            ChangeKind::Lose => self.lost.push(change),
            ChangeKind::Undecided => self.undecided.push(change),
            ChangeKind::Gain => self.gained.push(change),
        }
    }

    pub(crate) fn end_device(&mut self) {
        let Marks { gain, lose, undecided, has, danger } = self.device;
        let totals = &mut self.totals;
        let changes = gain || lose || undecided;
        totals.devices += 1;
        totals.gain += u32::from(gain);
        totals.lose += u32::from(lose);
        totals.undecided += u32::from(undecided);
        totals.keep += u32::from(has && !changes);
        totals.unchanged += u32::from(!changes && !danger);
        totals.danger += u32::from(danger);
    }

    pub(crate) fn difference(mut self) -> Difference<D, I> {
        let mut changes = self.dangers;
        changes.append(&mut self.lost);
        changes.append(&mut self.undecided);
        changes.append(&mut self.gained);
        Difference { totals: self.totals, changes }
    }
}
