//! Request safety, over every route that the router knows, with every method: what other sites may not do, and what every
//! answer says to the browser. The routes outside of `app` have their tests in `server/src/http`.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail as tests do")]

mod answers;
mod cookies;
mod foreign;
mod headers;
mod markup;
mod opening;
mod policy;
mod survey;
