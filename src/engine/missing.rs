//! The unsaid fields that could still change the verdict.
//!
//! A field matters when some completion of all other unsaid facts makes its criterion come out one way for one value
//! of the field and another way for another. No criterion of an indeterminate verdict fails, so that what turns one
//! criterion turns the verdict.

use super::{
    Decision, Terms, Unsaid,
    derived::Derived,
    effort::Effort,
    french,
    listed_work::ListedWork,
    named::NamedFields,
    open_spells,
    programs::{self, Candidate},
};
use crate::model::{CategoryRule, Field, LanguageTestField, OccupationRule, Outcome, Profile};

/// The fields of an indeterminate verdict, in the order of the profile. Kept apart from what every evaluation does.
#[inline(never)]
pub(super) fn missing_fields(
    profile: &Profile,
    terms: &Terms<'_>,
    unsaid: Unsaid,
    decision: &Decision,
    derived: Option<&Derived<'_>>,
    candidate: Option<&Candidate<'_>>,
) -> Vec<Field> {
    let effort = Effort::of_item();
    let mut fields = NamedFields::default();
    if profile.submitted_at.is_none() && terms.posed_on.is_none() {
        fields.push(Field::SubmittedAt);
    }
    let score_decides = decision.crs_score == Outcome::Unknown || decision.tie_break == Some(Outcome::Unknown);
    if decision.score.exact().is_none() && score_decides {
        fields.push(Field::CrsScore);
        if let Some(derived) = derived {
            derived.missing_for_score(terms, &effort, &mut fields);
        }
    }
    if decision.program == Outcome::Unknown {
        fields.push(Field::EligiblePrograms);
        if let Some(candidate) = candidate {
            terms
                .draw
                .programs
                .iter()
                .for_each(|program| programs::missing_fields(candidate, program, &effort, &mut fields));
        }
    }
    if let (Some(Outcome::Unknown), Some(version)) = (decision.category, terms.category) {
        match &version.rule {
            CategoryRule::Occupations(rule) => by_occupation(profile, terms, rule, unsaid, &effort, &mut fields),
            CategoryRule::French { min_nclc } => by_french(profile, terms, *min_nclc, unsaid, &mut fields),
            CategoryRule::Attested { .. } => fields.push(Field::AttestedCategoryIds),
        }
    }
    fields.in_order()
}

fn by_french(profile: &Profile, terms: &Terms<'_>, min_nclc: u8, unsaid: Unsaid, fields: &mut NamedFields) {
    if profile.language_tests.is_empty() {
        fields.push(Field::LanguageTests);
    }
    for test in french::tests(profile, terms, unsaid) {
        if test.validity == french::Validity::Unknown && test.reaches(min_nclc) {
            fields.push(Field::LanguageTest(test.place, LanguageTestField::TakenOn));
        }
    }
}

fn by_occupation(
    profile: &Profile,
    terms: &Terms<'_>,
    rule: &OccupationRule,
    unsaid: Unsaid,
    effort: &Effort,
    fields: &mut NamedFields,
) {
    if profile.work_experiences.is_empty() {
        fields.push(Field::WorkExperiences);
    }
    open_spells::name_fields(&ListedWork::new(profile, terms, rule, unsaid), effort, fields);
}
