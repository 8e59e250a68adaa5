use std::process::ExitCode;

use clap::{Args as Arguments, ValueEnum};
use express_entry::grpc::{
    proto::{
        ExplainGapRequest, ExplainGapResponse, GapChangeKind, GapPart, evaluate_request,
        explain_gap_request::Draw as Named,
    },
    to_json,
};

use super::{
    CliError,
    catalog_dir::CatalogArgs,
    evaluate::{DrawArgs, list, read},
    table::{day, out, short, table},
};

/// Finds the smallest changes of a profile that would have earned an invitation in a draw, without a server.
///
/// The profile is proto3 JSON of expressentry.v1.Profile, as in `evaluate`.
#[derive(Arguments)]
pub(super) struct Args {
    #[command(flatten)]
    draw: DrawArgs,
    /// File with the profile; "-" is standard input
    #[arg(default_value = "-")]
    profile: String,
    /// A kind of change that is never proposed; may be given several times
    #[arg(long, value_enum, value_name = "KIND")]
    fixed: Vec<KindArg>,
    /// Options to print at most, 1 to 100
    #[arg(long, value_name = "N", default_value_t = 10)]
    max_options: i32,
    /// Take unsaid facts of the candidate's word as unknown, not as true
    #[arg(long)]
    strict: bool,
    /// Print ExplainGapResponse as proto3 JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    catalog: CatalogArgs,
}

#[derive(Clone, Copy, ValueEnum)]
enum KindArg {
    ListedWork,
    Listening,
    Reading,
    Writing,
    Speaking,
    AllAbilities,
    SecondLanguage,
    French,
    Education,
    CanadianWork,
    ForeignWork,
    Certificate,
    Nomination,
    Partner,
    Program,
    Score,
}

impl From<KindArg> for GapChangeKind {
    fn from(kind: KindArg) -> Self {
        match kind {
            KindArg::ListedWork => Self::ListedWork,
            KindArg::Listening => Self::Listening,
            KindArg::Reading => Self::Reading,
            KindArg::Writing => Self::Writing,
            KindArg::Speaking => Self::Speaking,
            KindArg::AllAbilities => Self::AllAbilities,
            KindArg::SecondLanguage => Self::SecondLanguage,
            KindArg::French => Self::French,
            KindArg::Education => Self::Education,
            KindArg::CanadianWork => Self::CanadianWork,
            KindArg::ForeignWork => Self::ForeignWork,
            KindArg::Certificate => Self::Certificate,
            KindArg::Nomination => Self::Nomination,
            KindArg::Partner => Self::Partner,
            KindArg::Program => Self::Program,
            KindArg::Score => Self::Score,
        }
    }
}

pub(super) fn run(args: Args) -> Result<ExitCode, CliError> {
    let api = args.catalog.api()?;
    let request = ExplainGapRequest {
        draw: args.draw.named()?.map(|named| match named {
            evaluate_request::Draw::DrawNumber(number) => Named::DrawNumber(number),
            evaluate_request::Draw::LatestInCategory(id) => Named::LatestInCategory(id),
            evaluate_request::Draw::HypotheticalDraw(draw) => Named::HypotheticalDraw(draw),
        }),
        profile: Some(read(&args.profile, "expressentry.v1.Profile")?),
        strict: args.strict,
        fixed: args.fixed.into_iter().map(|kind| GapChangeKind::from(kind).into()).collect(),
        max_options: args.max_options,
    };
    let response = api.explain_gap(request)?;
    if args.json {
        out!("{}", to_json("expressentry.v1.ExplainGapResponse", &response).map_err(CliError::Answer)?);
    } else {
        print(&response);
    }
    Ok(ExitCode::SUCCESS)
}

fn print(response: &ExplainGapResponse) {
    let evaluation = response.evaluation.clone().unwrap_or_default();
    let verdict = short(evaluation.verdict().as_str_name(), "VERDICT_");
    let score = match (evaluation.crs_score, evaluation.crs_margin) {
        (Some(score), Some(margin)) => format!("CRS {score} ({margin:+})"),
        _ => "CRS unknown".to_owned(),
    };
    out!("{verdict} · draw {} · {score}", evaluation.draw_number);
    if !response.options.is_empty() {
        let mut rows = table(["Option", "CRS", "Change", "From", "To", "Points", "Reached on"]);
        for (number, option) in (1..).zip(&response.options) {
            for (nth, part) in option.parts.iter().enumerate() {
                let first = |text: String| if nth == 0 { text } else { String::new() };
                let score = option.crs_score.map_or_else(String::new, |score| score.to_string());
                let [change, from, to, points, reached_on] = cells(part);
                rows.add_row([first(number.to_string()), first(score), change, from, to, points, reached_on]);
            }
        }
        out!("{rows}");
    }
    if response.omitted_options > 0 {
        out!("{} more; --max-options prints more of them", response.omitted_options);
    }
    if !response.complete {
        out!("The search ended before every change was tried.");
    }
    list("What can't be changed", response.obstacles.iter().map(|obstacle| obstacle.explanation.clone()));
    list("Missing fields", evaluation.missing_fields.iter().cloned());
}

fn cells(part: &GapPart) -> [String; 5] {
    [
        short(part.kind().as_str_name(), "GAP_CHANGE_KIND_").to_owned(),
        part.from.clone(),
        part.to.clone(),
        part.points_gained.map_or_else(String::new, |points| format!("{points:+}")),
        day(part.reached_on),
    ]
}
