//! Answers whether the published criteria of an Express Entry draw invite a profile, and why.
//!
//! The rooms, each importing only from those before it:
//!
//! - [`model`]: values that cannot be wrong: codes, scores, dates, draws, profiles, evaluations.
//! - [`catalog`]: the dated facts and law of `catalog/`, checked as a whole and embedded.
//! - [`engine`]: pure and total: a profile and a draw in, an evaluation out.
//! - [`grpc`]: the doors: protobuf messages in and out, errors, the service.
//! - [`server`]: transport: listening, health, reflection, shutdown, logs.

pub mod catalog;
pub mod engine;
pub mod grpc;
pub mod model;
pub mod server;
