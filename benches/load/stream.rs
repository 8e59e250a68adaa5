//! `StreamEvaluate` in frames of 256, beside echoes of the same bytes and beside the straightforward pipeline, with and without what is
//! known to make that one faster.

use express_entry::grpc::proto::{
    EvaluationView, StreamEvaluateResponse, evaluation_result, stream_evaluate_response::Frame,
};
use futures_util::stream;
use prost::Message;

use crate::{
    Failure, Settings, candidates, drive,
    peer::Kind,
    process::{Driver, Program, Running},
    sample::{Sample, median, ratio},
    table::{Bound, Figures, short, verdict},
};

const FRAME: usize = 256;

pub fn run(settings: &Settings) -> Result<(), Failure> {
    let mut variants = vec![
        ("evaluations", settings.server(), 1.0),
        ("the echo of typed messages", Program::Peer(Kind::TypedEcho), 0.75),
        ("the echo of opaque bytes", Program::Peer(Kind::OpaqueEcho), 0.45),
        ("evaluations by prost, the task left out", Program::Peer(Kind::ProstMapped), 3.2),
        ("evaluations by prost", Program::Peer(Kind::Prost), 3.2),
    ];
    // Straightforward is with the allocator that there is when no one chooses one.
    let straightforward = settings.plain.clone().map(|plain| Program::PeerOf(Kind::Prost, plain));
    variants.extend(straightforward.map(|plain| ("evaluations by prost, Rust's own allocator", plain, 3.2)));
    let core = settings.core();
    let servers =
        variants.iter().map(|(_, program, _)| Running::start(program, core)).collect::<Result<Vec<_>, _>>()?;
    if let Some(server) = servers.first() {
        look(server)?;
    }
    let arguments = arguments(settings.seconds);
    let mut rounds: Vec<Vec<Sample>> = vec![Vec::new(); servers.len()];
    for _ in 0..settings.rounds {
        for (server, samples) in servers.iter().zip(&mut rounds) {
            samples.push(Driver::start(server, core, &arguments)?.sample()?);
        }
    }
    let bytes = candidates::frames(1, FRAME, 3).iter().map(prost::bytes::Bytes::len).sum::<usize>() / FRAME;
    let heading = format!(
        "Stream: one stream, frames of {FRAME}, {bytes} bytes an item, server and client on one core ({} x {} s)",
        settings.rounds, settings.seconds
    );
    let mut figures = Figures::new(heading, ["what", "items/s", "items/CPU s", "server CPU s / M items"]);
    for ((name, ..), samples) in variants.iter().zip(&rounds) {
        figures.row([
            (*name).to_owned(),
            short(median(samples.iter().map(Sample::rate))),
            short(median(samples.iter().map(Sample::per_cpu_second))),
            format!("{:.3}", median(samples.iter().map(Sample::cpu_ns)) / 1e3),
        ]);
    }
    figures.print();
    println!();
    if let [ours, others @ ..] = rounds.as_slice() {
        for (other, (name, _, least)) in others.iter().zip(variants.iter().skip(1)) {
            let bound = Bound::AtLeast(*least);
            let to = |figure: fn(&Sample) -> f64| ratio(ours.iter().map(figure).zip(other.iter().map(figure)));
            verdict(&format!("rate, of the rate of {name}"), to(Sample::rate), bound);
            verdict("  the same by processor time", to(Sample::per_cpu_second), bound);
        }
    }
    drop(servers);
    pairs(settings)
}

/// Two servers at once, each with its client on a core of its own.
fn pairs(settings: &Settings) -> Result<(), Failure> {
    let cores = [settings.core(), settings.other_core()];
    let servers = cores.map(|core| Running::start(&settings.server(), core));
    let arguments = arguments(settings.seconds);
    let mut together = Vec::new();
    for _ in 0..settings.rounds {
        let mut drivers = Vec::new();
        for (server, core) in servers.iter().zip(cores) {
            let server = server.as_ref().map_err(ToString::to_string)?;
            drivers.push(Driver::start(server, core, &arguments)?);
        }
        let samples = drivers.into_iter().map(Driver::sample).collect::<Result<Vec<_>, _>>()?;
        together.push((samples.iter().map(Sample::rate).sum::<f64>() / 1e6, 1.0));
    }
    verdict("two pinned pairs together, million items/s", ratio(together), Bound::AtLeast(1.5));
    Ok(())
}

fn arguments(seconds: f64) -> Vec<String> {
    ["--load", "stream", "--frame", &FRAME.to_string(), "--seconds", &seconds.to_string()].map(str::to_owned).into()
}

/// Sees that the items are answered as they should be, and says what the answers are.
fn look(server: &Running) -> Result<(), Failure> {
    let frames: Vec<_> = candidates::frames(64, FRAME, 3);
    let sent = [vec![candidates::target(EvaluationView::Verdict)], frames].concat();
    let expected = (sent.len() - 1) * FRAME;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let channel = drive::connect(server.address).await?;
        let mut answers = drive::open(channel, stream::iter(sent)).await?;
        let mut answered = 0;
        while let Some(answer) = answers.message().await? {
            match StreamEvaluateResponse::decode(answer)?.frame {
                Some(Frame::Results(results)) => {
                    let evaluated = results
                        .results
                        .iter()
                        .filter(|result| matches!(result.result, Some(evaluation_result::Result::Evaluation(_))));
                    answered += evaluated.count();
                }
                Some(Frame::Summary(summary)) if answered == expected => {
                    println!(
                        "of {} items {} are invited, {} are not, {} are indeterminate",
                        summary.received, summary.invited, summary.not_invited, summary.indeterminate
                    );
                    return Ok(());
                }
                Some(Frame::Started(_)) => {}
                other => return Err(format!("{answered} of {expected} answers, then {other:?}").into()),
            }
        }
        Err("the stream ended without a summary".into())
    })
}
