//! What a full evaluation carries beside its criteria.

use crate::{
    engine::{
        Terms, Unsaid,
        derived::Derived,
        french::{self, Validity},
        listed_work::ListedWork,
        reading::{Reading, Standing, standing, word_answers},
    },
    model::{
        Answer, Assumption, CategoryRule, Confidence, Field, LanguageTestField, Notice, OccupationRule, Profile,
        QualifyingOccupation, WorkExperience,
    },
};

/// The listed occupations that reach the months asked for by themselves, in the reading that helps least, by code.
pub(in crate::engine) fn qualifying_occupations(
    profile: &Profile,
    terms: &Terms<'_>,
    unsaid: Unsaid,
) -> Vec<QualifyingOccupation> {
    let Some(rule) = occupation_rule(terms) else { return Vec::new() };
    let work = ListedWork::new(profile, terms, rule, unsaid);
    let mut qualifying: Vec<_> = work
        .codes()
        .filter_map(|code| {
            let tally = work.tally(code, Reading::Least);
            let credited = tally.months(rule.continuous);
            let (first_day, end) = if rule.continuous {
                tally.best_run.map(|run| (run.first_day, run.end))?
            } else {
                tally.extent.map(|extent| (extent.first, extent.end))?
            };
            let title = terms.catalog.occupation(code).map(|occupation| occupation.title.clone()).unwrap_or_default();
            let last_day = end.pred_opt().unwrap_or(end);
            (credited >= work.required()).then_some(QualifyingOccupation { code, title, credited, first_day, last_day })
        })
        .collect();
    qualifying.sort_by_key(|occupation| occupation.code);
    qualifying
}

/// What was taken as true of the work and the tests that count for the category.
pub(in crate::engine) fn assumptions(
    profile: &Profile,
    terms: &Terms<'_>,
    unsaid: Unsaid,
    derived: Option<&Derived<'_>>,
) -> Vec<Assumption> {
    if unsaid == Unsaid::Unknown {
        return Vec::new();
    }
    let mut assumed = for_category(profile, terms, unsaid);
    for one in derived.map(Derived::assumptions).unwrap_or_default() {
        if !assumed.iter().any(|earlier| earlier.field == one.field) {
            assumed.push(one);
        }
    }
    assumed.sort_by_key(|one| one.field);
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

/// What a reader should know of the draw's own facts, and of a score that differs.
pub(in crate::engine) fn notices(profile: &Profile, terms: &Terms<'_>, unsaid: Unsaid) -> Vec<Notice> {
    let mut notices = Vec::new();
    if matches!(terms.draw.confidence, Some(Confidence::Medium | Confidence::Low)) {
        notices.push(Notice {
            reason: "DRAW_FACTS_UNCERTAIN",
            text: format!("draw {}: {}", terms.draw.number, terms.draw.notes.join("; ")),
        });
    }
    notices.extend(score_differs(profile, terms, unsaid));
    notices
}

/// A stated score that is not the one that the facts give.
fn score_differs(profile: &Profile, terms: &Terms<'_>, unsaid: Unsaid) -> Option<Notice> {
    let stated = profile.crs_score?.points();
    let computed: i32 = Derived::new(profile, terms, unsaid)?.range()?.exact()?.into();
    (stated != computed).then(|| Notice {
        reason: "CRS_SCORE_DIFFERS",
        text: format!("the stated score is {stated}; worked out from the facts it is {computed}"),
    })
}

fn occupation_rule<'a>(terms: &Terms<'a>) -> Option<&'a OccupationRule> {
    match &terms.category?.rule {
        CategoryRule::Occupations(rule) => Some(rule),
        CategoryRule::French { .. } | CategoryRule::Attested { .. } => None,
    }
}

/// Whether a spell counts, or could, for at least one day.
fn counts(spell: &WorkExperience, terms: &Terms<'_>, rule: &OccupationRule, unsaid: Unsaid) -> bool {
    let window = terms.window(rule.window_years);
    let in_window = spell.first_day < window.end && spell.last_day.is_none_or(|last_day| window.first <= last_day);
    rule.lists(spell.code) && in_window && standing(spell, rule, unsaid) != Standing::Out
}

fn assumed_of_spell(place: usize, spell: &WorkExperience) -> impl Iterator<Item = Assumption> {
    let unsaid = word_answers(spell).into_iter().filter(|(_, answer, _)| *answer == Answer::Unsaid);
    unsaid.map(move |(field, _, statement)| Assumption { field: Field::Work(place, field), statement })
}
