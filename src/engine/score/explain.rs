//! What earned the points of each factor, in a sentence.

use super::{
    points::{Facts, Points, WorkYears},
    range::Ends,
    space::{Day, Space},
};
use crate::{
    catalog::{Column, CrsTables},
    model::{
        Abilities, ArrangedEmployment, CanadianCredential, Citation, Clb, CrsBreakdown, CrsFactor,
        CrsFactorKind::{
            self, Age, CanadianWork, CertificateAndLanguage, Education, EducationAndCanadianWork, EducationAndLanguage,
            FirstOfficialLanguage, ForeignAndCanadianWork, ForeignWorkAndLanguage, French, ProvincialNomination,
            SecondOfficialLanguage, Sibling, SpouseCanadianWork, SpouseEducation, SpouseLanguage,
        },
        Language, Profile, completed_years,
    },
};

/// The score told: sections and factors are those of the completion at the lower end.
pub(super) fn breakdown(profile: &Profile, space: &Space, day: &Day<'_>, ends: &Ends) -> CrsBreakdown {
    let tables = day.tables;
    let Ends { range, least: facts, least_points: points } = ends;
    let told = Told { profile, space, day, facts, points };
    let factors = CrsFactorKind::ALL.map(|kind| CrsFactor {
        kind,
        points: points.of(kind),
        max_points: max_points(tables, facts.column, kind),
        explanation: told.explanation(kind),
        citation: citation(tables, kind).clone(),
    });
    CrsBreakdown {
        range: *range,
        core: points.core_section,
        spouse: points.spouse_section,
        skill_transferability: points.transferability_section,
        additional: points.additional_section,
        factors: factors.into(),
        in_force_from: tables.in_force.from,
    }
}

fn citation(tables: &CrsTables, kind: CrsFactorKind) -> &Citation {
    match kind {
        Age => &tables.age.citation,
        Education => &tables.education.citation,
        FirstOfficialLanguage => &tables.first_official_language.citation,
        SecondOfficialLanguage => &tables.second_official_language.citation,
        CanadianWork => &tables.canadian_work.citation,
        SpouseEducation => &tables.spouse_education.citation,
        SpouseLanguage => &tables.spouse_language.citation,
        SpouseCanadianWork => &tables.spouse_canadian_work.citation,
        EducationAndLanguage => &tables.education_and_language.citation,
        EducationAndCanadianWork => &tables.education_and_canadian_work.citation,
        ForeignWorkAndLanguage => &tables.foreign_work_and_language.citation,
        ForeignAndCanadianWork => &tables.foreign_and_canadian_work.citation,
        CertificateAndLanguage => &tables.certificate_and_language.citation,
        ProvincialNomination => &tables.provincial_nomination.citation,
        CrsFactorKind::ArrangedEmployment => &tables.arranged_employment.citation,
        CrsFactorKind::CanadianCredential => &tables.canadian_credential.citation,
        Sibling => &tables.sibling.citation,
        French => &tables.french.citation,
    }
}

/// The most that a factor can earn in a column.
fn max_points(tables: &CrsTables, column: Column, kind: CrsFactorKind) -> u16 {
    use crate::model::EducationLevel::Doctoral;
    let highest = |points: &mut dyn Iterator<Item = u16>| points.max().unwrap_or(0);
    let spouse = |points: u16| if column == Column::WithSpouse { points } else { 0 };
    match kind {
        Age => highest(&mut tables.age.table.points().map(|points| points.of(column))),
        Education => tables.education.table.of(Doctoral).of(column),
        FirstOfficialLanguage => {
            4 * highest(&mut tables.first_official_language.table.points().map(|points| points.of(column)))
        }
        SecondOfficialLanguage => {
            let second = &tables.second_official_language.table;
            second.cap.of(column).min(4 * highest(&mut second.steps.points()))
        }
        CanadianWork => highest(&mut tables.canadian_work.table.points().map(|points| points.of(column))),
        SpouseEducation => spouse(tables.spouse_education.table.of(Doctoral)),
        SpouseLanguage => spouse(4 * highest(&mut tables.spouse_language.table.points())),
        SpouseCanadianWork => spouse(highest(&mut tables.spouse_canadian_work.table.points())),
        EducationAndLanguage => tables.education_and_language.table.pair.max(),
        EducationAndCanadianWork => tables.education_and_canadian_work.table.pair.max(),
        ForeignWorkAndLanguage => tables.foreign_work_and_language.table.max(),
        ForeignAndCanadianWork => tables.foreign_and_canadian_work.table.max(),
        CertificateAndLanguage => tables.certificate_and_language.table.max(),
        ProvincialNomination => tables.provincial_nomination.table.points,
        CrsFactorKind::ArrangedEmployment => {
            let offer = tables.arranged_employment.table;
            offer.major_group_00.max(offer.other)
        }
        CrsFactorKind::CanadianCredential => tables.canadian_credential.table.three_year_or_more,
        Sibling => tables.sibling.table.points,
        French => tables.french.table.with_english,
    }
}

/// A profile, and the completion that is told of it.
struct Told<'a> {
    profile: &'a Profile,
    space: &'a Space,
    day: &'a Day<'a>,
    facts: &'a Facts,
    points: &'a Points,
}

impl Told<'_> {
    fn explanation(&self, kind: CrsFactorKind) -> String {
        let fact = self.fact(kind);
        let open = self.is_open(kind);
        if open { format!("{fact}; what is not said is taken as helping least") } else { fact }
    }

    /// Whether the factor rests on a fact that is open.
    fn is_open(&self, kind: CrsFactorKind) -> bool {
        let space = self.space;
        let education = space.education.len() > 1;
        let languages = space.languages.len() > 1;
        let differ = |years: fn(&WorkYears) -> u32| {
            let first = space.work.first().map(years);
            space.work.iter().any(|work| Some(years(work)) != first)
        };
        let canadian = differ(|work| work.canadian);
        let foreign = differ(|work| work.foreign);
        let with_spouse = space.columns.contains(&Column::WithSpouse);
        let column = space.columns.len() > 1;
        match kind {
            Age => space.ages.len() > 1,
            Education => education,
            FirstOfficialLanguage | SecondOfficialLanguage | French => languages,
            CanadianWork => canadian,
            SpouseEducation => with_spouse && (column || space.spouse_education.len() > 1),
            SpouseLanguage => with_spouse && (column || space.spouse_language.len() > 1),
            SpouseCanadianWork => with_spouse && (column || space.spouse_years.len() > 1),
            EducationAndLanguage => education || languages,
            EducationAndCanadianWork => education || canadian,
            ForeignWorkAndLanguage => foreign || languages,
            ForeignAndCanadianWork => foreign || canadian,
            CertificateAndLanguage => space.certificate.len() > 1 || languages,
            ProvincialNomination => space.nomination.len() > 1,
            CrsFactorKind::ArrangedEmployment => space.offer.len() > 1,
            CrsFactorKind::CanadianCredential => space.credential.len() > 1,
            Sibling => space.sibling.len() > 1,
        }
    }

    fn fact(&self, kind: CrsFactorKind) -> String {
        let facts = self.facts;
        let points = self.points.of(kind);
        let years = facts.work;
        let languages = &facts.languages;
        let lowest = describe_level(languages.first.lowest());
        match kind {
            Age => self.age(),
            Education => self.education(),
            FirstOfficialLanguage => {
                let named = match self.profile.first_official_language {
                    _ if languages.first == super::languages::NONE => "no valid test",
                    Some(said) if said == languages.first_language => "as named",
                    Some(_) => "the only language with a valid test",
                    None if languages.second == super::languages::NONE => "the language tested",
                    None => "the language that gives more points",
                };
                format!("{}, {named}: {}", name(languages.first_language), describe(&languages.first))
            }
            SecondOfficialLanguage => {
                let second = other(languages.first_language);
                let cap = self.day.tables.second_official_language.table.cap.of(facts.column);
                let capped = if points == cap { format!(", at most {cap} points") } else { String::new() };
                format!("{}: {}{capped}", name(second), describe(&languages.second))
            }
            CanadianWork => format!("{} of work in Canada in the last ten years", whole(years.canadian)),
            SpouseEducation | SpouseLanguage | SpouseCanadianWork if facts.column == Column::WithoutSpouse => {
                "no spouse or partner comes along who is neither citizen nor permanent resident".into()
            }
            SpouseEducation => format!("the spouse or partner has {}", facts.spouse.education.describe()),
            SpouseLanguage => format!("the spouse or partner: {}", describe(&facts.spouse.language)),
            SpouseCanadianWork => {
                format!("{} of the spouse's or partner's work in Canada", whole(facts.spouse.canadian_years))
            }
            EducationAndLanguage => {
                format!("{}, with {lowest} the lowest in the first language", facts.education.describe())
            }
            EducationAndCanadianWork => {
                format!("{}, with {} of work in Canada", facts.education.describe(), whole(years.canadian))
            }
            ForeignWorkAndLanguage => {
                format!("{} of work abroad, with {lowest} the lowest in the first language", whole(years.foreign))
            }
            ForeignAndCanadianWork => {
                format!("{} of work abroad, with {} of work in Canada", whole(years.foreign), whole(years.canadian))
            }
            CertificateAndLanguage if facts.certificate => {
                format!("a certificate of qualification, with {lowest} the lowest in the first language")
            }
            CertificateAndLanguage => "no certificate of qualification".into(),
            ProvincialNomination if facts.nomination => "nominated by a province or territory".into(),
            ProvincialNomination => "no nomination by a province or territory".into(),
            CrsFactorKind::ArrangedEmployment => self.offer(points),
            CrsFactorKind::CanadianCredential => match facts.credential {
                CanadianCredential::None => "no credential earned in Canada".into(),
                CanadianCredential::OneOrTwoYear => {
                    self.of_the_day("a credential of one or two years earned in Canada", points)
                }
                CanadianCredential::ThreeYearOrMore => {
                    self.of_the_day("a credential of three years or more earned in Canada", points)
                }
            },
            Sibling if facts.sibling => self.of_the_day("a brother or sister in Canada", points),
            Sibling => "no brother or sister in Canada".into(),
            French => self.french(points),
        }
    }

    fn age(&self) -> String {
        let as_of = self.day.as_of;
        match (self.profile.age, self.profile.birth_date) {
            (Some(age), _) => format!("{age} years old, as stated"),
            (None, Some(birth)) if birth > as_of => format!("born {birth}, after {as_of}"),
            (None, Some(birth)) => format!("{} years old on {as_of}", completed_years(birth, as_of)),
            (None, None) => "the age is not said".into(),
        }
    }

    fn education(&self) -> String {
        let said = self.profile.education;
        let counted = self.facts.education;
        match said.level {
            None => "the level of education is not said".into(),
            Some(level) if level == counted => match (said.canadian, said.assessed_on) {
                (crate::model::Answer::Yes, _) => format!("{}, earned in Canada", level.describe()),
                (_, Some(day)) => format!("{}, assessed {day}", level.describe()),
                _ => level.describe().into(),
            },
            Some(level) => {
                let why = match said.assessed_on {
                    Some(day) if day > self.day.as_of => format!("assessed {day}, after {}", self.day.as_of),
                    Some(day) => format!("assessed {day}, expired"),
                    None => "without a known assessment".into(),
                };
                format!("{}, {why}, counts as {}", level.describe(), counted.describe())
            }
        }
    }

    fn offer(&self, points: u16) -> String {
        match self.facts.offer {
            ArrangedEmployment::None => "no offer of arranged employment".into(),
            ArrangedEmployment::MajorGroup00 => {
                self.of_the_day("an offer in Major Group 00, senior management", points)
            }
            ArrangedEmployment::Other => self.of_the_day("an offer outside Major Group 00", points),
        }
    }

    /// A fact that earns points in some periods only.
    fn of_the_day(&self, fact: &str, points: u16) -> String {
        if points == 0 { format!("{fact}, which earns no points on {}", self.day.as_of) } else { fact.to_owned() }
    }

    fn french(&self, points: u16) -> String {
        let table = &self.day.tables.french.table;
        let (english, french) = match self.facts.languages.first_language {
            Language::English => (self.facts.languages.first, self.facts.languages.second),
            Language::French => (self.facts.languages.second, self.facts.languages.first),
        };
        if french.lowest().level() < table.min_nclc {
            return format!("French is not at NCLC {} in each ability", table.min_nclc);
        }
        let beside = if english.lowest().level() < table.min_clb {
            format!("English not at CLB {} in each ability", table.min_clb)
        } else {
            format!("English at CLB {} or more in each ability", table.min_clb)
        };
        let fact = format!("French at NCLC {} or more in each ability, with {beside}", table.min_nclc);
        self.of_the_day(&fact, points)
    }
}

fn name(language: Language) -> &'static str {
    match language {
        Language::English => "English",
        Language::French => "French",
    }
}

fn other(language: Language) -> Language {
    match language {
        Language::English => Language::French,
        Language::French => Language::English,
    }
}

fn describe(levels: &Abilities<Clb>) -> String {
    if *levels == super::languages::NONE { "no level".into() } else { levels.to_string() }
}

fn describe_level(level: Clb) -> String {
    match level.level() {
        0..4 => "a level under 4".into(),
        level => format!("level {level}"),
    }
}

fn whole(years: u32) -> String {
    match years {
        0 => "less than a year".into(),
        1 => "one year".into(),
        years => format!("{years} years"),
    }
}
