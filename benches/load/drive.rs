//! The driver: a client in a process of its own, which loads a server for a bounded time and tells what it saw as a line of JSON.

use std::{
    cell::{Cell, RefCell},
    net::SocketAddr,
    rc::Rc,
    time::{Duration, Instant},
};

use clap::{Args, ValueEnum};
use express_entry::grpc::proto::{Date, EvaluationView};
use futures_util::{StreamExt, stream};
use hdrhistogram::Histogram;
use prost::bytes::Bytes;
use tokio::{
    task::{JoinSet, LocalSet, spawn_local},
    time::sleep_until,
};
use tonic::{
    Request, Status, Streaming,
    client::Grpc,
    codegen::http::uri::PathAndQuery,
    transport::{Channel, Endpoint},
};

use crate::{
    Failure, candidates,
    process::cpu_ns,
    raw::Raw,
    sample::{Sample, latencies, nanos},
};

/// What to send, where, and how.
#[derive(Args)]
pub struct Arguments {
    #[arg(long)]
    address: SocketAddr,
    /// Process of the server
    #[arg(long)]
    pid: u32,
    #[arg(long)]
    load: Load,
    #[arg(long, default_value_t = 1)]
    connections: usize,
    /// Streams, or calls in flight, over all connections
    #[arg(long, default_value_t = 1)]
    in_flight: usize,
    /// Items of a frame
    #[arg(long, default_value_t = 256)]
    frame: usize,
    /// Spells of work of a profile
    #[arg(long, default_value_t = 3)]
    spells: usize,
    /// Calls a second, begun at even intervals whether the ones before were answered or not; otherwise the next call begins
    /// when one is answered
    #[arg(long)]
    rate: Option<f64>,
    /// Sleep until the next call instead of looking at the clock, for a few calls a second on a core that others use
    #[arg(long, requires = "rate")]
    sleeps: bool,
    /// First year of the draws that a history is asked for
    #[arg(long)]
    held_from: Option<i32>,
    /// Seconds that are measured
    #[arg(long, default_value_t = 1.0)]
    seconds: f64,
    /// Seconds before them
    #[arg(long, default_value_t = 0.3)]
    warm: f64,
}

/// A kind of load.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Load {
    /// `StreamEvaluate`, as fast as flow control lets it
    Stream,
    /// `Evaluate`
    Unary,
    /// `grpc.health.v1.Health/Check`
    Health,
    /// `EvaluateHistory`
    History,
}

/// Loads the server and prints a [`Sample`].
pub fn run(arguments: Arguments) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let sample = LocalSet::new().block_on(&runtime, drive(arguments))?;
    println!("{}", serde_json::to_string(&sample)?);
    Ok(())
}

/// What the tasks of a driver count together.
struct Seen {
    answered: Cell<u64>,
    calls: Cell<u64>,
    failed: Cell<u64>,
    taken: RefCell<Histogram<u64>>,
    /// What is measured begins with this instant.
    begin: Instant,
}

impl Seen {
    fn call(&self, since: Instant, answer: Result<usize, Status>) {
        match answer {
            Ok(answers) => {
                self.answered.set(self.answered.get() + answers as u64);
                self.calls.set(self.calls.get() + 1);
                if since >= self.begin {
                    self.taken.borrow_mut().saturating_record(nanos(since.elapsed()));
                }
            }
            Err(_) => self.failed.set(self.failed.get() + 1),
        }
    }
}

async fn drive(arguments: Arguments) -> Result<Sample, Failure> {
    let mut channels = Vec::new();
    for _ in 0..arguments.connections {
        channels.push(connect(arguments.address).await?);
    }
    let messages: Rc<[Bytes]> = messages(&arguments).into();
    let begin = Instant::now() + Duration::from_secs_f64(arguments.warm);
    let seen = Rc::new(Seen {
        answered: Cell::default(),
        calls: Cell::default(),
        failed: Cell::default(),
        taken: RefCell::new(latencies()?),
        begin,
    });
    let end = begin + Duration::from_secs_f64(arguments.seconds);
    let mut open = None;
    match (arguments.load, arguments.rate) {
        (Load::Stream, _) => {
            for channel in channels.iter().cycle().take(arguments.in_flight).cloned() {
                spawn_local(stream(channel, messages.clone(), arguments.frame, seen.clone()));
            }
        }
        (load, Some(rate)) => {
            let (messages, seen) = (messages.clone(), seen.clone());
            let pace = Pace { rate, sleeps: arguments.sleeps, end };
            open = Some(spawn_local(async move { open_loop(load, pace, &channels, &messages, &seen).await }));
        }
        (load, None) => {
            for (place, channel) in channels.iter().cycle().take(arguments.in_flight).cloned().enumerate() {
                let (messages, seen) = (messages.clone(), seen.clone());
                spawn_local(async move {
                    for message in messages.iter().cycle().skip(place * 7 % messages.len()) {
                        let since = Instant::now();
                        seen.call(since, call(load, &channel, message.clone()).await);
                    }
                });
            }
        }
    }
    let mark = async |at: Instant| {
        sleep_until(at.into()).await;
        Ok::<_, Failure>(Sample {
            answered: seen.answered.get(),
            calls: seen.calls.get(),
            failed: seen.failed.get(),
            seconds: begin.elapsed().as_secs_f64(),
            server_cpu_ns: cpu_ns(arguments.pid)?,
            client_cpu_ns: cpu_ns(std::process::id())?,
            ..Sample::default()
        })
    };
    let first = mark(begin).await?;
    let last = mark(end).await?;
    if let Some(open) = open {
        open.await?;
    }
    let sample = Sample {
        answered: last.answered - first.answered,
        calls: last.calls - first.calls,
        failed: last.failed - first.failed,
        seconds: last.seconds - first.seconds,
        server_cpu_ns: last.server_cpu_ns - first.server_cpu_ns,
        client_cpu_ns: last.client_cpu_ns - first.client_cpu_ns,
        ..Sample::default()
    };
    let taken = seen.taken.borrow();
    Ok(sample.with_latencies(&taken))
}

/// A connection whose windows do not hold the server up.
pub async fn connect(address: SocketAddr) -> Result<Channel, Failure> {
    let endpoint = Endpoint::from_shared(format!("http://{address}"))?;
    let windows = endpoint.initial_stream_window_size(1 << 20).initial_connection_window_size(16 << 20);
    Ok(windows.tcp_nodelay(true).connect().await?)
}

fn messages(arguments: &Arguments) -> Vec<Bytes> {
    match arguments.load {
        // About 16,000 items, so that they are not all in the processor's cache.
        Load::Stream => {
            let frames = (16_384 / arguments.frame).clamp(4, 1_024);
            candidates::frames(frames, arguments.frame, arguments.spells)
        }
        Load::Unary => candidates::requests(1_024),
        Load::Health => vec![Bytes::new()],
        Load::History => candidates::histories(64, arguments.held_from.map(|year| Date { year, month: 1, day: 1 })),
    }
}

const SERVICE: &str = "/expressentry.v1.ExpressEntryService";

fn path(load: Load) -> PathAndQuery {
    let path = match load {
        Load::Stream => format!("{SERVICE}/StreamEvaluate"),
        Load::Unary => format!("{SERVICE}/Evaluate"),
        Load::History => format!("{SERVICE}/EvaluateHistory"),
        Load::Health => "/grpc.health.v1.Health/Check".to_owned(),
    };
    PathAndQuery::from_maybe_shared(path).unwrap_or_else(|_| PathAndQuery::from_static("/"))
}

/// Opens a stream whose frames are sent as they are.
pub async fn open(
    channel: Channel,
    frames: impl futures_util::Stream<Item = Bytes> + Send + 'static,
) -> Result<Streaming<Bytes>, Status> {
    let mut client = Grpc::new(channel);
    client.ready().await.map_err(|error| Status::unavailable(error.to_string()))?;
    let answers = client.streaming(Request::new(frames), path(Load::Stream), Raw).await?;
    Ok(answers.into_inner())
}

/// A stream without an end: the first answer is to the target, each one after it to a frame of items.
async fn stream(channel: Channel, frames: Rc<[Bytes]>, items: usize, seen: Rc<Seen>) {
    let frames: Vec<Bytes> = frames.to_vec();
    let target = candidates::target(EvaluationView::Verdict);
    let sent = stream::once(async { target }).chain(stream::iter(frames.into_iter().cycle()));
    let answered = async {
        let mut answers = open(channel, sent).await?;
        answers.message().await?;
        while answers.message().await?.is_some() {
            seen.answered.set(seen.answered.get() + items as u64);
        }
        Err::<(), Status>(Status::aborted("the stream ended"))
    };
    if answered.await.is_err() {
        seen.failed.set(seen.failed.get() + 1);
    }
}

/// One call; gives the number of its answers.
async fn call(load: Load, channel: &Channel, message: Bytes) -> Result<usize, Status> {
    let mut client = Grpc::new(channel.clone());
    client.ready().await.map_err(|error| Status::unavailable(error.to_string()))?;
    if load == Load::History {
        let mut answers = client.server_streaming(Request::new(message), path(load), Raw).await?.into_inner();
        let mut number = 0;
        while answers.message().await?.is_some() {
            number += 1;
        }
        return Ok(number);
    }
    client.unary(Request::new(message), path(load), Raw).await.map(|_| 1)
}

/// When calls of an open loop begin.
struct Pace {
    /// Calls a second, at even intervals.
    rate: f64,
    sleeps: bool,
    end: Instant,
}

/// Calls at even intervals, and their answers. Latency counts from the instant at which a call was to begin, so that a server that
/// falls behind can't hide it; after a sleep from its end, which is the client's matter and has the grain of a millisecond.
async fn open_loop(load: Load, pace: Pace, channels: &[Channel], messages: &[Bytes], seen: &Rc<Seen>) {
    let Pace { rate, sleeps, end } = pace;
    let (begin, interval) = (Instant::now(), Duration::from_secs_f64(1.0 / rate));
    let mut calls = JoinSet::new();
    let mut pairs = channels.iter().cycle().zip(messages.iter().cycle());
    let mut intended = (0..).map(|number| begin + interval * number).take_while(|intended| *intended < end).peekable();
    while let Some(next) = intended.peek() {
        if sleeps {
            sleep_until((*next).into()).await;
        } else {
            // The grain of a sleep is too coarse: this has a core to itself.
            tokio::task::yield_now().await;
        }
        let now = Instant::now();
        while let Some(intended) = intended.next_if(|intended| *intended <= now) {
            let Some((channel, message)) = pairs.next() else { return };
            let (channel, message, seen) = (channel.clone(), message.clone(), seen.clone());
            let since = if sleeps { now } else { intended };
            calls.spawn_local(async move { seen.call(since, call(load, &channel, message).await) });
        }
        while calls.try_join_next().is_some() {}
    }
    // What is late now is as late as it is; no one waits for a minute.
    let _ = tokio::time::timeout(Duration::from_secs(10), calls.join_all()).await;
}
