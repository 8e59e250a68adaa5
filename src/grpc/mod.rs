//! The doors: protobuf messages parsed into the model and told from it, errors, and the service.

mod answer;
mod at_work;
pub mod codec;
mod decisions;
mod from_proto;
mod gap;
mod history;
mod incident;
mod info;
mod json;
pub mod limits;
mod listing;
mod messages;
mod paging;
mod projection;
mod record;
mod refusal;
mod served;
mod service;
mod simulation;
mod status;
mod stream;
mod to_proto;

pub use answer::Api;
pub use at_work::AtWork;
#[cfg(test)]
pub(crate) use at_work::off_thread;
pub use decisions::{Decider, DecisionLog, OnFailure};
pub use history::History;
pub use incident::{Incident, log_panics};
pub use json::{JsonError, from_json, to_json};
pub use limits::Limits;
pub use record::{CallRecord, Counts, Tally};
pub use refusal::{Refusal, Violation, Violations};
pub use served::ServedCatalog;
pub use service::{Draining, Service};
pub use simulation::simulate_draw;
pub use status::{enrich, rpc_status, status};
pub use stream::stream_evaluate;

/// The generated messages, client and server, package by package.
#[allow(missing_docs, clippy::all, clippy::pedantic, clippy::indexing_slicing, reason = "generated")]
pub mod proto {
    /// Package `expressentry.v1`.
    pub mod expressentry {
        #[allow(missing_docs)]
        pub mod v1 {
            tonic::include_proto!("expressentry.v1");
            tonic::include_proto!("expressentry.v1.ExpressEntryService");
        }
    }
    /// Package `google.type`.
    pub mod google {
        #[allow(missing_docs)]
        pub mod r#type {
            tonic::include_proto!("google.r#type");
        }
    }

    pub use expressentry::v1::*;
    pub use google::r#type::Date;

    /// All of the above as an encoded descriptor set, with what it imports.
    pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
}
