//! What goes wrong on a network, by mistake or on purpose, over real sockets. Each test says what comes of it.
//!
//! Elsewhere: a certificate swapped under an open stream (`tls`), wrong and revoked tokens and certificates (`security`), oversized
//! messages (`bad_input`, `streaming`), stops (`stopping`).

mod connections;
mod credentials;
mod deadlines;
mod floods;
mod frames;
mod overload;
mod slow;

use std::time::Duration;

use express_entry::{
    grpc::{
        Limits,
        proto::{
            EvaluationItem, EvaluationItems, EvaluationTarget, EvaluationView, GetServerInfoRequest,
            StreamEvaluateRequest, evaluation_target, stream_evaluate_request::Frame as In,
        },
    },
    server::Settings,
};
use tokio::time::timeout;
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};

use crate::support::{catalog, nurse, server::TestServer};

/// The path of a unary method.
const INFO: &str = "/expressentry.v1.ExpressEntryService/GetServerInfo";
/// And of one that takes a message.
const EVALUATE: &str = "/expressentry.v1.ExpressEntryService/Evaluate";

/// A time that nothing honest takes, on however busy a machine.
const LONG: Duration = Duration::from_secs(15);

async fn serve(limits: Limits) -> TestServer {
    TestServer::with_settings(catalog(), Settings { limits, ..Settings::default() }).await
}

/// Someone else is served, on a connection of its own, and in time.
async fn others_are_served(server: &TestServer) {
    let calls = async {
        server.client().await.get_server_info(GetServerInfoRequest {}).await.unwrap();
        HealthClient::new(server.channel().await).check(HealthCheckRequest::default()).await.unwrap();
    };
    timeout(LONG, calls).await.expect("others are served");
}

fn target(view: EvaluationView) -> StreamEvaluateRequest {
    let draw = Some(evaluation_target::Draw::DrawNumber("284".into()));
    let target = EvaluationTarget { draw, view: view.into(), ..Default::default() };
    StreamEvaluateRequest { frame: Some(In::Target(target)) }
}

fn items(number: usize) -> StreamEvaluateRequest {
    let item = EvaluationItem { profile: Some(nurse()), ..Default::default() };
    StreamEvaluateRequest { frame: Some(In::Items(EvaluationItems { items: vec![item; number] })) }
}
