//! The organisation in Rego: rules and data, and decisions by `regorus` about a sample of its devices.

mod data;
mod rules;

use baton_policy::snapshot::Snapshot;
use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::{RegoVM, program::Program};
use regorus::{Engine, Value};
use std::sync::Arc;

pub use data::json;
pub use rules::text;

use crate::Groups;

/// regorus, with everything that can be prepared prepared: its virtual machine with the program and the data loaded
/// once, and an input for each device.
pub struct Rego {
    machine: RegoVM,
    interpreter: Engine,
    data: Option<Value>,
    /// By device of the sample.
    inputs: Vec<Value>,
    /// By item: the rule that decides about it.
    rules: Vec<String>,
}

/// By what regorus evaluates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Its virtual machine.
    Machine,
    /// Its interpreter.
    Interpreter,
}

/// The rule of an item, and the entry point of all.
fn rule(item: usize) -> String {
    format!("data.baton.gets_{item}")
}
const ALL: &str = "data.baton.gets";

/// Compiles a text for the virtual machine.
///
/// # Panics
///
/// When the translator wrote something that is not Rego.
#[must_use]
pub fn compile(text: String, items: usize) -> (Engine, Arc<Program>) {
    let mut engine = Engine::new();
    engine.add_policy("baton.rego".to_owned(), text).expect("the translator writes Rego");
    let policy = engine.compile_with_entrypoint(&ALL.into()).expect("the rules fit together");
    let names: Vec<String> = (0..items).map(rule).collect();
    let entries: Vec<&str> = names.iter().map(String::as_str).chain([ALL]).collect();
    let program = Compiler::compile_from_policy(&policy, &entries).expect("the rules can be compiled");
    (engine, program)
}

/// Reads data.
///
/// # Panics
///
/// When the translator wrote something that is not JSON.
#[must_use]
pub fn read(json: &str) -> Value {
    Value::from_json_str(json).expect("the translator writes JSON")
}

impl Rego {
    /// Prepares decisions about the devices of the sample.
    ///
    /// # Panics
    ///
    /// When the translators wrote something that regorus does not take.
    #[must_use]
    pub fn new(snapshot: &Snapshot, groups: Groups, sample: &[usize]) -> Self {
        let items = crate::plain::items(snapshot);
        let data = read(&json(snapshot, groups));
        let (mut interpreter, program) = compile(text(snapshot, &items, groups), items.len());
        interpreter.add_data(data.clone()).expect("the data is an object");
        let mut machine = RegoVM::new();
        machine.load_program(program);
        machine.set_data(data.clone()).expect("the data does not hide the rules");
        let input = |device: &usize| read(&format!("{{\"device\":\"{}\"}}", snapshot.devices[*device].id));
        let inputs = sample.iter().map(input).collect();
        Self { machine, interpreter, data: Some(data), inputs, rules: (0..items.len()).map(rule).collect() }
    }

    /// Whether the device of the sample gets the item.
    ///
    /// # Panics
    ///
    /// When regorus refuses what it compiled.
    pub fn gets(&mut self, by: By, device: usize, item: usize) -> bool {
        let input = self.inputs[device].clone();
        let answer = match by {
            By::Machine => {
                self.machine.set_input(input);
                self.machine.execute_entry_point_by_index(item).expect("the program runs")
            }
            By::Interpreter => {
                self.interpreter.set_input(input);
                self.interpreter.eval_rule(self.rules[item].clone()).expect("the rule can be evaluated")
            }
        };
        answer == Value::Bool(true)
    }

    /// Every item that the device of the sample gets, in one evaluation.
    ///
    /// # Panics
    ///
    /// When regorus refuses what it compiled.
    pub fn gets_all(&mut self, by: By, device: usize) -> usize {
        let input = self.inputs[device].clone();
        let answer = match by {
            By::Machine => {
                self.machine.set_input(input);
                self.machine.execute_entry_point_by_index(self.rules.len()).expect("the program runs")
            }
            By::Interpreter => {
                self.interpreter.set_input(input);
                self.interpreter.eval_rule(ALL.to_owned()).expect("the rule can be evaluated")
            }
        };
        answer.as_set().map_or(0, |set| set.len())
    }

    /// Changes a text of one user in the data of the virtual machine: in place, because nobody else has the data then.
    ///
    /// # Panics
    ///
    /// When there is no such user.
    pub fn set(&mut self, user: &Value, name: &Value, value: Value) {
        let mut data = self.data.take().unwrap_or_else(Value::new_object);
        self.machine.set_data(Value::new_object()).expect("nothing hides no rule");
        let users = data.as_object_mut().ok().and_then(|data| data.get_mut(&Value::from("users")));
        let facts = users.and_then(|users| users.as_object_mut().ok()).and_then(|users| users.get_mut(user));
        let facts = facts.and_then(|facts| facts.as_object_mut().ok()).expect("the user is there");
        facts.insert(name.clone(), value);
        self.data = Some(data.clone());
        self.machine.set_data(data).expect("the data does not hide the rules");
    }

    /// Gives up the interpreter and its copy of the data, so that a change of the virtual machine's is made in place.
    pub fn only_machine(&mut self) {
        self.interpreter = Engine::new();
    }
}
