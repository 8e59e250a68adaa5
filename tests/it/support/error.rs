//! What an error carries, taken from its details.

use prost::Message;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

/// Code, reason and paths of the wrong fields.
#[derive(Debug, PartialEq, Eq)]
pub struct Told {
    pub code: Code,
    pub reason: String,
    pub fields: Vec<String>,
    pub resource: Option<String>,
}

/// Takes an error apart; every error must carry its domain.
pub fn told(status: &Status) -> Told {
    let details = status.get_error_details();
    let info = details.error_info().unwrap_or_else(|| panic!("no ErrorInfo in {status:?}"));
    assert_eq!(info.domain, "expressentry.v1");
    Told { code: status.code(), reason: info.reason.clone(), fields: fields(&details), resource: resource(&details) }
}

/// Takes the error of an item apart.
pub fn told_of_item(status: &tonic_types::Status) -> Told {
    let code = Code::from(status.code);
    told(&Status::with_details(code, status.message.clone(), status.encode_to_vec().into()))
}

fn fields(details: &ErrorDetails) -> Vec<String> {
    let violations = details.bad_request().map(|bad| bad.field_violations.clone()).unwrap_or_default();
    violations.into_iter().map(|violation| violation.field).collect()
}

fn resource(details: &ErrorDetails) -> Option<String> {
    details.resource_info().map(|info| format!("{} {}", info.resource_type, info.resource_name))
}
