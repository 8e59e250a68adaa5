//! A profile with changes made to it.

use crate::{
    engine::{Terms, Unsaid, derived::Derived},
    model::{Abilities, Ability, Answer, Change, CrsScore, Profile, Program, Programs},
};

/// The profile with the changes made. A stated score moves by as many points as the score that the facts give, where that is
/// exact before and after.
pub fn changed(profile: &Profile, terms: &Terms<'_>, unsaid: Unsaid, changes: &[Change]) -> Profile {
    let changes: Vec<&Change> = changes.iter().collect();
    applied(profile, exact_total(profile, terms, unsaid), terms, unsaid, &changes)
}

/// The same, with the exact score of the unchanged facts at hand.
pub(super) fn applied(
    profile: &Profile,
    total: Option<u16>,
    terms: &Terms<'_>,
    unsaid: Unsaid,
    changes: &[&Change],
) -> Profile {
    let mut after = profile.clone();
    for change in changes {
        apply(change, &mut after);
    }
    carry_score(total, &mut after, terms, unsaid);
    after
}

/// Moves a stated score as far as the facts have moved.
pub(super) fn carry_score(before: Option<u16>, changed: &mut Profile, terms: &Terms<'_>, unsaid: Unsaid) {
    if let (Some(stated), Some(before)) = (changed.crs_score, before)
        && let Some(after) = exact_total(changed, terms, unsaid)
    {
        let points = i64::from(stated.points()) + i64::from(after) - i64::from(before);
        let most = i64::from(CrsScore::MAX.points());
        changed.crs_score = CrsScore::new(points.clamp(0, most)).ok();
    }
}

/// The score that the facts give, where it is exact.
pub(super) fn exact_total(profile: &Profile, terms: &Terms<'_>, unsaid: Unsaid) -> Option<u16> {
    Derived::new(profile, terms, unsaid)?.range()?.exact()
}

fn apply(change: &Change, profile: &mut Profile) {
    match change {
        Change::WorkSince { place, first_day } => {
            if let Some(spell) = profile.work_experiences.get_mut(*place) {
                spell.first_day = *first_day;
            }
        }
        Change::NewWork(spell) => profile.work_experiences.push(spell.clone()),
        Change::Ability { place, ability, score } => {
            if let Some(test) = profile.language_tests.get_mut(*place) {
                let held = of_mut(&mut test.scores, *ability);
                *held = held.max(*score);
            }
        }
        Change::AllAbilities { place, scores } => {
            if let Some(test) = profile.language_tests.get_mut(*place) {
                test.scores = test.scores.zip(*scores).map(|(held, raised)| held.max(raised));
            }
        }
        Change::NewTest(test) => profile.language_tests.push(test.clone()),
        Change::Education(education) => profile.education = *education,
        Change::CanadianWork(years) => profile.canadian_work_years = Some(*years),
        Change::ForeignWork(years) => profile.foreign_work_years = Some(*years),
        Change::Certificate => profile.certificate_of_qualification = Answer::Yes,
        Change::Nomination => {
            profile.provincial_nomination = Answer::Yes;
            if !profile.eligible_programs.is_empty() {
                profile.eligible_programs = with(profile.eligible_programs, Program::ProvincialNominee);
            }
        }
        Change::Partner(accompanying) => profile.spouse.accompanying = *accompanying,
        Change::Program { program, beside } => {
            let stated = profile.eligible_programs;
            profile.eligible_programs = with(if stated.is_empty() { *beside } else { stated }, *program);
        }
        Change::Score(score) => profile.crs_score = Some(*score),
    }
}

/// The programs and one more.
pub(super) fn with(programs: Programs, program: Program) -> Programs {
    programs.iter().chain([program]).collect()
}

/// What is held for one ability.
pub(super) fn of<T: Copy>(each: &Abilities<T>, ability: Ability) -> T {
    match ability {
        Ability::Listening => each.listening,
        Ability::Reading => each.reading,
        Ability::Writing => each.writing,
        Ability::Speaking => each.speaking,
    }
}

fn of_mut<T>(each: &mut Abilities<T>, ability: Ability) -> &mut T {
    match ability {
        Ability::Listening => &mut each.listening,
        Ability::Reading => &mut each.reading,
        Ability::Writing => &mut each.writing,
        Ability::Speaking => &mut each.speaking,
    }
}
