//! One binary: a real server on port 0, real clients, and cases as data.

mod bad_input;
mod cases;
mod catalog;
mod listing;
mod properties;
mod support;
