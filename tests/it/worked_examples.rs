//! Scores worked out by hand, with their arithmetic, in `tests/cases/scoring/`.

use std::collections::BTreeMap;

use express_entry::grpc::{
    Api,
    proto::{Profile, ScoreProfileRequest},
};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::support::{cases, catalog};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    base: Map<String, Value>,
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    on: chrono::NaiveDate,
    profile: Map<String, Value>,
    factors: BTreeMap<String, i32>,
    sections: [i32; 4],
    total: i32,
}

#[test]
fn scores_are_those_worked_out_by_hand() {
    let file: File = toml::from_str(include_str!("../cases/scoring/worked_examples.toml")).unwrap();
    for case in file.case {
        let mut profile = file.base.clone();
        profile.extend(case.profile);
        let profile: Profile = cases::message("Profile", Value::Object(profile), &case.name);
        let request = ScoreProfileRequest { profile: Some(profile), as_of: Some(case.on.into()) };
        let crs = Api::new(catalog()).score_profile(request, case.on).unwrap().crs.unwrap();
        let earned = crs.factors.iter().filter(|factor| factor.points != 0).map(|factor| {
            let kind = factor.kind().as_str_name().trim_start_matches("CRS_FACTOR_KIND_");
            (kind.to_owned(), factor.points)
        });
        assert_eq!(earned.collect::<BTreeMap<_, _>>(), case.factors, "{}", case.name);
        let sections = [crs.core, crs.spouse, crs.skill_transferability, crs.additional];
        assert_eq!(sections, case.sections, "{}", case.name);
        assert_eq!((crs.total, sections.iter().sum()), (Some(case.total), case.total), "{}", case.name);
    }
}
