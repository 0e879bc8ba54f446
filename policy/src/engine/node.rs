//! What is known of every subject: conditions, groups, and what the holders bring.

use crate::fact::Truth;
use crate::ids::{DeviceGroupId, UserGroupId};
use crate::rule::{Condition, Test};

use super::bits::{Block, Plane};

/// The number of a node in its space.
pub(super) type NodeId = usize;

/// One question with its answer for every subject.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub kind: NodeKind,
    /// The answers.
    pub plane: Plane,
    /// The rules that read it, in the same space.
    pub readers: Vec<NodeId>,
    /// Whether an item's distribution reads it.
    pub of_items: bool,
    /// In the space of users: where the devices see it by their holder.
    pub projection: Option<NodeId>,
    /// In the space of devices: whether the answer depends on who holds the device.
    pub by_holder: bool,
    /// For rules: every rule comes after those it reads.
    pub order: usize,
}

/// What a node asks.
#[derive(Clone, Debug)]
pub(super) enum NodeKind {
    /// Nothing; its place can be taken.
    Free,
    /// Whether a column's value passes a test; the answers by the value's number.
    Fact { column: usize, test: Test, truths: Vec<Truth> },
    /// Whether the subject was put into the group by hand.
    Manual,
    /// Whether the rule holds.
    Rule(Expression),
    /// Of devices: the answer of a node of users, for the holder.
    OfHolder(NodeId),
    /// Of users: whether it is one of these, who stand in distributions by name.
    Named,
}

/// By what a node is found again.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum NodeKey {
    Condition(Condition),
    UserGroup(UserGroupId),
    DeviceGroup(DeviceGroupId),
    OfHolder(NodeId),
    /// Users by number, in order.
    Named(Vec<usize>),
}

/// A rule over nodes of one space.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expression {
    All(Vec<Expression>),
    Any(Vec<Expression>),
    None(Vec<Expression>),
    Is(NodeId),
    IsNot(NodeId),
}

impl Expression {
    /// Every node that it reads, with repetitions.
    pub fn visit(&self, visitor: &mut impl FnMut(NodeId)) {
        match self {
            Self::All(parts) | Self::Any(parts) | Self::None(parts) => {
                for part in parts {
                    part.visit(visitor);
                }
            }
            Self::Is(node) | Self::IsNot(node) => visitor(*node),
        }
    }

    /// The answers for a block of subjects.
    pub fn block(&self, leaf: &impl Fn(NodeId) -> Block) -> Block {
        let any = |parts: &[Self]| parts.iter().fold(Block::NO, |so_far, part| so_far.or(&part.block(leaf)));
        match self {
            Self::All(parts) => parts.iter().fold(Block::YES, |so_far, part| so_far.and(&part.block(leaf))),
            Self::Any(parts) => any(parts),
            Self::None(parts) => any(parts).not(),
            Self::Is(node) => leaf(*node),
            Self::IsNot(node) => leaf(*node).not(),
        }
    }

    /// The answer for one subject; what no longer matters is not asked.
    pub fn truth(&self, leaf: &impl Fn(NodeId) -> Truth) -> Truth {
        match self {
            Self::All(parts) => first(parts, Truth::False, |part| part.truth(leaf)),
            Self::Any(parts) => first(parts, Truth::True, |part| part.truth(leaf)),
            Self::None(parts) => !first(parts, Truth::True, |part| part.truth(leaf)),
            Self::Is(node) => leaf(*node),
            Self::IsNot(node) => !leaf(*node),
        }
    }
}

/// The answer that settles the matter if one part gives it, else unknown if one part does, else the
/// opposite.
fn first(parts: &[Expression], settles: Truth, answer: impl Fn(&Expression) -> Truth) -> Truth {
    let mut so_far = settles.negate();
    for part in parts {
        let now = answer(part);
        if now == settles {
            return settles;
        }
        if now == Truth::Unknown {
            so_far = Truth::Unknown;
        }
    }
    so_far
}

impl Node {
    pub fn new(kind: NodeKind, blocks: usize) -> Self {
        Self {
            kind,
            plane: Plane::new(blocks),
            readers: Vec::new(),
            of_items: false,
            projection: None,
            by_holder: false,
            order: 0,
        }
    }
}
