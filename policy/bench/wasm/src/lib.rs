//! The engines for the benchmark in WebAssembly: prepared inside, asked by numbers.

// What wasm-bindgen's macros expand to needs some unsafe code.
#![deny(unsafe_code)]

use std::hint::black_box;

use baton_policy::{DeviceIndex, Engine, ItemIndex};
#[cfg(feature = "others")]
use baton_policy_bench::cedar::{Cedar, Slicing};
#[cfg(feature = "others")]
use baton_policy_bench::rego::{By, Rego};
use baton_policy_bench::world::{Size, organisation};
use baton_policy_bench::{Groups, check};
use wasm_bindgen::prelude::wasm_bindgen;

enum Prepared {
    Baton(Engine, Vec<DeviceIndex>, Vec<ItemIndex>),
    #[cfg(feature = "others")]
    Cedar(Box<Cedar>, Slicing),
    #[cfg(feature = "others")]
    Rego(Box<Rego>),
}

/// One engine with an organisation.
#[wasm_bindgen]
pub struct Contender {
    prepared: Prepared,
    devices: usize,
    items: usize,
    snapshot: baton_policy::snapshot::Snapshot,
    sample: Vec<usize>,
}

#[wasm_bindgen]
impl Contender {
    /// Prepares an engine, `baton`, `cedar`, `cedar sliced` or `regorus`; the last three with groups as conditions, or
    /// as parents.
    ///
    /// # Errors
    ///
    /// There is no such engine.
    #[wasm_bindgen(constructor)]
    pub fn new(
        engine: &str,
        parents: bool,
        seed: u32,
        devices: usize,
        items: usize,
        sample: usize,
    ) -> Result<Self, String> {
        let snapshot = organisation(u64::from(seed), Size { devices, items });
        let sample = check::sample(devices, sample);
        let groups = if parents { Groups::AsParents } else { Groups::AsConditions };
        let prepared = match engine {
            "baton" => baton(&snapshot, &sample)?,
            #[cfg(feature = "others")]
            "cedar" => Prepared::Cedar(Box::new(Cedar::new(&snapshot, groups, &sample)), Slicing::Unsliced),
            #[cfg(feature = "others")]
            "cedar sliced" => Prepared::Cedar(Box::new(Cedar::new(&snapshot, groups, &sample)), Slicing::Sliced),
            #[cfg(feature = "others")]
            "regorus" => Prepared::Rego(Box::new(Rego::new(&snapshot, groups, &sample))),
            other => return Err(format!("there is no engine `{other}` with {groups:?}")),
        };
        Ok(Self { prepared, devices: sample.len(), items, snapshot, sample })
    }

    /// Compares it with the oracle about the sample; gives the number of decisions.
    ///
    /// # Errors
    ///
    /// The first decision about which they differ.
    pub fn check(&mut self) -> Result<usize, String> {
        let right = check::expected(&self.snapshot, &self.sample);
        check::compare("in WebAssembly", &right, |device, item| self.decide(device, item) & 1 == 1)
    }

    /// One decision, by numbers within the sample: bit 0 says whether the device gets the item; Baton's reason and
    /// source stand in the bits above.
    pub fn decide(&mut self, device: usize, item: usize) -> u32 {
        match &mut self.prepared {
            Prepared::Baton(engine, devices, items) => {
                let decision = engine.decide(items[item], devices[device]);
                (decision.reason as u32) << 8 | (decision.source as u32) << 4 | u32::from(decision.outcome.permits())
            }
            #[cfg(feature = "others")]
            Prepared::Cedar(cedar, slicing) => u32::from(cedar.gets(*slicing, device, item)),
            #[cfg(feature = "others")]
            Prepared::Rego(rego) => u32::from(rego.gets(By::Machine, device, item)),
        }
    }

    /// So many decisions in a loop, all over the sample.
    pub fn decide_many(&mut self, decisions: usize) -> u32 {
        let (mut device, mut item, mut sum) = (0, 0, 0_u32);
        for _ in 0..decisions {
            sum = sum.wrapping_add(black_box(self.decide(black_box(device), black_box(item))));
            item += 1;
            if item == self.items {
                item = 0;
                device = (device + 1) % self.devices;
            }
        }
        sum
    }

    /// Every item for each device, as quickly as the engine can: Baton for the whole fleet, giving how many it decided;
    /// the others for the sample, giving how many are got.
    pub fn matrix(&mut self) -> usize {
        match &mut self.prepared {
            Prepared::Baton(engine, ..) => engine.items().map(|(item, _)| engine.row(item).codes().len()).sum(),
            #[cfg(feature = "others")]
            Prepared::Rego(rego) => (0..self.devices).map(|device| rego.gets_all(By::Machine, device)).sum(),
            #[cfg(feature = "others")]
            Prepared::Cedar(..) => {
                let (devices, items) = (self.devices, self.items);
                let pairs = (0..devices).flat_map(|device| (0..items).map(move |item| (device, item)));
                pairs.map(|(device, item)| self.decide(device, item) as usize).sum()
            }
        }
    }
}

fn baton(snapshot: &baton_policy::snapshot::Snapshot, sample: &[usize]) -> Result<Prepared, String> {
    let engine = Engine::new(snapshot).map_err(|error| error.to_string())?;
    let items = engine.items().map(|(item, _)| item).collect();
    let devices = sample.iter().filter_map(|number| engine.device(&snapshot.devices[*number].id)).collect();
    Ok(Prepared::Baton(engine, devices, items))
}
