use super::{
    language_test::language_test,
    parts::{instant, programs, reference},
    target::cut,
    work::work_experience,
};
use crate::{
    catalog::Catalog,
    grpc::{
        limits::{MAX_LANGUAGE_TESTS, MAX_SHORT_LIST, MAX_WORK_EXPERIENCES},
        proto,
        refusal::{Path, Violations},
    },
    model::{CategoryId, CategoryRule, CrsScore, Profile},
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
    } = message;
    let works = &path.field("work_experiences");
    let tests = &path.field("language_tests");
    let id = reference(profile_id, path.field("profile_id"), wrong).unwrap_or_default();
    Some(Profile {
        id,
        submitted_at: instant(submitted_at, path.field("submitted_at"), wrong),
        crs_score: crs_score.and_then(|score| wrong.keep(path.field("crs_score"), CrsScore::new(score.into()))),
        eligible_programs: programs(&eligible_programs, path.field("eligible_programs"), wrong),
        work_experiences: each(work_experiences, MAX_WORK_EXPERIENCES, works, wrong, |work, path, wrong| {
            work_experience(work, catalog, path, wrong)
        }),
        language_tests: each(language_tests, MAX_LANGUAGE_TESTS, tests, wrong, |test, path, wrong| {
            language_test(test, catalog, path, wrong)
        }),
        attested_categories: each(
            attested_category_ids,
            MAX_SHORT_LIST,
            &path.field("attested_category_ids"),
            wrong,
            |id, path, wrong| attested(&id, catalog, path, wrong),
        ),
    })
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
    let entries = messages.into_iter().enumerate();
    entries.filter_map(|(place, message)| parse(message, path.entry(place), wrong)).collect()
}

/// A category that can only be attested.
fn attested(id: &str, catalog: &Catalog, path: Path<'_>, wrong: &mut Violations) -> Option<CategoryId> {
    let attestable = |id: &CategoryId| {
        catalog.category_versions(id).iter().any(|version| matches!(version.rule, CategoryRule::Attested { .. }))
    };
    let category = CategoryId::new(id);
    if attestable(&category) {
        return Some(category);
    }
    let those: Vec<&str> = catalog.category_ids().filter(|id| attestable(id)).map(CategoryId::as_str).collect();
    let id = cut(id.to_owned());
    wrong.add(path, format!("category {id:?} can't be attested; the categories that can are {}", those.join(", ")));
    None
}
