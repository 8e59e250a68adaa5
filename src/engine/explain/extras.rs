//! What a full evaluation carries beside its criteria.

use crate::{
    engine::{
        Terms, Unsaid,
        derived::Derived,
        french::{self, Validity},
        programs::Candidate,
        reading::{Standing, standing, word_answers},
        score::known_age,
        work::in_window,
    },
    model::{
        Answer, Assumption, CategoryRule, Confidence, CrsScore, Field, LanguageTestField, Notice, OccupationRule,
        Profile, WorkExperience,
    },
};

/// What was taken as true of the work and the tests that count for the category.
pub(super) fn assumptions(
    profile: &Profile,
    terms: &Terms<'_>,
    unsaid: Unsaid,
    derived: Option<&Derived<'_>>,
    candidate: Option<&Candidate<'_>>,
) -> Vec<Assumption> {
    if unsaid == Unsaid::Unknown {
        return Vec::new();
    }
    let mut assumed = for_category(profile, terms, unsaid);
    assumed.extend(derived.map(|derived| derived.assumptions(candidate)).unwrap_or_default());
    // Of two statements about a field the category's, which comes first, is told.
    assumed.sort_by_key(|one| one.field);
    assumed.dedup_by_key(|one| one.field);
    assumed
}

fn for_category(profile: &Profile, terms: &Terms<'_>, unsaid: Unsaid) -> Vec<Assumption> {
    match terms.category.map(|version| &version.rule) {
        Some(CategoryRule::Occupations(rule)) => {
            let spells = profile.work_experiences.iter().enumerate();
            let counting = spells.filter(|(_, spell)| counts(spell, terms, rule, unsaid));
            counting.flat_map(|(place, spell)| assumed_of_spell(place, spell)).collect()
        }
        Some(CategoryRule::French { min_nclc }) => french::tests(profile, terms, unsaid)
            .filter(|test| test.validity == Validity::Assumed && test.reaches(*min_nclc))
            .map(|test| Assumption {
                field: Field::LanguageTest(test.place, LanguageTestField::TakenOn),
                statement: "the test was valid on the day of the draw",
            })
            .collect(),
        Some(CategoryRule::Attested { .. }) | None => Vec::new(),
    }
}

/// A fact of the draw that was inferred, corrected or disputed.
pub(super) fn doubts(terms: &Terms<'_>) -> Option<Notice> {
    matches!(terms.draw.confidence, Some(Confidence::Medium | Confidence::Low)).then(|| Notice {
        reason: "DRAW_FACTS_UNCERTAIN",
        text: format!("draw {}: {}", terms.draw.number, terms.draw.notes.join("; ")),
    })
}

/// A stated score that is not the one that the facts give.
pub(super) fn score_differs(stated: CrsScore, computed: CrsScore) -> Notice {
    let (stated, computed) = (stated.points(), computed.points());
    Notice {
        reason: "CRS_SCORE_DIFFERS",
        text: format!("the stated score is {stated}; worked out from the facts it is {computed}"),
    }
}

/// The score by the facts, where it is not the one that is stated.
pub(super) fn differing_score(
    profile: &Profile,
    terms: &Terms<'_>,
    unsaid: Unsaid,
    derived: Option<&Derived<'_>>,
) -> Option<CrsScore> {
    let stated = profile.crs_score?;
    let tables = terms.catalog.crs_on(terms.draw.held_on)?;
    if tables.age_always_tells && known_age(profile, terms.facts_on()).is_none() {
        return None;
    }
    let computed = match derived {
        Some(derived) => derived.exact()?,
        None => Derived::new(profile, terms, unsaid)?.exact()?,
    };
    (stated != computed).then_some(computed)
}

/// Whether a spell counts, or could, for at least one day.
fn counts(spell: &WorkExperience, terms: &Terms<'_>, rule: &OccupationRule, unsaid: Unsaid) -> bool {
    rule.lists(spell.code) && in_window(spell, terms.window_of(rule)) && standing(spell, rule, unsaid) != Standing::Out
}

fn assumed_of_spell(place: usize, spell: &WorkExperience) -> impl Iterator<Item = Assumption> {
    let unsaid = word_answers(spell).into_iter().filter(|(_, answer, _)| *answer == Answer::Unsaid);
    unsaid.map(move |(field, _, statement)| Assumption { field: Field::Work(place, field), statement })
}
