//! One binary: a real server on port 0, real clients, and cases as data.

mod cases;
mod properties;
mod support;
