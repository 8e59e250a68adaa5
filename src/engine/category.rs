//! Whether a candidate belongs to a category.

use smallvec::SmallVec;

use super::{
    Terms, Unsaid, french,
    listed_work::{ListedSpell, ListedWork},
    reading::{Reading, Standing, standing},
};
use crate::model::{
    Category, CategoryRule, CreditedMonths, NocCode, OccupationRule, Outcome, Profile, QualifyingOccupation,
};

/// Decides the criterion by the version of the category in force on the day of the draw.
pub(super) fn decide(profile: &Profile, terms: &Terms<'_>, version: &Category, unsaid: Unsaid) -> Outcome {
    match &version.rule {
        CategoryRule::Occupations(rule) => by_occupation(profile, terms, rule, unsaid),
        CategoryRule::French { min_nclc } => french::decide(profile, terms, *min_nclc, unsaid),
        CategoryRule::Attested { .. } if profile.attested_categories.contains(&version.id) => Outcome::Met,
        CategoryRule::Attested { .. } => Outcome::Unknown,
    }
}

fn by_occupation(profile: &Profile, terms: &Terms<'_>, rule: &OccupationRule, unsaid: Unsaid) -> Outcome {
    if profile.work_experiences.is_empty() {
        return Outcome::Unknown;
    }
    let work = ListedWork::new(profile, terms, rule, unsaid);
    // Mostly each spell shows it for itself, and none is laid beside another.
    work.plain_outcome(work.listed()).unwrap_or_else(|| of_occupations(&work, &work.counting()))
}

/// The same, of the spells that count or may, as [`ListedWork::counting`] puts them.
pub(super) fn of_listed(work: &ListedWork<'_>, counting: &[ListedSpell<'_>]) -> Outcome {
    work.plain_outcome(counting.iter().copied()).unwrap_or_else(|| of_occupations(work, counting))
}

fn of_occupations(work: &ListedWork<'_>, counting: &[ListedSpell<'_>]) -> Outcome {
    let mut most = false;
    for spells in ListedWork::by_occupation(counting) {
        match work.outcome(spells) {
            Outcome::Met => return Outcome::Met,
            Outcome::Unknown => most = true,
            Outcome::NotMet => {}
        }
    }
    Outcome::between(false, most)
}

/// What work comes to under a rule of occupations: the same decision, with what it rests on.
#[derive(Clone, Debug)]
pub(super) struct WorkFound<'a> {
    /// Whether any work is said.
    pub said: bool,
    /// The most months in one listed occupation, in the reading that helps least and in the one that helps most; of equals the
    /// lower code. None without a listed occupation.
    pub best: Option<[(CreditedMonths, NocCode); 2]>,
    /// Spells in listed occupations that do not count.
    pub out: usize,
    /// The occupations that reach the months asked for in the reading that helps least, by code.
    pub qualifying: SmallVec<[QualifyingOccupation<'a>; 2]>,
    required: CreditedMonths,
}

impl<'a> WorkFound<'a> {
    pub fn new(profile: &Profile, terms: &Terms<'a>, rule: &OccupationRule, unsaid: Unsaid) -> Self {
        let work = ListedWork::new(profile, terms, rule, unsaid);
        let listed = || profile.work_experiences.iter().filter(|spell| rule.lists(spell.code));
        let none = (CreditedMonths::default(), listed().map(|spell| spell.code).min());
        let mut best = none.1.map(|code| [(none.0, code); 2]);
        let mut qualifying = SmallVec::new();
        let counting = work.counting();
        for spells in ListedWork::by_occupation(&counting) {
            let Some(code) = spells.first().map(|listed| listed.spell.code) else { continue };
            let occupation = work.occupation(spells);
            let tally = occupation.tally(Reading::Least);
            let least = tally.months(rule.continuous);
            let open = occupation.is_open();
            let most = if open { occupation.tally(Reading::Most).months(rule.continuous) } else { least };
            for (best, months) in best.iter_mut().flatten().zip([least, most]) {
                if months > best.0 || months == best.0 && code < best.1 {
                    *best = (months, code);
                }
            }
            if least >= work.required()
                && let Some((first_day, last_day)) = tally.days(rule.continuous)
            {
                let title = terms.catalog.occupation(code).map_or("", |occupation| occupation.title.as_str());
                qualifying.push(QualifyingOccupation { code, title, credited: least, first_day, last_day });
            }
        }
        let out = listed().filter(|spell| standing(spell, rule, unsaid) == Standing::Out).count();
        Self { said: !profile.work_experiences.is_empty(), best, out, qualifying, required: work.required() }
    }

    /// The same as [`decide`] says.
    pub fn outcome(&self) -> Outcome {
        match self.best {
            _ if !self.said => Outcome::Unknown,
            None => Outcome::NotMet,
            Some(best) => {
                let [least, most] = best.map(|(months, _)| months >= self.required);
                Outcome::between(least, most)
            }
        }
    }
}
