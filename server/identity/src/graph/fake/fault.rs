//! How the fake Graph misbehaves.

/// What happens to one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing: it is answered well.
    None,
    /// 429, with `Retry-After` in seconds.
    TooMany(Option<u64>),
    /// 503, with `Retry-After` in seconds.
    Unavailable(Option<u64>),
    /// 500.
    Broken,
    /// 401: the token has ended earlier than it was to.
    Unauthorized,
    /// 403: the application lacks a permission.
    Forbidden,
    /// 410: what changed since is not known any more.
    Gone,
    /// 400 that means the same.
    SyncStateNotFound,
    /// The connection breaks in the middle of the page.
    Cut,
    /// The page ends in the middle, as if it were whole.
    Short,
    /// The page has no list.
    NoList,
    /// One of the entries has no id.
    EntryWithoutId,
    /// The next page is said to be at another host.
    ForeignNextLink,
    /// The next page is said to be outside of Graph, at the same host.
    NextLinkOutside,
    /// The next page is said to be this one.
    EndlessNextLink,
    /// A last page without the link to later changes.
    NoDeltaLink,
    /// The link to later changes is at another host.
    ForeignDeltaLink,
    /// A page for people.
    Html,
    /// 302 to another place.
    Redirects,
    /// No answer at all.
    Slow,
}
