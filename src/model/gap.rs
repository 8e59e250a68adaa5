use chrono::NaiveDate;

use super::{
    Abilities, Ability, Answer, CrsScore, Education, Evaluation, LanguageTest, Program, Programs, WorkExperience,
};

/// What would have earned an invitation in a draw.
#[derive(Clone, Debug, PartialEq)]
pub struct Gap {
    /// The evaluation of the profile as it is.
    pub evaluation: Evaluation,
    /// What would have earned an invitation, in order.
    pub options: Vec<GapOption>,
    /// Options found beyond those told.
    pub omitted: usize,
    /// What stands in the way and can't be changed, when there is no option.
    pub obstacles: Vec<GapObstacle>,
    /// Whether every change of one or two parts was tried.
    pub complete: bool,
}

/// Changes that together would have earned an invitation, none of which can be left out.
#[derive(Clone, Debug, PartialEq)]
pub struct GapOption {
    /// The changes, in the order of their kinds.
    pub parts: Vec<GapPart>,
    /// The score of the changed profile; none when only a range is known.
    pub crs: Option<CrsScore>,
    /// The score less the cut-off.
    pub crs_margin: Option<i32>,
}

/// One change, told.
#[derive(Clone, Debug, PartialEq)]
pub struct GapPart {
    /// Its kind.
    pub kind: GapChangeKind,
    /// The change itself.
    pub change: Change,
    /// Path of the field that would change.
    pub field: String,
    /// What the field has now; empty when nothing is said.
    pub from: String,
    /// What it would have.
    pub to: String,
    /// Points by which the score is higher than without this part; none when the scores are not known.
    pub points_gained: Option<i32>,
    /// The first day on which listed work that goes on reaches the months asked for.
    pub reached_on: Option<NaiveDate>,
    /// The change in a sentence.
    pub explanation: String,
}

/// What stands in the way and can't be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GapObstacle {
    /// Path of the field; empty where it is a fact of the draw.
    pub field: &'static str,
    /// Why, in a sentence.
    pub explanation: String,
}

/// The kinds of change, in the order in which they are tried and told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GapChangeKind {
    /// More months of work in a listed occupation.
    ListedWork,
    /// Listening in the first official language.
    Listening,
    /// Reading in the first official language.
    Reading,
    /// Writing in the first official language.
    Writing,
    /// Speaking in the first official language.
    Speaking,
    /// All four abilities of the first official language.
    AllAbilities,
    /// The other official language.
    SecondLanguage,
    /// NCLC 7 in French.
    French,
    /// Education, or its assessment.
    Education,
    /// Whole years of work in Canada.
    CanadianWork,
    /// Whole years of work abroad.
    ForeignWork,
    /// A certificate of qualification.
    Certificate,
    /// A nomination.
    Nomination,
    /// Whether a spouse or partner comes along.
    Partner,
    /// Eligibility for a program.
    Program,
    /// A stated score, by whatever means.
    Score,
}

/// One change of a profile.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// The spell at this place began earlier.
    WorkSince {
        /// Place of the spell.
        place: usize,
        /// Its first day.
        first_day: NaiveDate,
    },
    /// One more spell.
    NewWork(WorkExperience),
    /// A higher score in one ability of the test at this place.
    Ability {
        /// Place of the test.
        place: usize,
        /// The ability.
        ability: Ability,
        /// The score on the scale of the test.
        score: f64,
    },
    /// Higher scores of the test at this place; those that are higher stay.
    AllAbilities {
        /// Place of the test.
        place: usize,
        /// The scores on the scale of the test.
        scores: Abilities<f64>,
    },
    /// One more test.
    NewTest(LanguageTest),
    /// Another level of education, or another assessment.
    Education(Education),
    /// Whole years of work in Canada.
    CanadianWork(u32),
    /// Whole years of work abroad.
    ForeignWork(u32),
    /// A certificate of qualification.
    Certificate,
    /// A nomination by a province or territory.
    Nomination,
    /// Whether the spouse or partner comes along.
    Partner(Answer),
    /// Eligibility for one more program.
    Program {
        /// The program.
        program: Program,
        /// Those that are worked out, when none is stated.
        beside: Programs,
    },
    /// Another stated score.
    Score(CrsScore),
}
