//! The reasons of the category criterion.

use super::Words;
use crate::{
    engine::{
        Terms, Unsaid,
        category::WorkFound,
        french::{self, FrenchTest, Validity},
    },
    model::{Category, CreditedMonths, NocCode, OccupationRule, Outcome, Profile},
};

pub(super) fn by_occupation(
    terms: &Terms<'_>,
    version: &Category,
    rule: &OccupationRule,
    work: &WorkFound<'_>,
    outcome: Outcome,
) -> Words {
    let window = terms.window_of(rule);
    let required = CreditedMonths::from_whole(rule.experience_months);
    let asked = format!(
        "{} months{} of full-time work, or the same amount part-time,",
        rule.experience_months,
        if rule.continuous { ", continuous," } else { "" },
    );
    let tell = |(credited, code): (CreditedMonths, NocCode)| {
        let title = terms.catalog.occupation(code).map_or("", |occupation| occupation.title.as_str());
        format!("{} months in {code} {title}", credited.short_of(required))
    };
    let actual = match work.best {
        _ if !work.said => "work not said".into(),
        Some([least, most]) if least == most => tell(least),
        Some([least, most]) => format!("between {} and {}", tell(least), tell(most)),
        None => "no work in a listed occupation".into(),
    };
    let explanation = match (outcome, work.best) {
        (Outcome::Met, Some([(_, code), _])) => {
            format!("the work in {code} reaches the {} months", rule.experience_months)
        }
        (Outcome::NotMet, None) => "none of the occupations is on the category's list".into(),
        (Outcome::NotMet, Some(_)) => format!(
            "no listed occupation reaches {} months by hours, by calendar months or by dates; each stands alone{}",
            rule.experience_months,
            not_counted(rule, work.out)
        ),
        _ if !work.said => "the candidate's work is not said".into(),
        _ => "it depends on facts of the work that are not said".into(),
    };
    let last_day = window.end.pred_opt().unwrap_or(window.end);
    Words {
        required: format!(
            "{asked} in one of the {} listed occupations{}, from {} to {last_day} ({})",
            rule.noc_codes.len(),
            if rule.canadian_experience { ", in Canada" } else { "" },
            window.first,
            version.name,
        ),
        actual,
        explanation,
    }
}

/// How many spells in listed occupations were left out, and why that may be.
fn not_counted(rule: &OccupationRule, out: usize) -> String {
    let country = if rule.canadian_experience { ", abroad" } else { "" };
    match out {
        0 => String::new(),
        1 => format!("; 1 spell does not count: it is unpaid{country} or without the duties"),
        many => format!("; {many} spells do not count: they are unpaid{country} or without the duties"),
    }
}

pub(super) fn by_french(profile: &Profile, terms: &Terms<'_>, min_nclc: u8, unsaid: Unsaid, outcome: Outcome) -> Words {
    let tests: Vec<FrenchTest<'_>> = french::tests(profile, terms, unsaid).collect();
    let tell = |test: &FrenchTest<'_>| {
        let validity = match (test.validity, test.test.taken_on) {
            (Validity::Valid, Some(day)) => format!("taken {day}"),
            (Validity::Invalid, Some(day)) if day > terms.draw.held_on => format!("taken {day}, after the draw"),
            (Validity::Invalid, Some(day)) => format!("taken {day}, expired"),
            _ => "date not said".into(),
        };
        format!("{} ({validity})", test.levels)
    };
    let actual = if profile.language_tests.is_empty() {
        "language tests not said".into()
    } else if tests.is_empty() {
        "no test of French".into()
    } else {
        tests.iter().map(tell).collect::<Vec<_>>().join("; ")
    };
    let explanation = match outcome {
        Outcome::Met => format!("one test valid on {} reaches NCLC {min_nclc} in each ability", terms.draw.held_on),
        Outcome::NotMet => format!("no test valid on {} reaches NCLC {min_nclc} in each ability", terms.draw.held_on),
        Outcome::Unknown if profile.language_tests.is_empty() => "the candidate's language tests are not said".into(),
        Outcome::Unknown => "a test reaches the level, and its date is not said".into(),
    };
    Words {
        required: format!("NCLC {min_nclc} or more in listening, reading, writing and speaking, in one valid test"),
        actual,
        explanation,
    }
}

pub(super) fn attested(version: &Category, outcome: Outcome) -> Words {
    let (actual, explanation) = match outcome {
        Outcome::Met => ("attested", "the caller attests that the category's rule is met"),
        _ => ("not attested", "the rule rests on facts that a profile does not carry; the caller may attest it"),
    };
    Words { required: version.name.clone(), actual: actual.into(), explanation: explanation.into() }
}
