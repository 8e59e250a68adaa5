//! An item read straight into the model, by the rules of `from_proto`. Anything that is wrong or unusual is left
//! to the generated types, so that there is one way to say what is wrong.

use super::{
    parts::{adaptability, date, education, language_test, timestamp, work},
    wire::{Fields, Unusual},
};
use crate::{
    catalog::Catalog,
    grpc::{
        from_proto::{
            self, AGES, FAMILY_SIZES, WORK_YEARS, answer, arranged_employment, canadian_credential, funds, instant,
            marital_status, number_in, official_language, optional_day, reference,
        },
        limits::{MAX_LANGUAGE_TESTS, MAX_SHORT_LIST, MAX_WORK_EXPERIENCES},
        refusal::{Path, Violations},
    },
    model::{CrsScore, LanguageTest, Profile, Spouse, WorkExperience},
};

/// What is wrong is not told from here, and so neither is where.
const NOWHERE: Path<'static> = Path::Root;

/// Reads items, all into one profile, so that no memory is asked for.
#[derive(Debug, Default)]
pub struct ItemReader {
    profile: Profile,
    /// Whether the profile has any of the facts from which scores and programs are worked out.
    has_facts: bool,
}

/// An item that is in order, as encoders write it. The profile's own id is beside the profile.
#[derive(Debug)]
pub struct Item<'a> {
    /// The caller's reference to the item; empty for none.
    pub correlation_id: &'a str,
    /// The caller's reference to the profile; empty for none.
    pub profile_id: &'a str,
    /// The profile, its `id` left empty.
    pub profile: &'a Profile,
}

impl ItemReader {
    /// The item.
    ///
    /// # Errors
    /// When anything about it is wrong or unusual.
    pub fn read<'a>(&'a mut self, item: &'a [u8], catalog: &Catalog) -> Result<Item<'a>, Unusual> {
        self.empty();
        let wrong = &mut Violations::default();
        let mut fields = Fields::new(item);
        let correlation_id = reference(fields.text(1)?, NOWHERE, wrong).ok_or(Unusual)?;
        let profile_id = self.profile(fields.message(2)?.ok_or(Unusual)?, catalog, wrong)?;
        fields.end()?;
        let item = Item { correlation_id, profile_id, profile: &self.profile };
        if wrong.is_empty() { Ok(item) } else { Err(Unusual) }
    }

    /// Takes everything out of the profile but the room in its lists.
    fn empty(&mut self) {
        let Self { profile, has_facts } = self;
        if *has_facts {
            let Profile { work_experiences, language_tests, attested_categories, spouse, .. } = std::mem::take(profile);
            profile.work_experiences = work_experiences;
            profile.language_tests = language_tests;
            profile.attested_categories = attested_categories;
            profile.spouse.language_tests = emptied(spouse.language_tests);
            profile.spouse.work_experiences = emptied(spouse.work_experiences);
            *has_facts = false;
        }
        // Most profiles have no more than this.
        profile.submitted_at = None;
        profile.crs_score = None;
        profile.work_experiences.clear();
        profile.language_tests.clear();
        profile.attested_categories.clear();
    }

    /// Reads a profile into an empty one and returns its id.
    fn profile<'a>(
        &mut self,
        mut fields: Fields<'a>,
        catalog: &Catalog,
        wrong: &mut Violations,
    ) -> Result<&'a str, Unusual> {
        let profile = &mut self.profile;
        let id = reference(fields.text(1)?, NOWHERE, wrong).ok_or(Unusual)?;
        if let Some(message) = fields.message(2)? {
            profile.submitted_at = instant(Some(timestamp(message)?), NOWHERE, wrong);
        }
        if let Some(score) = fields.optional_int32(3)? {
            profile.crs_score = Some(CrsScore::new(score.into()).map_err(|_| Unusual)?);
        }
        programs(profile, &mut fields, wrong)?;
        work_experiences(&mut profile.work_experiences, 5, &mut fields, catalog, wrong)?;
        language_tests(&mut profile.language_tests, 6, &mut fields, catalog, wrong)?;
        while let Some(id) = fields.chunk(7)? {
            if profile.attested_categories.len() == MAX_SHORT_LIST {
                return Err(Unusual);
            }
            let id = str::from_utf8(id).map_err(|_| Unusual)?;
            profile.attested_categories.push(from_proto::attested(id, catalog, NOWHERE, wrong).ok_or(Unusual)?);
        }
        // Most profiles end here, with score and programs stated.
        if fields.end().is_err() {
            self.has_facts = true;
            facts(profile, fields, catalog, wrong)?;
        }
        Ok(id)
    }
}

fn emptied<T>(mut list: Vec<T>) -> Vec<T> {
    list.clear();
    list
}

/// Reads the programs, packed or not.
fn programs(profile: &mut Profile, fields: &mut Fields<'_>, wrong: &mut Violations) -> Result<(), Unusual> {
    let mut numbers = [0; MAX_SHORT_LIST];
    let mut room = numbers.iter_mut();
    if let Some(mut packed) = fields.message(4)? {
        while let Some(number) = packed.packed_enum()? {
            *room.next().ok_or(Unusual)? = number;
        }
    }
    while let Some(number) = fields.optional_int32(4)? {
        *room.next().ok_or(Unusual)? = number;
    }
    let free = room.len();
    profile.eligible_programs =
        from_proto::programs(numbers.get(..MAX_SHORT_LIST - free).unwrap_or_default(), NOWHERE, wrong);
    Ok(())
}

/// Reads the facts from which scores and programs are worked out.
fn facts(
    profile: &mut Profile,
    mut fields: Fields<'_>,
    catalog: &Catalog,
    wrong: &mut Violations,
) -> Result<(), Unusual> {
    if let Some(message) = fields.message(20)? {
        profile.birth_date = optional_day(Some(date(message)?), NOWHERE, wrong);
    }
    profile.age = number_in(fields.optional_int32(21)?, AGES, NOWHERE, wrong);
    if let Some(message) = fields.message(22)? {
        profile.education = from_proto::education(Some(education(message)?), NOWHERE, wrong);
    }
    profile.canadian_credential = canadian_credential(fields.int32(23)?, NOWHERE, wrong);
    profile.first_official_language = official_language(fields.int32(24)?, NOWHERE, wrong);
    profile.canadian_work_years = number_in(fields.optional_int32(25)?, WORK_YEARS, NOWHERE, wrong);
    profile.foreign_work_years = number_in(fields.optional_int32(26)?, WORK_YEARS, NOWHERE, wrong);
    profile.certificate_of_qualification = answer(fields.int32(27)?, NOWHERE, wrong);
    profile.provincial_nomination = answer(fields.int32(28)?, NOWHERE, wrong);
    profile.arranged_employment = arranged_employment(fields.int32(29)?, NOWHERE, wrong);
    profile.job_offer_one_year = answer(fields.int32(30)?, NOWHERE, wrong);
    profile.sibling_in_canada = answer(fields.int32(31)?, NOWHERE, wrong);
    profile.marital_status = marital_status(fields.int32(32)?, NOWHERE, wrong);
    if let Some(message) = fields.message(33)? {
        spouse(&mut profile.spouse, message, catalog, wrong)?;
        let spells = profile.work_experiences.len() + profile.spouse.work_experiences.len();
        let tests = profile.language_tests.len() + profile.spouse.language_tests.len();
        if spells > MAX_WORK_EXPERIENCES || tests > MAX_LANGUAGE_TESTS {
            return Err(Unusual);
        }
    }
    if let Some(message) = fields.message(34)? {
        profile.adaptability = from_proto::adaptability(Some(adaptability(message)?), NOWHERE, wrong);
    }
    profile.funds_cad = funds(fields.optional_int64(35)?, NOWHERE, wrong);
    profile.family_size = number_in(fields.optional_int32(36)?, FAMILY_SIZES, NOWHERE, wrong);
    profile.intends_quebec = answer(fields.int32(37)?, NOWHERE, wrong);
    fields.end()
}

fn spouse(
    spouse: &mut Spouse,
    mut fields: Fields<'_>,
    catalog: &Catalog,
    wrong: &mut Violations,
) -> Result<(), Unusual> {
    spouse.accompanying = answer(fields.int32(1)?, NOWHERE, wrong);
    spouse.citizen_or_permanent_resident = answer(fields.int32(2)?, NOWHERE, wrong);
    if let Some(message) = fields.message(3)? {
        spouse.education = from_proto::education(Some(education(message)?), NOWHERE, wrong);
    }
    language_tests(&mut spouse.language_tests, 4, &mut fields, catalog, wrong)?;
    spouse.canadian_work_years = number_in(fields.optional_int32(5)?, WORK_YEARS, NOWHERE, wrong);
    work_experiences(&mut spouse.work_experiences, 6, &mut fields, catalog, wrong)?;
    fields.end()
}

/// Reads a list of spells, up to the first that is wrong.
fn work_experiences(
    spells: &mut Vec<WorkExperience>,
    number: u32,
    fields: &mut Fields<'_>,
    catalog: &Catalog,
    wrong: &mut Violations,
) -> Result<(), Unusual> {
    while let Some(message) = fields.message(number)? {
        if spells.len() == MAX_WORK_EXPERIENCES {
            return Err(Unusual);
        }
        spells.push(from_proto::work_experience(work(message)?, catalog, NOWHERE, wrong).ok_or(Unusual)?);
        if !wrong.is_empty() {
            return Err(Unusual);
        }
    }
    Ok(())
}

/// Reads a list of tests, up to the first that is wrong.
fn language_tests(
    tests: &mut Vec<LanguageTest>,
    number: u32,
    fields: &mut Fields<'_>,
    catalog: &Catalog,
    wrong: &mut Violations,
) -> Result<(), Unusual> {
    while let Some(message) = fields.message(number)? {
        if tests.len() == MAX_LANGUAGE_TESTS {
            return Err(Unusual);
        }
        tests.push(from_proto::language_test(language_test(message)?, catalog, NOWHERE, wrong).ok_or(Unusual)?);
        if !wrong.is_empty() {
            return Err(Unusual);
        }
    }
    Ok(())
}
