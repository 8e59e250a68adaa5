//! What the fuzz targets do with any bytes. The same functions are run by libFuzzer, for as long as it is let, and by
//! `tests/fuzz` on mutated seeds, in every check.

mod catalog;
mod feed;
mod page_tokens;
mod request;
mod stream_frame;

use std::sync::{Arc, LazyLock};

use chrono::NaiveDate;
use express_entry::{catalog::Catalog, grpc::Api};

pub use catalog::catalog;
pub use feed::feed;
pub use page_tokens::page_tokens;
pub use request::request;
pub use stream_frame::stream_frame;

static API: LazyLock<Api> = LazyLock::new(|| Api::new(Arc::new(Catalog::embedded().unwrap())));

/// The day on which everything is asked.
fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 2).unwrap()
}
