//! The cases, natively.

use std::hint::black_box;
use std::time::{Duration, Instant};

use baton_policy::engine::Change;
use baton_policy::snapshot::Snapshot;
use baton_policy::{DeviceIndex, Engine, Fact, ItemIndex, Scalar};
use baton_policy_bench::cedar::{Cedar, Slicing};
use baton_policy_bench::check::{compare, expected, rows_are_decisions, sample};
use baton_policy_bench::measure::{Row, passes, rounds, rounds_of};
use baton_policy_bench::rego::{By, Rego};
use baton_policy_bench::world::{Size, organisation};
use baton_policy_bench::{Groups, cedar, plain, rego};

/// The seed of everything.
const SEED: u64 = 4;
/// Baton's fleet.
const FLEET: Size = Size { devices: 100_000, items: 200 };
/// The fleet that the others know.
const SMALL: Size = Size { devices: 10_000, items: 200 };
/// So many devices are compared with the oracle, and are what the others' decisions are about.
const SAMPLE: usize = 100;

const SHORT: Duration = Duration::from_millis(500);
const LONG: Duration = Duration::from_secs(3);

/// Everything, after all engines agree with the oracle.
pub fn run() -> Result<Vec<Row>, String> {
    let begin = Instant::now();
    let progress = |words: &str| eprintln!("{:>4} s  {words}", begin.elapsed().as_secs());
    println!("A domain evaluator beside general languages: Cedar and Rego can say much that Baton cannot.");
    println!(
        "{} items; Baton knows {} devices, the others {}; their decisions are about a sample of {SAMPLE} devices.",
        FLEET.items, FLEET.devices, SMALL.devices
    );
    progress("making the organisations");
    let fleet = organisation(SEED, FLEET);
    let small = organisation(SEED, SMALL);
    let mut engine = Engine::new(&fleet).map_err(|error| error.to_string())?;

    progress("comparing Baton with the oracle");
    let compared = baton_agrees(&fleet, &engine)?;
    let whole = rows_are_decisions(&engine)?;
    println!("Baton agrees with the oracle on {compared} decisions, its rows with its decisions on all {whole}.");

    let mut rows = Vec::new();
    progress("measuring Baton");
    baton(&mut engine, &mut rows);
    baton_changes(&fleet, &mut engine, &mut rows)?;
    progress("measuring the others");
    let sample = sample(small.devices.len(), SAMPLE);
    let right = expected(&small, &sample);
    for groups in [Groups::AsConditions, Groups::AsParents] {
        cedar_cases(&small, groups, &sample, &right, &mut rows)?;
        progress("Cedar done");
        rego_cases(&small, groups, &sample, &right, &mut rows)?;
        progress("regorus done");
    }
    progress("compiling and loading");
    loads(&small, &mut rows)?;
    compare_matrix(&mut rows);
    // All rows of a case together, in the order in which the cases were met.
    let cases: Vec<String> = rows.iter().map(|row| row.case.clone()).collect();
    rows.sort_by_key(|row| cases.iter().position(|case| *case == row.case));
    Ok(rows)
}

fn baton_agrees(fleet: &Snapshot, engine: &Engine) -> Result<usize, String> {
    let sample = sample(fleet.devices.len(), SAMPLE);
    let right = expected(fleet, &sample);
    let items: Vec<ItemIndex> = engine.items().map(|(item, _)| item).collect();
    let devices: Vec<DeviceIndex> =
        sample.iter().filter_map(|number| engine.device(&fleet.devices[*number].id)).collect();
    compare("Baton", &right, |device, item| engine.decide(items[item], devices[device]).outcome.permits())
}

fn baton(engine: &mut Engine, rows: &mut Vec<Row>) {
    let devices = FLEET.devices;
    let items: Vec<ItemIndex> = engine.items().map(|(item, _)| item).collect();
    let all: Vec<DeviceIndex> = engine.devices().map(|(device, _)| device).collect();
    let engine = &*engine;

    let warm: Vec<_> = (0..64).map(|number| (items[number * 3], all[number * 7])).collect();
    let times = rounds(SHORT, 200, || {
        for (item, device) in &warm {
            black_box(engine.decide(black_box(*item), black_box(*device)));
        }
    });
    let row = Row::new("one decision, warm", "Baton", devices).timed(times, warm.len());
    rows.push(row.within("≤ 100 ns", 100.0));

    let scattered: Vec<_> =
        (0..65_536_usize).map(|number| (items[number * 7 % items.len()], all[number * 7_919 % all.len()])).collect();
    let times = rounds(SHORT, 1, || {
        for (item, device) in &scattered {
            black_box(engine.decide(*item, *device));
        }
    });
    rows.push(Row::new("one decision, anywhere in the matrix", "Baton", devices).timed(times, scattered.len()));

    let mut next = 0;
    let times = rounds(SHORT, 100, || {
        next = (next + 7_919) % all.len();
        for item in &items {
            black_box(engine.decide(*item, all[next]));
        }
    });
    rows.push(Row::new("all items of one device", "Baton", devices).timed(times, items.len()));

    let matrix = devices * items.len();
    let times = rounds_of(LONG, items.len(), |item| drop(black_box(engine.outcomes(items[item]))));
    let row = Row::new("whole matrix", "Baton, outcomes", devices).timed(times, matrix);
    rows.push(row.round_within("≤ 10 ms", 10e6));
    let times = rounds_of(LONG, items.len(), |item| drop(black_box(engine.row(items[item]))));
    let row = Row::new("whole matrix", "Baton, with reasons", devices).timed(times, matrix);
    rows.push(row.round_within("≤ 60 ms", 60e6));
}

fn baton_changes(fleet: &Snapshot, engine: &mut Engine, rows: &mut Vec<Row>) -> Result<(), String> {
    let devices = FLEET.devices;
    let departments = ["Sales", "Care", "IT", "Board"];
    let changes: Vec<Change> = (0..4_096_usize)
        .map(|number| Change::UserAttribute {
            user: fleet.users[number * 17 % (fleet.users.len() - 1)].id.clone(),
            attribute: "Department".into(),
            value: Fact::Value(departments[number % 4].into()),
        })
        .collect();
    let mut next = 0;
    let mut concerned = 0;
    let times = rounds(SHORT, 1, || {
        for _ in 0..512 {
            next = (next + 1) % changes.len();
            concerned += engine.apply(&changes[next]).map_or(0, |effect| effect.len());
        }
    });
    let times = times.into_iter().map(|ns| ns / 512.0).collect();
    let row = Row::new("one attribute change, of a user", "Baton", devices).timed(times, 0);
    rows.push(row.within("≤ 10 µs", 10e3));

    let changes: Vec<Change> = (0..4_096_usize)
        .map(|number| Change::DeviceAttribute {
            device: fleet.devices[number * 23 % fleet.devices.len()].id.clone(),
            attribute: "Ward".into(),
            value: Fact::Value(["A", "B", "C", "D"][number % 4].into()),
        })
        .collect();
    let times = rounds(SHORT, 1, || {
        for _ in 0..512 {
            next = (next + 1) % changes.len();
            concerned += engine.apply(&changes[next]).map_or(0, |effect| effect.len());
        }
    });
    let times = times.into_iter().map(|ns| ns / 512.0).collect();
    let row = Row::new("one attribute change, of a device", "Baton", devices).timed(times, 0);
    rows.push(row.within("≤ 10 µs", 10e3));

    let mut yes = true;
    let nobody = fleet.users.iter().find(|user| user.nobody).ok_or("the fleet has no Nobody")?.id.clone();
    let times = rounds(SHORT, 1, || {
        yes = !yes;
        let value = Fact::Value(Scalar::YesNo(yes));
        let change = Change::UserAttribute { user: nobody.clone(), attribute: "Owner".into(), value };
        concerned += engine.apply(&change).map_or(0, |effect| effect.len());
    });
    rows.push(Row::new("one attribute change, of Nobody, who holds a third", "Baton", devices).timed(times, 0));
    if concerned == 0 { Err("the changes concern nobody".to_owned()) } else { Ok(()) }
}

fn with(groups: Groups) -> &'static str {
    match groups {
        Groups::AsConditions => "groups as conditions",
        Groups::AsParents => "groups as parents",
    }
}

fn cedar_cases(
    small: &Snapshot,
    groups: Groups,
    sample: &[usize],
    right: &[Vec<bool>],
    rows: &mut Vec<Row>,
) -> Result<(), String> {
    let cedar = Cedar::new(small, groups, sample);
    let devices = small.devices.len();
    let items = small.items.len();
    for slicing in [Slicing::Unsliced, Slicing::Sliced] {
        let name = format!("Cedar, {slicing:?}, {}", with(groups)).to_lowercase().replacen("cedar", "Cedar", 1);
        let agreed = compare(&name, right, |device, item| cedar.gets(slicing, device, item))?;
        println!("{name}: agrees with the oracle on {agreed} decisions.");
        let warm: Vec<_> = (0..64).map(|number| (number % sample.len(), number * 3 % items)).collect();
        let times = rounds(SHORT, 1, || {
            for (device, item) in &warm {
                black_box(cedar.gets(slicing, *device, *item));
            }
        });
        rows.push(Row::new("one decision, warm", &name, devices).timed(times, warm.len()));
        let mut next = 0;
        let times = rounds(SHORT, 1, || {
            next = (next + 1) % sample.len();
            for item in 0..items {
                black_box(cedar.gets(slicing, next, item));
            }
        });
        rows.push(Row::new("all items of one device", &name, devices).timed(times, items));
        let times = passes(SHORT, || {
            for device in 0..sample.len() {
                for item in 0..items {
                    black_box(cedar.gets(slicing, device, item));
                }
            }
        });
        rows.push(Row::new("whole matrix", &format!("{name}, sample"), devices).timed(times, sample.len() * items));
    }
    if groups == Groups::AsConditions {
        let mut cedar = cedar;
        let members = cedar::Members::of(small, groups);
        let mut users = small.users.iter().cycle();
        let mut times = Vec::new();
        for number in 0..30 {
            let mut user = users.next().ok_or("the fleet has no users")?.clone();
            user.attributes.insert("Department".into(), ["Sales", "Care"][number % 2].into());
            let entity = cedar::user(small, &members, &user);
            let begin = Instant::now();
            cedar.upsert(entity);
            times.push(begin.elapsed().as_nanos() as f64);
        }
        rows.push(Row::new("one attribute change, of a user", "Cedar, an entity put", devices).timed(times, 0));
    }
    Ok(())
}

fn rego_cases(
    small: &Snapshot,
    groups: Groups,
    sample: &[usize],
    right: &[Vec<bool>],
    rows: &mut Vec<Row>,
) -> Result<(), String> {
    let mut rego = Rego::new(small, groups, sample);
    let devices = small.devices.len();
    let items = small.items.len();
    for by in [By::Machine, By::Interpreter] {
        let name = format!("regorus {by:?}, {}", with(groups)).to_lowercase();
        let agreed = compare(&name, right, |device, item| rego.gets(by, device, item))?;
        for (device, right) in right.iter().enumerate() {
            if rego.gets_all(by, device) != right.iter().filter(|gets| **gets).count() {
                return Err(format!(
                    "{name}: all items of device {device} of the sample: not as many as by the oracle"
                ));
            }
        }
        println!("{name}: agrees with the oracle on {agreed} decisions.");
        let warm: Vec<_> = (0..64).map(|number| (number % sample.len(), number * 3 % items)).collect();
        let times = rounds(SHORT, 1, || {
            for (device, item) in &warm {
                black_box(rego.gets(by, *device, *item));
            }
        });
        rows.push(Row::new("one decision, warm", &name, devices).timed(times, warm.len()));
        let mut next = 0;
        let times = rounds(SHORT, 1, || {
            next = (next + 1) % sample.len();
            black_box(rego.gets_all(by, next));
        });
        rows.push(Row::new("all items of one device", &name, devices).timed(times, items));
        let times = passes(SHORT, || {
            for device in 0..sample.len() {
                black_box(rego.gets_all(by, device));
            }
        });
        rows.push(Row::new("whole matrix", &format!("{name}, sample"), devices).timed(times, sample.len() * items));
    }
    if groups == Groups::AsConditions {
        rego.only_machine();
        let mut times = Vec::new();
        for (number, user) in small.users.iter().cycle().take(2_000).enumerate() {
            let (user, value) = (user.id.as_str().into(), ["sales", "care"][number % 2].into());
            let begin = Instant::now();
            rego.set(&user, &"department".into(), value);
            times.push(begin.elapsed().as_nanos() as f64);
        }
        rows.push(Row::new("one attribute change, of a user", "regorus, data in place", devices).timed(times, 0));
    }
    Ok(())
}

/// From texts that are in memory to the first decision.
fn loads(small: &Snapshot, rows: &mut Vec<Row>) -> Result<(), String> {
    let devices = small.devices.len();
    let case = "compile and load, from text";
    let text = small.to_json().map_err(|error| error.to_string())?;
    let mut load = |engine: &str, call: &mut dyn FnMut()| {
        rows.push(Row::new(case, engine, devices).timed(rounds(SHORT, 1, call), 0));
    };
    load("Baton, reading", &mut || drop(black_box(Snapshot::from_json(&text))));
    load("Baton, compiling", &mut || drop(black_box(Engine::new(small))));
    let items = plain::items(small);
    for groups in [Groups::AsConditions, Groups::AsParents] {
        let name = with(groups);
        let policies = cedar::text(small, &items, groups);
        let entities = cedar::whole_json(small, &cedar::Members::of(small, groups));
        load(&format!("Cedar, policies, {name}"), &mut || drop(black_box(cedar::parse(&policies))));
        load(&format!("Cedar, entities, {name}"), &mut || {
            drop(black_box(cedar_policy::Entities::from_json_str(&entities, None)));
        });
        let rules = rego::text(small, &items, groups);
        let data = rego::json(small, groups);
        load(&format!("regorus, rules, {name}"), &mut || drop(black_box(rego::compile(rules.clone(), items.len()))));
        load(&format!("regorus, data, {name}"), &mut || drop(black_box(rego::read(&data))));
    }
    Ok(())
}

/// How many times faster than the fastest other engine Baton is on the matrix.
fn compare_matrix(rows: &mut [Row]) {
    let of = |row: &&Row| row.case == "whole matrix";
    let others = rows.iter().filter(of).filter(|row| !row.engine.starts_with("Baton"));
    let Some(fastest) = others.filter_map(|row| row.ns_per_decision).min_by(f64::total_cmp) else { return };
    let baton = rows.iter_mut().filter(|row| row.case == "whole matrix" && row.engine.starts_with("Baton"));
    for row in baton {
        let times = fastest / row.ns_per_decision.unwrap_or(f64::INFINITY);
        println!("{}: {times:.0} times faster on the matrix than the fastest other engine (target: 50)", row.engine);
        if let Some(target) = &mut row.target {
            target.push_str(&format!(", ≥ 50 times faster ({times:.0})"));
        }
        row.met = Some(row.met == Some(true) && times >= 50.0);
    }
}
