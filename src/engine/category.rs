//! Whether a candidate belongs to a category.

use super::{Terms, Unsaid, french, listed_work::ListedWork, reading::Reading};
use crate::model::{Category, CategoryRule, OccupationRule, Outcome, Profile};

/// Decides the criterion by the version of the category in force on the day of the draw.
pub(super) fn decide(profile: &Profile, terms: &Terms<'_>, version: &Category, unsaid: Unsaid) -> Outcome {
    match &version.rule {
        CategoryRule::Occupations(rule) => by_occupation(profile, terms, rule, unsaid),
        CategoryRule::French { min_nclc } => french::decide(profile, terms, *min_nclc, unsaid),
        CategoryRule::Attested { .. } => {
            if profile.attested_categories.contains(&version.id) {
                Outcome::Met
            } else {
                Outcome::Unknown
            }
        }
    }
}

fn by_occupation(profile: &Profile, terms: &Terms<'_>, rule: &OccupationRule, unsaid: Unsaid) -> Outcome {
    if profile.work_experiences.is_empty() {
        return Outcome::Unknown;
    }
    let work = ListedWork::new(profile, terms, rule, unsaid);
    let reaches = |code, reading| work.months(code, reading) >= work.required();
    let mut most = false;
    for code in work.codes() {
        if reaches(code, Reading::Least) {
            return Outcome::Met;
        }
        most = most || (work.is_open(code) && reaches(code, Reading::Most));
    }
    Outcome::between(false, most)
}
