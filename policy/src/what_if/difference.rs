//! What changes for which device, and the sums of it.

use serde::{Deserialize, Serialize};

use crate::decision::Decision;
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

/// Everything that a change does, and how much.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Difference {
    /// The sums.
    pub totals: Totals,
    /// What changes: dangers first, then what is lost, undecided and gained, each by device and item.
    pub changes: Vec<Change>,
}

/// Numbers of devices. One that gains and loses counts in both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// The device, by its place in the snapshot.
    pub device: u32,
    /// The item, by its place in the snapshot.
    pub item: u32,
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
#[derive(Default)]
pub(super) struct Collector {
    totals: Totals,
    dangers: Vec<Change>,
    /// By [`ChangeKind`].
    lost: Vec<Change>,
    undecided: Vec<Change>,
    gained: Vec<Change>,
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

impl Collector {
    pub(super) fn begin_device(&mut self) {
        self.device = Marks::default();
    }

    pub(super) fn decided(
        &mut self,
        device: usize,
        item: usize,
        kind: Option<ChangeKind>,
        danger: Option<Danger>,
        before: Decision,
        after: Decision,
    ) {
        self.device.has |= after.permits();
        let Some(kind) = kind else { return };
        match kind {
            ChangeKind::Gain => self.device.gain = true,
            ChangeKind::Lose => self.device.lose = true,
            ChangeKind::Undecided => self.device.undecided = true,
        }
        self.push(change(device, item, kind, danger, before, after));
    }

    pub(super) fn lost_at_sign_out(
        &mut self,
        device: usize,
        item: usize,
        danger: Option<Danger>,
        before: Decision,
        after: Decision,
    ) {
        self.push(Change { at_sign_out: true, ..change(device, item, ChangeKind::Lose, danger, before, after) });
    }

    pub(super) fn end_device(&mut self) {
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

    pub(super) fn difference(mut self) -> Difference {
        let mut changes = self.dangers;
        changes.append(&mut self.lost);
        changes.append(&mut self.undecided);
        changes.append(&mut self.gained);
        Difference { totals: self.totals, changes }
    }

    fn push(&mut self, change: Change) {
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
}

fn change(
    device: usize,
    item: usize,
    kind: ChangeKind,
    danger: Option<Danger>,
    before: Decision,
    after: Decision,
) -> Change {
    // A snapshot has at most as many devices and items as its columns can name.
    let place = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
    Change { device: place(device), item: place(item), kind, at_sign_out: false, danger, before, after }
}
