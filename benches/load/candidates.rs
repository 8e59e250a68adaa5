//! What is sent: profiles of many kinds from a fixed seed, encoded once, so that sending them costs next to nothing.

use express_entry::grpc::proto::{
    Answer, Date, Duties, EvaluateHistoryRequest, EvaluateRequest, EvaluationItem, EvaluationItems, EvaluationTarget,
    EvaluationView, HistoryReading, LanguageTest, LanguageTestKind, Profile, Program, StreamEvaluateRequest,
    WorkExperience, evaluate_request, evaluation_target, stream_evaluate_request::Frame,
};
use prost::{Message, bytes::Bytes};

/// The draw that is asked about: a category, a cut-off of 422, a tie-break.
pub const DRAW: &str = "284";

/// Occupations of the draw's category, and others.
const NOC_CODES: [&str; 8] = ["31301", "21231", "32101", "13100", "33102", "62100", "31200", "72106"];
const COUNTRIES: [&str; 4] = ["CA", "PH", "IN", "NG"];

/// Numbers from a seed (xorshift64*): the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u32) -> u32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let mixed = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 32;
        u32::try_from(mixed % u64::from(bound)).unwrap_or_default()
    }

    fn of<T: Copy + Default>(&mut self, those: &[T]) -> T {
        let place = self.below(u32::try_from(those.len()).unwrap_or(1));
        those.get(place as usize).copied().unwrap_or_default()
    }

    fn between(&mut self, low: i32, high: i32) -> i32 {
        low + i32::try_from(self.below(u32::try_from(high - low + 1).unwrap_or(1))).unwrap_or_default()
    }
}

/// Items `from` and after, each with as many spells of work as asked for.
fn items(from: u64, number: usize, spells: usize) -> Vec<EvaluationItem> {
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15 ^ (from + 1));
    (from..).take(number).map(|place| item(place, spells, &mut numbers)).collect()
}

fn item(place: u64, spells: usize, numbers: &mut Numbers) -> EvaluationItem {
    // The latest spell first, each before the one after it.
    let mut year = 2024;
    let work_experiences = (0..spells).map(|number| spell(number, &mut year, numbers)).collect();
    let band = |numbers: &mut Numbers| f64::from(numbers.between(12, 18)) / 2.0;
    let test = LanguageTest {
        kind: LanguageTestKind::IeltsGeneral.into(),
        taken_on: Some(Date { year: 2023, month: numbers.between(1, 12), day: numbers.between(1, 28) }),
        listening: band(numbers),
        reading: band(numbers),
        writing: band(numbers),
        speaking: band(numbers),
    };
    let program = numbers.of(&[
        Program::FederalSkilledWorker,
        Program::CanadianExperienceClass,
        Program::FederalSkilledTrades,
        Program::FederalSkilledWorker,
    ]);
    let profile = Profile {
        profile_id: format!("candidate-{place:07}"),
        submitted_at: Some(prost_types::Timestamp {
            seconds: 1_704_067_200 + i64::from(numbers.between(0, 40 * 86_400)),
            nanos: 0,
        }),
        crs_score: Some(numbers.between(390, 470)),
        eligible_programs: vec![program.into()],
        work_experiences,
        language_tests: vec![test],
        ..Profile::default()
    };
    EvaluationItem { correlation_id: format!("{place}"), profile: Some(profile) }
}

fn spell(number: usize, year: &mut i32, numbers: &mut Numbers) -> WorkExperience {
    let runs_on = number == 0 && numbers.below(2) == 0;
    let end = Date { year: *year - 1, month: numbers.between(7, 12), day: numbers.between(1, 28) };
    // Many spells lie beside each other: no one has had fifty years of work in a row.
    *year = if *year > 2016 { *year - 1 } else { 2024 };
    let start = Date { year: *year - 1, month: numbers.between(1, 6), day: numbers.between(1, 28) };
    WorkExperience {
        noc_code: numbers.of(&NOC_CODES).to_owned(),
        start_date: Some(start),
        end_date: (!runs_on).then_some(Date { year: end.year.max(start.year), ..end }),
        hours_per_week: Some(f64::from(numbers.between(15, 40))),
        country_code: numbers.of(&COUNTRIES).to_owned(),
        paid: Answer::Yes.into(),
        duties: Some(Duties {
            lead_statement: Answer::Yes.into(),
            main_duties: Answer::Yes.into(),
            essential_duties: Answer::Yes.into(),
        }),
        ..WorkExperience::default()
    }
}

/// The first frame of a stream: the target.
pub fn target(view: EvaluationView) -> Bytes {
    let draw = Some(evaluation_target::Draw::DrawNumber(DRAW.into()));
    encoded(Frame::Target(EvaluationTarget { draw, view: view.into(), strict: false }))
}

/// Frames of items, no two alike.
pub fn frames(frames: usize, items_a_frame: usize, spells: usize) -> Vec<Bytes> {
    let from = |frame: u64| frame * u64::try_from(items_a_frame).unwrap_or_default();
    let frame = |place| EvaluationItems { items: items(from(place), items_a_frame, spells) };
    (0..).take(frames).map(|place| encoded(Frame::Items(frame(place)))).collect()
}

fn encoded(frame: Frame) -> Bytes {
    StreamEvaluateRequest { frame: Some(frame) }.encode_to_vec().into()
}

/// Requests of `Evaluate` in VERDICT view.
pub fn requests(number: usize) -> Vec<Bytes> {
    let request = |item: EvaluationItem| EvaluateRequest {
        profile: item.profile,
        draw: Some(evaluate_request::Draw::DrawNumber(DRAW.into())),
        view: EvaluationView::Verdict.into(),
        strict: false,
    };
    items(0, number, 3).into_iter().map(|item| request(item).encode_to_vec().into()).collect()
}

/// Requests of `EvaluateHistory` over the draws since a day.
pub fn histories(number: usize, held_from: Option<Date>) -> Vec<Bytes> {
    let request = |item: EvaluationItem| EvaluateHistoryRequest {
        profile: item.profile,
        reading: HistoryReading::AsItWas.into(),
        held_from,
        ..EvaluateHistoryRequest::default()
    };
    items(0, number, 3).into_iter().map(|item| request(item).encode_to_vec().into()).collect()
}
