//! The unsaid fields that can still change the score.

use smallvec::SmallVec;

use super::{
    fields,
    languages::{TestedLevels, open_tests},
    points::WorkYears,
    search::{Fact, Search},
    space::{Day, Space},
    work::{bears, layout},
};
use crate::{
    catalog::Column,
    engine::{effort::Effort, named::NamedFields, open_work::turning, work::Settled},
    model::{Answer, Field, LanguageTestField, Profile, WorkExperience},
};

/// The fields that can still change the total, or, with `thresholds`, on which side of one of them it falls; unsorted.
pub(in crate::engine) fn missing_fields(
    profile: &Profile,
    space: &Space,
    day: &Day<'_>,
    thresholds: &[u16],
    effort: &Effort,
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
    for (nth, TestedLevels { place, .. }) in open_tests(&space.tests).enumerate() {
        let bit = u32::try_from(nth).ok().and_then(|nth| 1_u32.checked_shl(nth)).unwrap_or(0);
        name(Fact::Test(bit), vec![Field::LanguageTest(*place, LanguageTestField::TakenOn)]);
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
        spouse_work(profile, day, &search, effort, found);
    }
    work(profile, day, &search, effort, found);
}

/// The fields of the candidate's work.
fn work(profile: &Profile, day: &Day<'_>, search: &Search<'_>, effort: &Effort, found: &mut NamedFields) {
    let space = search.space();
    let stated = (profile.canadian_work_years, profile.foreign_work_years);
    if profile.work_experiences.is_empty() {
        let matter = |differ: fn(&WorkYears, &WorkYears) -> bool| {
            let all = space.work.iter().flat_map(|one| space.work.iter().map(move |other| (*one, *other)));
            let pairs: Vec<(WorkYears, WorkYears)> =
                all.filter(|(one, other)| one < other && differ(one, other)).collect();
            search.matters(Fact::Work(&pairs))
        };
        if stated.0.is_none() && matter(|one, other| one.foreign == other.foreign) {
            found.extend([Field::WorkExperiences, Field::CanadianWorkYears]);
        }
        if stated.1.is_none() && matter(|one, other| one.canadian == other.canadian) {
            found.extend([Field::WorkExperiences, Field::ForeignWorkYears]);
        }
        return;
    }
    if stated.0.is_some() && stated.1.is_some() {
        return;
    }
    let spells = bearing(&profile.work_experiences, day);
    let layout = layout(&spells, day);
    let years = |settled: &[Settled<'_>]| {
        let WorkYears { canadian, foreign } = layout.years(settled);
        WorkYears { canadian: stated.0.unwrap_or(canadian), foreign: stated.1.unwrap_or(foreign) }
    };
    // Facts of many spells mostly decide between the same years: what was asked once is not asked again.
    let mut deciding: SmallVec<[(WorkYears, WorkYears); 4]> = SmallVec::new();
    let mut idle = deciding.clone();
    turning(&spells, (day.unsaid, true), effort, years, WorkYears::ends_of(&space.work), |place, leaves, pairs| {
        let unknown: SmallVec<[_; 4]> = pairs.iter().filter(|pair| !idle.contains(pair)).copied().collect();
        if !unknown.is_empty() && unknown != deciding {
            if search.matters(Fact::Work(&unknown)) {
                deciding = unknown;
            } else {
                idle.extend(unknown);
                return false;
            }
        } else if unknown.is_empty() {
            return false;
        }
        found.push_work(place, leaves);
        true
    });
}

fn bearing<'a>(spells: &'a [WorkExperience], day: &Day<'_>) -> SmallVec<[(usize, &'a WorkExperience); 8]> {
    spells.iter().enumerate().filter(|(_, spell)| bears(spell, day)).collect()
}

/// The fields of the spouse's work: they matter all or none, since each decides between years that can turn the answer.
fn spouse_work(profile: &Profile, day: &Day<'_>, search: &Search<'_>, effort: &Effort, found: &mut NamedFields) {
    let spouse = &profile.spouse;
    if spouse.canadian_work_years.is_some() || !search.matters(Fact::SpouseYears) {
        return;
    }
    if spouse.work_experiences.is_empty() {
        found.extend([Field::SpouseCanadianWorkYears, Field::SpouseWorkExperiences]);
        return;
    }
    let spells = bearing(&spouse.work_experiences, day);
    let layout = layout(&spells, day);
    let years = |settled: &[Settled<'_>]| layout.years(settled).canadian;
    let ends = search.space().spouse_years.first().zip(search.space().spouse_years.last());
    let Some((fewest, most)) = ends else { return };
    turning(&spells, (day.unsaid, true), effort, years, (*fewest, *most), |place, leaves, _| {
        found.push_spouse_work(place, leaves);
        true
    });
}
