//! The Rust example's stream over servers that stop, are killed and come back: each item is answered once, in order.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};

use express_entry::{
    grpc::proto::{
        EvaluationItem, EvaluationTarget, Profile, Program, StreamNoticeKind, Verdict,
        evaluation_result::Result as Answer, evaluation_target,
    },
    server::{Settings, Stop},
};
use tokio::{task::JoinHandle, time::timeout};

use crate::support::{catalog, process::Process, server::TestServer};

#[path = "../../examples/client/resume.rs"]
mod resume;

use resume::{Failure, Servers, Told, evaluate_all};

/// Items sent together, few of them, so that there is much of all else.
const FRAME: usize = 16;

/// Items without an answer at most: more of them would be sent again at each stop, and that would be what the time is spent on.
const IN_FLIGHT: usize = 320;

/// A client that sends items for as long as it is let, and what it has seen.
struct Client {
    seen: Arc<Seen>,
    running: JoinHandle<Result<(), Failure>>,
}

struct Seen {
    /// Where the items end; an item that was sent before it is sent again when it has no answer.
    end: AtomicUsize,
    sent: AtomicUsize,
    answered: AtomicUsize,
    drained: AtomicU64,
    lost: AtomicU64,
}

impl Client {
    fn start(addresses: Vec<String>) -> Self {
        let [end, sent, answered] = [usize::MAX, 0, 0].map(AtomicUsize::new);
        let [drained, lost] = [const { AtomicU64::new(0) }; 2];
        let seen = Arc::new(Seen { end, sent, answered, drained, lost });
        let of = seen.clone();
        let running = tokio::spawn(async move {
            let draw = Some(evaluation_target::Draw::DrawNumber("227".into()));
            let target = EvaluationTarget { draw, ..Default::default() };
            let mut servers = Servers::new(addresses, Duration::from_secs(30));
            // Of the stream that runs: answers so far, and whether its server has said that it stops.
            let (mut of_stream, mut draining) = (0, false);
            let tell = |told| match told {
                Told::Started(started) => assert_eq!(started.draw.unwrap().number, "227"),
                Told::Result(result) => {
                    let place = of.answered.fetch_add(1, SeqCst);
                    assert!(!draining, "an answer after the last that was promised");
                    assert_eq!(
                        (result.sequence, &result.correlation_id),
                        (i64::try_from(place).unwrap(), &place.to_string())
                    );
                    let Some(Answer::Evaluation(evaluation)) = result.result else { panic!("an error") };
                    let expected = if invited(place) { Verdict::Invited } else { Verdict::NotInvited };
                    assert_eq!(evaluation.verdict(), expected, "the answer is that of another item");
                    of_stream += 1;
                }
                Told::Notice(notice) => {
                    assert_eq!((notice.kind(), notice.last_sequence), (StreamNoticeKind::Draining, of_stream - 1));
                    draining = true;
                    of.drained.fetch_add(1, SeqCst);
                }
                Told::Lost(why) => {
                    assert!(!why.message().is_empty(), "{why:?}");
                    (of_stream, draining) = (0, false);
                    of.lost.fetch_add(1, SeqCst);
                }
            };
            evaluate_all(&mut servers, &target, FRAME, |from| items(from, of.clone()), tell).await
        });
        Self { seen, running }
    }

    fn answered(&self) -> usize {
        self.seen.answered.load(SeqCst)
    }

    /// Lets it come to an end, and checks that nothing was lost.
    async fn end(self) -> (u64, u64) {
        let end = self.seen.sent.load(SeqCst);
        self.seen.end.store(end, SeqCst);
        timeout(Duration::from_secs(30), self.running).await.expect("ends").unwrap().expect("every item is answered");
        let (answered, sent) = (self.seen.answered.load(SeqCst), self.seen.sent.load(SeqCst));
        assert!((end..=sent).contains(&answered), "{answered} of {end} items, or {sent} at most, were answered");
        (self.seen.drained.load(SeqCst), self.seen.lost.load(SeqCst))
    }
}

/// Which items are of a candidate who is invited: not a pattern that a shift by some items would leave as it is.
fn invited(place: usize) -> bool {
    place.wrapping_mul(place).wrapping_mul(2_654_435_761) & 64 == 0
}

/// Items from a place on, to the end.
fn items(from: usize, seen: Arc<Seen>) -> impl Iterator<Item = Result<EvaluationItem, String>> + Send + 'static {
    // Little to say and to decide, so that the test is about the streams.
    let with = |score| Profile {
        // 2022-01-01, before the draw.
        submitted_at: Some(prost_types::Timestamp { seconds: 1_640_995_200, nanos: 0 }),
        crs_score: Some(score),
        eligible_programs: vec![Program::CanadianExperienceClass.into()],
        ..Profile::default()
    };
    let (wins, loses) = (with(543), with(541));
    (from..).map_while(move |place| {
        if place >= seen.end.load(SeqCst) {
            return None;
        }
        while place > seen.answered.load(SeqCst) + IN_FLIGHT {
            tokio::task::block_in_place(|| std::thread::sleep(Duration::from_micros(100)));
        }
        seen.sent.fetch_max(place + 1, SeqCst);
        let profile = Some(if invited(place) { wins.clone() } else { loses.clone() });
        Some(Ok(EvaluationItem { correlation_id: place.to_string(), profile }))
    })
}

/// Waits until each of the clients has had answers since.
async fn progress(clients: &[Client], of: &str) {
    let before: Vec<usize> = clients.iter().map(Client::answered).collect();
    let begun = Instant::now();
    while clients.iter().zip(&before).any(|(client, before)| client.answered() == *before) {
        assert!(clients.iter().all(|client| !client.running.is_finished()), "{of}: a client has ended");
        assert!(begun.elapsed() < Duration::from_secs(20), "{of}: no answers");
        tokio::time::sleep(Duration::from_micros(200)).await;
    }
}

/// Numbers that look random, the same ones every time.
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_drains_under_load_lose_nothing_and_answer_nothing_twice() {
    const GRACE: Duration = Duration::from_secs(10);
    let start = async |address: SocketAddr| TestServer::start_at(address, catalog(), Settings::default()).await;
    let anywhere: SocketAddr = "127.0.0.1:0".parse().unwrap();
    let mut servers = [start(anywhere).await, start(anywhere).await];
    let [first, second] = [0, 1].map(|server| format!("http://{}", servers[server].address));
    let clients =
        [Client::start(vec![first.clone(), second.clone()]), Client::start(vec![second.clone(), first.clone()])];
    let mut seeded = Seeded(284);
    for drain in 0..100 {
        progress(&clients, &format!("drain {drain}")).await;
        tokio::time::sleep(Duration::from_micros(seeded.below(20_000))).await;
        let server = &mut servers[drain % 2];
        server.stop(Stop { lame_duck: Duration::from_millis(seeded.below(5)), grace: GRACE });
        let begun = Instant::now();
        server.stopped().await.unwrap();
        assert!(begun.elapsed() < GRACE, "drain {drain} took the whole grace period");
        *server = start(server.address).await;
    }
    let (mut drained, mut lost) = (0, 0);
    for client in clients {
        let (notices, moves) = client.end().await;
        (drained, lost) = (drained + notices, lost + moves);
    }
    // Each drain finds a client on its server; only one that has just come may be turned away before its stream began.
    assert!(lost >= 100 && drained >= 90, "{drained} notices, {lost} streams that went on elsewhere");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_killed_and_comes_back_loses_nothing() {
    let mut servers = [Process::start(), Process::start()];
    let addresses = [0, 1].map(|server| servers[server].address().to_owned());
    let urls = addresses.clone().map(|address| format!("http://{address}"));
    let clients = [Client::start(urls.to_vec()), Client::start(urls.iter().rev().cloned().collect())];
    let mut seeded = Seeded(13);
    for kill in 0..6 {
        progress(&clients, &format!("kill {kill}")).await;
        tokio::time::sleep(Duration::from_millis(seeded.below(50))).await;
        servers[kill % 2].signal("KILL");
        progress(&clients, &format!("after kill {kill}")).await;
        servers[kill % 2] = Process::start_at(&addresses[kill % 2], &[]);
    }
    let mut lost = 0;
    for client in clients {
        lost += client.end().await.1;
    }
    assert!(lost >= 6, "{lost} streams went on elsewhere");
}

#[tokio::test]
async fn what_every_server_refuses_is_not_asked_again_and_patience_ends() {
    let server = TestServer::start().await;
    let here = format!("http://{}", server.address);
    let nothing = |_| std::iter::empty::<Result<EvaluationItem, String>>();
    let draw = Some(evaluation_target::Draw::DrawNumber("9999".into()));
    let unknown = EvaluationTarget { draw, ..Default::default() };
    let mut servers = Servers::new(vec![here], Duration::from_secs(30));
    let Err(Failure::Refused(status)) = evaluate_all(&mut servers, &unknown, FRAME, nothing, |_| ()).await else {
        panic!("the draw does not exist")
    };
    assert_eq!(status.code(), tonic::Code::NotFound);
    // No server of another test ever gets this port, as it may the one of a server that has gone.
    let nowhere = "http://127.0.0.1:1".to_owned();
    let mut servers = Servers::new(vec![nowhere], Duration::from_millis(300));
    let begun = Instant::now();
    let ended = evaluate_all(&mut servers, &unknown, FRAME, nothing, |_| ()).await;
    assert!(matches!(ended, Err(Failure::NoServer(_))), "{ended:?}");
    assert!((300..10_000).contains(&begun.elapsed().as_millis()));
}
