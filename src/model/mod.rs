//! Values that cannot be wrong: each is born by parsing and carries its range in its type.

mod calendar;
mod category;
mod country;
mod crs_score;
mod draw;
mod education;
mod evaluation;
mod field;
mod gap;
mod hours;
mod household;
mod language;
mod months;
mod noc;
mod occupation;
mod pool;
mod profile;
mod program;
mod projection;
mod score;

pub use calendar::{
    Period, completed_years, days_in_month, has_expired, minus_years, plus_months, plus_years, whole_months,
};
pub use category::{Category, CategoryId, CategoryRule, OccupationRule};
pub use country::{CountryCode, CountryCodeError};
pub use crs_score::{CrsScore, CrsScoreError};
pub use draw::{Confidence, Draw, DrawType, TieBreak};
pub use education::{CanadianCredential, Education, EducationLevel};
pub use evaluation::{
    Assumption, Citation, Criterion, CriterionKind, Evaluation, FactBasis, Notice, Outcome, QualifyingOccupation,
    Verdict,
};
pub use field::{EducationField, Field, LanguageTestField, WorkField};
pub use gap::{Change, Gap, GapChangeKind, GapObstacle, GapOption, GapPart};
pub use hours::{WeeklyHours, WeeklyHoursError};
pub use household::{Adaptability, ArrangedEmployment, LARGEST_FAMILY, MaritalStatus, Spouse};
pub use language::{Abilities, Ability, Clb, Language, LanguageTest, LanguageTestKind};
pub use months::CreditedMonths;
pub use noc::{NocCode, NocCodeError, NocList, Teer};
pub use occupation::Occupation;
pub use pool::{PoolBand, PoolDistribution, PoolMark, PoolStanding, PoolSubtotals};
pub use profile::{Answer, Duties, Profile, WorkExperience};
pub use program::{Program, ProgramError, Programs};
pub use projection::{ChangeKind, ProjectedChange, ProjectedState, Projection};
pub use score::{
    CrsBreakdown, CrsFactor, CrsFactorKind, ProgramEligibility, Requirement, RequirementId, ScoreRange, Scoring,
};
