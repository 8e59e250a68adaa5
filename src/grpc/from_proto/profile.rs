use super::{
    language_test::language_test,
    parts::{answer, instant, optional_day, programs, reference},
    scoring::{
        AGES, FAMILY_SIZES, WORK_YEARS, adaptability, arranged_employment, canadian_credential, education, funds,
        marital_status, number_in, official_language, spouse,
    },
    target::cut,
    work::{WorkMessage, work_experience},
};
use crate::{
    catalog::Catalog,
    grpc::{
        limits::{MAX_LANGUAGE_TESTS, MAX_SHORT_LIST, MAX_WORK_EXPERIENCES},
        proto,
        refusal::{Path, Violations},
    },
    model::{CategoryId, CategoryRule, CrsScore, LanguageTest, Profile, WorkExperience},
};

/// Parses the profile of a request or an item, which must be there. What comes back is only to be used when nothing is wrong.
pub(in crate::grpc) fn profile(
    message: Option<proto::Profile>,
    catalog: &Catalog,
    wrong: &mut Violations,
) -> Option<Profile> {
    let path = &Path::Root.field("profile");
    let Some(message) = message else {
        wrong.add(*path, "is required");
        return None;
    };
    let proto::Profile {
        profile_id,
        submitted_at,
        crs_score,
        eligible_programs,
        work_experiences,
        language_tests,
        attested_category_ids,
        birth_date,
        age,
        education: highest,
        canadian_credential: credential,
        first_official_language,
        canadian_work_years,
        foreign_work_years,
        certificate_of_qualification,
        provincial_nomination,
        arranged_employment: arranged,
        job_offer_one_year,
        sibling_in_canada,
        marital_status: marital,
        spouse: partner,
        adaptability: adapts,
        funds_cad,
        family_size,
        intends_quebec,
    } = message;
    together(partner.as_ref(), work_experiences.len(), language_tests.len(), path, wrong);
    let works = &path.field("work_experiences");
    let tests = &path.field("language_tests");
    let id = reference(profile_id, path.field("profile_id"), wrong).unwrap_or_default();
    Some(Profile {
        id,
        submitted_at: instant(submitted_at, path.field("submitted_at"), wrong),
        crs_score: crs_score.and_then(|score| wrong.keep(path.field("crs_score"), CrsScore::new(score.into()))),
        eligible_programs: programs(&eligible_programs, path.field("eligible_programs"), wrong),
        work_experiences: self::work_experiences(work_experiences, catalog, works, wrong),
        language_tests: self::language_tests(language_tests, catalog, tests, wrong),
        attested_categories: each(
            attested_category_ids,
            MAX_SHORT_LIST,
            &path.field("attested_category_ids"),
            wrong,
            |id, path, wrong| attested(&id, catalog, path, wrong),
        ),
        birth_date: optional_day(birth_date, path.field("birth_date"), wrong),
        age: number_in(age, AGES, path.field("age"), wrong),
        education: education(highest, path.field("education"), wrong),
        canadian_credential: canadian_credential(credential, path.field("canadian_credential"), wrong),
        first_official_language: official_language(
            first_official_language,
            path.field("first_official_language"),
            wrong,
        ),
        canadian_work_years: number_in(canadian_work_years, WORK_YEARS, path.field("canadian_work_years"), wrong),
        foreign_work_years: number_in(foreign_work_years, WORK_YEARS, path.field("foreign_work_years"), wrong),
        certificate_of_qualification: answer(
            certificate_of_qualification,
            path.field("certificate_of_qualification"),
            wrong,
        ),
        provincial_nomination: answer(provincial_nomination, path.field("provincial_nomination"), wrong),
        arranged_employment: arranged_employment(arranged, path.field("arranged_employment"), wrong),
        job_offer_one_year: answer(job_offer_one_year, path.field("job_offer_one_year"), wrong),
        sibling_in_canada: answer(sibling_in_canada, path.field("sibling_in_canada"), wrong),
        marital_status: marital_status(marital, path.field("marital_status"), wrong),
        spouse: spouse(partner, catalog, path.field("spouse"), wrong),
        adaptability: adaptability(adapts, path.field("adaptability"), wrong),
        funds_cad: funds(funds_cad, path.field("funds_cad"), wrong),
        family_size: number_in(family_size, FAMILY_SIZES, path.field("family_size"), wrong),
        intends_quebec: answer(intends_quebec, path.field("intends_quebec"), wrong),
    })
}

/// The lists of candidate and spouse have their limits together, since what an item costs does.
fn together(spouse: Option<&proto::Spouse>, spells: usize, tests: usize, path: &Path<'_>, wrong: &mut Violations) {
    let Some(spouse) = spouse else { return };
    let path = &path.field("spouse");
    for (field, own, of_spouse, most) in [
        ("work_experiences", spells, spouse.work_experiences.len(), MAX_WORK_EXPERIENCES),
        ("language_tests", tests, spouse.language_tests.len(), MAX_LANGUAGE_TESTS),
    ] {
        // A list that is too long by itself is told as such.
        if own <= most && of_spouse <= most && own + of_spouse > most {
            let description =
                format!("{of_spouse} entries are too many beside {own} of the candidate; at most {most} together");
            wrong.add(path.field(field), description);
        }
    }
}

/// Parses the spells of a candidate or a spouse.
pub(super) fn work_experiences(
    messages: Vec<proto::WorkExperience>,
    catalog: &Catalog,
    path: &Path<'_>,
    wrong: &mut Violations,
) -> Vec<WorkExperience> {
    each(messages, MAX_WORK_EXPERIENCES, path, wrong, |work, path, wrong| {
        work_experience(WorkMessage::from(&work), catalog, path, wrong)
    })
}

/// Parses the tests of a candidate or a spouse.
pub(super) fn language_tests(
    messages: Vec<proto::LanguageTest>,
    catalog: &Catalog,
    path: &Path<'_>,
    wrong: &mut Violations,
) -> Vec<LanguageTest> {
    each(messages, MAX_LANGUAGE_TESTS, path, wrong, |test, path, wrong| language_test(test, catalog, path, wrong))
}

/// Parses each entry of a list with a limit.
fn each<M, T>(
    messages: Vec<M>,
    most: usize,
    path: &Path<'_>,
    wrong: &mut Violations,
    mut parse: impl FnMut(M, Path<'_>, &mut Violations) -> Option<T>,
) -> Vec<T> {
    if messages.len() > most {
        wrong.add(*path, format!("{} entries are too many; at most {most}", messages.len()));
        return Vec::new();
    }
    let mut parsed = Vec::with_capacity(messages.len());
    for (place, message) in messages.into_iter().enumerate() {
        parsed.extend(parse(message, path.entry(place), wrong));
    }
    parsed
}

/// A category that can only be attested.
pub(in crate::grpc) fn attested(
    id: &str,
    catalog: &Catalog,
    path: Path<'_>,
    wrong: &mut Violations,
) -> Option<CategoryId> {
    let attestable = |id: &CategoryId| {
        catalog.category_versions(id).iter().any(|version| matches!(version.rule, CategoryRule::Attested { .. }))
    };
    // The catalogue's own, so that no memory is asked for.
    if let Some(category) = catalog.category_ids().find(|known| known.as_str() == id && attestable(known)) {
        return Some(category.clone());
    }
    let those: Vec<&str> = catalog.category_ids().filter(|id| attestable(id)).map(CategoryId::as_str).collect();
    let id = cut(id.to_owned());
    wrong.add(path, format!("category {id:?} can't be attested; the categories that can are {}", those.join(", ")));
    None
}
