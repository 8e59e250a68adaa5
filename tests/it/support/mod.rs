//! A real server on port 0, its clients, and cases read from files.

pub mod both_ways;
pub mod cases;
pub mod certificates;
pub mod collector;
pub mod error;
pub mod feed;
pub mod items;
pub mod process;
pub mod raw;
pub mod scraped;
pub mod served;
pub mod server;
pub mod wire;

use express_entry::{catalog::Catalog, grpc::proto::Profile};
use std::sync::{Arc, LazyLock};

/// The catalogue, loaded once for all tests.
pub fn catalog() -> Arc<Catalog> {
    static CATALOG: LazyLock<Arc<Catalog>> = LazyLock::new(|| Arc::new(Catalog::embedded().unwrap()));
    CATALOG.clone()
}

/// The nurse of draw 284, who is invited.
pub fn nurse() -> Profile {
    cases::profile_of_json(include_str!("../../../examples/profiles/nurse.json"))
}
