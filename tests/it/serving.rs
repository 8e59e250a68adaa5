//! Workers, the caller's deadline, and a log that holds no call up.

use std::{collections::BTreeMap, fs, time::Duration};

use express_entry::grpc::proto::GetServerInfoRequest;
use tokio::{net::TcpStream, time::timeout};
use tonic::{Code, Status, codegen::http::Request};

use crate::support::{error::told, process::Process, server::TestServer};

/// A call whose message never comes ends by its deadline; the client here has no clock of its own.
#[tokio::test]
async fn a_call_ends_when_the_caller_no_longer_waits() {
    let server = TestServer::start().await;
    let socket = TcpStream::connect(server.address).await.unwrap();
    let (client, connection) = h2::client::handshake(socket).await.unwrap();
    tokio::spawn(connection);
    let mut client = client.ready().await.unwrap();
    let method = format!("http://{}/expressentry.v1.ExpressEntryService/Evaluate", server.address);
    let request = |deadline: &str| {
        let request = Request::post(&method).header("content-type", "application/grpc");
        request.header("grpc-timeout", deadline).body(()).unwrap()
    };
    let (answer, _open) = client.send_request(request("50m"), false).unwrap();
    let answer = timeout(Duration::from_secs(5), answer).await.expect("not held").unwrap();
    let status = Status::from_header_map(answer.headers()).unwrap();
    assert_eq!(status.code(), Code::DeadlineExceeded);
    assert_eq!(told(&status).reason, "TRANSPORT");
    let (answer, _open) = client.send_request(request("1H"), false).unwrap();
    assert!(timeout(Duration::from_millis(300), answer).await.is_err(), "a caller who waits is not sent away");
}

#[tokio::test]
async fn connections_are_spread_over_the_workers() {
    let server = Process::start_with(&["--workers", "3"]);
    let workers = || {
        let mut times = BTreeMap::new();
        for task in fs::read_dir(format!("/proc/{}/task", server.pid())).unwrap() {
            let task = task.unwrap().path();
            let name = fs::read_to_string(task.join("comm")).unwrap().trim().to_owned();
            if name.starts_with("worker-") {
                let spent = fs::read_to_string(task.join("schedstat")).unwrap();
                times.insert(name, spent.split(' ').next().unwrap().parse::<u64>().unwrap());
            }
        }
        times
    };
    let mut clients = [server.client().await, server.client().await, server.client().await];
    for client in &mut clients {
        client.get_server_info(GetServerInfoRequest {}).await.unwrap();
    }
    let before = workers();
    assert_eq!(before.keys().collect::<Vec<_>>(), ["worker-0", "worker-1", "worker-2"]);
    for client in &mut clients {
        for _ in 0..200 {
            client.get_server_info(GetServerInfoRequest {}).await.unwrap();
        }
    }
    let spent: Vec<u64> = workers().iter().map(|(name, spent)| spent - before[name]).collect();
    let busiest = *spent.iter().max().unwrap();
    assert!(spent.iter().all(|spent| *spent > busiest / 4), "one connection for each: {spent:?}");
}

/// The pipe that the log goes into holds some hundred lines, and no one reads it.
#[tokio::test]
async fn a_log_that_no_one_reads_holds_no_call_up() {
    let server = Process::start();
    let mut client = server.client().await;
    for _ in 0..3_000 {
        let answer = client.get_server_info(GetServerInfoRequest {});
        timeout(Duration::from_secs(10), answer).await.expect("not held up").unwrap();
    }
}
