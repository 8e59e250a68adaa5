//! Health, reflection, and a stop that is bounded whatever clients do.

use std::time::{Duration, Instant};

use express_entry::{grpc::proto::GetServerInfoRequest, server::Stop};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use tokio_stream::StreamExt;
use tonic::Code;
use tonic_health::pb::{HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient};
use tonic_reflection::pb::{
    v1::{self, server_reflection_client::ServerReflectionClient as V1},
    v1alpha::{self, server_reflection_client::ServerReflectionClient as V1Alpha},
};

use crate::support::server::TestServer;

const SERVICE: &str = "expressentry.v1.ExpressEntryService";

fn of(service: &str) -> HealthCheckRequest {
    HealthCheckRequest { service: service.into() }
}

#[tokio::test]
async fn health_serves_until_the_stop_and_says_so_before_it() {
    let mut server = TestServer::start().await;
    let mut health = HealthClient::new(server.channel().await);
    for service in ["", SERVICE] {
        assert_eq!(health.check(of(service)).await.unwrap().into_inner().status(), ServingStatus::Serving);
    }
    assert_eq!(health.check(of("nonsense")).await.unwrap_err().code(), Code::NotFound);
    let mut watch = health.watch(of(SERVICE)).await.unwrap().into_inner();
    assert_eq!(watch.message().await.unwrap().unwrap().status(), ServingStatus::Serving);

    let mut client = server.client().await;
    server.stop(Stop { lame_duck: Duration::from_millis(500), grace: Duration::from_secs(10) });
    assert_eq!(watch.message().await.unwrap().unwrap().status(), ServingStatus::NotServing);
    for service in ["", SERVICE] {
        assert_eq!(health.check(of(service)).await.unwrap().into_inner().status(), ServingStatus::NotServing);
    }
    client.get_server_info(GetServerInfoRequest {}).await.expect("calls are taken while the duck is lame");
    let begun = Instant::now();
    server.stopped().await.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(5), "an open health watch does not hold the stop up");
    assert!(client.get_server_info(GetServerInfoRequest {}).await.is_err(), "no new calls");
}

#[tokio::test]
async fn connections_that_say_nothing_do_not_outlast_the_grace_period() {
    let mut server = TestServer::start().await;
    let _silent = TcpStream::connect(server.address).await.unwrap();
    let _idle = server.client().await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    server.stop(Stop { lame_duck: Duration::ZERO, grace: Duration::from_millis(700) });
    timeout(Duration::from_secs(5), server.stopped()).await.expect("bounded").unwrap();
}

/// GOAWAY after the pause, and not before: clients that know it open no more calls, and lose none.
#[tokio::test]
async fn a_connection_is_told_to_go_away_when_the_pause_is_over() {
    const PAUSE: Duration = Duration::from_millis(300);
    let mut server = TestServer::start().await;
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    // The preface, and settings without any.
    socket.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await.unwrap();
    let mut frame = async || -> std::io::Result<(u8, Vec<u8>)> {
        let mut head = [0; 9];
        socket.read_exact(&mut head).await?;
        let mut body = vec![0; usize::from(head[1]) << 8 | usize::from(head[2])];
        socket.read_exact(&mut body).await?;
        Ok((head[3], body))
    };
    assert_eq!(frame().await.unwrap().0, 4, "its settings come first");
    let begun = Instant::now();
    server.stop(Stop { lame_duck: PAUSE, grace: Duration::from_secs(1) });
    loop {
        let (kind, body) = timeout(Duration::from_secs(5), frame()).await.expect("GOAWAY comes").unwrap();
        if kind == 7 {
            assert_eq!(body[4..8], [0; 4], "NO_ERROR");
            break;
        }
    }
    assert!(begun.elapsed() >= PAUSE);
    // This one never says goodbye, and has no call that would have to end.
    timeout(Duration::from_secs(6), server.stopped()).await.expect("bounded").unwrap();
}

#[tokio::test]
async fn reflection_speaks_both_versions_and_knows_health_and_error_details() {
    let server = TestServer::start().await;
    let symbols =
        [SERVICE, "grpc.health.v1.Health", "google.rpc.BadRequest", "google.rpc.ErrorInfo", "google.rpc.ResourceInfo"];
    for symbol in symbols {
        let wanted = v1::server_reflection_request::MessageRequest::FileContainingSymbol(symbol.into());
        let request = v1::ServerReflectionRequest { host: String::new(), message_request: Some(wanted) };
        let answers =
            V1::new(server.channel().await).server_reflection_info(tokio_stream::iter([request])).await.unwrap();
        let answer = answers.into_inner().next().await.unwrap().unwrap().message_response.unwrap();
        let v1::server_reflection_response::MessageResponse::FileDescriptorResponse(_) = answer else {
            panic!("v1 {symbol}: {answer:?}")
        };
        let wanted = v1alpha::server_reflection_request::MessageRequest::FileContainingSymbol(symbol.into());
        let request = v1alpha::ServerReflectionRequest { host: String::new(), message_request: Some(wanted) };
        let answers =
            V1Alpha::new(server.channel().await).server_reflection_info(tokio_stream::iter([request])).await.unwrap();
        let answer = answers.into_inner().next().await.unwrap().unwrap().message_response.unwrap();
        let v1alpha::server_reflection_response::MessageResponse::FileDescriptorResponse(_) = answer else {
            panic!("v1alpha {symbol}: {answer:?}")
        };
    }
}
