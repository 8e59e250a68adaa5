use std::process::ExitCode;

use chrono::{NaiveDate, Utc};
use clap::Args as Arguments;
use express_entry::grpc::{
    proto::{Outcome, ProjectProfileRequest, ProjectProfileResponse, ProjectedState},
    to_json,
};

use super::{
    CliError,
    catalog_dir::CatalogArgs,
    evaluate::read,
    table::{day, out, programs, short, table},
};

/// Tells each day on which time alone changes the score, the programs or the categories of a profile, and why.
///
/// The profile is proto3 JSON of expressentry.v1.Profile, as in `evaluate`.
#[derive(Arguments)]
pub(super) struct Args {
    /// File with the profile; "-" is standard input
    #[arg(default_value = "-")]
    profile: String,
    /// First day, as "2024-02-14" [default: today]
    #[arg(long, value_name = "DAY")]
    from: Option<NaiveDate>,
    /// Last day, itself included, at most ten years later
    #[arg(long, value_name = "DAY")]
    to: NaiveDate,
    /// Take unsaid facts of the candidate's word as unknown, not as true
    #[arg(long)]
    strict: bool,
    /// Print ProjectProfileResponse as proto3 JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    catalog: CatalogArgs,
}

pub(super) fn run(args: Args) -> Result<ExitCode, CliError> {
    let api = args.catalog.api()?;
    let request = ProjectProfileRequest {
        profile: Some(read(&args.profile, "expressentry.v1.Profile")?),
        from: args.from.map(Into::into),
        to: Some(args.to.into()),
        strict: args.strict,
    };
    let response = api.project_profile(request, Utc::now().date_naive())?;
    if args.json {
        out!("{}", to_json("expressentry.v1.ProjectProfileResponse", &response).map_err(CliError::Answer)?);
    } else {
        print(&response);
    }
    Ok(ExitCode::SUCCESS)
}

fn print(response: &ProjectProfileResponse) {
    let mut rows = table(["From", "CRS", "In pool", "Programs", "Categories met", "Why"]);
    for state in &response.states {
        rows.add_row([
            day(state.day),
            score(state),
            short(state.in_pool().as_str_name(), "OUTCOME_").to_owned(),
            with(state.programs.iter().map(|one| (programs(std::iter::once(one.program())), one.outcome()))),
            with(state.categories.iter().map(|one| (one.category_id.clone(), one.outcome()))),
            state.changes.iter().map(|change| change.explanation.clone()).collect::<Vec<_>>().join("; "),
        ]);
    }
    out!("{rows}");
    let known = response.crs_known_to.map_or_else(
        || "no table of scores is known for these days".to_owned(),
        |last| format!("scores are known to {}", day(Some(last))),
    );
    out!("{} states · {known}", response.states.len());
}

fn score(state: &ProjectedState) -> String {
    match (state.crs_score, state.crs_score_min, state.crs_score_max) {
        (Some(score), ..) => score.to_string(),
        (None, Some(min), Some(max)) => format!("{min} to {max}"),
        _ => "not known".to_owned(),
    }
}

/// What is met, and what is open with a question mark.
fn with(outcomes: impl Iterator<Item = (String, Outcome)>) -> String {
    let told = outcomes.filter_map(|(name, outcome)| match outcome {
        Outcome::Met => Some(name),
        Outcome::Unknown => Some(format!("{name}?")),
        Outcome::NotMet | Outcome::Unspecified => None,
    });
    told.collect::<Vec<_>>().join(", ")
}
