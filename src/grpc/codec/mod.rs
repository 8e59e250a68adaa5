//! The codec of `StreamEvaluate`: items read from the bytes of their frame straight into the model, results put straight
//! into the bytes of theirs.
//!
//! It knows one thing, how an item that is in order looks. Whatever else comes is left to the generated types, so that every
//! refusal has one source; what it does take it takes by the rules of `from_proto`.

mod frame;
mod parts;
mod profile;
mod results;
mod wire;

pub use frame::{FrameCodec, Items, items};
pub(super) use frame::{decode, decode_item};
pub use profile::{Item, ItemReader};
pub use results::Results;
pub use wire::Unusual;
