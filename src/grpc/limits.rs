//! What the service takes at most; `GetServerInfo` tells the same figures.

use std::time::Duration;

/// Items of one `BatchEvaluate`.
pub const MAX_BATCH_ITEMS: usize = 1_000;
/// Items of one frame of `StreamEvaluate` and of `SimulateDraw`, to the server or from it.
pub const MAX_FRAME_ITEMS: usize = 1_000;
/// Entries of a page when none is asked for.
pub const DEFAULT_PAGE_SIZE: usize = 50;
/// Entries of one page.
pub const MAX_PAGE_SIZE: usize = 1_000;
/// Bytes of one message, from the client or to it.
pub const MAX_MESSAGE_BYTES: usize = 4 << 20;
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
/// Calls open at once on one connection.
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
