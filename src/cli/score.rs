use std::process::ExitCode;

use chrono::{NaiveDate, Utc};
use clap::Args as Arguments;
use express_entry::grpc::{
    proto::{CrsScore, ProgramEligibility, ScoreProfileRequest, ScoreProfileResponse},
    to_json,
};

use super::{
    CliError,
    catalog_dir::CatalogArgs,
    evaluate::{list, read},
    table::{day, out, programs, short, table},
};

/// Works out the CRS score of a profile, and the programs it is eligible for, without a server.
///
/// The profile is proto3 JSON of expressentry.v1.Profile, as in `evaluate`.
#[derive(Arguments)]
pub(super) struct Args {
    /// File with the profile; "-" is standard input
    #[arg(default_value = "-")]
    profile: String,
    /// The day whose rules apply, as "2024-02-14" [default: today]
    #[arg(long, value_name = "DAY")]
    on: Option<NaiveDate>,
    /// Print ScoreProfileResponse as proto3 JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    catalog: CatalogArgs,
}

pub(super) fn run(args: Args) -> Result<ExitCode, CliError> {
    let api = args.catalog.api()?;
    let today = Utc::now().date_naive();
    let request = ScoreProfileRequest {
        profile: Some(read(&args.profile, "expressentry.v1.Profile")?),
        as_of: Some(args.on.unwrap_or(today).into()),
    };
    let response = api.score_profile(request, today)?;
    if args.json {
        out!("{}", to_json("expressentry.v1.ScoreProfileResponse", &response).map_err(CliError::Answer)?);
    } else {
        print(&response);
    }
    Ok(ExitCode::SUCCESS)
}

fn print(response: &ScoreProfileResponse) {
    if let Some(crs) = &response.crs {
        print_score(crs);
    }
    for program in &response.programs {
        print_program(program);
    }
    list("Missing fields", response.missing_fields.iter().cloned());
    list("Assumptions", response.assumptions.iter().map(|taken| format!("{} ({})", taken.statement, taken.field)));
}

fn print_score(crs: &CrsScore) {
    let total = match crs.total {
        Some(total) => total.to_string(),
        None => format!("{} to {}", crs.total_min, crs.total_max),
    };
    out!("CRS {total} · points in force from {}", day(crs.table_in_force_from));
    let mut factors = table(["Factor", "Points", "Most", "Why"]);
    for factor in &crs.factors {
        factors.add_row([
            short(factor.kind().as_str_name(), "CRS_FACTOR_KIND_"),
            &factor.points.to_string(),
            &factor.max_points.to_string(),
            &factor.explanation,
        ]);
    }
    out!("{factors}");
    let CrsScore { core, spouse, skill_transferability, additional, .. } = crs;
    out!("core {core} · spouse {spouse} · skill transferability {skill_transferability} · additional {additional}");
}

fn print_program(eligibility: &ProgramEligibility) {
    let name = programs(std::iter::once(eligibility.program()));
    let outcome = short(eligibility.outcome().as_str_name(), "OUTCOME_");
    let points = eligibility.selection_points.map_or_else(String::new, |points| format!(" · {points} of 100"));
    out!("{name}: {outcome}{points}");
    let mut requirements = table(["Requirement", "Outcome", "Required", "Actual"]);
    for requirement in &eligibility.requirements {
        requirements.add_row([
            requirement.id.as_str(),
            short(requirement.outcome().as_str_name(), "OUTCOME_"),
            &requirement.required,
            &requirement.actual,
        ]);
    }
    out!("{requirements}");
}
