//! One binary: a real server on port 0, real clients, and cases as data.

// A test fails by panicking, and is data first.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::unreachable)]
#![allow(clippy::unnecessary_wraps, clippy::too_many_lines, clippy::unreadable_literal)]

mod bad_input;
mod calls_logged;
mod cases;
mod catalog;
mod catalog_reload;
mod codec;
mod command_line;
mod decision_log;
mod faults;
mod feed;
mod feed_command;
mod feed_fields;
mod foresight_cases;
mod gap;
mod history;
mod leaks;
mod listing;
mod metrics;
mod open_facts;
mod overlay;
mod pool;
mod projection;
mod properties;
mod readme;
mod resuming;
mod scoring;
mod security;
mod selection_grid;
mod serving;
mod short_ways;
mod side_by_side;
mod simulated_pools;
mod simulation;
mod simulation_stream;
mod stopping;
mod streaming;
mod support;
mod tidy;
mod tls;
mod traces;
mod worked_examples;
