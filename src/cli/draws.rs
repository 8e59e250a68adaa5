use std::process::ExitCode;

use chrono::NaiveDate;
use clap::{Args as Arguments, ValueEnum};
use express_entry::grpc::{
    proto::{DrawType, ListDrawsRequest, ListDrawsResponse, Program},
    to_json,
};

use super::{
    CliError,
    catalog_dir::CatalogArgs,
    table::{day, instant, out, programs, table},
};

/// Lists draws, newest first, without a server.
#[derive(Arguments)]
pub(super) struct Args {
    #[command(flatten)]
    filter: FilterArgs,
    /// Print ListDrawsResponse as proto3 JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    catalog: CatalogArgs,
}

/// Which draws.
#[derive(Arguments)]
pub(super) struct FilterArgs {
    /// Only draws of this type
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<TypeArg>,
    /// Only draws of this category, as "healthcare"
    #[arg(long, value_name = "ID")]
    pub(super) category_id: Option<String>,
    /// Only draws that invited from this program
    #[arg(long)]
    program: Option<ProgramArg>,
    /// First day to list, itself included, as "2024-01-01"
    #[arg(long, value_name = "DAY")]
    pub(super) held_from: Option<NaiveDate>,
    /// Last day to list, itself included
    #[arg(long, value_name = "DAY")]
    pub(super) held_to: Option<NaiveDate>,
}

impl FilterArgs {
    pub(super) fn kind(&self) -> DrawType {
        self.kind.map_or(DrawType::Unspecified, |kind| match kind {
            TypeArg::General => DrawType::General,
            TypeArg::ProgramSpecific => DrawType::ProgramSpecific,
            TypeArg::CategoryBased => DrawType::CategoryBased,
        })
    }

    pub(super) fn program(&self) -> Program {
        self.program.map_or(Program::Unspecified, |program| match program {
            ProgramArg::Fswp => Program::FederalSkilledWorker,
            ProgramArg::Cec => Program::CanadianExperienceClass,
            ProgramArg::Fstp => Program::FederalSkilledTrades,
            ProgramArg::Pnp => Program::ProvincialNominee,
        })
    }
}

#[derive(Clone, Copy, ValueEnum)]
enum TypeArg {
    General,
    ProgramSpecific,
    CategoryBased,
}

#[derive(Clone, Copy, ValueEnum)]
enum ProgramArg {
    Fswp,
    Cec,
    Fstp,
    Pnp,
}

pub(super) fn run(args: Args) -> Result<ExitCode, CliError> {
    let api = args.catalog.api()?;
    let mut request = ListDrawsRequest {
        r#type: args.filter.kind().into(),
        category_id: args.filter.category_id.clone().unwrap_or_default(),
        program: args.filter.program().into(),
        held_from: args.filter.held_from.map(Into::into),
        held_to: args.filter.held_to.map(Into::into),
        page_size: i32::MAX,
        page_token: String::new(),
    };
    let mut all = ListDrawsResponse::default();
    loop {
        let page = api.list_draws(request.clone())?;
        all.draws.extend(page.draws);
        all.total_size = page.total_size;
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    if args.json {
        out!("{}", to_json("expressentry.v1.ListDrawsResponse", &all).map_err(CliError::Answer)?);
        return Ok(ExitCode::SUCCESS);
    }
    let mut rows = table(["Draw", "Day", "Label", "Programs", "Invitations", "Cut-off", "Tie-break"]);
    for draw in &all.draws {
        rows.add_row([
            draw.number.clone(),
            day(draw.held_on),
            draw.name.clone(),
            programs(draw.programs()),
            draw.invitations.to_string(),
            draw.crs_cut_off.to_string(),
            instant(draw.tie_break_at),
        ]);
    }
    out!("{rows}\n{} draws", all.total_size);
    Ok(ExitCode::SUCCESS)
}
