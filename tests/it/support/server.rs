use std::{net::SocketAddr, time::Duration};

use express_entry::{
    grpc::proto::express_entry_service_client::ExpressEntryServiceClient,
    server::{self, LiveCatalog, ServeError, Settings, Stop},
};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};
use tonic::transport::Channel;

/// A server on a port of its own, which ends with this.
pub struct TestServer {
    pub address: SocketAddr,
    stop: Option<oneshot::Sender<Stop>>,
    serving: JoinHandle<Result<(), ServeError>>,
}

impl TestServer {
    pub async fn start() -> Self {
        Self::with_catalog(super::catalog()).await
    }

    pub async fn with_catalog(catalog: impl Into<LiveCatalog>) -> Self {
        Self::with_settings(catalog, Settings::default()).await
    }

    pub async fn with_settings(catalog: impl Into<LiveCatalog>, settings: Settings) -> Self {
        Self::start_at("127.0.0.1:0".parse().unwrap(), catalog, settings).await
    }

    pub async fn start_at(address: SocketAddr, catalog: impl Into<LiveCatalog>, settings: Settings) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let until = async { stopped.await.unwrap_or(Stop { lame_duck: Duration::ZERO, grace: Duration::ZERO }) };
        let serving = tokio::spawn(server::run(listener, catalog.into(), settings, until));
        Self { address, stop: Some(stop), serving }
    }

    pub async fn channel(&self) -> Channel {
        Channel::from_shared(format!("http://{}", self.address)).unwrap().connect().await.unwrap()
    }

    pub async fn client(&self) -> ExpressEntryServiceClient<Channel> {
        ExpressEntryServiceClient::new(self.channel().await)
            .max_decoding_message_size(8 << 20)
            .max_encoding_message_size(8 << 20)
    }

    /// Asks the server to stop.
    pub fn stop(&mut self, stop: Stop) {
        let _ = self.stop.take().unwrap().send(stop);
    }

    /// Waits until the server has stopped.
    pub async fn stopped(&mut self) -> Result<(), ServeError> {
        (&mut self.serving).await.unwrap()
    }
}
