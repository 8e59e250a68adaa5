//! What the service takes at most; `GetServerInfo` tells the same figures.

use std::{num::NonZeroUsize, thread, time::Duration};

/// Items of one `BatchEvaluate`.
pub const MAX_BATCH_ITEMS: usize = 1_000;
/// Items of one frame of `StreamEvaluate` and of `SimulateDraw`, to the server or from it.
pub const MAX_FRAME_ITEMS: usize = 1_000;
/// Entries of a page when none is asked for.
pub const DEFAULT_PAGE_SIZE: usize = 50;
/// Entries of one page.
pub const MAX_PAGE_SIZE: usize = 1_000;
/// Bytes of one message from the client, unless the operator says otherwise.
pub const MAX_MESSAGE_BYTES: usize = 4 << 20;
/// Bytes of one message to the client: what clients take unless they are told otherwise.
pub const MAX_RESPONSE_BYTES: usize = 4 << 20;
/// Bytes after which results of a stream go out as a frame of their own.
pub const RESULTS_FRAME_BYTES: usize = 1 << 20;
/// Spells of work of one profile, the spouse's among them: fifty jobs in the ten years that anything looks back on. What one item
/// can cost rests on it.
pub const MAX_WORK_EXPERIENCES: usize = 50;
/// Language tests of one profile, the spouse's among them: ten in the two years for which results are valid. What one item can cost
/// rests on it.
pub const MAX_LANGUAGE_TESTS: usize = 10;
/// Attested categories, and listed programs, of one profile; notes of one draw; TEER categories of one filter.
pub const MAX_SHORT_LIST: usize = 16;
/// Characters of a caller's reference: a profile's id, an item's, a hypothetical draw's number.
pub const MAX_REFERENCE_CHARS: usize = 64;
/// Characters of a hypothetical draw's name, and of each of its notes.
pub const MAX_TEXT_CHARS: usize = 256;
/// Characters of a search for occupations.
pub const MAX_QUERY_CHARS: usize = 200;
/// Bytes of the wrong fields that one error names; an error travels in trailers, for which clients take 8 KiB.
pub const MAX_VIOLATION_BYTES: usize = 4 << 10;
/// Calls open at once on one connection, unless the operator says otherwise.
pub const MAX_CONCURRENT_STREAMS: u32 = 256;
/// Items of a batch or a pool answered before other work of the same thread has its turn.
pub const ITEMS_PER_TURN: usize = 256;
/// Time for which a stream of evaluations answers before other work of the same thread has its turn.
pub const TURN: Duration = Duration::from_micros(200);
/// Items that a stream of evaluations answers between two looks at the clock.
pub const ITEMS_PER_LOOK: usize = 16;
/// Years of one projection.
pub const MAX_PROJECTED_YEARS: u32 = 10;
/// Options of one gap.
pub const MAX_GAP_OPTIONS: usize = 100;
/// Invitations of a simulated draw: so many candidates are kept at most, and a little more. Ten million take 0.7 GiB.
pub const MAX_INVITATIONS: u32 = 10_000_000;

/// What one server takes at most, where that is the operator's to choose. docs/operations.md has the reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one message from a client.
    pub message_bytes: usize,
    /// Connections open at once. One beyond them is closed as soon as it comes.
    pub connections: usize,
    /// Calls and streams open at once on one connection.
    pub connection_streams: u32,
    /// Streams that a client may reset before the server came to look at them.
    pub pending_resets: usize,
    /// Streams that a client may bring the server to reset.
    pub error_resets: usize,
    /// Bytes of the metadata of one call.
    pub header_bytes: u32,
    /// Bytes that a client may send ahead on one stream.
    pub stream_window: u32,
    /// Bytes that a client may send ahead on one connection.
    pub connection_window: u32,
    /// Silence after which a client is asked whether it is still there.
    pub keepalive_interval: Duration,
    /// How long it may take to answer that.
    pub keepalive_timeout: Duration,
    /// How long a connection may take to begin: its handshake, and the first two frames of HTTP/2.
    pub begin_timeout: Duration,
    /// How long a connection is given calls, up to a tenth more or less.
    pub connection_age: Duration,
    /// How long a unary call takes at most when its caller sets no deadline.
    pub unary_deadline: Duration,
    /// How long a unary call takes at most, whatever its caller sets.
    pub unary_deadline_cap: Duration,
    /// How long a stream may go without a byte read or written.
    pub stream_idle: Duration,
    /// How long an answer may wait for a client that reads nothing.
    pub stream_stall: Duration,
    /// How long a stream lives.
    pub stream_life: Duration,
    /// Unary calls in progress at once, over all connections.
    pub calls: usize,
    /// Streams open at once, over all connections.
    pub streams: usize,
    /// `SimulateDraw` streams open at once, over all connections.
    pub simulations: usize,
    /// `BatchEvaluate`, `ExplainGap` and `ProjectProfile` at work at once.
    pub at_work: usize,
    /// Calls that wait for one of those to be done.
    pub queue: usize,
}

impl Default for Limits {
    /// Right for a service of two to eight cores.
    fn default() -> Self {
        Self {
            message_bytes: MAX_MESSAGE_BYTES,
            connections: 256,
            connection_streams: MAX_CONCURRENT_STREAMS,
            pending_resets: 20,
            error_resets: 1_024,
            header_bytes: 16 << 10,
            stream_window: 256 << 10,
            connection_window: 8 << 20,
            keepalive_interval: Duration::from_secs(60),
            keepalive_timeout: Duration::from_secs(20),
            begin_timeout: Duration::from_secs(10),
            connection_age: Duration::from_secs(600),
            unary_deadline: Duration::from_secs(5),
            unary_deadline_cap: Duration::from_secs(30),
            stream_idle: Duration::from_secs(600),
            stream_stall: Duration::from_secs(60),
            stream_life: Duration::from_secs(3_600),
            calls: 1_024,
            streams: 4_096,
            simulations: 4,
            at_work: 2 * thread::available_parallelism().map_or(1, NonZeroUsize::get),
            queue: 64,
        }
    }
}
