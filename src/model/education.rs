use chrono::NaiveDate;

use super::Answer;

/// Levels of education, as the CRS tells them apart, lowest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EducationLevel {
    /// Less than secondary school.
    LessThanSecondary,
    /// Secondary school.
    Secondary,
    /// A post-secondary program of one year.
    OneYear,
    /// A post-secondary program of two years.
    TwoYear,
    /// A post-secondary program of three years or more.
    ThreeYearOrMore,
    /// Two or more credentials, one of them of three years or more.
    TwoOrMore,
    /// A master's degree.
    Masters,
    /// A professional degree that a licensed profession asks for.
    Professional,
    /// A doctoral degree.
    Doctoral,
}

/// A level of education and whether it counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Education {
    /// The highest level; none when not said.
    pub level: Option<EducationLevel>,
    /// Whether it was earned in Canada.
    pub canadian: Answer,
    /// Day of the assessment of a level earned abroad; none when not said.
    pub assessed_on: Option<NaiveDate>,
}

/// Credentials earned by studying in Canada, as the CRS tells them apart, lowest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CanadianCredential {
    /// None that counts.
    None,
    /// Of one or two years.
    OneOrTwoYear,
    /// Of three years or more.
    ThreeYearOrMore,
}

impl EducationLevel {
    /// All levels, lowest first.
    pub const ALL: [Self; 9] = [
        Self::LessThanSecondary,
        Self::Secondary,
        Self::OneYear,
        Self::TwoYear,
        Self::ThreeYearOrMore,
        Self::TwoOrMore,
        Self::Masters,
        Self::Professional,
        Self::Doctoral,
    ];

    /// The level in words.
    pub fn describe(self) -> &'static str {
        match self {
            Self::LessThanSecondary => "less than secondary school",
            Self::Secondary => "secondary school",
            Self::OneYear => "a one-year post-secondary program",
            Self::TwoYear => "a two-year post-secondary program",
            Self::ThreeYearOrMore => "a post-secondary program of three years or more",
            Self::TwoOrMore => "two or more post-secondary credentials, one of three years or more",
            Self::Masters => "a master's degree",
            Self::Professional => "a professional degree",
            Self::Doctoral => "a doctoral degree",
        }
    }
}
