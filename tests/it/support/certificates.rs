//! Certificates made for a test, and clients that show and check them.

use std::{fs, io, net::SocketAddr, path::PathBuf, sync::Arc};

use hyper_util::rt::TokioIo;
use rcgen::{BasicConstraints, Certificate, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        ClientConfig, RootCertStore, SupportedProtocolVersion,
        crypto::ring,
        pki_types::{PrivateKeyDer, ServerName},
        version::{TLS12, TLS13},
    },
};
use tonic::transport::{Channel, Endpoint};

/// An authority that vouches for certificates.
pub struct Ca {
    issuer: Issuer<'static, KeyPair>,
    certificate: Certificate,
}

/// A certificate and its key.
pub struct Identity {
    pub certificate: Certificate,
    key: KeyPair,
}

impl Ca {
    pub fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        Self { issuer: Issuer::new(params, key), certificate }
    }

    pub fn issue(&self, names: &[&str]) -> Identity {
        self.issue_with(names, |_| {})
    }

    /// A certificate of the first day of 2020.
    pub fn issue_expired(&self, names: &[&str]) -> Identity {
        self.issue_with(names, |params| {
            params.not_before = date_time_ymd(2020, 1, 1);
            params.not_after = date_time_ymd(2020, 1, 2);
        })
    }

    fn issue_with(&self, names: &[&str], change: impl FnOnce(&mut CertificateParams)) -> Identity {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(names).unwrap();
        change(&mut params);
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        Identity { certificate, key }
    }

    pub fn pem(&self) -> String {
        self.certificate.pem()
    }

    /// A client that trusts this authority, and shows a certificate if it has one.
    pub fn client(&self, shown: Option<&Identity>) -> ClientConfig {
        self.client_of(&[&TLS12, &TLS13], shown)
    }

    pub fn client_of(&self, versions: &[&'static SupportedProtocolVersion], shown: Option<&Identity>) -> ClientConfig {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.der().clone()).unwrap();
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(versions)
            .unwrap()
            .with_root_certificates(roots);
        let mut client = match shown {
            None => builder.with_no_client_auth(),
            Some(Identity { certificate, key }) => {
                let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
                builder.with_client_auth_cert(vec![certificate.der().clone()], key).unwrap()
            }
        };
        client.alpn_protocols = vec![b"h2".to_vec()];
        client
    }
}

impl Identity {
    pub fn key_pem(&self) -> String {
        self.key.serialize_pem()
    }
}

/// Files for the server's flags.
pub struct Files(TempDir);

impl Files {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file, and tells its path as a flag takes it.
    pub fn write(&self, name: &str, text: &str) -> String {
        fs::write(self.path(name), text).unwrap();
        self.path(name).to_str().unwrap().to_owned()
    }

    /// Writes certificate and key, as a renewal does.
    pub fn write_identity(&self, identity: &Identity) -> [String; 2] {
        [self.write("server.crt", &identity.certificate.pem()), self.write("server.key", &identity.key_pem())]
    }
}

/// Shakes hands with the server that is called localhost.
pub async fn handshake(address: SocketAddr, client: &ClientConfig) -> io::Result<TlsStream<TcpStream>> {
    let name = ServerName::try_from("localhost").unwrap();
    TlsConnector::from(Arc::new(client.clone())).connect(name, TcpStream::connect(address).await?).await
}

/// A channel over TLS, or in plaintext.
pub async fn channel(address: SocketAddr, client: Option<&ClientConfig>) -> Result<Channel, tonic::transport::Error> {
    let endpoint = Endpoint::from_shared(format!("http://{address}")).unwrap();
    match client.cloned() {
        None => endpoint.connect().await,
        Some(client) => {
            let connect = move |_| {
                let client = client.clone();
                async move { handshake(address, &client).await.map(TokioIo::new) }
            };
            endpoint.connect_with_connector(tower::service_fn(connect)).await
        }
    }
}
