//! What the peers are given beforehand, where the engine works from the profile itself.

use chrono::NaiveDate;
use express_entry::model::{Answer, NocCode, Profile, Program, WeeklyHours, WorkExperience, plus_months, plus_years};
use serde_json::{Map, Value, json};

/// The end of a spell that has none, in days since 1970: in the 23rd century.
const STILL_GOING_ON: i64 = 100_000;

/// One fact.
#[derive(Clone, Copy, Debug)]
pub enum Fact {
    /// A number: points, hundredths of hours, days or seconds since 1970.
    Number(i64),
    /// A yes or no.
    Truth(bool),
    /// A code.
    Code(NocCode),
}

/// The facts of a profile, by name.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Of the candidate.
    pub candidate: Vec<(&'static str, Fact)>,
    /// Of each spell of work.
    pub spells: Vec<Vec<(&'static str, Fact)>>,
}

impl Facts {
    /// The facts of `profile` for a rule that asks for `months`; none when it leaves one of them unsaid.
    pub fn of(profile: &Profile, months: u32) -> Option<Self> {
        let submitted_at = profile.submitted_at?;
        let leaves_pool_on = plus_years(submitted_at.date_naive(), 1);
        let invites = |program| Fact::Truth(profile.eligible_programs.contains(program));
        let candidate = vec![
            ("submitted_at", Fact::Number(submitted_at.timestamp())),
            ("leaves_pool_at", Fact::Number(leaves_pool_on.and_time(submitted_at.time()).and_utc().timestamp())),
            ("fsw", invites(Program::FederalSkilledWorker)),
            ("cec", invites(Program::CanadianExperienceClass)),
            ("fst", invites(Program::FederalSkilledTrades)),
            ("crs_score", Fact::Number(profile.crs_score?.points().into())),
        ];
        let spells = profile.work_experiences.iter().map(|spell| spell_facts(spell, months));
        Some(Self { candidate, spells: spells.collect::<Option<_>>()? })
    }

    /// All facts under one name each; those of the second spell end in `_2`.
    pub fn flat(&self) -> impl Iterator<Item = (String, Fact)> {
        let candidate = self.candidate.iter().map(|(name, fact)| ((*name).to_owned(), *fact));
        let spells = self
            .spells
            .iter()
            .zip(1..)
            .flat_map(|(spell, number)| spell.iter().map(move |(name, fact)| (format!("{name}_{number}"), *fact)));
        candidate.chain(spells)
    }

    /// The facts of the candidate, with a list of spells.
    pub fn nested_json(&self) -> Value {
        let object = |facts: &[(&'static str, Fact)]| -> Map<String, Value> {
            facts.iter().map(|(name, fact)| ((*name).to_owned(), fact.json())).collect()
        };
        let mut nested = object(&self.candidate);
        nested.insert("spells".to_owned(), self.spells.iter().map(|spell| Value::Object(object(spell))).collect());
        Value::Object(nested)
    }

    /// All facts under one name each.
    pub fn flat_json(&self) -> Value {
        Value::Object(self.flat().map(|(name, fact)| (name, fact.json())).collect())
    }
}

impl Fact {
    fn json(self) -> Value {
        match self {
            Self::Number(number) => number.into(),
            Self::Truth(truth) => truth.into(),
            Self::Code(code) => code.to_string().into(),
        }
    }
}

/// Dates as days since 1970. Peers have no calendar months, so that the day on which `months` of them are full is given.
fn spell_facts(spell: &WorkExperience, months: u32) -> Option<Vec<(&'static str, Fact)>> {
    let day = |day: NaiveDate| Fact::Number(day.to_epoch_days().into());
    let truth = |answer| match answer {
        Answer::Unsaid => None,
        Answer::Yes => Some(Fact::Truth(true)),
        Answer::No => Some(Fact::Truth(false)),
    };
    Some(vec![
        ("noc", Fact::Code(spell.code)),
        ("paid", truth(spell.paid)?),
        ("lead_statement", truth(spell.duties.lead_statement)?),
        ("main_duties", truth(spell.duties.main_duties)?),
        ("essential_duties", truth(spell.duties.essential_duties)?),
        ("hours", Fact::Number(spell.hours?.hundredths().min(WeeklyHours::FULL_TIME).into())),
        ("first_day", day(spell.first_day)),
        ("end", spell.last_day.map_or(Some(Fact::Number(STILL_GOING_ON)), |last| last.succ_opt().map(day))?),
        ("full_on", day(plus_months(spell.first_day, months))),
    ])
}

/// The facts as columns, with the verdicts and the engine's own nanoseconds an evaluation.
pub fn columns(facts: &[Facts], listed: &[String], invited: &[bool], ours: f64) -> Value {
    let mut columns: Map<String, Value> = Map::new();
    for (name, fact) in facts.iter().flat_map(Facts::flat) {
        if let Value::Array(column) = columns.entry(name).or_insert_with(|| json!([])) {
            column.push(fact.json());
        }
    }
    json!({ "listed": listed, "columns": columns, "invited": invited, "express_entry_ns": ours })
}
