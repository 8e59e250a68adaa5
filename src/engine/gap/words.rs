//! Changes told for people.

use super::{
    apply::{of, with},
    search::Found,
    work,
};
use crate::{
    engine::{Terms, Unsaid},
    model::{
        Ability, Answer, Change, CrsScore, Education, GapChangeKind, GapOption, GapPart, Language, LanguageTest,
        LanguageTestKind, NocCode, Profile,
    },
};

/// What is told of a change beside its points.
struct Told {
    field: String,
    from: String,
    to: String,
    explanation: String,
}

/// An option in words.
pub(super) fn option(found: Found, profile: &Profile, terms: &Terms<'_>, unsaid: Unsaid) -> GapOption {
    let Found { parts, score, without } = found;
    // Tests that earlier parts add come before those that later ones do.
    let mut new_tests = 0;
    let parts = parts.into_iter().zip(without).map(|((kind, change), without)| {
        let Told { field, from, to, explanation } = told(kind, &change, profile, terms, new_tests);
        if matches!(change, Change::NewTest(_)) {
            new_tests += 1;
        }
        let reached_on = match &change {
            Change::WorkSince { place, .. } => work::reached_on(profile, *place, terms, unsaid),
            _ => None,
        };
        let points_gained = score.zip(without).map(|(with, without)| with.points() - without.points());
        GapPart { kind, change, field, from, to, points_gained, reached_on, explanation }
    });
    GapOption {
        parts: parts.collect(),
        crs: score,
        crs_margin: score.map(|score: CrsScore| score.margin(terms.draw.crs_cut_off)),
    }
}

fn told(kind: GapChangeKind, change: &Change, profile: &Profile, terms: &Terms<'_>, new_tests: usize) -> Told {
    match change {
        Change::WorkSince { place, first_day } => {
            let spell = profile.work_experiences.get(*place);
            let from = spell.map(|spell| spell.first_day);
            let days = from.map_or(0, |from| from.signed_duration_since(*first_day).num_days());
            let work = spell.map(|spell| occupation(spell.code, terms)).unwrap_or_default();
            Told {
                field: format!("profile.work_experiences[{place}].start_date"),
                from: from.map(|from| from.to_string()).unwrap_or_default(),
                to: first_day.to_string(),
                explanation: format!("the work in {work} would have begun on {first_day}, {days} days earlier"),
            }
        }
        Change::NewWork(spell) => Told {
            field: format!("profile.work_experiences[{}]", profile.work_experiences.len()),
            from: String::new(),
            to: format!("{}, 30 hours a week in Canada from {} on", occupation(spell.code, terms), spell.first_day),
            explanation: format!(
                "there would have been full-time work in one of the {} listed occupations since {}, as in {}",
                terms.category.map_or(0, |version| version.noc_codes().len()),
                spell.first_day,
                occupation(spell.code, terms)
            ),
        },
        Change::Ability { place, ability, score } => ability_told(profile, *place, *ability, *score, terms),
        Change::AllAbilities { place, scores } => {
            let test = profile.language_tests.get(*place);
            let after = test.map(|test| LanguageTest { scores: *scores, ..test.clone() });
            let from = test.map(|test| levels(test, terms)).unwrap_or_default();
            let to = after.as_ref().map(|test| levels(test, terms)).unwrap_or_default();
            let explanation = format!("{} would have been at {to}, instead of {from}", which(kind));
            Told { field: format!("profile.language_tests[{place}]"), from, to, explanation }
        }
        Change::NewTest(test) => {
            let to = format!("{}, test of {}", levels(test, terms), terms.draw.held_on);
            let explanation =
                format!("there would have been a test valid on the day of the draw with {}", levels(test, terms));
            let place = profile.language_tests.len() + new_tests;
            Told { field: format!("profile.language_tests[{place}]"), from: String::new(), to, explanation }
        }
        Change::Education(education) => education_told(profile, *education),
        Change::CanadianWork(years) => {
            years_told("profile.canadian_work_years", profile.canadian_work_years, *years, "in Canada")
        }
        Change::ForeignWork(years) => {
            years_told("profile.foreign_work_years", profile.foreign_work_years, *years, "abroad")
        }
        Change::Certificate => yes(
            "profile.certificate_of_qualification",
            profile.certificate_of_qualification,
            "the candidate would have held a Canadian certificate of qualification in a trade",
        ),
        Change::Nomination => yes(
            "profile.provincial_nomination",
            profile.provincial_nomination,
            "a province or territory would have nominated the candidate",
        ),
        Change::Partner(accompanying) => Told {
            field: "profile.spouse.accompanying".into(),
            from: answer(profile.spouse.accompanying).into(),
            to: answer(*accompanying).into(),
            explanation: if *accompanying == Answer::Yes {
                "the spouse or partner would have come along".into()
            } else {
                "the spouse or partner would not have come along".into()
            },
        },
        Change::Program { program, beside } => Told {
            field: "profile.eligible_programs".into(),
            from: profile.eligible_programs.to_string(),
            to: with(*beside, *program).to_string(),
            explanation: format!("the candidate would have been eligible for {}", program.abbreviation()),
        },
        Change::Score(score) => Told {
            field: "profile.crs_score".into(),
            from: profile.crs_score.map(|stated| stated.points().to_string()).unwrap_or_default(),
            to: score.points().to_string(),
            explanation: format!("the stated score would have been {}, by whatever means", score.points()),
        },
    }
}

fn ability_told(profile: &Profile, place: usize, ability: Ability, score: f64, terms: &Terms<'_>) -> Told {
    let field = format!("profile.language_tests[{place}].{}", ability.name());
    let Some(test) = profile.language_tests.get(place) else {
        return Told { field, from: String::new(), to: score.to_string(), explanation: String::new() };
    };
    let mut after = test.clone();
    after.scores = after.scores.map(|_| score);
    let level = |test: &LanguageTest| of(&terms.catalog.languages().levels(test), ability).level();
    let scale = scale(test.kind);
    let shown = |score: f64, level: u8| match terms.catalog.languages().table(test.kind) {
        None => format!("{scale} {level}"),
        Some(_) if level == 0 => format!("{score} (under {scale} 4)"),
        Some(_) => format!("{score} ({scale} {level})"),
    };
    let (from, to) = (shown(of(&test.scores, ability), level(test)), shown(score, level(&after)));
    let explanation = format!("{} would have been {to} instead of {from}", ability.name());
    Told { field, from, to, explanation }
}

fn education_told(profile: &Profile, education: Education) -> Told {
    let present = profile.education;
    let level = |education: Education| education.level.map_or("", |level| level.describe());
    if present.level == education.level {
        let to = education.assessed_on.map(|day| day.to_string()).unwrap_or_default();
        return Told {
            field: "profile.education.assessed_on".into(),
            from: present.assessed_on.map(|day| day.to_string()).unwrap_or_default(),
            explanation: format!("{} would have been assessed, and valid on the day of the draw", level(education)),
            to,
        };
    }
    let counted = if education.canadian == Answer::Yes { "" } else { ", with a valid assessment" };
    Told {
        field: "profile.education.level".into(),
        from: level(present).into(),
        to: level(education).into(),
        explanation: format!("the highest education would have been {}{counted}", level(education)),
    }
}

fn years_told(field: &str, stated: Option<u32>, years: u32, whereabouts: &str) -> Told {
    let noun = if years == 1 { "year" } else { "years" };
    Told {
        field: field.into(),
        from: stated.map(|stated| stated.to_string()).unwrap_or_default(),
        to: years.to_string(),
        explanation: format!("there would have been {years} whole {noun} of work {whereabouts}"),
    }
}

fn yes(field: &str, said: Answer, explanation: &str) -> Told {
    Told {
        field: field.into(),
        from: answer(said).into(),
        to: answer(Answer::Yes).into(),
        explanation: explanation.into(),
    }
}

fn answer(answer: Answer) -> &'static str {
    match answer {
        Answer::Unsaid => "",
        Answer::Yes => "yes",
        Answer::No => "no",
    }
}

fn which(kind: GapChangeKind) -> &'static str {
    if kind == GapChangeKind::SecondLanguage { "the second official language" } else { "the first official language" }
}

fn scale(kind: LanguageTestKind) -> &'static str {
    match kind.language() {
        Language::English => "CLB",
        Language::French => "NCLC",
    }
}

fn levels(test: &LanguageTest, terms: &Terms<'_>) -> String {
    let levels = terms.catalog.languages().levels(test);
    let lowest = levels.lowest();
    if lowest.level() >= 4 && levels.each().iter().all(|(_, level)| **level == lowest) {
        return format!("{} {} in each ability", scale(test.kind), lowest.level());
    }
    format!("{} {levels}", scale(test.kind))
}

fn occupation(code: NocCode, terms: &Terms<'_>) -> String {
    match terms.catalog.occupation(code) {
        Some(occupation) => format!("{code} {}", occupation.title),
        None => code.to_string(),
    }
}
