use std::fmt;

use chrono::NaiveDate;

/// A level of the Canadian Language Benchmarks, or of the Niveaux de compétence linguistique canadiens: one scale, 0 to 12.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Clb(u8);

impl Clb {
    /// Level 0.
    pub const ZERO: Self = Self(0);

    /// The highest level, 12.
    pub const MAX: Self = Self(12);

    /// The level, if it is 0 to 12.
    pub fn new(level: u8) -> Option<Self> {
        (level <= 12).then_some(Self(level))
    }

    /// The level, 0 to 12.
    pub fn level(self) -> u8 {
        self.0
    }
}

/// An official language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// French.
    French,
}

/// The tests that IRCC takes for Express Entry, and the levels themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LanguageTestKind {
    /// CELPIP-General.
    CelpipGeneral,
    /// IELTS General Training.
    IeltsGeneral,
    /// PTE Core.
    PteCore,
    /// TEF Canada, on the Express Entry scale.
    TefCanada,
    /// TCF Canada.
    TcfCanada,
    /// Levels in English.
    ClbEnglish,
    /// Levels in French.
    NclcFrench,
}

/// One of the four abilities tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ability {
    /// Listening.
    Listening,
    /// Reading.
    Reading,
    /// Writing.
    Writing,
    /// Speaking.
    Speaking,
}

/// Something for each of the four abilities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Abilities<T> {
    /// For listening.
    pub listening: T,
    /// For reading.
    pub reading: T,
    /// For writing.
    pub writing: T,
    /// For speaking.
    pub speaking: T,
}

/// One result of a language test. Scores lie within the scale of the test.
#[derive(Clone, Debug, PartialEq)]
pub struct LanguageTest {
    /// The test.
    pub kind: LanguageTestKind,
    /// Day of the result; none when not said.
    pub taken_on: Option<NaiveDate>,
    /// Scores on the scale of the test.
    pub scores: Abilities<f64>,
}

impl LanguageTestKind {
    /// The language tested.
    pub fn language(self) -> Language {
        match self {
            Self::CelpipGeneral | Self::IeltsGeneral | Self::PteCore | Self::ClbEnglish => Language::English,
            Self::TefCanada | Self::TcfCanada | Self::NclcFrench => Language::French,
        }
    }
}

impl Ability {
    /// The ability's name, as fields spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Listening => "listening",
            Self::Reading => "reading",
            Self::Writing => "writing",
            Self::Speaking => "speaking",
        }
    }
}

impl<T> Abilities<T> {
    /// The four with their abilities, in the order in which they are told.
    pub fn each(&self) -> [(Ability, &T); 4] {
        [
            (Ability::Listening, &self.listening),
            (Ability::Reading, &self.reading),
            (Ability::Writing, &self.writing),
            (Ability::Speaking, &self.speaking),
        ]
    }

    /// Both sides, ability by ability.
    pub fn zip<U>(self, other: Abilities<U>) -> Abilities<(T, U)> {
        Abilities {
            listening: (self.listening, other.listening),
            reading: (self.reading, other.reading),
            writing: (self.writing, other.writing),
            speaking: (self.speaking, other.speaking),
        }
    }

    /// The same four, each by reference.
    pub fn as_ref(&self) -> Abilities<&T> {
        Abilities {
            listening: &self.listening,
            reading: &self.reading,
            writing: &self.writing,
            speaking: &self.speaking,
        }
    }

    /// What `f` makes of each.
    pub fn map<U>(self, mut f: impl FnMut(T) -> U) -> Abilities<U> {
        Abilities {
            listening: f(self.listening),
            reading: f(self.reading),
            writing: f(self.writing),
            speaking: f(self.speaking),
        }
    }
}

impl Abilities<Clb> {
    /// The lowest of the four levels, which decides where all four are asked for.
    pub fn lowest(&self) -> Clb {
        self.listening.min(self.reading).min(self.writing).min(self.speaking)
    }
}

impl fmt::Display for Abilities<Clb> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, (ability, level)) in self.each().into_iter().enumerate() {
            let comma = if place == 0 { "" } else { ", " };
            match level.level() {
                0..4 => write!(f, "{comma}{} under 4", ability.name())?,
                level => write!(f, "{comma}{} {level}", ability.name())?,
            }
        }
        Ok(())
    }
}
