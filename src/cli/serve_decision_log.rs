//! The flags of `serve` that say whether decisions are recorded, and where.

use std::path::PathBuf;

use clap::{Args as Arguments, ValueEnum};
use express_entry::{
    grpc::OnFailure,
    server::{DecisionLogFiles, FileError, Recording},
};

#[derive(Arguments)]
#[command(next_help_heading = "Decision log")]
#[allow(clippy::struct_field_names, reason = "they are the names of flags")]
pub(super) struct DecisionLogArgs {
    /// File that gets a line of JSON for each decision, with a keyed hash of the profile and nothing else of it
    #[arg(long, env = "EXPRESS_ENTRY_DECISION_LOG", value_name = "FILE", requires = "decision_log_key")]
    decision_log: Option<PathBuf>,
    /// Key of the hashes, at least 32 bytes, as `openssl rand -hex 32` prints
    #[arg(long, env = "EXPRESS_ENTRY_DECISION_LOG_KEY", value_name = "FILE", requires = "decision_log")]
    decision_log_key: Option<PathBuf>,
    /// What happens to calls when decisions can't be recorded: "refuse" ends them UNAVAILABLE, "drop" counts what is not recorded
    #[arg(long, env = "EXPRESS_ENTRY_DECISION_LOG_ON_FAILURE", default_value = "refuse", value_name = "WHAT")]
    decision_log_on_failure: WhenFailing,
    /// Bytes after which a new file is begun
    #[arg(
        long,
        env = "EXPRESS_ENTRY_DECISION_LOG_MAX_BYTES",
        default_value_t = 100 << 20,
        value_parser = clap::value_parser!(u64).range(1..),
        value_name = "BYTES"
    )]
    decision_log_max_bytes: u64,
    /// Files that are kept beside the one that is written; older ones are removed
    #[arg(
        long,
        env = "EXPRESS_ENTRY_DECISION_LOG_KEEP",
        default_value_t = 10,
        value_parser = clap::value_parser!(u32).range(1..=1000),
        value_name = "NUMBER"
    )]
    decision_log_keep: u32,
}

#[derive(Clone, Copy, ValueEnum)]
enum WhenFailing {
    Refuse,
    Drop,
}

impl DecisionLogArgs {
    /// Begins to record, if that is asked for.
    pub(super) fn open(&self) -> Result<Option<Recording>, FileError> {
        let (Some(path), Some(key)) = (&self.decision_log, &self.decision_log_key) else { return Ok(None) };
        let on_failure = match self.decision_log_on_failure {
            WhenFailing::Refuse => OnFailure::Refuse,
            WhenFailing::Drop => OnFailure::Drop,
        };
        let (max_bytes, keep) = (self.decision_log_max_bytes, self.decision_log_keep);
        DecisionLogFiles { path: path.clone(), key: key.clone(), on_failure, max_bytes, keep }.open().map(Some)
    }
}
