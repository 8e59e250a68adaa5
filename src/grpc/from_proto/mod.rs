//! Messages parsed into the model: each is taken apart by name, and every wrong field is told.

mod draw;
mod filter;
mod gap;
mod language_test;
mod parts;
mod profile;
mod scoring;
mod target;
mod work;

pub(super) use filter::DrawFilter;
pub(super) use gap::{fixed_kinds, max_options};
pub(super) use parts::{complete_day, optional_day, reference, unknown_number};
pub(super) use profile::profile;
pub(super) use target::{Named, Target, ToHold, View, cut, known_category, target, to_hold};
