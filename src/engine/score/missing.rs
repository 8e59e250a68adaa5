//! The unsaid fields that can still change the score.

use smallvec::{SmallVec, smallvec};

use super::{
    fields,
    languages::open_tests,
    points::WorkYears,
    search::{Fact, Search},
    space::{Day, Space},
    work::{bears, settled_years, timeline},
};
use crate::{
    catalog::Column,
    engine::{
        named::NamedFields,
        open_work::{Pairs, WorkFields, turning},
    },
    model::{Answer, Field, LanguageTestField, Profile, WorkExperience},
};

/// The fields that can still change the total, or, with `thresholds`, on which side of one of them it falls; unsorted.
pub(in crate::engine) fn missing_fields(
    profile: &Profile,
    space: &Space,
    day: &Day<'_>,
    thresholds: &[u16],
    found: &mut NamedFields,
) {
    let search = Search::new(space, profile, day, thresholds);
    let mut name = |fact: Fact<'_>, fields: Vec<Field>| {
        if !fields.is_empty() && search.matters(fact) {
            found.extend(fields);
        }
    };
    let unsaid = |answer: Answer, field| if answer == Answer::Unsaid { vec![field] } else { Vec::new() };
    let none = |said: bool, field| if said { Vec::new() } else { vec![field] };
    let education = fields::education(&profile.education, day).into_iter().map(Field::Education).collect();
    name(Fact::Age, fields::age(profile));
    name(Fact::Education, education);
    if profile.language_tests.is_empty() {
        name(Fact::Languages, vec![Field::LanguageTests]);
    }
    for (nth, place) in open_tests(&profile.language_tests, day).enumerate() {
        let bit = u32::try_from(nth).ok().and_then(|nth| 1_u32.checked_shl(nth)).unwrap_or(0);
        name(Fact::Test(bit), vec![Field::LanguageTest(place, LanguageTestField::TakenOn)]);
    }
    name(Fact::Certificate, unsaid(profile.certificate_of_qualification, Field::CertificateOfQualification));
    name(Fact::Nomination, unsaid(profile.provincial_nomination, Field::ProvincialNomination));
    name(Fact::Offer, none(profile.arranged_employment.is_some(), Field::ArrangedEmployment));
    name(Fact::Credential, none(profile.canadian_credential.is_some(), Field::CanadianCredential));
    name(Fact::Sibling, unsaid(profile.sibling_in_canada, Field::SiblingInCanada));
    name(Fact::Column, fields::column(profile));
    if space.columns.contains(&Column::WithSpouse) {
        let spouse = &profile.spouse;
        let education = fields::education(&spouse.education, day).into_iter().map(Field::SpouseEducation).collect();
        name(Fact::SpouseEducation, education);
        name(Fact::SpouseLanguage, fields::spouse_language(profile, day));
        name(Fact::SpouseYears, spouse_work(profile, day));
    }
    // Facts of many spells mostly decide between the same years.
    let mut asked: Option<(Pairs<WorkYears>, bool)> = None;
    for (fields, pairs) in work(profile, space, day) {
        let known = asked.take().filter(|(other, _)| *other == pairs).map(|(_, matters)| matters);
        let matters = known.unwrap_or_else(|| search.matters(Fact::Work(&pairs)));
        if matters {
            found.extend(fields);
        }
        asked = Some((pairs, matters));
    }
}

/// The fields of the candidate's work, with the years that each decides between.
fn work(profile: &Profile, space: &Space, day: &Day<'_>) -> Vec<(SmallVec<[Field; 4]>, Pairs<WorkYears>)> {
    let stated = (profile.canadian_work_years, profile.foreign_work_years);
    if profile.work_experiences.is_empty() {
        let pairs = |differ: fn(&WorkYears, &WorkYears) -> bool| {
            let all = space.work.iter().flat_map(|one| space.work.iter().map(move |other| (*one, *other)));
            all.filter(|(one, other)| one < other && differ(one, other)).collect()
        };
        let canadian = pairs(|one, other| one.foreign == other.foreign);
        let foreign = pairs(|one, other| one.canadian == other.canadian);
        let mut found = Vec::new();
        if stated.0.is_none() {
            found.push((smallvec![Field::WorkExperiences, Field::CanadianWorkYears], canadian));
        }
        if stated.1.is_none() {
            found.push((smallvec![Field::WorkExperiences, Field::ForeignWorkYears], foreign));
        }
        return found;
    }
    if stated.0.is_some() && stated.1.is_some() {
        return Vec::new();
    }
    let spells = bearing(&profile.work_experiences, day);
    let timeline = timeline(&spells, day);
    let turns = turning(&spells, day.unsaid, true, |settled| {
        let WorkYears { canadian, foreign } = settled_years(&timeline, settled);
        WorkYears { canadian: stated.0.unwrap_or(canadian), foreign: stated.1.unwrap_or(foreign) }
    });
    let fields = |place: usize, fields: WorkFields| fields.into_iter().map(|field| Field::Work(place, field)).collect();
    turns.into_iter().map(|turn| (fields(turn.place, turn.fields), turn.pairs)).collect()
}

fn bearing<'a>(spells: &'a [WorkExperience], day: &Day<'_>) -> Vec<(usize, &'a WorkExperience)> {
    spells.iter().enumerate().filter(|(_, spell)| bears(spell, day)).collect()
}

fn spouse_work(profile: &Profile, day: &Day<'_>) -> Vec<Field> {
    let spouse = &profile.spouse;
    if spouse.canadian_work_years.is_some() {
        return Vec::new();
    }
    if spouse.work_experiences.is_empty() {
        return vec![Field::SpouseCanadianWorkYears, Field::SpouseWorkExperiences];
    }
    let spells = bearing(&spouse.work_experiences, day);
    let timeline = timeline(&spells, day);
    let turns = turning(&spells, day.unsaid, true, |settled| settled_years(&timeline, settled).canadian);
    let fields = turns.into_iter().flat_map(|turn| {
        let place = turn.place;
        turn.fields.into_iter().map(move |field| Field::SpouseWork(place, field))
    });
    fields.collect()
}
