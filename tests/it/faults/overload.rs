//! More than a server takes on.

use std::time::{Duration, Instant};

use express_entry::{
    grpc::{
        Limits,
        proto::{
            EvaluationView, GetServerInfoRequest, ProjectProfileRequest, SimulateDrawRequest, StreamEvaluateRequest,
            express_entry_service_client::ExpressEntryServiceClient,
        },
    },
    server::Settings,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::mpsc,
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_stream::{StreamExt, wrappers::ReceiverStream};
use tonic::{Code, Status, codegen::http::Request, transport::Channel};
use tonic_health::pb::{HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient};
use tonic_types::StatusExt;

use super::{EVALUATE, LONG, items, serve, target};
use crate::support::{catalog, error::told, nurse, server::TestServer};

/// A refusal tells which limit is reached, and when to try again.
#[track_caller]
fn refused(status: &Status, limit: &str) {
    assert_eq!((status.code(), told(status).reason.as_str()), (Code::ResourceExhausted, "OVERLOADED"), "{status:?}");
    let details = status.get_error_details();
    assert_eq!(details.error_info().unwrap().metadata["limit"], limit);
    assert_eq!(details.retry_info().unwrap().retry_delay, Some(Duration::from_secs(1)));
}

async fn healthy(channel: Channel) {
    let mut client = HealthClient::new(channel);
    let answer = timeout(LONG, client.check(HealthCheckRequest::default())).await.expect("in time").unwrap();
    assert_eq!(answer.into_inner().status(), ServingStatus::Serving);
}

/// Unary calls beyond the limit are refused with RetryInfo, health is not, and a call that ends makes room.
#[tokio::test]
async fn calls_beyond_the_limit_are_refused_until_one_ends() {
    let limits = Limits { calls: 2, unary_deadline: 2 * LONG, unary_deadline_cap: 2 * LONG, ..Limits::default() };
    let server = serve(limits).await;
    let socket = TcpStream::connect(server.address).await.unwrap();
    let (client, connection) = h2::client::handshake(socket).await.unwrap();
    tokio::spawn(connection);
    let mut holder = client.ready().await.unwrap();
    let call = || {
        let request = Request::post(format!("http://{}{EVALUATE}", server.address));
        request.header("content-type", "application/grpc").body(()).unwrap()
    };
    let mut client = server.client().await;
    // Their messages do not come, so that they are in progress.
    let (_answer, mut first) = holder.send_request(call(), false).unwrap();
    let _second = holder.send_request(call(), false).unwrap();
    let (third, _open) = holder.send_request(call(), false).unwrap();
    let third = timeout(LONG, third).await.expect("refused at once").unwrap();
    refused(&Status::from_header_map(third.headers()).unwrap(), "max_calls");
    refused(&client.get_server_info(GetServerInfoRequest {}).await.unwrap_err(), "max_calls");
    healthy(server.channel().await).await;
    first.send_reset(h2::Reason::CANCEL);
    let begun = Instant::now();
    while client.get_server_info(GetServerInfoRequest {}).await.is_err() {
        assert!(begun.elapsed() < LONG, "no room");
    }
}

/// So are streams, and simulations, which may keep a pool each, before them.
#[tokio::test]
async fn streams_beyond_the_limit_are_refused_until_one_ends() {
    let server = serve(Limits { streams: 2, simulations: 1, ..Limits::default() }).await;
    let mut client = server.client().await;
    let (held, frames) = mpsc::channel::<SimulateDrawRequest>(1);
    let simulation = client.simulate_draw(ReceiverStream::new(frames)).await.unwrap();
    let (_more, frames) = mpsc::channel::<SimulateDrawRequest>(1);
    refused(&client.simulate_draw(ReceiverStream::new(frames)).await.unwrap_err(), "max_simulations");
    let (_second, frames) = mpsc::channel::<StreamEvaluateRequest>(1);
    let _second_answers = client.stream_evaluate(ReceiverStream::new(frames)).await.unwrap();
    let one = || tokio_stream::iter([target(EvaluationView::Verdict)]);
    refused(&client.stream_evaluate(one()).await.unwrap_err(), "max_streams");
    client.get_server_info(GetServerInfoRequest {}).await.expect("unary calls are counted by themselves");
    drop((held, simulation));
    let begun = Instant::now();
    while client.stream_evaluate(one()).await.is_err() {
        assert!(begun.elapsed() < LONG, "no room");
        sleep(Duration::from_millis(10)).await;
    }
}

/// A projection of ten years, which takes a while.
fn project(mut client: ExpressEntryServiceClient<Channel>) -> impl Future<Output = Result<(), Status>> {
    use express_entry::grpc::proto::{Date, Profile};
    let profile = Profile { crs_score: None, eligible_programs: Vec::new(), ..nurse() };
    let day = |year| Some(Date { year, month: 1, day: 1 });
    let request =
        ProjectProfileRequest { profile: Some(profile), from: day(2016), to: day(2026), ..Default::default() };
    async move { client.project_profile(request).await.map(drop) }
}

/// Of long work so much is done at once, so much waits, and the rest is refused with RetryInfo.
#[tokio::test]
async fn long_work_waits_in_a_queue_that_ends() {
    let limits = Limits {
        at_work: 1,
        queue: 2,
        unary_deadline: Duration::from_secs(120),
        unary_deadline_cap: Duration::from_secs(120),
        ..Limits::default()
    };
    let server = serve(limits).await;
    let client = server.client().await;
    let mut calls = JoinSet::new();
    for _ in 0..12 {
        calls.spawn(project(client.clone()));
    }
    let mut done = 0;
    while let Some(ended) = calls.join_next().await {
        match ended.unwrap() {
            Ok(()) => done += 1,
            Err(status) => refused(&status, "max_queue"),
        }
    }
    assert!(
        (3..12).contains(&done),
        "{done} of 12: one at work, two that wait, and any that came when those were done"
    );
    project(client).await.expect("there is room again");
}

/// Under everything at once - streams at full speed, long work and its queue, as many connections as there may be - health is answered
/// on a connection that is there, and on the listener of its own when no more connections are taken.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn health_is_answered_under_full_load() {
    let health = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let health_address = health.local_addr().unwrap();
    let limits = Limits { connections: 3, at_work: 2, queue: 4, ..Limits::default() };
    let settings = Settings { limits, health: Some(health.into()), ..Settings::default() };
    let server = TestServer::with_settings(catalog(), settings).await;
    let (probe, busy, working) = (server.channel().await, server.client().await, server.client().await);
    healthy(probe.clone()).await;
    let mut load = JoinSet::new();
    for _ in 0..16 {
        let mut client = busy.clone();
        load.spawn(async move {
            let frames = tokio_stream::iter([target(EvaluationView::Full)])
                .chain(tokio_stream::iter(std::iter::repeat(items(200))));
            let mut answers = client.stream_evaluate(frames).await.unwrap().into_inner();
            while answers.message().await.is_ok_and(|answer| answer.is_some()) {}
        });
    }
    for _ in 0..8 {
        let client = working.clone();
        load.spawn(async move {
            loop {
                let _ = project(client.clone()).await;
            }
        });
    }
    sleep(Duration::from_millis(500)).await;
    let refused = Channel::from_shared(format!("http://{}", server.address)).unwrap().connect().await;
    if let Ok(channel) = refused {
        HealthClient::new(channel).check(HealthCheckRequest::default()).await.expect_err("no more connections");
    }
    let own = Channel::from_shared(format!("http://{health_address}")).unwrap().connect().await.unwrap();
    let mut worst = [Duration::ZERO; 2];
    for _ in 0..20 {
        for (channel, worst) in [probe.clone(), own.clone()].into_iter().zip(&mut worst) {
            let begun = Instant::now();
            healthy(channel).await;
            *worst = begun.elapsed().max(*worst);
        }
    }
    let info = ExpressEntryServiceClient::new(own).get_server_info(GetServerInfoRequest {}).await;
    assert_eq!(info.unwrap_err().code(), Code::Unimplemented, "health alone is served there");
    assert!(worst.iter().all(|worst| *worst < Duration::from_secs(5)), "{worst:?}");
    load.abort_all();
}
