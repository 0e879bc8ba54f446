//! Where people come from besides Baton itself: directories, providers, and keeping up with them (B2, B3, B10, A5).

mod accounts;
mod desk;
mod directory_faults;
mod directory_sign_in;
mod logging_in;
mod login_faults;
mod managing;
mod syncing;
mod syncing_graph;
