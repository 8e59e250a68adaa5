//! What the server is compared with, each served by a plain tonic server on one thread with the server's transport
//! settings, at the same paths, so that the same client drives all of them.

use std::{convert::Infallible, pin::Pin, sync::Arc, task::Poll, time::Duration};

use clap::ValueEnum;
use express_entry::{
    catalog::Catalog,
    grpc::{
        Api,
        limits::MAX_CONCURRENT_STREAMS,
        proto::{
            BatchEvaluateRequest, EvaluateRequest, EvaluateResponse, EvaluationItems, EvaluationResults,
            EvaluationTarget, StreamEvaluateRequest, StreamEvaluateResponse, StreamStarted,
            stream_evaluate_request::Frame as In, stream_evaluate_response::Frame as Out,
        },
        status,
    },
};
use futures_util::{Stream, StreamExt, stream};
use prost::{Message, bytes::Bytes};
use tokio::{net::TcpListener, sync::mpsc};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{
    Request, Response, Status, Streaming,
    body::Body,
    codegen::{Service, http},
    server::{Grpc, NamedService},
    transport::{Server, server::TcpIncoming},
};
use tonic_prost::ProstCodec;
use tower::service_fn;

use crate::{Failure, candidates, raw::Raw};

/// What answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// Sends every frame back after decoding it to the generated types and encoding it again; decodes each unary call and encodes
    /// an evaluation for it.
    TypedEcho,
    /// Sends every frame back as the bytes it is, and answers each unary call with the bytes of an evaluation.
    OpaqueEcho,
    /// Evaluates by the generated types from end to end, in a task of its own.
    Prost,
    /// The same without the task.
    ProstMapped,
}

/// Serves until it is killed; says where on standard error.
pub fn serve(kind: Kind) -> Result<(), Failure> {
    let api = Api::new(Arc::new(Catalog::embedded()?));
    let request = candidates::requests(1).pop().ok_or("no request")?;
    let message = api.evaluate(EvaluateRequest::decode(request)?).map_err(|refusal| status(&refusal))?;
    let answer = Arc::new(Answer { encoded: message.encode_to_vec().into(), message });
    let peer = Peer { kind, api, answer };
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        eprintln!("listening address={}", listener.local_addr()?);
        let incoming =
            TcpIncoming::from(listener).with_nodelay(Some(true)).with_keepalive(Some(Duration::from_secs(60)));
        Server::builder()
            .max_concurrent_streams(Some(MAX_CONCURRENT_STREAMS))
            .initial_stream_window_size(Some(256 << 10))
            .initial_connection_window_size(Some(8 << 20))
            .http2_max_header_list_size(Some(16 << 10))
            .http2_max_pending_accept_reset_streams(Some(20))
            .http2_max_local_error_reset_streams(Some(1024))
            .http2_keepalive_interval(Some(Duration::from_secs(60)))
            .http2_keepalive_timeout(Some(Duration::from_secs(20)))
            .add_service(peer)
            .serve_with_incoming(incoming)
            .await?;
        Ok(())
    })
}

#[derive(Clone)]
struct Peer {
    kind: Kind,
    api: Api,
    answer: Arc<Answer>,
}

/// What is answered to every unary call.
struct Answer {
    message: EvaluateResponse,
    encoded: Bytes,
}

impl NamedService for Peer {
    const NAME: &'static str = "expressentry.v1.ExpressEntryService";
}

impl Service<http::Request<Body>> for Peer {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let Self { kind, api, answer } = self.clone();
        Box::pin(async move {
            let unary = request.uri().path().ends_with("/Evaluate");
            Ok(match kind {
                Kind::OpaqueEcho if unary => {
                    let echo = service_fn(move |_: Request<Bytes>| {
                        let answer = answer.encoded.clone();
                        async { Ok(Response::new(answer)) }
                    });
                    Grpc::new(Raw).unary(echo, request).await
                }
                _ if unary => {
                    type Codec = ProstCodec<EvaluateResponse, EvaluateRequest>;
                    let echo = service_fn(move |_: Request<EvaluateRequest>| {
                        let answer = answer.message.clone();
                        async { Ok(Response::new(answer)) }
                    });
                    Grpc::new(Codec::default()).unary(echo, request).await
                }
                Kind::OpaqueEcho => {
                    let echo =
                        service_fn(async |frames: Request<Streaming<Bytes>>| Ok(Response::new(frames.into_inner())));
                    Grpc::new(Raw).streaming(echo, request).await
                }
                Kind::TypedEcho => {
                    type Codec = ProstCodec<StreamEvaluateRequest, StreamEvaluateRequest>;
                    let echo = service_fn(async |frames: Request<Streaming<StreamEvaluateRequest>>| {
                        Ok(Response::new(frames.into_inner()))
                    });
                    large(Grpc::new(Codec::default())).streaming(echo, request).await
                }
                Kind::Prost => {
                    type Codec = ProstCodec<StreamEvaluateResponse, StreamEvaluateRequest>;
                    let evaluations = service_fn(move |frames: Request<Streaming<StreamEvaluateRequest>>| {
                        let answers = spawned(api.clone(), frames.into_inner());
                        async { Ok(Response::new(answers)) }
                    });
                    large(Grpc::new(Codec::default())).streaming(evaluations, request).await
                }
                Kind::ProstMapped => {
                    type Codec = ProstCodec<StreamEvaluateResponse, StreamEvaluateRequest>;
                    let evaluations = service_fn(move |frames: Request<Streaming<StreamEvaluateRequest>>| {
                        let answers = mapped(api.clone(), frames.into_inner());
                        async { Ok(Response::new(answers)) }
                    });
                    large(Grpc::new(Codec::default())).streaming(evaluations, request).await
                }
            })
        })
    }
}

fn large<C: tonic::codec::Codec>(grpc: Grpc<C>) -> Grpc<C> {
    grpc.max_decoding_message_size(4 << 20).max_encoding_message_size(4 << 20)
}

/// A stream that is answered by the generated types.
struct Conversation {
    api: Api,
    target: Option<EvaluationTarget>,
    /// Items answered so far.
    answered: i64,
}

impl Conversation {
    fn new(api: Api) -> Self {
        Self { api, target: None, answered: 0 }
    }

    /// Answers a frame that was decoded whole: each item converted and evaluated, the answers encoded as one frame.
    async fn answer(&mut self, frame: Result<StreamEvaluateRequest, Status>) -> Result<StreamEvaluateResponse, Status> {
        let answer = match frame?.frame {
            Some(In::Target(named)) => {
                self.target = Some(named);
                Out::Started(StreamStarted::default())
            }
            Some(In::Items(EvaluationItems { items })) => {
                let batch = BatchEvaluateRequest { target: self.target.clone(), items };
                let batch = self.api.batch_evaluate(batch, async |_| ()).await.map_err(|refusal| status(&refusal))?;
                let mut results = batch.results;
                for result in &mut results {
                    result.sequence += self.answered;
                }
                self.answered += i64::try_from(results.len()).unwrap_or_default();
                Out::Results(EvaluationResults { results })
            }
            None => return Err(Status::invalid_argument("an empty frame")),
        };
        Ok(StreamEvaluateResponse { frame: Some(answer) })
    }
}

/// The pipeline with the stream of requests mapped to that of answers.
fn mapped(
    api: Api,
    frames: Streaming<StreamEvaluateRequest>,
) -> impl Stream<Item = Result<StreamEvaluateResponse, Status>> {
    stream::unfold((Conversation::new(api), frames), |(mut conversation, mut frames)| async move {
        let answer = conversation.answer(frames.next().await?).await;
        Some((answer, (conversation, frames)))
    })
}

/// The straightforward pipeline: a task that reads and answers, and a channel to what is sent, as guides to tonic write it.
fn spawned(
    api: Api,
    mut frames: Streaming<StreamEvaluateRequest>,
) -> impl Stream<Item = Result<StreamEvaluateResponse, Status>> {
    let (answers, sent) = mpsc::channel(4);
    tokio::spawn(async move {
        let mut conversation = Conversation::new(api);
        while let Some(frame) = frames.next().await {
            if answers.send(conversation.answer(frame).await).await.is_err() {
                break;
            }
        }
    });
    ReceiverStream::new(sent)
}
