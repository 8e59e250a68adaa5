//! The lowest and the highest score that the open facts leave, each that of a completion.
//!
//! Given the column, the tests that count and the years of work, every other fact stands alone and more of it never earns
//! less: the ends are then where each of them is at its end.

use smallvec::{SmallVec, smallvec};

use super::{
    languages::{Choices, LanguageReading, NONE},
    points::{Facts, LanguageChoice, LanguagePoints, Points, SpouseFacts, WorkYears, points_beside},
    space::{Few, Space},
};
use crate::{
    catalog::{Column, CrsTables},
    model::{Abilities, ArrangedEmployment, CanadianCredential, Clb, EducationLevel, Language, ScoreRange},
};

/// Both ends, and the completion at the lower one.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) struct Ends {
    pub range: ScoreRange,
    pub least: Facts,
    pub least_points: Points,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Least,
    Most,
}

/// Completions scored to find the ends of a space with many of them. Past it the ends of years and then of tests are taken
/// apart: never too narrow, and perhaps too wide. A space without open facts is always scored exactly.
const MOST_COMPLETIONS: usize = 150;

/// The ends of a space.
pub(in crate::engine) fn ends(space: &Space, tables: &CrsTables) -> Option<Ends> {
    let mut ends: Option<Ends> = None;
    each_end(space, tables, |facts, points| {
        let total = points.total;
        match &mut ends {
            None => {
                let range = ScoreRange { min: total, max: total };
                ends = Some(Ends { range, least: *facts, least_points: *points });
            }
            Some(so_far) => {
                so_far.range.max = so_far.range.max.max(total);
                if total < so_far.range.min {
                    let range = ScoreRange { min: total, ..so_far.range };
                    *so_far = Ends { range, least: *facts, least_points: *points };
                }
            }
        }
    });
    ends
}

/// Calls `each` with completions among which both ends are.
fn each_end(space: &Space, tables: &CrsTables, mut each: impl FnMut(&Facts, &Points)) {
    let both = space.stands_open();
    let claims = |languages: &[LanguageReading]| languages.iter().map(|reading| reading.choices.len()).sum::<usize>();
    let completions = |work: &[WorkYears], languages: &[LanguageReading]| {
        let ends = if both { 2 } else { 1 };
        ends * space.columns.len() * work.len() * claims(languages)
    };
    let open = both || space.columns.len() * space.work.len() * space.languages.len() > 1;
    // The years stand alone as well where no spell is said, fewest first.
    let (mut work, mut languages) = (space.work.as_slice(), space.languages.as_slice());
    let ends_of_work: Few<WorkYears>;
    let ends_of_languages: [LanguageReading; 2];
    if space.work_unsaid {
        ends_of_work = work.first().into_iter().chain(work.last()).copied().collect();
        work = &ends_of_work;
    } else if open && completions(work, languages) > MOST_COMPLETIONS {
        let (fewest, most) = WorkYears::ends_of(work);
        ends_of_work = smallvec![fewest, most];
        work = &ends_of_work;
    }
    if open && completions(work, languages) > MOST_COMPLETIONS {
        ends_of_languages = languages_apart(languages);
        languages = &ends_of_languages;
    }
    for column in &space.columns {
        let own = |languages: &LanguageChoice| LanguagePoints::of(tables, *column, languages);
        let of_reading = |reading: &LanguageReading| reading.choices.iter().map(own).collect();
        let own: SmallVec<[SmallVec<[LanguagePoints; 4]>; 4]> = languages.iter().map(of_reading).collect();
        for end in if both { &[End::Least, End::Most][..] } else { &[End::Least] } {
            let facts = facts_at(space, tables, *column, *end);
            for (reading, own) in languages.iter().zip(&own) {
                for work in work {
                    // Of the choices, the one that gives the most points counts, in either reading.
                    let claimed = reading.choices.iter().zip(own).map(|(languages, own)| {
                        let facts = Facts { languages: *languages, work: *work, ..facts };
                        (facts, points_beside(tables, &facts, *own))
                    });
                    if let Some((facts, points)) = best(claimed) {
                        each(&facts, &points);
                    }
                }
            }
        }
    }
}

/// No language, and the highest level of each ability in either language, whichever comes first.
fn languages_apart(languages: &[LanguageReading]) -> [LanguageReading; 2] {
    let highest = |language| {
        let choices = languages.iter().flat_map(|reading| &reading.choices);
        let levels = choices.map(|choice| if choice.first_language == language { choice.first } else { choice.second });
        levels.fold(NONE, |highest: Abilities<Clb>, levels| highest.zip(levels).map(|(one, other)| one.max(other)))
    };
    let (english, french) = (highest(Language::English), highest(Language::French));
    let reading = |valid, choices: Choices| LanguageReading { valid, choices };
    [
        reading(0, smallvec![LanguageChoice::none(Language::English)]),
        reading(
            u32::MAX,
            smallvec![
                LanguageChoice { first_language: Language::English, first: english, second: french },
                LanguageChoice { first_language: Language::French, first: french, second: english },
            ],
        ),
    ]
}

/// The claim with the most points, the first of equals.
pub(super) fn best(claimed: impl Iterator<Item = (Facts, Points)>) -> Option<(Facts, Points)> {
    claimed.reduce(|best, next| if next.1.total > best.1.total { next } else { best })
}

/// The facts that stand alone, each at its end.
fn facts_at(space: &Space, tables: &CrsTables, column: Column, end: End) -> Facts {
    let age_points = |age: &u32| tables.age.table.at(*age).of(column);
    let age = match end {
        End::Least => space.ages.iter().copied().min_by_key(age_points),
        End::Most => space.ages.iter().copied().max_by_key(age_points),
    };
    let flag = |values: &[bool]| at(values, end).unwrap_or(false);
    let level = |values: &[EducationLevel]| at(values, end).unwrap_or(EducationLevel::LessThanSecondary);
    Facts {
        column,
        age: age.unwrap_or(0),
        education: level(&space.education),
        languages: LanguageChoice::none(Language::English),
        work: WorkYears { canadian: 0, foreign: 0 },
        certificate: flag(space.certificate),
        nomination: flag(space.nomination),
        offer: at(&space.offer, end).unwrap_or(ArrangedEmployment::None),
        credential: at(&space.credential, end).unwrap_or(CanadianCredential::None),
        sibling: flag(space.sibling),
        spouse: SpouseFacts {
            education: level(&space.spouse_education),
            language: at(&space.spouse_language, end).unwrap_or(NONE),
            canadian_years: at(&space.spouse_years, end).unwrap_or(0),
        },
    }
}

fn at<T: Copy>(values: &[T], end: End) -> Option<T> {
    match end {
        End::Least => values.first().copied(),
        End::Most => values.last().copied(),
    }
}
