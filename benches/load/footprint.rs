//! Start, and memory: idle, with idle connections and streams, and over a long stream.

use std::{
    thread,
    time::{Duration, Instant},
};

use express_entry::grpc::proto::EvaluationView;
use futures_util::{StreamExt, stream};
use tonic::{Streaming, transport::Channel};
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};

use crate::{Failure, Settings, candidates, drive, process::Running, sample::median, table::Figures};

/// Idle streams that are opened, and connections that they share.
const STREAMS: usize = 1_000;
const CONNECTIONS: usize = 10;

/// Idle connections that are opened.
const IDLE: usize = 200;

pub fn run(settings: &Settings) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let cores = settings.cores.join(",");
    let mut figures = Figures::new("Start and memory: the server on both cores", ["what", "figure", "asked for"]);
    let (listening, serving) = starts(settings, &runtime, &cores)?;
    figures.row(["from exec to the line that it listens, median ms".into(), format!("{listening:.1}"), String::new()]);
    figures.row(["from exec to the first SERVING, median ms".into(), format!("{serving:.1}"), "at most 100".into()]);
    let server = Running::start(&settings.server(), &cores)?;
    settle();
    let idle = server.resident_kib()?;
    figures.row(["resident when idle, MiB".into(), mib(idle), "at most 30".into()]);
    let each = |now: u64, before: u64, number: usize| format!("{}", (now.saturating_sub(before) << 10) / number as u64);
    let after = runtime.block_on(connections(&server))?;
    figures.row(["bytes of an idle connection".into(), each(after, idle, IDLE), "stated".into()]);
    let server = Running::start(&settings.server(), &cores)?;
    let (before, after) = runtime.block_on(streams(&server))?;
    figures.row([format!("bytes of an open idle stream, of {STREAMS}"), each(after, before, STREAMS), "stated".into()]);
    let million = if settings.quick { 100_000 } else { 1_000_000 };
    let server = Running::start(&settings.server(), &cores)?;
    let (early, late) = runtime.block_on(long(&server, million))?;
    figures.row([format!("resident after {million} items of a stream, MiB"), mib(early), String::new()]);
    figures.row([format!("resident after {} items, MiB", million * 10), mib(late), "flat".into()]);
    figures.print();
    Ok(())
}

fn mib(kib: u64) -> String {
    format!("{:.1}", kib as f64 / 1024.0)
}

/// What is freed late has its time.
fn settle() {
    thread::sleep(Duration::from_millis(300));
}

/// Milliseconds from a start to the line that it listens, and to the first SERVING.
fn starts(settings: &Settings, runtime: &tokio::runtime::Runtime, cores: &str) -> Result<(f64, f64), Failure> {
    let (mut listening, mut serving) = (Vec::new(), Vec::new());
    for _ in 0..settings.rounds * 3 {
        let begin = Instant::now();
        let server = Running::start(&settings.server(), cores)?;
        listening.push(server.ready.as_secs_f64() * 1e3);
        runtime.block_on(async {
            let channel = drive::connect(server.address).await?;
            HealthClient::new(channel).check(HealthCheckRequest::default()).await?;
            Ok::<_, Failure>(())
        })?;
        serving.push(begin.elapsed().as_secs_f64() * 1e3);
    }
    Ok((median(listening), median(serving)))
}

/// Memory with idle connections, each of which had a call.
async fn connections(server: &Running) -> Result<u64, Failure> {
    let mut kept: Vec<Channel> = Vec::new();
    for _ in 0..IDLE {
        let channel = drive::connect(server.address).await?;
        HealthClient::new(channel.clone()).check(HealthCheckRequest::default()).await?;
        kept.push(channel);
    }
    settle();
    server.resident_kib()
}

/// Memory before and after the streams are opened, which have sent their target and got its answer.
async fn streams(server: &Running) -> Result<(u64, u64), Failure> {
    let mut channels = Vec::new();
    for _ in 0..CONNECTIONS {
        channels.push(drive::connect(server.address).await?);
    }
    let mut kept = vec![idle_stream(&channels, 0).await?];
    settle();
    let before = server.resident_kib()?;
    for place in 0..STREAMS {
        kept.push(idle_stream(&channels, place).await?);
    }
    settle();
    Ok((before, server.resident_kib()?))
}

async fn idle_stream(channels: &[Channel], place: usize) -> Result<Streaming<prost::bytes::Bytes>, Failure> {
    let channel = channels.get(place % CONNECTIONS).ok_or("no connection")?.clone();
    let target = candidates::target(EvaluationView::Verdict);
    let mut answers = drive::open(channel, stream::once(async { target }).chain(stream::pending())).await?;
    answers.message().await?.ok_or("not started")?;
    Ok(answers)
}

/// Memory after `early` items of one stream, and after ten times as many.
async fn long(server: &Running, early: usize) -> Result<(u64, u64), Failure> {
    const FRAME: usize = 250;
    let channel = drive::connect(server.address).await?;
    let frames = candidates::frames(64, FRAME, 3);
    let target = candidates::target(EvaluationView::Verdict);
    let sent = frames.into_iter().cycle().take(early * 10 / FRAME);
    let mut answers = drive::open(channel, stream::once(async { target }).chain(stream::iter(sent))).await?;
    answers.message().await?.ok_or("not started")?;
    let (mut answered, mut at_first) = (0, 0);
    while answers.message().await?.is_some() {
        answered += FRAME;
        if answered == early {
            at_first = server.resident_kib()?;
        }
    }
    // The last answer is the summary.
    if answered != early * 10 + FRAME {
        return Err(format!("{answered} answers").into());
    }
    Ok((at_first, server.resident_kib()?))
}
