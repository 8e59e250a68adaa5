//! The client's side of TLS, for asking a server that has it.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::Args as Arguments;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        ClientConfig, RootCertStore,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject},
    },
};
use tonic::transport::{Channel, Endpoint};
use tower::service_fn;

use super::CliError;

#[derive(Arguments)]
#[command(next_help_heading = "TLS")]
pub(super) struct TlsArgs {
    /// CA that vouches for the server, a PEM file; without it the server is asked in plaintext
    #[arg(long = "tls-ca", value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Name in the server's certificate
    #[arg(long = "tls-name", value_name = "NAME", default_value = "localhost")]
    name: String,
    /// Certificate to show, for mutual TLS, a PEM file
    #[arg(long = "tls-cert", value_name = "FILE", requires_all = ["ca", "key"])]
    certificate: Option<PathBuf>,
    /// Private key of that certificate, a PEM file
    #[arg(long = "tls-key", value_name = "FILE", requires = "certificate")]
    key: Option<PathBuf>,
}

/// TLS as a client speaks it to one server.
pub(super) struct TlsClient {
    connector: TlsConnector,
    name: ServerName<'static>,
}

impl TlsArgs {
    /// What the flags come to; nothing when they ask for plaintext.
    pub(super) fn load(&self) -> Result<Option<TlsClient>, CliError> {
        let Some(ca) = &self.ca else { return Ok(None) };
        let name = ServerName::try_from(self.name.clone())
            .map_err(|error| CliError::Usage(format!("--tls-name {}: {error}", self.name)))?;
        let mut roots = RootCertStore::empty();
        for certificate in certificates(ca)? {
            roots.add(certificate).map_err(|error| wrong(ca, error))?;
        }
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| wrong(ca, error))?
            .with_root_certificates(roots);
        let mut config = match (&self.certificate, &self.key) {
            (Some(certificate), Some(key)) => {
                // What the library says may quote the file.
                let private = PrivateKeyDer::from_pem_slice(&read(key)?)
                    .map_err(|_| wrong(key, "not a private key in PEM (PKCS#8, SEC1 or PKCS#1)"))?;
                builder
                    .with_client_auth_cert(certificates(certificate)?, private)
                    .map_err(|error| wrong(certificate, error))?
            }
            _ => builder.with_no_client_auth(),
        };
        config.alpn_protocols = vec![b"h2".to_vec()];
        Ok(Some(TlsClient { connector: TlsConnector::from(Arc::new(config)), name }))
    }
}

impl TlsClient {
    /// Connects to `address`, of which `endpoint` has the rest.
    pub(super) async fn connect(
        self,
        address: String,
        endpoint: &Endpoint,
    ) -> Result<Channel, tonic::transport::Error> {
        let tls = Arc::new(self);
        let connect = move |_| {
            let (tls, address) = (tls.clone(), address.clone());
            async move { tls.stream(&address).await.map(TokioIo::new) }
        };
        endpoint.connect_with_connector(service_fn(connect)).await
    }

    async fn stream(&self, address: &str) -> io::Result<TlsStream<TcpStream>> {
        self.connector.connect(self.name.clone(), TcpStream::connect(address).await?).await
    }
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, CliError> {
    match CertificateDer::pem_slice_iter(&read(path)?).collect::<Result<Vec<_>, _>>() {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err(wrong(path, "not a certificate in PEM")),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, CliError> {
    fs::read(path).map_err(|source| CliError::Read { path: path.display().to_string(), source })
}

fn wrong(path: &Path, why: impl fmt::Display) -> CliError {
    CliError::Read { path: path.display().to_string(), source: io::Error::other(why.to_string()) }
}
