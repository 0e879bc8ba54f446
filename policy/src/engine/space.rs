//! All users, or all devices: their facts in columns, and what is known of them in nodes.

use std::collections::HashMap;
use std::hash::Hash;

use super::bits::{BLOCK, Bits, Block, Set, WORDS};
use super::column::{Column, ValueNumber};
use super::node::{Expression, Node, NodeId, NodeKey, NodeKind};
use super::wave::Wave;
use crate::fact::{Fact, Truth};
use crate::rule::{Condition, FactRef, Test};
use crate::value::Value;

/// All subjects of a kind.
#[derive(Clone, Debug)]
pub(super) struct Space<I> {
    /// Who has a number; a number that is free has nobody.
    ids: Vec<Option<I>>,
    number_of: HashMap<I, usize>,
    free: Vec<usize>,
    /// Whose numbers are not free.
    pub alive: Set,
    pub columns: Vec<Column>,
    column_of: HashMap<FactRef, usize>,
    pub nodes: Vec<Node>,
    node_of: HashMap<NodeKey, NodeId>,
    /// Every node after those it reads.
    pub by_order: Vec<NodeId>,
}

impl<I> Default for Space<I> {
    fn default() -> Self {
        Self {
            ids: Vec::new(),
            number_of: HashMap::new(),
            free: Vec::new(),
            alive: Set::default(),
            columns: Vec::new(),
            column_of: HashMap::new(),
            nodes: Vec::new(),
            node_of: HashMap::new(),
            by_order: Vec::new(),
        }
    }
}

impl<I: Clone + Eq + Hash> Space<I> {
    /// The subject's number.
    pub fn number(&self, id: &I) -> Option<usize> {
        self.number_of.get(id).copied()
    }

    /// Who has the number.
    pub fn id(&self, number: usize) -> Option<&I> {
        self.ids.get(number)?.as_ref()
    }

    /// Everyone, in the order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (usize, &I)> {
        self.ids.iter().enumerate().filter_map(|(number, id)| Some((number, id.as_ref()?)))
    }

    /// How many blocks the planes have.
    pub fn blocks(&self) -> usize {
        self.alive.blocks.len()
    }

    /// Gives a new subject a number.
    pub fn add(&mut self, id: I) -> usize {
        let number = self.free.pop().unwrap_or(self.ids.len());
        if number == self.ids.len() {
            self.ids.push(None);
        }
        self.ids[number] = Some(id.clone());
        self.number_of.insert(id, number);
        if number / BLOCK == self.blocks() {
            self.alive.blocks.push(Bits::default());
            for node in &mut self.nodes {
                node.plane.blocks.push(Block::NO);
            }
        }
        self.alive.put(number, true);
        number
    }

    /// Frees the subject's number.
    pub fn remove(&mut self, id: &I) {
        if let Some(number) = self.number_of.remove(id) {
            self.ids[number] = None;
            self.free.push(number);
            self.alive.put(number, false);
        }
    }

    /// Makes a column.
    pub fn add_column(&mut self, fact: FactRef, default: Option<Value>) {
        self.column_of.insert(fact, self.columns.len());
        self.columns.push(Column::new(default));
    }

    /// Where a fact is kept.
    pub fn column(&self, fact: &FactRef) -> Option<usize> {
        self.column_of.get(fact).copied()
    }

    /// What a subject has.
    pub fn fact(&self, fact: &FactRef, subject: usize) -> Fact<&Value> {
        match self.column(fact) {
            Some(column) => self.columns[column].fact(self.columns[column].of(subject)),
            None => Fact::Empty,
        }
    }

    /// What a subject without a value of its own has.
    pub fn emptied(&self, fact: &FactRef) -> Fact<&Value> {
        self.column(fact).map_or(Fact::Empty, |column| self.columns[column].emptied())
    }

    /// Takes a new value. What reads it is told to the wave.
    pub fn set_fact(&mut self, column: usize, subject: usize, fact: Fact<Value>, wave: &mut Wave) {
        let known = self.columns[column].len();
        let number = self.columns[column].number(fact);
        if self.columns[column].len() > known {
            self.learn(column, number);
        }
        let is_new = self.columns[column].numbers.len() <= subject;
        let before = self.columns[column].of(subject);
        if before == number && !is_new {
            return;
        }
        self.columns[column].set(subject, number);
        for index in 0..self.columns[column].readers.len() {
            let node = self.columns[column].readers[index];
            if let NodeKind::Fact { truths, .. } = &self.nodes[node].kind {
                let truth = truths[number as usize];
                // The answers are few and close; the planes are many and far.
                if is_new || truth != truths[before as usize] {
                    self.set_node(node, subject, truth, wave);
                }
            }
        }
    }

    /// Tests a new value of a column for every condition that reads the column.
    fn learn(&mut self, column: usize, number: ValueNumber) {
        let fact = self.columns[column].fact(number);
        for reader in &self.columns[column].readers {
            if let NodeKind::Fact { test, truths, .. } = &mut self.nodes[*reader].kind {
                truths.push(test_of(test, fact));
            }
        }
    }

    /// Takes a new answer for one subject. What reads it is told to the wave.
    pub fn set_node(&mut self, node: NodeId, subject: usize, truth: Truth, wave: &mut Wave) {
        if self.nodes[node].plane.get(subject) != truth {
            self.nodes[node].plane.set(subject, truth);
            wave.changed_one(node, subject);
        }
    }

    /// Takes a new answer for many subjects of a block. What reads it is told to the wave.
    pub fn set_block(&mut self, node: NodeId, block: usize, set: &Bits, truth: Truth, wave: &mut Wave) {
        if *set == [0; WORDS] {
            return;
        }
        let answers = &mut self.nodes[node].plane.blocks[block];
        let before = *answers;
        answers.set_all(set, truth);
        let bits = answers.difference(&before);
        if bits != [0; WORDS] {
            wave.changed.push((node, block, bits));
        }
    }

    /// The node under a key.
    pub fn find(&self, key: &NodeKey) -> Option<NodeId> {
        self.node_of.get(key).copied()
    }

    /// The key that finds a node.
    pub fn keys(&self) -> impl Iterator<Item = (&NodeKey, NodeId)> {
        self.node_of.iter().map(|(key, node)| (key, *node))
    }

    /// Gives up a key; the node goes with the next [`Space::retain`].
    pub fn forget(&mut self, key: &NodeKey) {
        self.node_of.remove(key);
    }

    /// A new node under a key that finds none yet.
    pub fn add_node(&mut self, key: NodeKey, kind: NodeKind) -> NodeId {
        let node = Node::new(kind, self.blocks());
        let free = self.nodes.iter().position(|node| matches!(node.kind, NodeKind::Free));
        let id = match free {
            Some(id) => {
                self.nodes[id] = node;
                id
            }
            None => {
                self.nodes.push(node);
                self.nodes.len() - 1
            }
        };
        self.node_of.insert(key, id);
        id
    }

    /// The node of a condition, a new one if it is new.
    pub fn condition(&mut self, condition: &Condition) -> Option<NodeId> {
        let key = NodeKey::Condition(condition.clone());
        if let Some(node) = self.find(&key) {
            return Some(node);
        }
        let column = self.column(&condition.fact)?;
        let truths: Vec<Truth> = self.columns[column].all().map(|fact| test_of(&condition.test, fact)).collect();
        let kind = NodeKind::Fact { column, test: condition.test.clone(), truths: truths.clone() };
        let node = self.add_node(key, kind);
        self.columns[column].readers.push(node);
        let plane = &mut self.nodes[node].plane;
        for (subject, number) in self.columns[column].numbers.iter().enumerate() {
            let truth = truths[*number as usize];
            if truth != Truth::False {
                plane.set(subject, truth);
            }
        }
        Some(node)
    }

    /// Frees the nodes that nothing reads any more.
    pub fn retain(&mut self, is_used: impl Fn(NodeId) -> bool) {
        self.node_of.retain(|_, node| is_used(*node));
        for node in 0..self.nodes.len() {
            if !is_used(node) {
                self.nodes[node] = Node::new(NodeKind::Free, 0);
            }
            self.nodes[node].readers.retain(|reader| is_used(*reader));
        }
        for column in &mut self.columns {
            column.readers.retain(|reader| is_used(*reader));
        }
    }

    /// The answers of a rule for one block.
    pub fn evaluate(&self, expression: &Expression, block: usize) -> Block {
        expression.block(&|node| self.nodes[node].plane.blocks[block])
    }
}

/// Whether a fact passes; without a copy of the value.
fn test_of(test: &Test, fact: Fact<&Value>) -> Truth {
    match fact {
        Fact::Unknown => Truth::Unknown,
        Fact::Empty => test.on(&Fact::Empty),
        Fact::Value(value) => test.on_value(value).into(),
    }
}
