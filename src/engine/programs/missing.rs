//! The unsaid fields that could still change whether a candidate is eligible for a program.

use smallvec::SmallVec;

use super::{Candidate, Held, funds, grid, language, requirements};
use crate::{
    engine::{
        Unsaid,
        effort::Effort,
        named::NamedFields,
        open_work::{bearing_on_hours, turning},
        score::{fields, open_tests},
        work::Settled,
    },
    model::{Answer, Field, LanguageTestField, Outcome, Program, RequirementId, WorkExperience, WorkField},
};

/// The fields of a program that is open, unsorted.
pub(in crate::engine) fn missing_fields(
    candidate: &Candidate<'_>,
    program: Program,
    effort: &Effort,
    found: &mut NamedFields,
) {
    let outcomes: SmallVec<[(RequirementId, Outcome); 8]> =
        requirements(program).iter().map(|id| (*id, candidate.outcome(program, *id))).collect();
    if Outcome::all(outcomes.iter().map(|(_, outcome)| *outcome)) != Outcome::Unknown {
        return;
    }
    for (id, _) in outcomes.into_iter().filter(|(_, outcome)| *outcome == Outcome::Unknown) {
        requirement(candidate, program, id, effort, found);
    }
}

fn unsaid(answer: Answer, field: Field) -> Option<Field> {
    (answer == Answer::Unsaid).then_some(field)
}

fn requirement(
    candidate: &Candidate<'_>,
    program: Program,
    id: RequirementId,
    effort: &Effort,
    found: &mut NamedFields,
) {
    let profile = candidate.profile;
    match id {
        RequirementId::Experience => experience_fields(candidate, program, effort, found),
        RequirementId::Language => language_fields(candidate, program, found),
        RequirementId::Education => {
            found.extend(fields::education(&profile.education, candidate.day).into_iter().map(Field::Education));
        }
        RequirementId::SelectionPoints => selection_fields(candidate, found),
        RequirementId::SettlementFunds => funds_fields(candidate, found),
        RequirementId::OutsideQuebec => found.extend(unsaid(profile.intends_quebec, Field::IntendsQuebec)),
        RequirementId::CertificateOrJobOffer => {
            found.extend(unsaid(profile.certificate_of_qualification, Field::CertificateOfQualification));
            found.extend(unsaid(profile.job_offer_one_year, Field::JobOfferOneYear));
        }
        RequirementId::Nomination => found.extend(unsaid(profile.provincial_nomination, Field::ProvincialNomination)),
    }
}

fn experience_fields(candidate: &Candidate<'_>, program: Program, effort: &Effort, found: &mut NamedFields) {
    if candidate.profile.work_experiences.is_empty() {
        found.push(Field::WorkExperiences);
        return;
    }
    let Some(work) = candidate.work(program) else { return };
    let reached = |settled: &[Settled<'_>]| work.reached(settled);
    // It is open, so that some completion reaches it and another does not.
    let ends = (false, true);
    turning(&work.spells, (candidate.day.unsaid, work.canadian), effort, reached, ends, |place, leaves, _| {
        found.push_work(place, leaves);
        true
    });
}

fn language_fields(candidate: &Candidate<'_>, program: Program, found: &mut NamedFields) {
    if candidate.profile.language_tests.is_empty() {
        found.push(Field::LanguageTests);
    }
    for test in open_tests(&candidate.space.tests) {
        found.push(Field::LanguageTest(test.place, LanguageTestField::TakenOn));
    }
    if program != Program::CanadianExperienceClass {
        return;
    }
    let (easier, harder) = language::thresholds(candidate);
    if easier == harder {
        return;
    }
    if candidate.profile.work_experiences.is_empty() {
        found.push(Field::WorkExperiences);
        return;
    }
    // Which side has more hours: every open fact of the spells bears on it.
    let Some(work) = candidate.work(program) else { return };
    bearing_on_hours(&work.spells, candidate.day.unsaid, true, |place, leaves| found.push_work(place, leaves));
}

/// The factors of the grid that could carry the points over the pass mark.
fn selection_fields(candidate: &Candidate<'_>, found: &mut NamedFields) {
    let profile = candidate.profile;
    let day = candidate.day;
    let pass_mark = candidate.rules.skilled_worker.table.pass_mark;
    let parts = grid::parts(candidate);
    let (least, most) = grid::points(candidate);
    // With the others anywhere between their ends, a factor decides when the pass mark lies within its reach.
    let decides = |(part_least, part_most): (u16, u16)| {
        let (others_least, others_most) = (least - part_least, most - part_most);
        part_least < part_most && others_least + part_least < pass_mark && others_most + part_most >= pass_mark
    };
    let [education, language, experience, age, offer, adaptability] = parts;
    if decides(education) {
        found.extend(fields::education(&profile.education, day).into_iter().map(Field::Education));
    }
    if decides(language) {
        if profile.language_tests.is_empty() {
            found.push(Field::LanguageTests);
        }
        let open = open_tests(&candidate.space.tests);
        found.extend(open.map(|test| Field::LanguageTest(test.place, LanguageTestField::TakenOn)));
    }
    if decides(experience) {
        work_fields(candidate, false, found);
    }
    if decides(age) {
        found.extend(fields::age(profile));
    }
    if decides(offer) {
        found.extend(unsaid(profile.job_offer_one_year, Field::JobOfferOneYear));
    }
    if decides(adaptability) {
        adaptability_fields(candidate, found);
    }
}

fn adaptability_fields(candidate: &Candidate<'_>, found: &mut NamedFields) {
    let profile = candidate.profile;
    let said = profile.adaptability;
    let open = |held: Held| held.least != held.most;
    let [language, study, spouse_study, work, spouse_work, relative, offer] = grid::adapts(candidate);
    let spouse_open = [language, spouse_study, spouse_work].into_iter().any(|(held, _)| open(held));
    if spouse_open {
        found.extend(fields::column(profile));
    }
    if open(language.0) {
        found.extend(unsaid(said.spouse_language, Field::SpouseLanguage));
        found.extend(fields::spouse_language(profile, candidate.day));
    }
    if open(study.0) {
        found.push(Field::CanadianStudy);
    }
    if open(spouse_study.0) {
        found.push(Field::SpouseCanadianStudy);
    }
    if open(work.0) {
        work_fields(candidate, true, found);
    }
    if open(spouse_work.0) {
        found.extend(unsaid(said.spouse_canadian_work, Field::SpouseCanadianWork));
        if profile.spouse.canadian_work_years.is_none() && profile.spouse.work_experiences.is_empty() {
            found.extend([Field::SpouseCanadianWorkYears, Field::SpouseWorkExperiences]);
        }
    }
    if open(relative.0) {
        found.push(Field::RelativeInCanada);
        found.extend(unsaid(profile.sibling_in_canada, Field::SiblingInCanada));
    }
    if open(offer.0) {
        found.push(Field::JobOfferOneYear);
    }
}

/// The fields of the years of work: the years themselves and the list, or what its spells leave open.
fn work_fields(candidate: &Candidate<'_>, canadian: bool, found: &mut NamedFields) {
    let profile = candidate.profile;
    if profile.work_experiences.is_empty() {
        found.push(Field::WorkExperiences);
        if profile.canadian_work_years.is_none() {
            found.push(Field::CanadianWorkYears);
        }
        if !canadian && profile.foreign_work_years.is_none() {
            found.push(Field::ForeignWorkYears);
        }
        return;
    }
    let Some(work) = candidate.work(Program::FederalSkilledWorker) else { return };
    bearing_on_hours(&work.spells, candidate.day.unsaid, canadian, |place, leaves| found.push_work(place, leaves));
}

fn funds_fields(candidate: &Candidate<'_>, found: &mut NamedFields) {
    let profile = candidate.profile;
    if candidate.rules.settlement_funds.is_some() {
        if profile.funds_cad.is_none() {
            found.push(Field::FundsCad);
        }
        if profile.family_size.is_none() {
            found.push(Field::FamilySize);
        }
    }
    if !funds::exempt(candidate).most {
        return;
    }
    found.extend(unsaid(profile.job_offer_one_year, Field::JobOfferOneYear));
    if profile.work_experiences.is_empty() {
        found.push(Field::WorkExperiences);
    }
    for (place, spell) in profile.work_experiences.iter().enumerate() {
        if funds::going_on(candidate, spell) {
            found.extend(exemption_fields(spell, candidate.day.unsaid).map(|field| Field::Work(place, field)));
        }
    }
}

fn exemption_fields(spell: &WorkExperience, strictness: Unsaid) -> impl Iterator<Item = WorkField> + use<> {
    let abroad = spell.country.is_some_and(|country| !country.is_canada());
    let denied = spell.authorized == Answer::No || spell.paid == Answer::No;
    let country = (spell.country.is_none() && !denied).then_some(WorkField::CountryCode);
    let strict = strictness == Unsaid::Unknown && !denied && !abroad;
    let authorized = (strict && spell.authorized == Answer::Unsaid).then_some(WorkField::Authorized);
    let paid = (strict && spell.paid == Answer::Unsaid).then_some(WorkField::Paid);
    country.into_iter().chain(authorized).chain(paid)
}
