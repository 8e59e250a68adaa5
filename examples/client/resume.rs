//! A stream of evaluations that outlasts its servers: when one stops or is lost, the next goes on with the first item that has no answer.

use std::{
    error::Error as _,
    fmt,
    time::{Duration, Instant},
};

use express_entry::grpc::proto::{
    EvaluationItem, EvaluationItems, EvaluationResult, EvaluationTarget, StreamEvaluateRequest, StreamNotice,
    StreamStarted, express_entry_service_client::ExpressEntryServiceClient, stream_evaluate_request::Frame as In,
    stream_evaluate_response::Frame as Out,
};
use tokio::{sync::mpsc, time::sleep};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{
    Code, Status,
    transport::{Channel, Endpoint},
};

/// The shortest pause before a server is asked that has failed already, and the longest.
const PAUSES: [Duration; 2] = [Duration::from_millis(100), Duration::from_secs(5)];

/// How long a connection may take to come about, and a peer that says nothing to answer a ping.
const SILENCE: Duration = Duration::from_secs(5);

/// Servers that give the same answers, asked one after the other.
pub struct Servers {
    addresses: Vec<String>,
    /// How long to go on without a single answer.
    patience: Duration,
    /// How many were given up since the last answer.
    failures: u32,
    answered_at: Instant,
    current: usize,
}

/// What a caller hears of a stream.
pub enum Told {
    /// A server began to answer.
    Started(StreamStarted),
    /// The answer to one item, in the order of the items; the sequence is the item's place among all of them.
    Result(EvaluationResult),
    /// The server that answers has news.
    Notice(StreamNotice),
    /// The stream ended early, and goes on elsewhere.
    Lost(Status),
}

/// Why not every item was answered.
#[derive(Debug)]
pub enum Failure {
    /// An item could not be had.
    Item(String),
    /// A server refused what was asked.
    Refused(Status),
    /// No server answered for longer than the patience lasts.
    NoServer(Status),
}

impl Servers {
    /// The servers at these addresses, as `http://127.0.0.1:50051`, of which the first is asked first.
    pub fn new(addresses: Vec<String>, patience: Duration) -> Self {
        Self { addresses, patience, failures: 0, answered_at: Instant::now(), current: 0 }
    }

    /// Connects to the server that is next to be asked.
    pub async fn connect(&self) -> Result<ExpressEntryServiceClient<Channel>, Status> {
        let address = self.addresses.get(self.current).cloned().unwrap_or_default();
        let unavailable = |error: tonic::transport::Error| Status::unavailable(format!("{address}: {error}"));
        let endpoint = Endpoint::from_shared(address.clone())
            .map_err(|error| Status::invalid_argument(format!("{address}: {error}")))?
            .connect_timeout(SILENCE)
            // A server that is gone without a word, or a network, is noticed by its silence.
            .http2_keep_alive_interval(SILENCE)
            .keep_alive_timeout(SILENCE);
        Ok(ExpressEntryServiceClient::new(endpoint.connect().await.map_err(unavailable)?))
    }

    /// Goes on to the next server, after a pause when all of them were just given up.
    ///
    /// # Errors
    /// When the patience is over, or when what went wrong will go wrong everywhere.
    pub async fn give_up(&mut self, why: &Status) -> Result<(), Failure> {
        if !may_be_had_elsewhere(why) {
            return Err(Failure::Refused(why.clone()));
        }
        if self.answered_at.elapsed() > self.patience {
            return Err(Failure::NoServer(why.clone()));
        }
        let servers = u32::try_from(self.addresses.len()).unwrap_or(1);
        self.failures += 1;
        if let Some(rounds) = (self.failures / servers).checked_sub(1) {
            let [shortest, longest] = PAUSES;
            sleep(shortest.saturating_mul(1 << rounds.min(10)).min(longest)).await;
        }
        self.current = (self.current + 1) % self.addresses.len();
        Ok(())
    }

    fn answered(&mut self) {
        self.failures = 0;
        self.answered_at = Instant::now();
    }
}

/// Whether another server may well answer: this one stops, has too much to do, or is not there. Of a lost connection the library
/// tells in codes of its own, with what happened as the source, which no status of a server has.
fn may_be_had_elsewhere(status: &Status) -> bool {
    matches!(status.code(), Code::Unavailable | Code::ResourceExhausted) || status.source().is_some()
}

/// Evaluates all items that `items_from` gives, from the one at a place on, `frame` of them sent together, and tells the answer to each
/// once and in order.
///
/// # Errors
/// When an item can't be had, a server refuses the whole, or none answers.
pub async fn evaluate_all<I>(
    servers: &mut Servers,
    target: &EvaluationTarget,
    frame: usize,
    items_from: impl Fn(usize) -> I,
    mut tell: impl FnMut(Told),
) -> Result<(), Failure>
where
    I: Iterator<Item = Result<EvaluationItem, String>> + Send + 'static,
{
    let mut answered = 0;
    loop {
        let items = Frames { items: items_from(answered), frame };
        let ended = stream(servers, target, items, &mut answered, &mut tell).await;
        let Err(Ended::Early(why)) = ended else {
            return ended.map_err(|ended| match ended {
                Ended::Item(why) => Failure::Item(why),
                Ended::Early(status) => Failure::Refused(status),
            });
        };
        servers.give_up(&why).await?;
        tell(Told::Lost(why));
    }
}

/// Why a stream has no summary.
enum Ended {
    Item(String),
    Early(Status),
}

impl From<Status> for Ended {
    fn from(status: Status) -> Self {
        Self::Early(status)
    }
}

/// Items, so many of them sent together.
struct Frames<I> {
    items: I,
    frame: usize,
}

impl<I: Iterator<Item = Result<EvaluationItem, String>>> Iterator for Frames<I> {
    type Item = Result<Vec<EvaluationItem>, String>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.items.by_ref().take(self.frame).collect::<Result<Vec<_>, _>>();
        if next.as_ref().is_ok_and(Vec::is_empty) { None } else { Some(next) }
    }
}

/// One stream on one server: the target again, and the items that have no answer.
async fn stream(
    servers: &mut Servers,
    target: &EvaluationTarget,
    frames: impl Iterator<Item = Result<Vec<EvaluationItem>, String>> + Send + 'static,
    answered: &mut usize,
    tell: &mut impl FnMut(Told),
) -> Result<(), Ended> {
    let mut client = servers.connect().await?;
    // Frames are made while answers are read: a client that only writes would be made to wait.
    let (sender, sent) = mpsc::channel(2);
    let sending = tokio::spawn(send(target.clone(), frames, sender));
    let mut answers = client.stream_evaluate(ReceiverStream::new(sent)).await?.into_inner();
    let (mut received, mut complete) = (0, false);
    while let Some(answer) = answers.message().await? {
        match answer.frame {
            Some(Out::Started(started)) => tell(Told::Started(started)),
            Some(Out::Notice(notice)) => tell(Told::Notice(notice)),
            Some(Out::Results(results)) => {
                servers.answered();
                for mut result in results.results {
                    if result.sequence != received {
                        let wrong = format!("result {} came where {received} was due", result.sequence);
                        return Err(Status::data_loss(wrong).into());
                    }
                    received += 1;
                    result.sequence = i64::try_from(*answered).unwrap_or(i64::MAX);
                    *answered += 1;
                    tell(Told::Result(result));
                }
            }
            Some(Out::Summary(summary)) => complete = summary.received == received,
            None => {}
        }
    }
    match sending.await {
        Ok(Err(why)) => Err(Ended::Item(why)),
        _ if complete => Ok(()),
        _ => Err(Status::unavailable("the stream ended without a summary").into()),
    }
}

/// Sends the target, then the items. Stops when no one listens any more.
async fn send(
    target: EvaluationTarget,
    frames: impl Iterator<Item = Result<Vec<EvaluationItem>, String>>,
    sender: mpsc::Sender<StreamEvaluateRequest>,
) -> Result<(), String> {
    let items = frames.map(|items| items.map(|items| In::Items(EvaluationItems { items })));
    for frame in [Ok(In::Target(target))].into_iter().chain(items) {
        if sender.send(StreamEvaluateRequest { frame: Some(frame?) }).await.is_err() {
            break;
        }
    }
    Ok(())
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Item(why) => f.write_str(why),
            Self::Refused(status) => write!(f, "{:?}: {}", status.code(), status.message()),
            Self::NoServer(status) => write!(f, "no server answers: {}", status.message()),
        }
    }
}

impl std::error::Error for Failure {}
