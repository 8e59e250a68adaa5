//! Laws that hold for every profile.

use chrono::{Days, NaiveDate};
use express_entry::grpc::{
    Api,
    proto::{
        Answer, BatchEvaluateRequest, CriterionKind, Date, Duties, EvaluateRequest, Evaluation, EvaluationItem,
        EvaluationTarget, EvaluationView, Outcome, Profile, Program, Verdict, WorkExperience,
        evaluate_request::Draw as Named, evaluation_result::Result::Evaluation as Answered, evaluation_target,
    },
};
use proptest::{prelude::*, sample::select};

use crate::support::catalog;

/// A draw to evaluate against, and what a profile that has a chance in it looks like.
#[derive(Clone, Copy, Debug)]
struct Round {
    number: &'static str,
    /// Seconds of its tie-break.
    tie_break: i64,
    cut_off: i32,
    /// The occupation of most spells.
    code: &'static str,
    program: Program,
}

/// Each kind of rule: six months continuous, twelve months in all, twelve months in Canada, none.
const ROUNDS: [Round; 4] = [
    Round {
        number: "284",
        tie_break: 1_706_582_394,
        cut_off: 422,
        code: "31301",
        program: Program::FederalSkilledWorker,
    },
    Round {
        number: "398",
        tie_break: 1_765_304_526,
        cut_off: 467,
        code: "31301",
        program: Program::FederalSkilledWorker,
    },
    Round {
        number: "397",
        tie_break: 1_767_410_714,
        cut_off: 169,
        code: "31102",
        program: Program::FederalSkilledWorker,
    },
    Round { number: "296", tie_break: 1_705_689_141, cut_off: 676, code: "31301", program: Program::ProvincialNominee },
];

fn evaluate(profile: &Profile, round: Round, strict: bool) -> Evaluation {
    let request = EvaluateRequest {
        profile: Some(profile.clone()),
        draw: Some(Named::DrawNumber(round.number.into())),
        view: EvaluationView::Full.into(),
        strict,
    };
    Api::new(catalog()).evaluate(request).unwrap().evaluation.unwrap()
}

fn outcomes(evaluation: &Evaluation) -> Vec<(CriterionKind, Outcome)> {
    evaluation.criteria.iter().map(|criterion| (criterion.kind(), criterion.outcome())).collect()
}

fn rank(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Unspecified => unreachable!(),
        Verdict::NotInvited => 0,
        Verdict::Indeterminate => 1,
        Verdict::Invited => 2,
    }
}

/// The months credited to the listed occupations that reach the rule, and their days.
fn credited(evaluation: &Evaluation) -> Vec<(String, f64)> {
    let told = evaluation.qualifying_occupations.iter();
    told.map(|occupation| (occupation.noc_code.clone(), occupation.credited_months)).collect()
}

/// Days in and about the windows of the draws.
fn day() -> impl Strategy<Value = NaiveDate> {
    let from = NaiveDate::from_ymd_opt(2020, 12, 1).unwrap();
    (0_u64..1_950).prop_map(move |days| from + Days::new(days))
}

/// A spell of which everything is said. Most are in the occupation `code`, and most count.
fn spell(code: &'static str) -> impl Strategy<Value = WorkExperience> {
    let answers = || select(vec![Answer::Yes, Answer::Yes, Answer::Yes, Answer::Yes, Answer::No]);
    let code = select(vec![code, code, code, code, "21231"]);
    let hours = select(vec![0.01, 7.5, 15.0, 20.0, 29.99, 30.0, 37.5, 60.0]);
    let country = select(vec!["CA", "CA", "PH"]);
    (code, day(), 0_u64..900, prop::bool::weighted(0.1), hours, country, answers(), answers()).prop_map(
        |(code, start, length, ongoing, hours, country, paid, main)| WorkExperience {
            noc_code: code.into(),
            start_date: Some(start.into()),
            end_date: (!ongoing).then(|| (start + Days::new(length)).into()),
            hours_per_week: Some(hours),
            country_code: country.into(),
            paid: paid.into(),
            duties: Some(Duties {
                lead_statement: Answer::Yes.into(),
                main_duties: main.into(),
                essential_duties: Answer::Yes.into(),
            }),
            ..WorkExperience::default()
        },
    )
}

/// A profile of which everything is said, with a chance in the round: scores about the cut-off, submissions about the
/// tie-break, mostly the right program.
fn complete(round: Round) -> impl Strategy<Value = Profile> {
    let programs = vec![round.program, round.program, round.program, Program::CanadianExperienceClass];
    let submitted = prop_oneof![-3..3_i64, -20_000_000..2_000_000_i64];
    let score = prop_oneof![round.cut_off - 1..=round.cut_off + 1, round.cut_off..round.cut_off + 100];
    (submitted, score, select(programs), prop::collection::vec(spell(round.code), 1..5)).prop_map(
        move |(seconds, score, program, work_experiences)| Profile {
            submitted_at: Some(prost_types::Timestamp { seconds: round.tie_break + seconds, nanos: 0 }),
            crs_score: Some(score),
            eligible_programs: vec![program.into()],
            work_experiences,
            ..Profile::default()
        },
    )
}

/// A leaf of the profile, by the path that the service tells.
#[derive(Clone, Debug, PartialEq)]
enum Leaf {
    SubmittedAt,
    CrsScore,
    EligiblePrograms,
    Hours(usize),
    Country(usize),
    Paid(usize),
    MainDuties(usize),
}

impl Leaf {
    fn path(&self) -> String {
        match self {
            Self::SubmittedAt => "profile.submitted_at".into(),
            Self::CrsScore => "profile.crs_score".into(),
            Self::EligiblePrograms => "profile.eligible_programs".into(),
            Self::Hours(place) => format!("profile.work_experiences[{place}].hours_per_week"),
            Self::Country(place) => format!("profile.work_experiences[{place}].country_code"),
            Self::Paid(place) => format!("profile.work_experiences[{place}].paid"),
            Self::MainDuties(place) => format!("profile.work_experiences[{place}].duties.main_duties"),
        }
    }

    fn forget(&self, profile: &mut Profile) {
        match *self {
            Self::SubmittedAt => profile.submitted_at = None,
            Self::CrsScore => profile.crs_score = None,
            Self::EligiblePrograms => profile.eligible_programs.clear(),
            Self::Hours(place) => profile.work_experiences[place].hours_per_week = None,
            Self::Country(place) => profile.work_experiences[place].country_code.clear(),
            Self::Paid(place) => profile.work_experiences[place].paid = 0,
            Self::MainDuties(place) => profile.work_experiences[place].duties.as_mut().unwrap().main_duties = 0,
        }
    }

    /// The profile with this leaf told in every way that could make a difference.
    fn told(&self, profile: &Profile, round: Round) -> Vec<Profile> {
        let with = |tell: &dyn Fn(&mut Profile)| {
            let mut told = profile.clone();
            tell(&mut told);
            told
        };
        let answers = [Answer::Yes, Answer::No];
        match *self {
            Self::SubmittedAt => [-900_000_000, -1, 0, 900_000_000]
                .map(|seconds| round.tie_break + seconds)
                .map(|seconds| with(&|p| p.submitted_at = Some(prost_types::Timestamp { seconds, nanos: 0 })))
                .to_vec(),
            Self::CrsScore => [-1, 0, 1]
                .map(|points| round.cut_off + points)
                .map(|score| with(&|p| p.crs_score = Some(score)))
                .to_vec(),
            Self::EligiblePrograms => [Program::FederalSkilledWorker, Program::ProvincialNominee]
                .map(|program| with(&|p| p.eligible_programs = vec![program.into()]))
                .to_vec(),
            Self::Hours(place) => (0..=60)
                .map(|halves| {
                    with(&|p| p.work_experiences[place].hours_per_week = Some((f64::from(halves) / 2.0).max(0.001)))
                })
                .collect(),
            Self::Country(place) => {
                ["CA", "PH"].map(|code| with(&|p| p.work_experiences[place].country_code = code.into())).to_vec()
            }
            Self::Paid(place) => {
                answers.map(|answer| with(&|p| p.work_experiences[place].paid = answer.into())).to_vec()
            }
            Self::MainDuties(place) => answers
                .map(|answer| with(&|p| p.work_experiences[place].duties.as_mut().unwrap().main_duties = answer.into()))
                .to_vec(),
        }
    }
}

/// Leaves to forget, of a profile with so many spells.
fn leaves(spells: usize, most: usize) -> impl Strategy<Value = Vec<Leaf>> {
    let mut all = vec![Leaf::SubmittedAt, Leaf::CrsScore, Leaf::EligiblePrograms];
    for place in 0..spells {
        // Hours weigh more: they are what has values in between.
        all.extend([Leaf::Hours(place), Leaf::Country(place), Leaf::Paid(place), Leaf::MainDuties(place)]);
    }
    let most = most.min(all.len());
    prop::sample::subsequence(all, 1..=most)
}

/// A round, a profile with a chance in it, and leaves to forget.
fn round_profile_and_leaves(most: usize) -> impl Strategy<Value = (Round, Profile, Vec<Leaf>)> {
    let profile = select(&ROUNDS).prop_flat_map(|round| (Just(round), complete(round)));
    profile.prop_flat_map(move |(round, profile)| {
        let leaves = leaves(profile.work_experiences.len(), most);
        (Just(round), Just(profile), leaves)
    })
}

/// Completions with hours in all their hundredths, of one spell at a time.
fn by_hundredths(profile: &Profile, leaves: &[Leaf], round: Round) -> Vec<Profile> {
    let hours = leaves.iter().filter_map(|leaf| if let Leaf::Hours(place) = leaf { Some(*place) } else { None });
    let completions = hours.flat_map(|place| {
        let others: Vec<Leaf> = leaves.iter().filter(|other| **other != Leaf::Hours(place)).cloned().collect();
        let others = completions(profile, &others, round);
        (1..=3_000).flat_map(move |hundredths| {
            let hours = f64::from(hundredths) / 100.0;
            others.clone().into_iter().map(move |mut profile| {
                profile.work_experiences[place].hours_per_week = Some(hours);
                profile
            })
        })
    });
    completions.collect()
}

/// Every completion of `profile` in the leaves.
fn completions(profile: &Profile, leaves: &[Leaf], round: Round) -> Vec<Profile> {
    leaves
        .iter()
        .fold(vec![profile.clone()], |all, leaf| all.iter().flat_map(|profile| leaf.told(profile, round)).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn telling_an_unknown_fact_never_flips_what_was_decided(
        (round, profile, leaves) in round_profile_and_leaves(8), strict: bool,
    ) {
        let mut known = profile;
        let mut after = evaluate(&known, round, strict);
        // A stated program may contradict the facts, which then no longer decide.
        for leaf in leaves.into_iter().filter(|leaf| *leaf != Leaf::EligiblePrograms) {
            leaf.forget(&mut known);
            let before = evaluate(&known, round, strict);
            for (kind, outcome) in outcomes(&before) {
                if outcome != Outcome::Unknown
                    && let Some((_, told)) = outcomes(&after).into_iter().find(|(other, _)| *other == kind)
                    && (told != Outcome::Unknown)
                {
                    // Without strict an unsaid answer is assumed, and telling a no is the exception that is listed.
                    let assumed = before.assumptions.iter().any(|assumption| assumption.field == leaf.path());
                    prop_assert!(told == outcome || assumed, "{kind:?} was {outcome:?}, then {told:?} by {leaf:?}");
                }
            }
            after = before;
        }
    }

    #[test]
    fn exactly_the_fields_that_can_change_the_verdict_are_missing(
        (round, profile, mut leaves) in round_profile_and_leaves(3),
    ) {
        // Score and programs could be worked out from facts that these profiles never have.
        leaves.retain(|leaf| !matches!(leaf, Leaf::CrsScore | Leaf::EligiblePrograms));
        let mut open = profile;
        for leaf in &leaves {
            leaf.forget(&mut open);
        }
        let evaluation = evaluate(&open, round, true);
        let mut missing: Vec<String> = evaluation.missing_fields.clone();
        if evaluation.verdict() == Verdict::Indeterminate {
            for leaf in &leaves {
                let others: Vec<Leaf> = leaves.iter().filter(|other| *other != leaf).cloned().collect();
                let turns_among = |completions: Vec<Profile>| {
                    completions.iter().any(|completion| {
                        let told = leaf.told(completion, round);
                        let verdicts: Vec<Verdict> =
                            told.iter().map(|told| evaluate(told, round, true).verdict()).collect();
                        verdicts.iter().any(|verdict| *verdict != verdicts[0])
                    })
                };
                // Half hours mostly show it; where they do not, every hundredth of an hour has to.
                let turns = turns_among(completions(&open, &others, round))
                    || missing.contains(&leaf.path()) && turns_among(by_hundredths(&open, &others, round));
                let named = missing.iter().position(|path| *path == leaf.path());
                prop_assert_eq!(turns, named.is_some(), "{:?}", leaf);
                named.map(|place| missing.remove(place));
            }
        }
        prop_assert!(missing.is_empty(), "{missing:?} are named and were said");
    }

    #[test]
    fn a_higher_score_or_an_earlier_submission_never_loses(
        (round, profile, leaves) in round_profile_and_leaves(3), more in 0..300_i32, earlier in 0..8_000_000_i64,
    ) {
        let mut open = profile;
        leaves.iter().filter(|leaf| !matches!(leaf, Leaf::CrsScore | Leaf::SubmittedAt)).for_each(|leaf| leaf.forget(&mut open));
        let before = evaluate(&open, round, true);
        let mut better = open.clone();
        better.crs_score = better.crs_score.map(|score| (score + more).min(1200));
        prop_assert!(rank(evaluate(&better, round, true).verdict()) >= rank(before.verdict()));
        let mut sooner = open;
        sooner.submitted_at.as_mut().unwrap().seconds -= earlier;
        let sooner = evaluate(&sooner, round, true);
        let still_in_pool = outcomes(&sooner)[0].1 == Outcome::Met;
        prop_assert!(!still_in_pool || rank(sooner.verdict()) >= rank(before.verdict()));
    }

    #[test]
    fn the_order_of_spells_is_irrelevant((round, profile, leaves) in round_profile_and_leaves(3), strict: bool) {
        let mut open = profile;
        for leaf in &leaves {
            leaf.forget(&mut open);
        }
        let before = evaluate(&open, round, strict);
        open.work_experiences.reverse();
        let after = evaluate(&open, round, strict);
        prop_assert_eq!(&before.criteria, &after.criteria);
        prop_assert_eq!(&before.qualifying_occupations, &after.qualifying_occupations);
        prop_assert_eq!(before.missing_fields.len(), after.missing_fields.len());
    }

    #[test]
    fn more_work_never_lowers_the_months(
        (round, profile, leaves) in round_profile_and_leaves(3), strict: bool, more in spell("31301"),
    ) {
        let mut open = profile;
        for leaf in &leaves {
            leaf.forget(&mut open);
        }
        let before = evaluate(&open, round, strict);
        open.work_experiences.push(more);
        let after = evaluate(&open, round, strict);
        for (code, months) in credited(&before) {
            let then = credited(&after).into_iter().find(|(other, _)| *other == code);
            prop_assert!(then.is_some_and(|(_, then)| then >= months), "{code}: {months} months became fewer");
        }
        prop_assert!(rank(after.verdict()) >= rank(before.verdict()));
    }

    #[test]
    fn cutting_a_spell_in_two_changes_nothing(
        (round, profile, leaves) in round_profile_and_leaves(3), strict: bool, place in 0..4_usize, at in 1..500_u64,
    ) {
        let mut whole = profile;
        for leaf in &leaves {
            leaf.forget(&mut whole);
        }
        let place = place % whole.work_experiences.len();
        let start = civil(whole.work_experiences[place].start_date);
        let cut = start + Days::new(at);
        let end = whole.work_experiences[place].end_date;
        prop_assume!(end.is_none_or(|end| cut <= civil(Some(end))));
        let mut halves = whole.clone();
        let mut second = halves.work_experiences[place].clone();
        second.start_date = Some(cut.into());
        halves.work_experiences[place].end_date = Some((cut - Days::new(1)).into());
        halves.work_experiences.push(second);
        let (one, two) = (evaluate(&whole, round, strict), evaluate(&halves, round, strict));
        prop_assert_eq!(outcomes(&one), outcomes(&two));
        prop_assert_eq!(&one.qualifying_occupations, &two.qualifying_occupations);
    }

    #[test]
    fn a_batch_equals_its_items((round, profile, leaves) in round_profile_and_leaves(6), strict: bool) {
        let mut open = profile;
        for leaf in &leaves {
            leaf.forget(&mut open);
        }
        let single = evaluate(&open, round, strict);
        let target = EvaluationTarget {
            draw: Some(evaluation_target::Draw::DrawNumber(round.number.into())),
            view: EvaluationView::Full.into(),
            strict,
        };
        let item = EvaluationItem { correlation_id: String::new(), profile: Some(open) };
        let request = BatchEvaluateRequest { target: Some(target), items: vec![item.clone(), item] };
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let batch = runtime.block_on(Api::new(catalog()).batch_evaluate(request, async |_| {})).unwrap();
        for result in batch.results {
            let Some(Answered(evaluation)) = result.result else { panic!("no evaluation") };
            let expected =
                Evaluation { draw_number: String::new(), catalog_digest: String::new(), ..single.clone() };
            prop_assert_eq!(evaluation, expected);
        }
    }
}

fn civil(date: Option<Date>) -> NaiveDate {
    let date = date.unwrap();
    NaiveDate::from_ymd_opt(date.year, date.month.unsigned_abs(), date.day.unsigned_abs()).unwrap()
}

/// With too many open spells to try them all, each is named rather than one left out that matters.
#[test]
fn fifty_open_spells_are_all_named() {
    let spell = |place: u64| WorkExperience {
        noc_code: "31301".into(),
        start_date: Some((NaiveDate::from_ymd_opt(2022, 1, 1).unwrap() + Days::new(place)).into()),
        ..WorkExperience::default()
    };
    let profile = Profile {
        submitted_at: Some(prost_types::Timestamp { seconds: ROUNDS[0].tie_break, nanos: 0 }),
        crs_score: Some(ROUNDS[0].cut_off + 1),
        eligible_programs: vec![ROUNDS[0].program.into()],
        work_experiences: (0..50).map(spell).collect(),
        ..Profile::default()
    };
    let evaluation = evaluate(&profile, ROUNDS[0], true);
    assert_eq!(evaluation.verdict(), Verdict::Indeterminate);
    assert_eq!(evaluation.missing_fields.len(), 50 * 5, "hours, paid and three duties of each");
}
