use std::process::ExitCode;

use chrono::{NaiveDate, Utc};
use clap::Args as Arguments;
use express_entry::grpc::{
    proto::{ListOccupationsRequest, ListOccupationsResponse},
    to_json,
};

use super::{
    CliError,
    catalog_dir::CatalogArgs,
    table::{out, table},
};

/// Lists occupations of NOC 2021, by code, without a server.
#[derive(Arguments)]
pub(super) struct Args {
    /// All digits: the beginning of a code; otherwise words that begin words of the English or French title
    query: Option<String>,
    /// Only occupations of this category, as "healthcare"
    #[arg(long, value_name = "ID")]
    category_id: Option<String>,
    /// The day asked for, as "2024-02-14" [default: today]
    #[arg(long, value_name = "DAY")]
    as_of: Option<NaiveDate>,
    /// The day of this draw; alone, its category as well
    #[arg(long, value_name = "NUMBER")]
    draw: Option<String>,
    /// Only this TEER category, 0 to 5; may be given several times
    #[arg(long = "teer", value_name = "TEER")]
    teers: Vec<i32>,
    /// Print ListOccupationsResponse as proto3 JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    catalog: CatalogArgs,
}

pub(super) fn run(args: Args) -> Result<ExitCode, CliError> {
    let api = args.catalog.api()?;
    let today = Utc::now().date_naive();
    let mut request = ListOccupationsRequest {
        category_id: args.category_id.unwrap_or_default(),
        as_of: args.as_of.map(Into::into),
        draw_number: args.draw.unwrap_or_default(),
        teers: args.teers,
        query: args.query.unwrap_or_default(),
        page_size: i32::MAX,
        page_token: String::new(),
    };
    let mut all = ListOccupationsResponse::default();
    loop {
        let page = api.list_occupations(request.clone(), today)?;
        all.occupations.extend(page.occupations);
        all.total_size = page.total_size;
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    if args.json {
        out!("{}", to_json("expressentry.v1.ListOccupationsResponse", &all).map_err(CliError::Answer)?);
        return Ok(ExitCode::SUCCESS);
    }
    let mut rows = table(["NOC", "TEER", "Title", "Titre", "Categories"]);
    for occupation in &all.occupations {
        rows.add_row([
            &occupation.noc_code,
            &occupation.teer.to_string(),
            &occupation.title,
            &occupation.title_fr,
            &occupation.category_ids.join(", "),
        ]);
    }
    out!("{rows}\n{} occupations", all.total_size);
    Ok(ExitCode::SUCCESS)
}
