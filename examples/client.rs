//! A client in Rust: evaluates one profile, or a file of them with a line each, and shows how far it is.
//!
//! ```text
//! cargo run --example client -- evaluate --draw 284 examples/profiles/nurse.json
//! cargo run --example client -- batch --draw 284 examples/profiles/clients.jsonl > results.jsonl
//! ```

use std::{error::Error, fs, io::BufRead, io::BufReader, path::PathBuf};

use clap::{Args, Parser, Subcommand};
use express_entry::grpc::{
    from_json,
    proto::{
        EvaluateRequest, EvaluationItem, EvaluationItems, EvaluationTarget, StreamEvaluateRequest, evaluate_request,
        evaluation_result::Result as Answer, evaluation_target,
        express_entry_service_client::ExpressEntryServiceClient, stream_evaluate_request::Frame as In,
        stream_evaluate_response::Frame as Out,
    },
};
use indicatif::ProgressBar;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::Channel;

/// Items sent together: far fewer and the frames cost more than the items.
const FRAME: usize = 256;

#[derive(Parser)]
struct Cli {
    /// Where the server listens
    #[arg(long, default_value = "http://127.0.0.1:50051", global = true)]
    address: String,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Evaluates one profile, proto3 JSON of expressentry.v1.Profile
    Evaluate(Input),
    /// Evaluates a file with one profile a line; prints one JSON object a result
    Batch(Input),
}

#[derive(Args)]
struct Input {
    /// Number of the draw
    #[arg(long)]
    draw: String,
    /// File to read
    file: PathBuf,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let cli = Cli::parse();
    let client = ExpressEntryServiceClient::connect(cli.address).await?;
    match cli.command {
        Command::Evaluate(input) => evaluate(client, input).await,
        Command::Batch(input) => batch(client, input).await,
    }
}

async fn evaluate(mut client: ExpressEntryServiceClient<Channel>, input: Input) -> Result<(), Box<dyn Error>> {
    let profile = from_json("expressentry.v1.Profile", &fs::read_to_string(input.file)?)?;
    let draw = Some(evaluate_request::Draw::DrawNumber(input.draw));
    let request = EvaluateRequest { profile: Some(profile), draw, ..Default::default() };
    let evaluation = client.evaluate(request).await?.into_inner().evaluation.unwrap_or_default();
    println!("{}", evaluation.verdict().as_str_name());
    for criterion in evaluation.criteria {
        println!(
            "  {} {}: {}",
            criterion.kind().as_str_name(),
            criterion.outcome().as_str_name(),
            criterion.explanation
        );
    }
    Ok(())
}

async fn batch(mut client: ExpressEntryServiceClient<Channel>, input: Input) -> Result<(), Box<dyn Error>> {
    let total = BufReader::new(fs::File::open(&input.file)?).lines().count();
    // Frames are made while answers are read: a client that only writes would be made to wait.
    let (frames, sent) = mpsc::channel(2);
    let sending = tokio::spawn(send(input, frames));
    let mut answers = client.stream_evaluate(ReceiverStream::new(sent)).await?.into_inner();
    let progress = ProgressBar::new(total.try_into()?);
    let mut complete = false;
    while let Some(answer) = answers.message().await? {
        match answer.frame {
            Some(Out::Results(results)) => {
                for result in &results.results {
                    let (verdict, missing) = match &result.result {
                        Some(Answer::Evaluation(evaluation)) => {
                            (evaluation.verdict().as_str_name(), evaluation.missing_fields.clone())
                        }
                        Some(Answer::Error(error)) => ("ERROR", vec![error.message.clone()]),
                        None => continue,
                    };
                    let line =
                        serde_json::json!({ "line": result.correlation_id, "verdict": verdict, "missing": missing });
                    println!("{line}");
                }
                progress.inc(results.results.len().try_into()?);
            }
            Some(Out::Notice(notice)) => {
                eprintln!("the server is stopping; answered up to {}", notice.last_sequence);
            }
            Some(Out::Summary(summary)) => {
                complete = true;
                progress.finish();
                eprintln!(
                    "{} invited, {} not invited, {} indeterminate, {} failed",
                    summary.invited, summary.not_invited, summary.indeterminate, summary.failed
                );
            }
            Some(Out::Started(_)) | None => {}
        }
    }
    sending.await?.map_err(|error| -> Box<dyn Error> { error.into() })?;
    if complete { Ok(()) } else { Err("the stream ended without a summary: some lines are not answered".into()) }
}

/// Sends the target, then the lines of the file in frames. Stops when no one listens any more.
async fn send(input: Input, frames: mpsc::Sender<StreamEvaluateRequest>) -> Result<(), String> {
    let draw = Some(evaluation_target::Draw::DrawNumber(input.draw));
    let mut frame = In::Target(EvaluationTarget { draw, ..Default::default() });
    let lines = BufReader::new(fs::File::open(&input.file).map_err(|error| error.to_string())?).lines();
    let mut items = Vec::with_capacity(FRAME);
    for (number, line) in (1..).zip(lines) {
        let line = line.map_err(|error| error.to_string())?;
        let profile = from_json("expressentry.v1.Profile", &line).map_err(|error| format!("line {number}: {error}"))?;
        items.push(EvaluationItem { correlation_id: number.to_string(), profile: Some(profile) });
        if items.len() == FRAME {
            let next = In::Items(EvaluationItems { items: std::mem::take(&mut items) });
            if frames.send(StreamEvaluateRequest { frame: Some(std::mem::replace(&mut frame, next)) }).await.is_err() {
                return Ok(());
            }
        }
    }
    let last = (!items.is_empty()).then_some(In::Items(EvaluationItems { items }));
    for frame in [Some(frame), last].into_iter().flatten() {
        if frames.send(StreamEvaluateRequest { frame: Some(frame) }).await.is_err() {
            return Ok(());
        }
    }
    Ok(())
}
