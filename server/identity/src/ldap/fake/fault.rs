//! What the fake can do wrong, and when.

use std::time::Duration;

/// When something goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Moment {
    /// A connection was made.
    Connect,
    /// Encryption was asked for.
    StartTls,
    /// A bind came: the first on a connection is Baton's own, the second that of who signs in.
    Bind,
    /// A search came, or the request for its next page.
    Search,
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing: for the turns before something does.
    Behave,
    /// The connection is closed without an answer.
    Close,
    /// After so many messages of the answer the connection is closed.
    CloseAfter(usize),
    /// In the middle of a message the connection is closed.
    CloseHalfway,
    /// There is no answer, and the connection stays open.
    Silence,
    /// Every byte takes so long.
    Trickle(Duration),
    /// These bytes come in place of an answer.
    Nonsense(Vec<u8>),
    /// A message of so many bytes is announced, and does not come.
    Announce(u32),
    /// The answer carries the id of another question.
    WrongId,
    /// The answer is one to another kind of question.
    WrongOperation,
    /// The server says that it ends the connection, and does.
    Disconnection,
    /// The result is this code with this text.
    Result(u32, &'static str),
    /// The result is a referral to this address.
    Referral(String),
    /// Before the result a part of the tree is said to be at this address.
    Reference(String),
    /// So many entries come, and then this code.
    CutOff(usize, u32),
    /// Every entry comes twice, the second time under another name.
    Twice,
    /// The entries have an empty name.
    EmptyName,
    /// Every entry has an attribute of so many bytes.
    Huge(usize),
    /// No entry comes, and the promise of another page.
    EmptyPage,
    /// Something follows the answer to STARTTLS in the clear.
    Inject,
}
