use std::{fmt, io, process::ExitCode};

use express_entry::{
    catalog::{CatalogErrors, feed::FeedError},
    grpc::{JsonError, Refusal, rpc_status},
    server::{FileError, ServeError},
};

use tonic::Status;

use super::plot::PlotError;

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum CliError {
    /// The catalogue built in fails its checks.
    #[error("the catalogue can't be used:\n{0}")]
    Catalog(#[from] CatalogErrors),
    /// The catalogue with an overlay fails its checks.
    #[error("the catalogue with {directory} can't be used:\n{source}")]
    Overlay { directory: String, source: CatalogErrors },
    /// A file is not IRCC's feed.
    #[error("{path}: {source}")]
    Feed { path: String, source: FeedError },
    /// A file, or standard input, can't be read.
    #[error("{path}: {source}")]
    Read { path: String, source: io::Error },
    /// A file can't be written.
    #[error("{path}: {source}")]
    Write { path: String, source: io::Error },
    /// A stream was refused.
    #[error("{}", .0.message())]
    Status(Status),
    /// A picture can't be drawn.
    #[error("{0}")]
    Plot(#[from] PlotError),
    /// A file is not the message it should be.
    #[error("{path}: not proto3 JSON of {message}: {source}")]
    Message { path: String, message: &'static str, source: JsonError },
    /// What was asked is refused.
    #[error("{}", tell(.0))]
    Refused(Refusal),
    /// An answer can't be told as JSON.
    #[error("the answer can't be told as JSON: {0}")]
    Answer(#[source] JsonError),
    /// The address can't be listened on.
    #[error("can't listen on {address}: {source}; choose another address")]
    Listen { address: String, source: io::Error },
    /// A flag's value makes no sense.
    #[error("{0}")]
    Usage(String),
    /// A certificate, a key, a file of callers or a decision log is wrong.
    #[error("{0}")]
    Security(#[from] FileError),
    /// Serving failed.
    #[error("{0}")]
    Serve(#[from] ServeError),
    /// The system does not give what a command needs.
    #[error("{0}")]
    System(#[from] io::Error),
    /// The answer can't be printed.
    #[error("no answer from {0}")]
    NoServer(String),
}

impl CliError {
    pub(super) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Usage(_) => 64,
            Self::Read { .. }
            | Self::Message { .. }
            | Self::Refused(_)
            | Self::Status(_)
            | Self::Overlay { .. }
            | Self::Security(_)
            | Self::Feed { .. } => 65,
            Self::NoServer(_) | Self::Listen { .. } => 69,
            Self::Catalog(_)
            | Self::Answer(_)
            | Self::Serve(_)
            | Self::System(_)
            | Self::Write { .. }
            | Self::Plot(_) => 70,
        })
    }
}

impl From<Refusal> for CliError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Every wrong field, a line each; on a terminal there is room for all of them.
fn tell(refusal: &Refusal) -> impl fmt::Display {
    match refusal {
        Refusal::InvalidFields(violations) => {
            let lines: Vec<String> = violations.iter().map(ToString::to_string).collect();
            lines.join("\n       ")
        }
        other => rpc_status(other).message,
    }
}
