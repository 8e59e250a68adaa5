//! A client in Rust: evaluates one profile, or a file of them with a line each, and shows how far it is. With several addresses it goes
//! on at the next one when a server stops or is lost.
//!
//! ```text
//! cargo run --example client -- evaluate --draw 284 examples/profiles/nurse.json
//! cargo run --example client -- batch --draw 284 examples/profiles/clients.jsonl > results.jsonl
//! ```

mod resume;

use std::{
    error::Error,
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    time::Duration,
};

use clap::{Args, Parser, Subcommand};
use express_entry::grpc::{
    from_json,
    proto::{
        EvaluateRequest, EvaluationItem, EvaluationResult, EvaluationTarget, StreamNoticeKind, Verdict,
        evaluate_request, evaluation_result::Result as Answer, evaluation_target,
    },
};
use indicatif::ProgressBar;

use resume::{Servers, Told, evaluate_all};

/// Items sent together: far fewer and the frames cost more than the items.
const FRAME: usize = 256;

#[derive(Parser)]
struct Cli {
    /// Where a server listens; may be given several times
    #[arg(long, default_value = "http://127.0.0.1:50051", global = true)]
    address: Vec<String>,
    /// Seconds to go on without an answer from any of them
    #[arg(long, default_value_t = 30, global = true)]
    patience: u64,
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
    let servers = Servers::new(cli.address, Duration::from_secs(cli.patience));
    match cli.command {
        Command::Evaluate(input) => evaluate(servers, input).await,
        Command::Batch(input) => batch(servers, input).await,
    }
}

async fn evaluate(mut servers: Servers, input: Input) -> Result<(), Box<dyn Error>> {
    let profile = from_json("expressentry.v1.Profile", &fs::read_to_string(input.file)?)?;
    let draw = Some(evaluate_request::Draw::DrawNumber(input.draw));
    let request = EvaluateRequest { profile: Some(profile), draw, ..Default::default() };
    let answer = loop {
        let asked = match servers.connect().await {
            Ok(mut client) => client.evaluate(request.clone()).await,
            Err(status) => Err(status),
        };
        match asked {
            Ok(answer) => break answer,
            Err(status) => servers.give_up(&status).await?,
        }
    };
    let evaluation = answer.into_inner().evaluation.unwrap_or_default();
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

async fn batch(mut servers: Servers, input: Input) -> Result<(), Box<dyn Error>> {
    let total = BufReader::new(fs::File::open(&input.file)?).lines().count();
    let progress = ProgressBar::new(total.try_into()?);
    let draw = Some(evaluation_target::Draw::DrawNumber(input.draw));
    let target = EvaluationTarget { draw, ..Default::default() };
    let (mut invited, mut not_invited, mut indeterminate, mut failed) = (0, 0, 0, 0);
    let mut digest = None;
    let tell = |told| match told {
        Told::Result(result) => {
            match print(&result) {
                Some(Verdict::Invited) => invited += 1,
                Some(Verdict::NotInvited) => not_invited += 1,
                Some(_) => indeterminate += 1,
                None => failed += 1,
            }
            progress.inc(1);
        }
        Told::Started(started) => {
            if digest.replace(started.catalog_digest.clone()).is_some_and(|before| before != started.catalog_digest) {
                eprintln!("from here on the answers are from another catalogue, {}", started.catalog_digest);
            }
        }
        Told::Notice(notice) if notice.kind() == StreamNoticeKind::CatalogReloaded => {
            eprintln!("the server has another catalogue; this stream goes on with its own");
        }
        Told::Notice(_) => eprintln!("the server is stopping"),
        Told::Lost(status) => eprintln!("{}; going on elsewhere", status.message()),
    };
    evaluate_all(&mut servers, &target, FRAME, |place| items(&input.file, place), tell).await?;
    progress.finish();
    eprintln!("{invited} invited, {not_invited} not invited, {indeterminate} indeterminate, {failed} failed");
    Ok(())
}

/// Prints one line, and says the verdict; none of an item that is wrong.
fn print(result: &EvaluationResult) -> Option<Verdict> {
    let (verdict, missing) = match result.result.as_ref()? {
        Answer::Evaluation(evaluation) => (Some(evaluation.verdict()), evaluation.missing_fields.clone()),
        Answer::Error(error) => (None, vec![error.message.clone()]),
    };
    let told = verdict.map_or("ERROR", |verdict| verdict.as_str_name());
    println!("{}", serde_json::json!({ "line": result.correlation_id, "verdict": told, "missing": missing }));
    verdict
}

/// The profiles of a file from a line on, counted from 0; the correlation_id is the number of the line, counted from 1.
fn items(file: &Path, from: usize) -> impl Iterator<Item = Result<EvaluationItem, String>> + Send + use<> {
    let lines: Box<dyn Iterator<Item = std::io::Result<String>> + Send> = match fs::File::open(file) {
        Ok(file) => Box::new(BufReader::new(file).lines().skip(from)),
        Err(error) => Box::new(std::iter::once(Err(error))),
    };
    (from + 1..).zip(lines).map(|(number, line)| {
        let line = line.map_err(|error| error.to_string())?;
        let profile = from_json("expressentry.v1.Profile", &line).map_err(|error| format!("line {number}: {error}"))?;
        Ok(EvaluationItem { correlation_id: number.to_string(), profile: Some(profile) })
    })
}
