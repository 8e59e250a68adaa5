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
pub(super) use language_test::language_test;
pub(super) use parts::{answer, complete_day, instant, optional_day, programs, reference, unknown_number};
pub(super) use profile::{attested, profile};
pub(super) use scoring::{
    AGES, FAMILY_SIZES, WORK_YEARS, adaptability, arranged_employment, canadian_credential, education, funds,
    marital_status, number_in, official_language,
};
pub(super) use target::{Named, Target, ToHold, View, cut, known_category, target, to_hold};
pub(super) use work::{WorkMessage, work_experience};
