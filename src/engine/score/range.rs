//! The lowest and the highest score that the open facts leave, each that of a completion.
//!
//! Given the column, the tests that count and the years of work, every other fact stands alone and more of it never earns
//! less: the ends are then where each of them is at its end.

use super::{
    points::{Facts, Points, SpouseFacts, WorkYears, points},
    space::Space,
};
use crate::{
    catalog::{Column, CrsTables},
    model::{ArrangedEmployment, CanadianCredential, EducationLevel, ScoreRange},
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

/// The ends of a space.
pub(in crate::engine) fn ends(space: &Space, tables: &CrsTables) -> Option<Ends> {
    let mut ends: Option<Ends> = None;
    let work: Vec<WorkYears> = if space.work_unsaid {
        // The years stand alone as well, fewest first.
        space.work.first().into_iter().chain(space.work.last()).copied().collect()
    } else {
        space.work.clone()
    };
    for column in &space.columns {
        for reading in &space.languages {
            for work in &work {
                for end in [End::Least, End::Most] {
                    let facts = facts_at(space, tables, *column, end);
                    // Of the choices, the one that gives the most points counts, in either reading.
                    let claimed = reading.choices.iter().map(|languages| {
                        let facts = Facts { languages: *languages, work: *work, ..facts };
                        (facts, points(tables, &facts))
                    });
                    let Some((facts, points)) = best(claimed) else { continue };
                    let total = points.total;
                    match &mut ends {
                        None => {
                            let range = ScoreRange { min: total, max: total };
                            ends = Some(Ends { range, least: facts, least_points: points });
                        }
                        Some(so_far) => {
                            so_far.range.max = so_far.range.max.max(total);
                            if total < so_far.range.min {
                                *so_far = Ends {
                                    range: ScoreRange { min: total, ..so_far.range },
                                    least: facts,
                                    least_points: points,
                                };
                            }
                        }
                    }
                }
            }
        }
    }
    ends
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
        languages: super::points::LanguageChoice::none(crate::model::Language::English),
        work: WorkYears { canadian: 0, foreign: 0 },
        certificate: flag(space.certificate),
        nomination: flag(space.nomination),
        offer: at(&space.offer, end).unwrap_or(ArrangedEmployment::None),
        credential: at(&space.credential, end).unwrap_or(CanadianCredential::None),
        sibling: flag(space.sibling),
        spouse: SpouseFacts {
            education: level(&space.spouse_education),
            language: at(&space.spouse_language, end).unwrap_or(super::languages::NONE),
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
