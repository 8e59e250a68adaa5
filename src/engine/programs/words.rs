//! The requirements in words: what each asks for and what the profile has.

use super::{Candidate, experience, funds, grid, language};
use crate::{
    catalog::section_citation,
    engine::{reading::Reading, score::countable},
    model::{Answer, Citation, CreditedMonths, NocCode, Program, Requirement, RequirementId},
};

/// One requirement, told.
pub(super) fn requirement(candidate: &Candidate<'_>, program: Program, id: RequirementId) -> Requirement {
    let (required, actual) = match id {
        RequirementId::Experience => experience(candidate, program),
        RequirementId::Language => language(candidate, program),
        RequirementId::Education => education(candidate),
        RequirementId::SelectionPoints => selection_points(candidate),
        RequirementId::SettlementFunds => settlement_funds(candidate),
        RequirementId::OutsideQuebec => (
            "the intent to live outside Quebec".into(),
            said(candidate.profile.intends_quebec, "means to live in Quebec", "means to live outside Quebec"),
        ),
        RequirementId::CertificateOrJobOffer => certificate_or_job_offer(candidate),
        RequirementId::Nomination => (
            "a nomination by a province or territory".into(),
            said(candidate.profile.provincial_nomination, "nominated", "not nominated"),
        ),
    };
    Requirement {
        id,
        outcome: candidate.outcome(program, id),
        required,
        actual,
        citation: citation(candidate, program, id),
    }
}

fn citation(candidate: &Candidate<'_>, program: Program, id: RequirementId) -> Citation {
    let rules = &candidate.rules;
    let (source, sections) = match program {
        Program::FederalSkilledWorker => (&rules.skilled_worker.citation, &rules.skilled_worker.table.sections),
        Program::CanadianExperienceClass => (&rules.experience_class.citation, &rules.experience_class.table.sections),
        Program::FederalSkilledTrades => (&rules.skilled_trades.citation, &rules.skilled_trades.table.sections),
        Program::ProvincialNominee => (&rules.nominee.citation, &rules.nominee.table.sections),
    };
    section_citation(source, sections.of(id))
}

fn said(answer: Answer, yes: &str, no: &str) -> String {
    match answer {
        Answer::Yes => yes.into(),
        Answer::No => no.into(),
        Answer::Unsaid => "not said".into(),
    }
}

fn experience(candidate: &Candidate<'_>, program: Program) -> (String, String) {
    let Some(rule) = experience::rule(candidate, program) else { return Default::default() };
    let window = candidate.day.window(rule.window_years);
    let last_day = window.end.pred_opt().unwrap_or(window.end);
    let manner = match program {
        Program::FederalSkilledWorker => "continuous, in one occupation of TEER 0 to 3",
        Program::CanadianExperienceClass => "in Canada, in occupations of TEER 0 to 3 together",
        _ => "in one skilled trade",
    };
    let required = format!(
        "{} months of full-time work, or the same amount part-time, {manner}, from {} to {last_day}",
        rule.months, window.first
    );
    let asked = experience::required(candidate, program);
    let tell = |(months, code): (CreditedMonths, Option<NocCode>)| match code {
        Some(code) => format!("{} months in {code}", months.short_of(asked)),
        None => format!("{} months", months.short_of(asked)),
    };
    let ends = [Reading::Least, Reading::Most].map(|reading| experience::best(candidate, program, reading));
    let actual = match ends {
        _ if candidate.profile.work_experiences.is_empty() => "work not said".into(),
        [Some(least), Some(most)] if least == most => tell(least),
        [Some(least), Some(most)] => format!("between {} and {}", tell(least), tell(most)),
        _ => "no work that counts".into(),
    };
    (required, actual)
}

fn language(candidate: &Candidate<'_>, program: Program) -> (String, String) {
    let each = |level: u8| format!("CLB or NCLC {level} or more in each ability, in one valid test");
    let required = match program {
        Program::FederalSkilledWorker => each(candidate.rules.skilled_worker.table.min_clb),
        Program::CanadianExperienceClass => match language::thresholds(candidate) {
            (lower, higher) if lower == higher => {
                format!("{}, by the TEER category with more hours", each(higher))
            }
            (lower, higher) => format!(
                "CLB or NCLC {lower} or {higher} or more in each ability, in one valid test, by the TEER category with more hours"
            ),
        },
        _ => {
            let levels = language::trades(candidate);
            format!(
                "CLB or NCLC {} in listening, {} in reading, {} in writing and {} in speaking, or more, in one valid test",
                levels.listening, levels.reading, levels.writing, levels.speaking
            )
        }
    };
    let tests = &candidate.profile.language_tests;
    let valid: Vec<String> = countable(tests, candidate.day)
        .map(|test| {
            let open = if test.valid.is_none() { " (date not said)" } else { "" };
            format!("{}{open}", test.reached)
        })
        .collect();
    let actual = if tests.is_empty() {
        "language tests not said".into()
    } else if valid.is_empty() {
        "no valid test".into()
    } else {
        valid.join("; ")
    };
    (required, actual)
}

fn education(candidate: &Candidate<'_>) -> (String, String) {
    let least = candidate.rules.skilled_worker.table.min_education;
    let levels = &candidate.space.education;
    let actual = match (candidate.profile.education.level, levels.as_slice()) {
        (None, _) => "level not said".into(),
        (Some(_), [counted]) => counted.describe().into(),
        (Some(said), _) => format!("{}, if it was earned in Canada or is assessed", said.describe()),
    };
    (format!("{} or more, earned in Canada or assessed", least.describe()), actual)
}

fn selection_points(candidate: &Candidate<'_>) -> (String, String) {
    let table = &candidate.rules.skilled_worker.table;
    let names = ["education", "language", "experience", "age", "arranged employment", "adaptability"];
    let tell = |(least, most): (u16, u16)| if least == most { least.to_string() } else { format!("{least} to {most}") };
    let parts = names.iter().zip(grid::parts(candidate)).map(|(name, part)| format!("{name} {}", tell(part)));
    let actual = format!("{}: {}", tell(grid::points(candidate)), parts.collect::<Vec<_>>().join(", "));
    (format!("{} of {} points", table.pass_mark, table.grid.max), actual)
}

fn settlement_funds(candidate: &Candidate<'_>) -> (String, String) {
    let profile = candidate.profile;
    let required = match (candidate.rules.settlement_funds, profile.family_size) {
        (None, _) => format!("settlement funds, of which the table in force on {} is not known", candidate.day.as_of),
        (Some(rule), size) => {
            let family = size.unwrap_or(funds::SMALLEST_FAMILY);
            let persons = if family == 1 { "one person".into() } else { format!("{family} persons") };
            let more = if size.is_none() { " or more" } else { "" };
            match rule.table.bounds(family) {
                (lowest, Some(highest)) if lowest == highest => format!("{lowest} CAD for {persons}{more}"),
                (lowest, Some(highest)) => format!("between {lowest} and {highest} CAD for {persons}{more}"),
                (lowest, None) => format!("{lowest} CAD or more for {persons}{more}"),
            }
        }
    };
    let money = profile.funds_cad.map_or_else(|| "funds not said".into(), |funds| format!("{funds} CAD"));
    let exempt = funds::exempt(candidate);
    let actual = match (exempt.least, exempt.most) {
        (true, _) => "none needed with an offer and authorized work in Canada".into(),
        (false, true) => format!("{money}; none needed with an offer and authorized work in Canada, which is open"),
        (false, false) => money,
    };
    (required, actual)
}

fn certificate_or_job_offer(candidate: &Candidate<'_>) -> (String, String) {
    let profile = candidate.profile;
    let actual = format!(
        "certificate {}; offer {}",
        said(profile.certificate_of_qualification, "held", "not held"),
        said(profile.job_offer_one_year, "held", "not held")
    );
    ("a certificate of qualification, or an offer of full-time work of at least one year".into(), actual)
}
