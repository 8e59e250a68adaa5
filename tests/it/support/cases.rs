//! Cases as data: a profile and a draw in the words of proto3 JSON, written in TOML, and what must come out.
//!
//! A date may be written as "2023-08-14", or "2023-08" for the whole month. `base` is what all profiles of a file begin
//! with; a `crs_score` of -1 takes it away again. `draw` is a number, or "latest:" and a category.

use std::{fs, path::Path};

use express_entry::grpc::{
    from_json,
    proto::{Draw, Evaluation, Profile, evaluate_request, evaluation_target},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    base: Map<String, Value>,
    draw: Option<String>,
    hypothetical: Option<Value>,
    case: Vec<RawCase>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCase {
    name: String,
    draw: Option<String>,
    hypothetical: Option<Value>,
    #[serde(default)]
    strict: bool,
    profile: Map<String, Value>,
    expect: Expect,
}

/// What must come out. What is not written is not compared.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    pub verdict: String,
    pub criteria: Option<Vec<String>>,
    pub category: Option<String>,
    pub margin: Option<i32>,
    pub missing: Option<Vec<String>>,
    pub assumptions: Option<Vec<String>>,
    pub qualifying: Option<Vec<String>>,
    pub notices: Option<Vec<String>>,
}

pub struct Case {
    pub name: String,
    pub draw: CaseDraw,
    pub strict: bool,
    pub profile: Profile,
    pub expect: Expect,
}

/// The draw of a case.
#[derive(Clone)]
pub enum CaseDraw {
    Number(String),
    LatestIn(String),
    Hypothetical(Draw),
}

/// All cases of `tests/cases/`.
pub fn all() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    files.iter().flat_map(|path| read(path)).collect()
}

fn read(path: &Path) -> Vec<Case> {
    let text = fs::read_to_string(path).unwrap();
    let file: File = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let stem = path.file_stem().unwrap().to_string_lossy();
    let case = |case: RawCase| {
        let name = format!("{stem}: {}", case.name);
        let mut profile = file.base.clone();
        profile.extend(case.profile);
        if profile.get("crs_score") == Some(&json!(-1)) {
            profile.remove("crs_score");
        }
        let draw = match (case.hypothetical, case.draw, &file.hypothetical, &file.draw) {
            (Some(draw), ..) => CaseDraw::Hypothetical(message("Draw", draw, &name)),
            (None, Some(draw), ..) => CaseDraw::of(&draw),
            (None, None, Some(draw), _) => CaseDraw::Hypothetical(message("Draw", draw.clone(), &name)),
            (None, None, None, Some(draw)) => CaseDraw::of(draw),
            (None, None, None, None) => panic!("{name}: no draw"),
        };
        let profile = message("Profile", Value::Object(profile), &name);
        Case { name, draw, strict: case.strict, profile, expect: case.expect }
    };
    file.case.into_iter().map(case).collect()
}

pub fn message<M: prost::Message + Default>(name: &str, value: Value, case: &str) -> M {
    let text = dates(value).to_string();
    from_json(&format!("expressentry.v1.{name}"), &text).unwrap_or_else(|error| panic!("{case}: {error}"))
}

/// A profile in proto3 JSON.
pub fn profile_of_json(text: &str) -> Profile {
    from_json("expressentry.v1.Profile", text).unwrap()
}

/// Dates written as texts, as messages.
fn dates(value: Value) -> Value {
    match value {
        Value::Object(map) => map.into_iter().map(|(key, value)| (key, dates(value))).collect(),
        Value::Array(list) => list.into_iter().map(dates).collect(),
        Value::String(text) => date(&text).unwrap_or(Value::String(text)),
        other => other,
    }
}

fn date(text: &str) -> Option<Value> {
    let parts: Vec<&str> = text.split('-').collect();
    let numbers: Option<Vec<i32>> = parts.iter().map(|part| part.parse().ok()).collect();
    match (numbers?.as_slice(), parts.first().map(|year| year.len())) {
        ([year, month], Some(4)) => Some(json!({ "year": year, "month": month, "day": 0 })),
        ([year, month, day], Some(4)) => Some(json!({ "year": year, "month": month, "day": day })),
        _ => None,
    }
}

impl CaseDraw {
    fn of(text: &str) -> Self {
        match text.strip_prefix("latest:") {
            Some(id) => Self::LatestIn(id.to_owned()),
            None => Self::Number(text.to_owned()),
        }
    }

    pub fn of_request(&self) -> evaluate_request::Draw {
        match self.clone() {
            Self::Number(number) => evaluate_request::Draw::DrawNumber(number),
            Self::LatestIn(id) => evaluate_request::Draw::LatestInCategory(id),
            Self::Hypothetical(draw) => evaluate_request::Draw::HypotheticalDraw(draw),
        }
    }

    pub fn of_target(&self) -> evaluation_target::Draw {
        match self.clone() {
            Self::Number(number) => evaluation_target::Draw::DrawNumber(number),
            Self::LatestIn(id) => evaluation_target::Draw::LatestInCategory(id),
            Self::Hypothetical(draw) => evaluation_target::Draw::HypotheticalDraw(draw),
        }
    }
}

impl Expect {
    /// Compares what is written with a full evaluation.
    pub fn check(&self, name: &str, evaluation: &Evaluation) {
        let short = |value: &str, prefix: &str| value.trim_start_matches(prefix).to_owned();
        let verdict = short(evaluation.verdict().as_str_name(), "VERDICT_");
        assert_eq!(verdict, self.verdict, "{name}: verdict of {evaluation:#?}");
        let criteria: Vec<String> = evaluation
            .criteria
            .iter()
            .map(|criterion| {
                let kind = short(criterion.kind().as_str_name(), "CRITERION_KIND_");
                format!("{kind} {}", short(criterion.outcome().as_str_name(), "OUTCOME_"))
            })
            .collect();
        if let Some(expected) = &self.criteria {
            assert_eq!(&criteria, expected, "{name}: criteria");
        }
        if let Some(category) = &self.category {
            assert!(criteria.contains(&format!("CATEGORY {category}")), "{name}: {criteria:?}");
        }
        if self.margin.is_some() {
            assert_eq!(evaluation.crs_margin, self.margin, "{name}: margin");
        }
        if let Some(missing) = &self.missing {
            assert_eq!(&evaluation.missing_fields, missing, "{name}: missing fields");
        }
        if let Some(expected) = &self.assumptions {
            let fields: Vec<&String> = evaluation.assumptions.iter().map(|assumption| &assumption.field).collect();
            assert_eq!(fields, expected.iter().collect::<Vec<_>>(), "{name}: assumptions");
        }
        if let Some(expected) = &self.notices {
            let reasons: Vec<&String> = evaluation.notices.iter().map(|notice| &notice.reason).collect();
            assert_eq!(reasons, expected.iter().collect::<Vec<_>>(), "{name}: notices");
        }
        if let Some(expected) = &self.qualifying {
            let day = |date: Option<express_entry::grpc::proto::Date>| {
                date.map(|date| format!("{}-{:02}-{:02}", date.year, date.month, date.day)).unwrap()
            };
            let told: Vec<String> = evaluation
                .qualifying_occupations
                .iter()
                .map(|found| {
                    format!(
                        "{} {:.4} {} {}",
                        found.noc_code,
                        found.credited_months,
                        day(found.first_day),
                        day(found.last_day)
                    )
                })
                .collect();
            assert_eq!(&told, expected, "{name}: qualifying occupations");
        }
    }
}
