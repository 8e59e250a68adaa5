//! The gap and the projection of the nurse with 410 points and four months of work, as worked out by hand.

use express_entry::grpc::{
    Api,
    proto::{
        ExplainGapRequest, GapPart, Outcome, Profile, Program, ProjectProfileRequest, ProjectedState,
        explain_gap_request::Draw as Named,
    },
};

use crate::support::{cases, catalog};

fn nurse() -> Option<Profile> {
    Some(cases::profile_of_json(include_str!("../../examples/profiles/nurse_four_months.json")))
}

fn told(part: &GapPart) -> String {
    let kind = part.kind().as_str_name().trim_start_matches("GAP_CHANGE_KIND_");
    let work = part.reached_on.map_or(String::new(), |day| {
        format!("{} > {}, reached {:04}-{:02}-{:02}, ", part.from, part.to, day.year, day.month, day.day)
    });
    format!("{kind} {work}{:+}", part.points_gained.unwrap())
}

#[test]
fn the_gap_of_the_nurse_is_as_worked_out_by_hand() {
    let case: toml::Table = include_str!("../cases/foresight/gap.toml").parse().unwrap();
    let request = ExplainGapRequest {
        profile: nurse(),
        draw: Some(Named::DrawNumber("284".into())),
        ..ExplainGapRequest::default()
    };
    let gap = Api::new(catalog()).explain_gap(request).unwrap();
    let line = |option: &express_entry::grpc::proto::GapOption| {
        let parts: Vec<String> = option.parts.iter().map(told).collect();
        toml::Value::from(format!("{} {}", option.crs_score.unwrap(), parts.join("; ")))
    };
    assert_eq!(&gap.options.iter().map(line).collect::<Vec<_>>(), case["options"].as_array().unwrap());
    assert_eq!((gap.omitted_options, gap.complete, gap.obstacles.len()), (0, true, 0));
}

fn line(state: &ProjectedState) -> toml::Value {
    let day = state.day.unwrap();
    let programs = state.programs.iter().filter(|one| one.outcome() == Outcome::Met);
    let programs = programs.map(|one| if one.program() == Program::FederalSkilledWorker { "FSWP" } else { "other" });
    let categories = state.categories.iter().filter(|one| one.outcome() == Outcome::Met);
    let categories = categories.map(|one| one.category_id.as_str());
    let kinds = state.changes.iter().map(|one| one.kind().as_str_name().trim_start_matches("PROJECTED_CHANGE_KIND_"));
    let kinds = kinds.collect::<Vec<_>>().join(" ");
    let line = format!(
        "{:04}-{:02}-{:02} {} {}; {}; {}",
        day.year,
        day.month,
        day.day,
        state.crs_score.unwrap(),
        if state.in_pool() == Outcome::Met { "in the pool" } else { "out" },
        programs.collect::<Vec<_>>().join(" "),
        categories.collect::<Vec<_>>().join(" "),
    );
    if kinds.is_empty() { line.into() } else { format!("{line}; {kinds}").into() }
}

#[test]
fn the_projection_of_the_nurse_is_as_worked_out_by_hand() {
    let case: toml::Table = include_str!("../cases/foresight/projection.toml").parse().unwrap();
    let day = |name: &str| Some(case[name].as_str().unwrap().parse::<chrono::NaiveDate>().unwrap().into());
    let request = ProjectProfileRequest { profile: nurse(), from: day("from"), to: day("to"), strict: false };
    let projection = Api::new(catalog()).project_profile(request, chrono::NaiveDate::MIN).unwrap();
    assert_eq!(&projection.states.iter().map(line).collect::<Vec<_>>(), case["states"].as_array().unwrap());
}
