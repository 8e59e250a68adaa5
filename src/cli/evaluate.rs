use std::{fs, io, process::ExitCode};

use clap::Args as Arguments;
use express_entry::grpc::{
    from_json,
    proto::{self, Evaluation, EvaluationView, PoolStanding, Verdict, evaluate_request::Draw as Named},
    to_json,
};
use prost::Message;

use super::{
    CliError,
    catalog_dir::CatalogArgs,
    table::{day, grouped, out, short, table},
};

/// Evaluates one profile against one draw, without a server.
///
/// The profile is proto3 JSON of expressentry.v1.Profile:
///
///   {"submittedAt": "2024-01-10T12:00:00Z", "crsScore": 430,
///    "eligiblePrograms": ["PROGRAM_FEDERAL_SKILLED_WORKER"],
///    "workExperiences": [{"nocCode": "31301", "startDate": {"year": 2023, "month": 3, "day": 1},
///                         "hoursPerWeek": 37.5}]}
#[derive(Arguments)]
#[command(
    after_help = "Exit codes: 0 invited, 1 not invited, 2 indeterminate, 64 and more on errors.",
    verbatim_doc_comment
)]
pub(super) struct Args {
    #[command(flatten)]
    draw: DrawArgs,
    /// File with the profile; "-" is standard input
    #[arg(default_value = "-")]
    profile: String,
    /// Take unsaid facts of the candidate's word (paid, duties performed, test valid) as unknown, not as true
    #[arg(long)]
    strict: bool,
    /// Print the Evaluation as proto3 JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    catalog: CatalogArgs,
}

/// The draw to go by.
#[derive(Arguments)]
#[group(required = true, multiple = false)]
pub(super) struct DrawArgs {
    /// Number of the draw, as "284" or "91a"
    #[arg(long, value_name = "NUMBER")]
    draw: Option<String>,
    /// The newest draw of this category, as "healthcare"
    #[arg(long, value_name = "CATEGORY")]
    latest_in_category: Option<String>,
    /// File with a draw of your own, proto3 JSON of expressentry.v1.Draw
    #[arg(long, value_name = "FILE")]
    hypothetical_draw: Option<String>,
}

impl DrawArgs {
    /// The draw as a request names it.
    pub(super) fn named(self) -> Result<Option<Named>, CliError> {
        let hypothetical = match self.hypothetical_draw {
            Some(path) => Some(read::<proto::Draw>(&path, "expressentry.v1.Draw")?),
            None => None,
        };
        Ok(hypothetical
            .map(Named::HypotheticalDraw)
            .or(self.latest_in_category.map(Named::LatestInCategory))
            .or(self.draw.map(Named::DrawNumber)))
    }
}

pub(super) fn run(args: Args) -> Result<ExitCode, CliError> {
    let named = args.draw.named()?;
    let api = args.catalog.api()?;
    let response = api.evaluate(proto::EvaluateRequest {
        profile: Some(read(&args.profile, "expressentry.v1.Profile")?),
        draw: named,
        view: EvaluationView::Full.into(),
        strict: args.strict,
    })?;
    let evaluation = response.evaluation.unwrap_or_default();
    if args.json {
        out!("{}", to_json("expressentry.v1.Evaluation", &evaluation).map_err(CliError::Answer)?);
    } else {
        print(&evaluation);
    }
    Ok(ExitCode::from(match evaluation.verdict() {
        Verdict::Invited => 0,
        Verdict::NotInvited => 1,
        Verdict::Indeterminate => 2,
        Verdict::Unspecified => 70,
    }))
}

pub(super) fn read<M: Message + Default>(path: &str, message: &'static str) -> Result<M, CliError> {
    let text = if path == "-" { io::read_to_string(io::stdin()) } else { fs::read_to_string(path) };
    let name = if path == "-" { "standard input" } else { path };
    let text = text.map_err(|source| CliError::Read { path: name.to_owned(), source })?;
    from_json(message, &text).map_err(|source| CliError::Message { path: name.to_owned(), message, source })
}

fn print(evaluation: &Evaluation) {
    let verdict = short(evaluation.verdict().as_str_name(), "VERDICT_");
    let score = match (evaluation.crs_score, evaluation.crs_margin) {
        (Some(score), Some(margin)) => format!("CRS {score} ({margin:+})"),
        _ => "CRS unknown".to_owned(),
    };
    out!("{verdict} · draw {} · {score}", evaluation.draw_number);
    let mut criteria = table(["Criterion", "Outcome", "Required", "Actual", "Why"]);
    for criterion in &evaluation.criteria {
        criteria.add_row([
            short(criterion.kind().as_str_name(), "CRITERION_KIND_"),
            short(criterion.outcome().as_str_name(), "OUTCOME_"),
            &criterion.required,
            &criterion.actual,
            &criterion.explanation,
        ]);
    }
    out!("{criteria}");
    if let Some(standing) = &evaluation.pool_standing {
        out!("{}", in_pool(standing));
    }
    let qualifying = evaluation.qualifying_occupations.iter().map(|occupation| {
        format!(
            "{} {}: {:.2} months, {} to {}",
            occupation.noc_code,
            occupation.title,
            occupation.credited_months,
            day(occupation.first_day),
            day(occupation.last_day)
        )
    });
    list("Qualifying occupations", qualifying);
    list("Missing fields", evaluation.missing_fields.iter().cloned());
    list("Assumptions", evaluation.assumptions.iter().map(|taken| format!("{} ({})", taken.statement, taken.field)));
    list("Notices", evaluation.notices.iter().map(|notice| notice.text.clone()));
    let sources = evaluation.criteria.iter().filter_map(|criterion| {
        let source = criterion.citation.as_ref()?;
        let kind = short(criterion.kind().as_str_name(), "CRITERION_KIND_");
        Some(format!("{kind}: {}, {}", source.instrument, source.section))
    });
    list("Sources", sources);
}

/// `Pool of 2024-02-11: 90,900 to 100,345 of 211,273 candidates stood above (percentile 52.5 to 57.0)`.
fn in_pool(standing: &PoolStanding) -> String {
    let &PoolStanding { as_of, total, above_min, above_max, percentile_min, percentile_max } = standing;
    let (above, percentile) = if above_min == above_max {
        (grouped(above_min), format!("{percentile_min:.1}"))
    } else {
        (
            format!("{} to {}", grouped(above_min), grouped(above_max)),
            format!("{percentile_min:.1} to {percentile_max:.1}"),
        )
    };
    let (day, total) = (day(as_of), grouped(total));
    format!("Pool of {day}: {above} of {total} candidates stood above (percentile {percentile})")
}

pub(super) fn list(title: &str, entries: impl Iterator<Item = String>) {
    let mut entries = entries.peekable();
    if entries.peek().is_some() {
        out!("{title}:");
        entries.for_each(|entry| out!("  {entry}"));
    }
}
