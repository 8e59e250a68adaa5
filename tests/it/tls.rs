//! TLS over real sockets: versions, protocols, whom it trusts, and certificates that change under open streams.

use std::time::{Duration, Instant};

use express_entry::grpc::proto::{
    EvaluationItem, EvaluationItems, EvaluationTarget, GetServerInfoRequest, StreamEvaluateRequest, evaluation_target,
    express_entry_service_client::ExpressEntryServiceClient, stream_evaluate_request::Frame as In,
    stream_evaluate_response::Frame as Out,
};
use tokio::{io::AsyncReadExt, net::TcpStream, sync::mpsc, time::timeout};
use tokio_rustls::rustls::{
    ClientConfig,
    version::{TLS12, TLS13},
};
use tokio_stream::wrappers::ReceiverStream;
use tonic::Code;

use crate::support::{
    certificates::{Ca, Files, Identity, channel, handshake},
    nurse,
    served::Served,
};

/// A server with TLS and the files it reads.
fn serve(files: &Files, server: &Identity, more: &[&str]) -> Served {
    let [certificate, key] = files.write_identity(server);
    Served::start(&[&["--tls-cert", &certificate, "--tls-key", &key], more].concat())
}

/// Whether a call comes through.
async fn call(served: &Served, client: Option<&ClientConfig>) -> Result<(), String> {
    let channel = channel(served.address, client).await.map_err(|error| format!("{error:?}"))?;
    let answer = ExpressEntryServiceClient::new(channel).get_server_info(GetServerInfoRequest {}).await;
    answer.map(drop).map_err(|status| format!("{status:?}"))
}

#[tokio::test]
async fn both_versions_are_spoken_with_h2_and_to_those_who_trust_the_ca() {
    let (ca, other, files) = (Ca::new("ours"), Ca::new("other"), Files::new());
    let served = serve(&files, &ca.issue(&["localhost"]), &[]);
    for version in [&TLS12, &TLS13] {
        let client = ca.client_of(&[version], None);
        let stream = handshake(served.address, &client).await.unwrap();
        let (_, session) = stream.get_ref();
        assert_eq!(session.protocol_version(), Some(version.version));
        assert_eq!(session.alpn_protocol(), Some(b"h2".as_slice()));
        call(&served, Some(&client)).await.unwrap();
    }
    let mut wrong_protocol = ca.client(None);
    wrong_protocol.alpn_protocols = vec![b"http/1.1".to_vec()];
    for refused in [wrong_protocol, other.client(None)] {
        assert!(handshake(served.address, &refused).await.is_err());
    }
    assert!(call(&served, None).await.is_err(), "no plaintext beside TLS");
}

#[tokio::test]
async fn mutual_tls_takes_only_those_whom_its_ca_vouches_for() {
    let (ca, clients, files) = (Ca::new("ours"), Ca::new("clients"), Files::new());
    let client_ca = files.write("clients.crt", &clients.pem());
    let served = serve(&files, &ca.issue(&["localhost"]), &["--tls-client-ca", &client_ca]);
    let (right, wrong) = (clients.issue(&["billing.example"]), ca.issue(&["billing.example"]));
    for version in [&TLS12, &TLS13] {
        call(&served, Some(&ca.client_of(&[version], Some(&right)))).await.unwrap();
        for shown in [None, Some(&wrong)] {
            assert!(call(&served, Some(&ca.client_of(&[version], shown))).await.is_err());
        }
    }
    // The CA changes, as certificate and key do.
    files.write("clients.crt", &ca.pem());
    served.wait_for("was reloaded");
    call(&served, Some(&ca.client(Some(&wrong)))).await.unwrap();
    assert!(call(&served, Some(&ca.client(Some(&right)))).await.is_err());
}

/// What a handshake of now shows.
async fn shown(served: &Served, client: &ClientConfig) -> Vec<u8> {
    let stream = handshake(served.address, client).await.unwrap();
    stream.get_ref().1.peer_certificates().unwrap()[0].to_vec()
}

fn item() -> StreamEvaluateRequest {
    let item = EvaluationItem { profile: Some(nurse()), ..Default::default() };
    StreamEvaluateRequest { frame: Some(In::Items(EvaluationItems { items: vec![item] })) }
}

#[tokio::test]
async fn a_certificate_is_swapped_under_an_open_stream_and_a_broken_one_is_not_taken() {
    let (ca, files) = (Ca::new("ours"), Files::new());
    let (first, second) = (ca.issue(&["localhost"]), ca.issue(&["localhost"]));
    let served = serve(&files, &first, &[]);
    let client = ca.client(None);
    let (frames, taken) = mpsc::channel(1);
    let draw = Some(evaluation_target::Draw::DrawNumber("284".into()));
    let target = EvaluationTarget { draw, ..Default::default() };
    frames.send(StreamEvaluateRequest { frame: Some(In::Target(target)) }).await.unwrap();
    let connected = channel(served.address, Some(&client)).await.unwrap();
    let mut caller = ExpressEntryServiceClient::new(connected);
    let mut answers = caller.stream_evaluate(ReceiverStream::new(taken)).await.unwrap().into_inner();
    let started = answers.message().await.unwrap().unwrap().frame.unwrap();
    assert!(matches!(started, Out::Started(_)), "{started:?}");

    // The key comes after the certificate: what lies between must not be taken.
    files.write("server.crt", &second.certificate.pem());
    served.wait_for("refused");
    assert_eq!(shown(&served, &client).await, first.certificate.der().to_vec());
    files.write_identity(&second);
    served.wait_for("was reloaded");
    assert_eq!(shown(&served, &client).await, second.certificate.der().to_vec());

    files.write("server.key", "-----BEGIN PRIVATE KEY-----\nMARKED: no key\n-----END PRIVATE KEY-----\n");
    served.wait_for("not a private key");
    assert_eq!(shown(&served, &client).await, second.certificate.der().to_vec());
    assert!(!served.log().contains("MARKED"));

    frames.send(item()).await.unwrap();
    let results = answers.message().await.unwrap().unwrap().frame.unwrap();
    assert!(matches!(&results, Out::Results(results) if results.results.len() == 1), "{results:?}");
    drop(frames);
    let summary = answers.message().await.unwrap().unwrap().frame.unwrap();
    assert!(matches!(summary, Out::Summary(_)), "{summary:?}");
    assert_eq!(answers.message().await.map(|end| end.is_none()).map_err(|status| status.code()), Ok::<_, Code>(true));
}

#[tokio::test]
async fn who_says_nothing_is_cut_after_ten_seconds() {
    let (ca, files) = (Ca::new("ours"), Files::new());
    let with_tls = serve(&files, &ca.issue(&["localhost"]), &[]);
    let plain = Served::start(&[]);
    let silence = |served: &Served| {
        let address = served.address;
        async move {
            let mut silent = TcpStream::connect(address).await.unwrap();
            let begun = Instant::now();
            let ended = timeout(Duration::from_secs(20), silent.read(&mut [0; 64])).await.expect("cut");
            // An alert may come before the end.
            let _ = ended;
            assert!(begun.elapsed() >= Duration::from_secs(9), "{:?}", begun.elapsed());
        }
    };
    tokio::join!(silence(&with_tls), silence(&plain));
}
