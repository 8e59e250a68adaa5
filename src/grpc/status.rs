//! The one table of codes: what each refusal is on the wire.

use std::time::Duration;

use chrono::NaiveDate;
use prost::Message;
use prost_types::Any;
use tonic::{Code, Status};
use tonic_types::pb;

use super::{
    limits::MAX_VIOLATION_BYTES,
    proto::ErrorReason,
    refusal::{Refusal, Violation},
};
use crate::model::Period;

/// The domain of every `google.rpc.ErrorInfo`.
const DOMAIN: &str = "expressentry.v1";

/// Wrong fields told in the message itself; the details have more.
const TOLD_IN_MESSAGE: usize = 3;

/// After which time a caller who was sent away may try again: most work in progress is done by then.
const RETRY: Duration = Duration::from_secs(1);

const AT_FAULT: &str = "the service is at fault; nothing is known to be wrong with the request";

/// What a refusal comes to: code, reason, words, and the detail beside the reason.
struct Told {
    code: Code,
    reason: ErrorReason,
    message: String,
    /// Facts for machines beside the reason.
    metadata: Vec<(&'static str, String)>,
    detail: Option<Any>,
}

/// The refusal as a status of a call.
pub fn status(refusal: &Refusal) -> Status {
    let status = rpc_status(refusal);
    Status::with_details(Code::from(status.code), status.message.clone(), status.encode_to_vec().into())
}

/// The refusal as a value in a message.
pub fn rpc_status(refusal: &Refusal) -> tonic_types::Status {
    let Told { code, reason, message, metadata, detail } = tell(refusal);
    let details = std::iter::once(error_info(reason, metadata)).chain(detail).collect();
    tonic_types::Status { code: code.into(), message, details }
}

/// Gives a status that tonic made itself the reason that every error of this service carries, and blames a message that
/// could not be decoded on the one who sent it.
pub fn enrich(made_by_tonic: &Status) -> Status {
    let (code, reason) = match made_by_tonic.code() {
        Code::OutOfRange => (Code::OutOfRange, ErrorReason::MessageTooLarge),
        Code::Internal | Code::InvalidArgument => (Code::InvalidArgument, ErrorReason::MalformedMessage),
        Code::Unimplemented => (Code::Unimplemented, ErrorReason::Unimplemented),
        other => (other, ErrorReason::Transport),
    };
    let message = made_by_tonic.message().to_owned();
    let details = tonic_types::Status {
        code: code.into(),
        message: message.clone(),
        details: vec![error_info(reason, Vec::new())],
    };
    Status::with_details(code, message, details.encode_to_vec().into())
}

fn tell(refusal: &Refusal) -> Told {
    let missing = |reason, kind: &str, name: &str, message: String| Told {
        code: Code::NotFound,
        reason,
        metadata: Vec::new(),
        detail: Some(resource(kind, name, &message)),
        message,
    };
    match refusal {
        Refusal::InvalidFields(violations) => {
            let violations: Vec<&Violation> = violations.iter().collect();
            Told {
                code: Code::InvalidArgument,
                reason: ErrorReason::InvalidFields,
                message: told_first(&violations),
                metadata: Vec::new(),
                detail: Some(bad_request(&violations)),
            }
        }
        Refusal::DrawNotFound(number) => missing(
            ErrorReason::DrawNotFound,
            "expressentry.v1.Draw",
            number,
            format!("no draw has the number {number:?}; ListDraws lists them"),
        ),
        Refusal::CategoryNotFound { id, known } => missing(
            ErrorReason::CategoryNotFound,
            "expressentry.v1.Category",
            id,
            format!("no category has the id {id:?}; the categories are {}", known.join(", ")),
        ),
        Refusal::NoDrawInCategory(id) => missing(
            ErrorReason::CategoryNotFound,
            "expressentry.v1.Category",
            id,
            format!("no draw was held in the category {id:?}"),
        ),
        Refusal::OccupationNotFound(code) => missing(
            ErrorReason::OccupationNotFound,
            "expressentry.v1.Occupation",
            code,
            format!("NOC 2021 has no unit group {code}; ListOccupations lists them"),
        ),
        Refusal::RulesNotInCatalog { day, covered } => no_rules(*day, *covered),
        Refusal::StreamProtocol(violation) => Told {
            code: Code::InvalidArgument,
            reason: ErrorReason::StreamProtocol,
            message: violation.to_string(),
            metadata: Vec::new(),
            detail: Some(bad_request(&[violation])),
        },
        Refusal::ResponseTooLarge { bytes } => plain(
            Code::OutOfRange,
            ErrorReason::ResponseTooLarge,
            format!("the answer would be {bytes} bytes; send fewer items, ask for the VERDICT view, or stream"),
        ),
        Refusal::Draining => plain(
            Code::Unavailable,
            ErrorReason::Draining,
            "the server ends the stream, since it is stopping or the stream is old; go on elsewhere, or on a new stream".into(),
        ),
        Refusal::CallerUnknown => plain(
            Code::Unauthenticated,
            ErrorReason::CallerUnknown,
            "no caller is known by these credentials; send the metadata \"authorization: Bearer TOKEN\" once, or show a client \
             certificate that the server's file of callers names"
                .into(),
        ),
        Refusal::MethodNotAllowed { caller } => plain(
            Code::PermissionDenied,
            ErrorReason::MethodNotAllowed,
            format!("the caller {caller:?} may not call this method; the server's file of callers says which it may"),
        ),
        Refusal::DecisionLogFailing => plain(
            Code::Unavailable,
            ErrorReason::DecisionLogFailing,
            "the decision log can't be written, and nothing is decided without it; try again later or elsewhere".into(),
        ),
        Refusal::Overloaded { limit } => overloaded(limit),
        Refusal::StreamIdle => plain(
            Code::Aborted,
            ErrorReason::StreamIdle,
            "nothing was read or written on the stream for too long; go on from where it came to, on a new stream".into(),
        ),
        Refusal::Internal => plain(Code::Internal, ErrorReason::Internal, AT_FAULT.into()),
        Refusal::Panicked(incident) => Told {
            metadata: vec![("incident", incident.to_string())],
            ..plain(Code::Internal, ErrorReason::Internal, format!("{AT_FAULT} (incident {incident})"))
        },
    }
}

fn plain(code: Code, reason: ErrorReason, message: String) -> Told {
    Told { code, reason, message, metadata: Vec::new(), detail: None }
}

fn no_rules(day: NaiveDate, covered: Option<Period>) -> Told {
    let to = covered.and_then(|covered| covered.to);
    let metadata = [("covered_from", covered.map(|covered| covered.from)), ("covered_to", to)];
    let message = match covered {
        Some(covered) => format!("no scoring rules are known for {day}; they are known {}", known(covered)),
        None => format!("no scoring rules are known for {day}, nor for any other day"),
    };
    Told {
        metadata: metadata.into_iter().filter_map(|(key, day)| Some((key, day?.to_string()))).collect(),
        ..plain(Code::FailedPrecondition, ErrorReason::RulesNotInCatalog, message)
    }
}

fn overloaded(limit: &str) -> Told {
    let message = format!("the server has as much to do as it takes on ({limit}); try again in {} s", RETRY.as_secs());
    Told {
        metadata: vec![("limit", limit.to_owned())],
        detail: Some(any("google.rpc.RetryInfo", &pb::RetryInfo { retry_delay: RETRY.try_into().ok() })),
        ..plain(Code::ResourceExhausted, ErrorReason::Overloaded, message)
    }
}

/// The first wrong fields, a line each, and how many more there are.
fn told_first(violations: &[&Violation]) -> String {
    let first: Vec<String> = violations.iter().take(TOLD_IN_MESSAGE).map(ToString::to_string).collect();
    match violations.len().saturating_sub(TOLD_IN_MESSAGE) {
        0 => first.join("\n"),
        more => format!("{}\nand {more} more", first.join("\n")),
    }
}

/// All wrong fields, as far as the room goes; the last entry then says how many more there are.
fn bad_request(violations: &[&Violation]) -> Any {
    let mut told = pb::BadRequest::default();
    let mut bytes = 0;
    for (place, violation) in violations.iter().enumerate() {
        bytes += violation.field.len() + violation.description.len();
        if bytes > MAX_VIOLATION_BYTES {
            let description = format!("and {} more wrong fields, for which there is no room", violations.len() - place);
            told.field_violations.push(field_violation(&violation.field, description));
            break;
        }
        told.field_violations.push(field_violation(&violation.field, violation.description.clone()));
    }
    any("google.rpc.BadRequest", &told)
}

fn field_violation(field: &str, description: String) -> pb::bad_request::FieldViolation {
    pb::bad_request::FieldViolation { field: field.to_owned(), description, ..Default::default() }
}

fn resource(kind: &str, name: &str, description: &str) -> Any {
    let info = pb::ResourceInfo {
        resource_type: kind.to_owned(),
        resource_name: name.to_owned(),
        owner: String::new(),
        description: description.to_owned(),
    };
    any("google.rpc.ResourceInfo", &info)
}

/// The days of a period, as a message tells them.
fn known(period: Period) -> String {
    match period.to {
        Some(to) => format!("from {} to {to}", period.from),
        None => format!("from {} on", period.from),
    }
}

fn error_info(reason: ErrorReason, metadata: Vec<(&'static str, String)>) -> Any {
    let reason = reason.as_str_name().trim_start_matches("ERROR_REASON_").to_owned();
    let metadata = metadata.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    let info = pb::ErrorInfo { reason, domain: DOMAIN.to_owned(), metadata };
    any("google.rpc.ErrorInfo", &info)
}

fn any(name: &str, message: &impl Message) -> Any {
    Any { type_url: format!("type.googleapis.com/{name}"), value: message.encode_to_vec() }
}
