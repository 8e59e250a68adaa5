use std::{fs, process::ExitCode};

use chrono::{NaiveDate, Utc};
use clap::{Args as Arguments, ValueEnum};
use comfy_table::Table;
use express_entry::grpc::{
    proto::{
        CriterionKind, DrawType, EvaluateHistoryRequest, EvaluateHistoryResponse, HistoryOrder, HistoryReading, Program,
    },
    to_json,
};

use super::{
    CliError,
    catalog_dir::CatalogArgs,
    draws::FilterArgs,
    evaluate::read,
    plot::Picture,
    table::{day, out, short, table},
};

/// Evaluates one profile against every draw of a filter, without a server.
///
/// The profile is proto3 JSON of expressentry.v1.Profile, as in `evaluate`. Below the table, the cut-offs (●) are drawn
/// over time against the candidate's score (─).
#[derive(Arguments)]
pub(super) struct Args {
    /// File with the profile; "-" is standard input
    #[arg(default_value = "-")]
    profile: String,
    #[command(flatten)]
    filter: FilterArgs,
    /// How the profile is posed to draws of the past: as it is now (submission ignored), or as it was on their days
    #[arg(long, value_enum, default_value_t = ReadingArg::Now)]
    reading: ReadingArg,
    /// The day that "now" is in `--reading now`, as "2024-02-14" [default: today]
    #[arg(long, value_name = "DAY")]
    on: Option<NaiveDate>,
    /// Oldest draw first
    #[arg(long)]
    oldest_first: bool,
    /// Take unsaid facts of the candidate's word as unknown, not as true
    #[arg(long)]
    strict: bool,
    /// Write the picture to this file, as SVG
    #[arg(long, value_name = "FILE")]
    svg: Option<String>,
    /// Print each EvaluateHistoryResponse as proto3 JSON, one after the other
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    catalog: CatalogArgs,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ReadingArg {
    Now,
    Then,
}

/// Characters of the picture.
const PICTURE: (u32, u32) = (100, 18);

pub(super) fn run(args: Args) -> Result<ExitCode, CliError> {
    let api = args.catalog.api()?;
    let reading = match args.reading {
        ReadingArg::Now => HistoryReading::AsItIsNow,
        ReadingArg::Then => HistoryReading::AsItWas,
    };
    let order = if args.oldest_first { HistoryOrder::OldestFirst } else { HistoryOrder::NewestFirst };
    let (kind, program): (DrawType, Program) = (args.filter.kind(), args.filter.program());
    let request = EvaluateHistoryRequest {
        profile: Some(read(&args.profile, "expressentry.v1.Profile")?),
        reading: reading.into(),
        as_of: args.on.map(Into::into),
        order: order.into(),
        r#type: kind.into(),
        category_id: args.filter.category_id.clone().unwrap_or_default(),
        program: program.into(),
        held_from: args.filter.held_from.map(Into::into),
        held_to: args.filter.held_to.map(Into::into),
        strict: args.strict,
    };
    let answers: Vec<EvaluateHistoryResponse> =
        api.evaluate_history(request, Utc::now().date_naive())?.collect::<Result<_, _>>()?;
    let picture = picture(&answers, args.oldest_first, args.filter.category_id.as_deref());
    if let Some(path) = args.svg {
        fs::write(&path, picture.svg()?).map_err(|source| CliError::Write { path, source })?;
    }
    if args.json {
        for answer in &answers {
            let text = to_json("expressentry.v1.EvaluateHistoryResponse", answer).map_err(CliError::Answer)?;
            out!("{text}");
        }
        return Ok(ExitCode::SUCCESS);
    }
    out!("{}\n{} draws", rows(&answers), answers.len());
    if answers.len() > 1 {
        out!("\n{}", picture.text(PICTURE.0, PICTURE.1)?);
    }
    Ok(ExitCode::SUCCESS)
}

fn rows(answers: &[EvaluateHistoryResponse]) -> Table {
    let mut rows = table(["Draw", "Day", "Label", "Cut-off", "CRS", "Margin", "Verdict", "Not met", "Unknown"]);
    let told = |kinds: &mut dyn Iterator<Item = CriterionKind>| {
        let names: Vec<&str> = kinds.map(|kind| short(kind.as_str_name(), "CRITERION_KIND_")).collect();
        names.join(", ")
    };
    for answer in answers {
        rows.add_row([
            answer.draw_number.clone(),
            day(answer.held_on),
            answer.draw_name.clone(),
            answer.crs_cut_off.to_string(),
            answer.crs_score.map_or_else(String::new, |score| score.to_string()),
            answer.crs_margin.map_or_else(String::new, |margin| format!("{margin:+}")),
            short(answer.verdict().as_str_name(), "VERDICT_").to_owned(),
            told(&mut answer.failed_criteria()),
            told(&mut answer.unknown_criteria()),
        ]);
    }
    rows
}

fn picture(answers: &[EvaluateHistoryResponse], oldest_first: bool, category: Option<&str>) -> Picture {
    let point = |answer: &EvaluateHistoryResponse| {
        let held_on = day(answer.held_on).parse().unwrap_or_default();
        (held_on, answer.crs_cut_off, answer.crs_score)
    };
    let mut draws: Vec<_> = answers.iter().map(point).collect();
    if !oldest_first {
        draws.reverse();
    }
    let which = category.map_or_else(String::new, |id| format!(" of {id} draws"));
    Picture { title: format!("Cut-offs{which} (dots) and the candidate's score (line)"), draws }
}
