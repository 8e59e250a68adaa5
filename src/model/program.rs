use std::{fmt, str::FromStr};

/// A program managed through Express Entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Program {
    /// Federal Skilled Worker Program (IRPR s. 75).
    FederalSkilledWorker,
    /// Canadian Experience Class (IRPR s. 87.1).
    CanadianExperienceClass,
    /// Federal Skilled Trades Program (IRPR s. 87.2).
    FederalSkilledTrades,
    /// Provincial Nominee Program (IRPR s. 87).
    ProvincialNominee,
}

/// A set of programs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Programs(u8);

/// The text names no program.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("program {0:?} is not one of fsw, cec, fst, pnp")]
pub struct ProgramError(String);

impl Program {
    /// All programs, in the order in which they are told.
    pub const ALL: [Self; 4] = [
        Self::FederalSkilledWorker,
        Self::CanadianExperienceClass,
        Self::FederalSkilledTrades,
        Self::ProvincialNominee,
    ];

    /// The usual abbreviation: `FSWP`, `CEC`, `FSTP`, `PNP`.
    pub fn abbreviation(self) -> &'static str {
        match self {
            Self::FederalSkilledWorker => "FSWP",
            Self::CanadianExperienceClass => "CEC",
            Self::FederalSkilledTrades => "FSTP",
            Self::ProvincialNominee => "PNP",
        }
    }

    fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl FromStr for Program {
    type Err = ProgramError;

    /// Reads the catalogue's abbreviations: `fsw`, `cec`, `fst`, `pnp`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "fsw" => Ok(Self::FederalSkilledWorker),
            "cec" => Ok(Self::CanadianExperienceClass),
            "fst" => Ok(Self::FederalSkilledTrades),
            "pnp" => Ok(Self::ProvincialNominee),
            _ => Err(ProgramError(text.into())),
        }
    }
}

impl Programs {
    /// Whether the set has no program.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether the set has `program`.
    pub fn contains(self, program: Program) -> bool {
        self.0 & program.bit() != 0
    }

    /// The programs that are in both sets.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The programs of the set, in order.
    pub fn iter(self) -> impl Iterator<Item = Program> {
        Program::ALL.into_iter().filter(move |program| self.contains(*program))
    }
}

impl FromIterator<Program> for Programs {
    fn from_iter<I: IntoIterator<Item = Program>>(programs: I) -> Self {
        Self(programs.into_iter().fold(0, |bits, program| bits | program.bit()))
    }
}

impl fmt::Display for Programs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, program) in self.iter().enumerate() {
            let comma = if place == 0 { "" } else { ", " };
            write!(f, "{comma}{}", program.abbreviation())?;
        }
        Ok(())
    }
}
