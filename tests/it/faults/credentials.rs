//! Credentials that were right once.

use std::process::Command;

use crate::support::{
    certificates::{Ca, Files, channel},
    served::Served,
};
use express_entry::grpc::proto::{GetServerInfoRequest, express_entry_service_client::ExpressEntryServiceClient};

/// A server whose certificate has expired does not start, and one that runs does not take such a certificate.
#[tokio::test]
async fn an_expired_server_certificate_is_refused() {
    let (ca, files) = (Ca::new("ours"), Files::new());
    let [certificate, key] = files.write_identity(&ca.issue_expired(&["localhost"]));
    let flags = ["--tls-cert", &certificate, "--tls-key", &key];
    let output = Command::new(env!("CARGO_BIN_EXE_express-entry")).arg("serve").args(flags).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(65), "{told}");
    assert!(told.contains("server.crt: the certificate expired on 2020-01-02"), "{told}");

    files.write_identity(&ca.issue(&["localhost"]));
    let served = Served::start(&flags);
    files.write_identity(&ca.issue_expired(&["localhost"]));
    served.wait_for("expired on 2020-01-02");
    let channel = channel(served.address, Some(&ca.client(None))).await.expect("the one before is shown");
    ExpressEntryServiceClient::new(channel).get_server_info(GetServerInfoRequest {}).await.unwrap();
}

/// A client certificate that has expired is refused its connection, in the handshake or with the first byte after it (TLS 1.3).
#[tokio::test]
async fn an_expired_client_certificate_is_refused() {
    let (ca, clients, files) = (Ca::new("ours"), Ca::new("clients"), Files::new());
    let [certificate, key] = files.write_identity(&ca.issue(&["localhost"]));
    let client_ca = files.write("clients.crt", &clients.pem());
    let served = Served::start(&["--tls-cert", &certificate, "--tls-key", &key, "--tls-client-ca", &client_ca]);
    let call = async |shown| {
        let channel =
            channel(served.address, Some(&ca.client(Some(shown)))).await.map_err(|error| error.to_string())?;
        let answer = ExpressEntryServiceClient::new(channel).get_server_info(GetServerInfoRequest {}).await;
        answer.map(drop).map_err(|status| status.to_string())
    };
    let (valid, expired) = (clients.issue(&["billing.example"]), clients.issue_expired(&["billing.example"]));
    call(&valid).await.unwrap();
    assert!(call(&expired).await.is_err());
}
