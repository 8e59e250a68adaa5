//! Values that cannot be wrong: each is born by parsing and carries its range in its type.

mod calendar;
mod category;
mod country;
mod crs_score;
mod draw;
mod evaluation;
mod field;
mod hours;
mod language;
mod months;
mod noc;
mod occupation;
mod profile;
mod program;

pub use calendar::{Period, expiry, minus_years, plus_months, plus_years, whole_months};
pub use category::{Category, CategoryId, CategoryRule, OccupationRule};
pub use country::{CountryCode, CountryCodeError};
pub use crs_score::{CrsScore, CrsScoreError};
pub use draw::{Confidence, Draw, DrawType, TieBreak};
pub use evaluation::{
    Assumption, Citation, Criterion, CriterionKind, Evaluation, FactBasis, Notice, Outcome, QualifyingOccupation,
    Verdict,
};
pub use field::{Field, LanguageTestField, WorkField};
pub use hours::{WeeklyHours, WeeklyHoursError};
pub use language::{Abilities, Ability, Clb, Language, LanguageTest, LanguageTestKind};
pub use months::CreditedMonths;
pub use noc::{NocCode, NocCodeError, Teer};
pub use occupation::Occupation;
pub use profile::{Answer, Duties, Profile, WorkExperience};
pub use program::{Program, ProgramError, Programs};
