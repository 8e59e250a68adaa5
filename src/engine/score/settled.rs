//! The score of facts that are all known, as most are, without laying out what each may be.

use super::{
    languages::{Tests, best_of, countable, known_choices},
    points::{Facts, LanguageChoice, SpouseFacts, WorkYears, points, spouse_language},
    space::{Day, known_age, known_column, known_education},
    work::known_years,
};
use crate::{
    catalog::Column,
    model::{Answer, Language, Profile, Spouse},
};

/// The total; none where a fact is open, which may still leave one total only.
pub(in crate::engine) fn total(profile: &Profile, day: &Day<'_>) -> Option<u16> {
    let column = known_column(profile)?;
    let facts = Facts {
        column,
        age: known_age(profile, day.as_of)?,
        education: known_education(&profile.education, day)?,
        certificate: yes_or_no(profile.certificate_of_qualification)?,
        nomination: yes_or_no(profile.provincial_nomination)?,
        offer: profile.arranged_employment?,
        credential: profile.canadian_credential?,
        sibling: yes_or_no(profile.sibling_in_canada)?,
        work: candidate_years(profile, day)?,
        spouse: match column {
            Column::WithSpouse => spouse_facts(&profile.spouse, day)?,
            Column::WithoutSpouse => SpouseFacts::blank(),
        },
        languages: LanguageChoice::none(Language::English),
    };
    let claimed = known_choices(profile, day)?;
    claimed.into_iter().map(|languages| points(day.tables, &Facts { languages, ..facts }).total).max()
}

fn yes_or_no(answer: Answer) -> Option<bool> {
    match answer {
        Answer::Unsaid => None,
        Answer::Yes => Some(true),
        Answer::No => Some(false),
    }
}

/// Stated years win over those of spells.
fn candidate_years(profile: &Profile, day: &Day<'_>) -> Option<WorkYears> {
    match (profile.canadian_work_years, profile.foreign_work_years) {
        (Some(canadian), Some(foreign)) => Some(WorkYears { canadian, foreign }),
        (canadian, foreign) => {
            let years = known_years(&profile.work_experiences, day)?;
            Some(WorkYears { canadian: canadian.unwrap_or(years.canadian), foreign: foreign.unwrap_or(years.foreign) })
        }
    }
}

fn spouse_facts(spouse: &Spouse, day: &Day<'_>) -> Option<SpouseFacts> {
    if spouse.language_tests.is_empty() {
        return None;
    }
    let steps = &day.tables.spouse_language.table;
    let tests: Tests = countable(&spouse.language_tests, day).collect();
    let levels = best_of(&tests, |levels| spouse_language(steps, levels));
    let [language] = levels.as_slice() else { return None };
    Some(SpouseFacts {
        education: known_education(&spouse.education, day)?,
        language: *language,
        canadian_years: match spouse.canadian_work_years {
            Some(stated) => stated,
            None => known_years(&spouse.work_experiences, day)?.canadian,
        },
    })
}
