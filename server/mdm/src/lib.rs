//! baton-mdm
