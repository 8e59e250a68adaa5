//! Headers looked up by name.

use tonic::codegen::http::{HeaderMap, HeaderName, HeaderValue};

/// The first header of this name. A call has a handful, and is asked for some that it mostly lacks: looking at each takes a fraction of
/// the hash of a name.
pub(super) fn find<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a HeaderValue> {
    headers.iter().find_map(|(known, value)| (known == name).then_some(value))
}
