use std::{
    fs::File,
    io::{self, BufRead, BufReader},
    process::ExitCode,
    sync::Arc,
};

use clap::Args as Arguments;
use express_entry::grpc::{
    Api, from_json,
    proto::{
        EvaluationItem, EvaluationItems, Profile, SimulateDrawRequest, SimulatedInvitation, SimulationResult,
        SimulationTerms, evaluate_request, evaluation_result::Result::Error, simulate_draw_request::Frame as In,
        simulate_draw_response::Frame as Out, simulation_terms::Draw as Named,
    },
    simulate_draw, to_json,
};
use futures_util::{StreamExt, stream};
use tonic::Status;

use super::{
    CliError,
    catalog_dir::CatalogArgs,
    evaluate::DrawArgs,
    table::{instant, out, table},
};

/// Holds a draw on a pool of your own: the cut-off, the tie-break, and who is invited, in rank order.
///
/// The pool is a file with a profile a line, each proto3 JSON of expressentry.v1.Profile. A draw that was held lends its day,
/// its programs and its category; its own cut-off has no say.
#[derive(Arguments)]
#[command(after_help = "Profiles that can't be read are told on standard error; the others are not affected.")]
pub(super) struct Args {
    #[command(flatten)]
    draw: DrawArgs,
    /// File with a profile a line; "-" is standard input
    #[arg(default_value = "-")]
    pool: String,
    /// Number of invitations [default: that of the draw]
    #[arg(long, value_name = "N")]
    invitations: Option<i32>,
    /// Take unsaid facts of the candidate's word as unknown, not as true
    #[arg(long)]
    strict: bool,
    /// Print all of the invited, not only the first ten
    #[arg(long)]
    all: bool,
    /// Print SimulationResult, and each SimulatedInvitation, as proto3 JSON, one after the other
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    catalog: CatalogArgs,
}

/// Profiles sent together.
const FRAME: usize = 256;

/// Invited candidates printed when not all are asked for.
const FIRST: usize = 10;

pub(super) fn run(args: Args) -> Result<ExitCode, CliError> {
    let named = args.draw.named()?.map(|named| match named {
        evaluate_request::Draw::DrawNumber(number) => Named::DrawNumber(number),
        evaluate_request::Draw::LatestInCategory(id) => Named::LatestInCategory(id),
        evaluate_request::Draw::HypotheticalDraw(draw) => Named::HypotheticalDraw(draw),
    });
    let terms = SimulationTerms { draw: named, invitations: args.invitations, strict: args.strict };
    let pool = Pool::open(&args.pool)?;
    let api = args.catalog.api()?;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let (result, invited) = runtime.block_on(hold(api, terms, pool))?;
    if args.json {
        out!("{}", to_json("expressentry.v1.SimulationResult", &result).map_err(CliError::Answer)?);
        for one in &invited {
            out!("{}", to_json("expressentry.v1.SimulatedInvitation", one).map_err(CliError::Answer)?);
        }
    } else {
        print(&result, &invited, if args.all { invited.len() } else { FIRST });
    }
    Ok(ExitCode::SUCCESS)
}

/// The lines of a file, in frames. The first line that is no profile ends it, and is kept as the reason.
struct Pool {
    name: String,
    lines: io::Lines<Box<dyn BufRead + Send>>,
    number: usize,
}

impl Pool {
    fn open(path: &str) -> Result<Self, CliError> {
        let name = if path == "-" { "standard input" } else { path }.to_owned();
        let reader: Box<dyn BufRead + Send> = if path == "-" {
            Box::new(BufReader::new(io::stdin()))
        } else {
            let file = File::open(path).map_err(|source| CliError::Read { path: name.clone(), source })?;
            Box::new(BufReader::new(file))
        };
        Ok(Self { name, lines: reader.lines(), number: 0 })
    }

    /// The next profiles; none at the end.
    fn frame(&mut self) -> Result<Vec<EvaluationItem>, CliError> {
        const PROFILE: &str = "expressentry.v1.Profile";
        let mut items = Vec::with_capacity(FRAME);
        while items.len() < FRAME {
            let Some(line) = self.lines.next() else { break };
            self.number += 1;
            let line = line.map_err(|source| CliError::Read { path: self.name.clone(), source })?;
            if line.trim().is_empty() {
                continue;
            }
            let profile: Profile = from_json(PROFILE, &line).map_err(|source| CliError::Message {
                path: format!("{}:{}", self.name, self.number),
                message: PROFILE,
                source,
            })?;
            items.push(EvaluationItem { correlation_id: profile.profile_id.clone(), profile: Some(profile) });
        }
        Ok(items)
    }
}

/// Holds the draw as a client of the stream would.
async fn hold(
    api: Api,
    terms: SimulationTerms,
    mut pool: Pool,
) -> Result<(SimulationResult, Vec<SimulatedInvitation>), CliError> {
    let failed = Arc::new(std::sync::Mutex::new(None));
    let failure = failed.clone();
    let frame = |frame| Ok::<_, Status>(SimulateDrawRequest { frame: Some(frame) });
    let rest = std::iter::from_fn(move || match pool.frame() {
        Ok(items) if items.is_empty() => None,
        Ok(items) => Some(frame(In::Pool(EvaluationItems { items }))),
        Err(error) => {
            if let Ok(mut failure) = failure.lock() {
                *failure = Some(error);
            }
            None
        }
    });
    let frames = stream::iter(std::iter::once(frame(In::Terms(terms))).chain(rest));
    let mut answers = Box::pin(simulate_draw(api, frames));
    let (mut result, mut invited) = (SimulationResult::default(), Vec::new());
    while let Some(answer) = answers.next().await {
        match answer.map_err(CliError::Status)?.frame {
            Some(Out::Refused(refused)) => {
                for one in refused.results {
                    if let Some(Error(status)) = one.result {
                        eprintln!("profile {} of the pool: {}", one.sequence + 1, status.message);
                    }
                }
            }
            Some(Out::Result(of_all)) => result = of_all,
            Some(Out::Invited(some)) => invited.extend(some.invitations),
            Some(Out::Started(_) | Out::Summary(_) | Out::Notice(_)) | None => {}
        }
    }
    match failed.lock().ok().and_then(|mut failed| failed.take()) {
        Some(error) => Err(error),
        None => Ok((result, invited)),
    }
}

fn print(result: &SimulationResult, invited: &[SimulatedInvitation], most: usize) {
    if let Some(draw) = &result.draw {
        let all = "everyone with that score is invited".to_owned();
        let tie_break = draw.tie_break_at.map_or(all, |at| format!("tie-break {}", instant(Some(at))));
        out!("{} invited · cut-off {} · {tie_break}", result.invited, draw.crs_cut_off);
    } else {
        out!("no one is invited");
    }
    out!(
        "{} in the pool · {} eligible · {} not eligible · {} undecided · {} refused · {} inseparable at the boundary",
        result.received,
        result.eligible,
        result.not_eligible,
        result.indeterminate,
        result.refused,
        result.inseparable
    );
    if invited.is_empty() {
        return;
    }
    let mut rows = table(["Rank", "Profile", "CRS"]);
    for (rank, one) in (1..).zip(invited).take(most) {
        let name =
            if one.correlation_id.is_empty() { format!("#{}", one.sequence + 1) } else { one.correlation_id.clone() };
        rows.add_row([rank.to_string(), name, one.crs_score.to_string()]);
    }
    out!("{rows}");
    if invited.len() > most {
        out!("and {} more; --all prints them", invited.len() - most);
    }
}
