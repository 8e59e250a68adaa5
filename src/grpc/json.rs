//! Messages as proto3 JSON, for files and the terminal.

use std::sync::LazyLock;

use prost::{DecodeError, Message};
use prost_reflect::{DescriptorPool, DynamicMessage, SerializeOptions};

use super::proto::DESCRIPTORS;

/// Why a text is no message, or a message no text.
#[derive(Debug, thiserror::Error)]
pub enum JsonError {
    /// The text is not proto3 JSON of the message; says where and what was expected.
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    /// The built-in descriptors lack the message.
    #[error("the message {0} has no descriptor")]
    NoDescriptor(String),
    /// The message does not decode by its own descriptor.
    #[error("{0}")]
    Decode(#[from] DecodeError),
}

/// Reads a message, by its full name, from proto3 JSON. Unknown fields are refused.
///
/// # Errors
/// When the text is not proto3 JSON of the message.
///
/// ```
/// # use express_entry::grpc::{from_json, proto::Profile};
/// let profile: Profile = from_json("expressentry.v1.Profile", r#"{"crsScore": 430}"#)?;
/// assert_eq!(profile.crs_score, Some(430));
/// assert!(from_json::<Profile>("expressentry.v1.Profile", r#"{"score": 430}"#).is_err());
/// # Ok::<(), express_entry::grpc::JsonError>(())
/// ```
pub fn from_json<M: Message + Default>(name: &str, text: &str) -> Result<M, JsonError> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let message = DynamicMessage::deserialize(descriptor(name)?, &mut deserializer)?;
    deserializer.end()?;
    Ok(M::decode(message.encode_to_vec().as_slice())?)
}

/// Tells a message, by its full name, in indented proto3 JSON.
///
/// # Errors
/// When `name` is not the name of the message.
pub fn to_json(name: &str, message: &impl Message) -> Result<String, JsonError> {
    let message = DynamicMessage::decode(descriptor(name)?, message.encode_to_vec().as_slice())?;
    let mut text = Vec::new();
    let mut serializer = serde_json::Serializer::pretty(&mut text);
    message.serialize_with_options(&mut serializer, &SerializeOptions::new())?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

fn descriptor(name: &str) -> Result<prost_reflect::MessageDescriptor, JsonError> {
    static POOL: LazyLock<Option<DescriptorPool>> = LazyLock::new(|| DescriptorPool::decode(DESCRIPTORS).ok());
    let message = POOL.as_ref().and_then(|pool| pool.get_message_by_name(name));
    message.ok_or_else(|| JsonError::NoDescriptor(name.to_owned()))
}
