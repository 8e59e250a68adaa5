//! Who is let in: flags that are refused, tokens and certificates of callers, health and reflection, and what no one may see.

use std::process::{Command, Output};

use express_entry::grpc::proto::{
    GetServerInfoRequest, ListCategoriesRequest, express_entry_service_client::ExpressEntryServiceClient,
};
use sha2::{Digest, Sha256};
use tokio_rustls::rustls::ClientConfig;
use tonic::{Code, Request, transport::Channel};
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};
use tonic_reflection::pb::v1::{self, server_reflection_client::ServerReflectionClient};

use crate::support::{
    certificates::{Ca, Files, channel},
    error::told,
    served::Served,
};

/// A client that may show a certificate and may send a token.
struct Client {
    channel: Channel,
    credentials: Option<String>,
}

impl Client {
    async fn of(served: &Served, tls: Option<&ClientConfig>, token: Option<&str>) -> Self {
        let channel = channel(served.address, tls).await.unwrap();
        Self { channel, credentials: token.map(|token| format!("Bearer {token}")) }
    }

    fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        if let Some(credentials) = &self.credentials {
            request.metadata_mut().insert("authorization", credentials.parse().unwrap());
        }
        request
    }

    /// Code and reason of two methods, the code of reflection, and that of health.
    async fn tries(&self) -> [String; 4] {
        let mut service = ExpressEntryServiceClient::new(self.channel.clone());
        let reason = |status: tonic::Status| {
            let told = told(&status);
            format!("{:?} {}", told.code, told.reason)
        };
        let info = service.get_server_info(self.request(GetServerInfoRequest {})).await;
        let list = service.list_categories(self.request(ListCategoriesRequest::default())).await;
        let wanted = v1::server_reflection_request::MessageRequest::ListServices(String::new());
        let wanted = v1::ServerReflectionRequest { host: String::new(), message_request: Some(wanted) };
        let mut reflection = ServerReflectionClient::new(self.channel.clone());
        let reflected = reflection.server_reflection_info(self.request(tokio_stream::iter([wanted]))).await;
        let health = HealthClient::new(self.channel.clone()).check(HealthCheckRequest::default()).await;
        [
            info.map_or_else(reason, |_| "Ok".into()),
            list.map_or_else(reason, |_| "Ok".into()),
            format!("{:?}", reflected.map_or_else(|status| status.code(), |_| Code::Ok)),
            format!("{:?}", health.map_or_else(|status| status.code(), |_| Code::Ok)),
        ]
    }
}

const UNKNOWN: [&str; 4] =
    ["Unauthenticated CALLER_UNKNOWN", "Unauthenticated CALLER_UNKNOWN", "Unauthenticated", "Ok"];
const ALL: [&str; 4] = ["Ok", "Ok", "Ok", "Ok"];
const ONE: [&str; 4] = ["Ok", "PermissionDenied METHOD_NOT_ALLOWED", "Ok", "Ok"];

fn caller(name: &str, methods: &str, credentials: &str) -> String {
    format!("[[caller]]\nname = \"{name}\"\nmethods = [{methods}]\n{credentials}\n")
}

fn by_token(token: &str) -> String {
    format!("token_sha256 = [\"{:x}\"]", Sha256::digest(token))
}

#[tokio::test]
async fn tokens_let_in_whom_the_file_names_for_what_it_names_and_are_never_seen() {
    const FIRST: &str = "ee_MARKED-first";
    const SECOND: &str = "ee_MARKED-second";
    const WRONG: &str = "ee_MARKED-wrong";
    let files = Files::new();
    let first = caller("first", "\"*\"", &by_token(FIRST));
    let second = caller("second", "\"GetServerInfo\"", &by_token(SECOND));
    let path = files.write("callers.toml", &format!("{first}{second}"));
    let served = Served::start(&["--callers", &path, "--log", "trace"]);
    let tries = async |token: Option<&str>| Client::of(&served, None, token).await.tries().await;
    for (token, expected) in
        [(None, UNKNOWN), (Some(WRONG), UNKNOWN), (Some(""), UNKNOWN), (Some(FIRST), ALL), (Some(SECOND), ONE)]
    {
        assert_eq!(tries(token).await, expected, "{token:?}");
    }

    // A broken file changes nothing, and may hold a token by mistake.
    for (broken, told) in [
        ("[[caller]]\nname = \"third\"\nmethods = [\"*\"]\ntoken_sha256 = \"ee_MARKED-third\"\n", "line 4"),
        ("", "line 1"),
        ("caller = []\n", "no caller in it"),
        (&caller("third", "\"*\"", "token_sha256 = [\"ee_MARKED-third\"]"), "64 hexadecimal digits"),
        (&caller("third", "\"Nonsense\"", &by_token(FIRST)), "names of methods"),
    ] {
        files.write("callers.toml", broken);
        served.wait_for(told);
        assert_eq!(tries(Some(FIRST)).await, ALL, "{told}");
    }
    // The first is revoked; a client that is connected is refused, too.
    let connected = Client::of(&served, None, Some(FIRST)).await;
    files.write("callers.toml", &second);
    served.wait_for("was reloaded");
    assert_eq!(connected.tries().await, UNKNOWN);
    assert_eq!(tries(Some(SECOND)).await, ONE);

    for line in [
        r#""method":"/expressentry.v1.ExpressEntryService/ListCategories","caller":"first","code":"0""#,
        r#""method":"/expressentry.v1.ExpressEntryService/ListCategories","caller":"second","code":"7""#,
        r#""method":"/expressentry.v1.ExpressEntryService/ListCategories","code":"16""#,
    ] {
        served.wait_for(line);
    }
    for (place, text) in [("log", served.log()), ("process list", served.seen_by_others())] {
        assert!(!text.contains("MARKED"), "a token is in the {place}");
    }
}

#[tokio::test]
async fn certificates_let_in_by_their_names_and_a_token_that_is_sent_decides() {
    let (ca, clients, files) = (Ca::new("ours"), Ca::new("clients"), Files::new());
    let [certificate, key] = files.write_identity(&ca.issue(&["localhost"]));
    let client_ca = files.write("clients.crt", &clients.pem());
    let callers = caller("billing", "\"GetServerInfo\"", "certificate_names = [\"Billing.example\"]")
        + &caller("audit", "\"*\"", &by_token("right"));
    let callers = files.write("callers.toml", &callers);
    let flags = ["--tls-cert", &certificate, "--tls-key", &key, "--tls-client-ca", &client_ca, "--callers", &callers];
    let served = Served::start(&[&flags[..], &["--tls-client-auth", "optional"]].concat());
    let (billing, other) = (clients.issue(&["billing.example"]), clients.issue(&["x.billing.example", "*.example"]));
    let forged = ca.issue(&["billing.example"]);
    for (place, (shown, token, expected)) in [
        (None, None, UNKNOWN),
        (None, Some("right"), ALL),
        (Some(&billing), None, ONE),
        (Some(&billing), Some("right"), ALL),
        (Some(&billing), Some("wrong"), UNKNOWN),
        (Some(&other), None, UNKNOWN),
    ]
    .into_iter()
    .enumerate()
    {
        let client = Client::of(&served, Some(&ca.client(shown)), token).await;
        assert_eq!(client.tries().await, expected, "case {place}");
    }
    if let Ok(forged) = channel(served.address, Some(&ca.client(Some(&forged)))).await {
        let health = HealthClient::new(forged).check(HealthCheckRequest::default()).await;
        assert!(health.is_err(), "a certificate of another CA is refused its connection");
    }
}

#[tokio::test]
async fn reflection_is_served_where_it_is_switched_on() {
    let code = async |flags: &[&str]| Client::of(&Served::start(flags), None, None).await.tries().await;
    assert_eq!(code(&[]).await, ALL, "loopback");
    assert_eq!(code(&["--reflection", "on"]).await, ALL);
    assert_eq!(code(&["--reflection", "off"]).await, ["Ok", "Ok", "Unimplemented", "Ok"]);
}

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_express-entry")).args(arguments).output().unwrap()
}

#[test]
fn a_server_that_would_be_open_or_is_set_up_wrong_does_not_start() {
    let (ca, files) = (Ca::new("ours"), Files::new());
    let [certificate, key] = files.write_identity(&ca.issue(&["localhost"]));
    let other_key = files.write("other.key", &ca.issue(&["localhost"]).key_pem());
    let ca = files.write("ca.crt", &ca.pem());
    let broken = files.write("broken", "MARKED");
    let (tls, plain) = (["--tls-cert", &certificate, "--tls-key", &key], "--allow-plaintext");
    let cases: [(&[&str], i32, &str); 11] = [
        (&["--listen", "0.0.0.0:0"], 64, "--tls-cert and --tls-key, or --allow-plaintext"),
        (&["--listen", "[::]:0"], 64, "--tls-cert and --tls-key, or --allow-plaintext"),
        (&["--listen", "192.0.2.1:0", "--callers", &broken], 64, "--allow-plaintext"),
        (&["--tls-cert", &certificate], 64, "--tls-key"),
        (&["--tls-client-ca", &ca], 64, "--tls-cert"),
        (&[&tls[..], &[plain]].concat(), 64, "cannot be used with"),
        (&[&tls[..], &["--tls-client-ca", &ca, "--tls-client-auth", "optional"]].concat(), 64, "--callers"),
        (&["--tls-cert", &certificate, "--tls-key", &other_key], 65, "not a certificate for the key"),
        (&["--tls-cert", &broken, "--tls-key", &key], 65, "not a certificate in PEM"),
        (&["--tls-cert", &certificate, "--tls-key", &broken], 65, "not a private key in PEM"),
        (&["--callers", &broken], 65, "line 1"),
    ];
    for (flags, code, words) in cases {
        let output = run(&[&["serve"], flags].concat());
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{flags:?}: {told}");
        assert!(told.contains(words) && !told.contains("MARKED"), "{flags:?}: {told}");
    }
}

#[tokio::test]
async fn a_token_is_printed_once_with_the_lines_that_make_it_known() {
    let print = || String::from_utf8(run(&["token", "billing"]).stdout).unwrap();
    let printed = print();
    let token = printed.lines().find(|line| line.starts_with("ee_")).unwrap();
    assert!(token.len() == 46 && !print().contains(token), "{printed}");
    let (_, lines) = printed.split_once("[[caller]]").unwrap();
    let files = Files::new();
    let path = files.write("callers.toml", &format!("[[caller]]{lines}"));
    let served = Served::start(&["--callers", &path]);
    assert_eq!(Client::of(&served, None, Some(token)).await.tries().await, ALL);
    for name in ["", "two words", "\"", &"x".repeat(65)] {
        assert_eq!(run(&["token", name]).status.code(), Some(64), "{name:?}");
    }
}

#[test]
fn a_server_with_tls_is_asked_for_its_health() {
    let (ca, clients, files) = (Ca::new("ours"), Ca::new("clients"), Files::new());
    let [certificate, key] = files.write_identity(&ca.issue(&["server.example"]));
    let client_ca = files.write("clients.crt", &clients.pem());
    let served = Served::start(&["--tls-cert", &certificate, "--tls-key", &key, "--tls-client-ca", &client_ca]);
    let address = served.address.to_string();
    let trusted = files.write("ca.crt", &ca.pem());
    let shown = clients.issue(&["probe.example"]);
    let (shown, shown_key) =
        (files.write("probe.crt", &shown.certificate.pem()), files.write("probe.key", &shown.key_pem()));
    let flags =
        ["healthcheck", "--address", &address, "--tls-ca", &trusted, "--tls-cert", &shown, "--tls-key", &shown_key];
    for (name, code) in [("server.example", 0), ("other.example", 69)] {
        assert_eq!(run(&[&flags[..], &["--tls-name", name]].concat()).status.code(), Some(code), "{name}");
    }
    assert_eq!(run(&["healthcheck", "--address", &address]).status.code(), Some(69), "plaintext");
}
