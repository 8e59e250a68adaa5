//! TLS 1.2 and 1.3, with a certificate, a key and a client CA that are read again when their files change.

use std::{io, path::PathBuf, sync::Arc};

use asn1::{DateTime, Explicit, ParseError, Sequence, Tlv, UtcTime, X509GeneralizedTime};
use chrono::NaiveDate;
use tokio::net::TcpStream;
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        RootCertStore, ServerConfig,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
        server::{WebPkiClientVerifier, danger::ClientCertVerifier},
    },
    server::TlsStream,
};
use tokio_util::task::AbortOnDropHandle;

use super::reload::{File, FileError, Reloaded, Reloads};

/// Where the server's identity lies, and whom it trusts; all files are PEM.
#[derive(Clone, Debug)]
pub struct TlsFiles {
    /// The certificate, followed by the chain up to the CA.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
    /// The CA of client certificates, for mutual TLS.
    pub clients: Option<ClientCa>,
}

/// Who vouches for clients.
#[derive(Clone, Debug)]
pub struct ClientCa {
    /// The certificates of the CA.
    pub path: PathBuf,
    /// Whether a client without a certificate is refused its connection.
    pub required: bool,
}

/// The server's side of TLS.
#[derive(Clone, Debug)]
pub struct Tls(Arc<Reloaded<Identity>>);

/// What handshakes are answered with.
struct Identity {
    config: Arc<ServerConfig>,
    /// When its certificate is no longer valid, in seconds since 1970.
    expires: Option<i64>,
}

impl Tls {
    /// Reads the files.
    ///
    /// # Errors
    /// When one can't be read or is not what it should be, or the key is not that of the certificate.
    pub fn load(files: TlsFiles) -> Result<Self, FileError> {
        let TlsFiles { certificate, key, clients } = files;
        let required = clients.as_ref().is_some_and(|clients| clients.required);
        let paths = [certificate, key].into_iter().chain(clients.map(|clients| clients.path)).collect();
        Reloaded::load("TLS certificate", paths, move |files| configure(files, required)).map(Self)
    }

    pub(super) fn reloads(&self) -> &Reloads {
        self.0.reloads()
    }

    /// When the certificate of this moment is no longer valid, in seconds since 1970; none when it does not say in a way that is
    /// understood.
    pub(super) fn expires(&self) -> Option<i64> {
        self.0.current().expires
    }

    pub(super) fn watch(&self) -> AbortOnDropHandle<()> {
        self.0.clone().watch()
    }

    /// Shakes hands with the certificate of this moment. The connection keeps it to its end.
    pub(super) async fn accept(&self, socket: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        TlsAcceptor::from(self.0.current().config.clone()).accept(socket).await
    }
}

/// The names (DNS) in the certificate that a client showed, and the CA vouched for.
pub(super) fn client_names(stream: &TlsStream<TcpStream>) -> Vec<String> {
    let shown = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
    let certificate = shown.and_then(|certificate| webpki::EndEntityCert::try_from(certificate).ok());
    certificate.iter().flat_map(|certificate| certificate.valid_dns_names()).map(str::to_ascii_lowercase).collect()
}

fn configure(files: &[File<'_>], required: bool) -> Result<Identity, FileError> {
    let (certificate, key, ca) = match files {
        [certificate, key] => (certificate, key, None),
        [certificate, key, ca, ..] => (certificate, key, Some(ca)),
        _ => return Err(FileError { path: PathBuf::new(), why: "a certificate and a key are needed".to_owned() }),
    };
    let chain = certificates(certificate)?;
    let expires = chain.first().and_then(|leaf| not_after(leaf));
    if let Some(expired) =
        expires.and_then(|at| chrono::DateTime::from_timestamp(at, 0)).filter(|at| *at < chrono::Utc::now())
    {
        return Err(certificate.error(format_args!("the certificate expired on {}", expired.date_naive())));
    }
    let private = PrivateKeyDer::from_pem_slice(&key.bytes)
        // What the library says may quote the file.
        .map_err(|_| key.error("not a private key in PEM (PKCS#8, SEC1 or PKCS#1)"))?;
    let provider = Arc::new(ring::default_provider());
    let builder = ServerConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| certificate.error(error))?;
    let builder = match ca {
        None => builder.with_no_client_auth(),
        Some(ca) => builder.with_client_cert_verifier(verifier(ca, provider, required)?),
    };
    let mut config = builder.with_single_cert(chain, private).map_err(|error| {
        certificate.error(format_args!("not a certificate for the key in {}: {error}", key.path.display()))
    })?;
    config.alpn_protocols = vec![b"h2".to_vec()];
    Ok(Identity { config: Arc::new(config), expires })
}

/// The end of a certificate's validity, in seconds since 1970. Source: RFC 5280, section 4.1.
#[allow(clippy::result_large_err, reason = "it is the library's")]
fn not_after(certificate: &[u8]) -> Option<i64> {
    let end: Result<DateTime, ParseError> =
        asn1::parse_single::<Sequence<'_>>(certificate).ok()?.parse(|certificate| {
            let to_be_signed = certificate.read_element::<Sequence<'_>>()?;
            // The signature of it.
            while !certificate.is_empty() {
                certificate.read_element::<Tlv<'_>>()?;
            }
            to_be_signed.parse(|fields| {
                let _version = fields.read_element::<Option<Explicit<u8, 0>>>()?;
                let (_serial, _algorithm, _issuer) = (
                    fields.read_element::<Tlv<'_>>()?,
                    fields.read_element::<Tlv<'_>>()?,
                    fields.read_element::<Tlv<'_>>()?,
                );
                let validity = fields.read_element::<Sequence<'_>>()?;
                while !fields.is_empty() {
                    fields.read_element::<Tlv<'_>>()?;
                }
                validity.parse(|ends| {
                    ends.read_element::<Tlv<'_>>()?;
                    Ok(match ends.read_element::<Option<UtcTime>>()? {
                        Some(end) => end.as_datetime().clone(),
                        None => ends.read_element::<X509GeneralizedTime>()?.as_datetime().clone(),
                    })
                })
            })
        });
    let end = end.ok()?;
    let day = NaiveDate::from_ymd_opt(end.year().into(), end.month().into(), end.day().into())?;
    Some(day.and_hms_opt(end.hour().into(), end.minute().into(), end.second().into())?.and_utc().timestamp())
}

fn verifier(
    ca: &File<'_>,
    provider: Arc<tokio_rustls::rustls::crypto::CryptoProvider>,
    required: bool,
) -> Result<Arc<dyn ClientCertVerifier>, FileError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(ca)? {
        roots.add(certificate).map_err(|error| ca.error(error))?;
    }
    let builder = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
    let builder = if required { builder } else { builder.allow_unauthenticated() };
    builder.build().map_err(|error| ca.error(error))
}

/// All certificates of a file, of which there must be one.
fn certificates(file: &File<'_>) -> Result<Vec<CertificateDer<'static>>, FileError> {
    match CertificateDer::pem_slice_iter(&file.bytes).collect::<Result<Vec<_>, _>>() {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err(file.error("not a certificate in PEM")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_certificate_is_read_in_both_of_its_forms() {
        // Up to 2049 a year has two digits there, and four from then on.
        for (year, month, day, expected) in [
            (2026, 11, 24, 1_795_478_400),
            (2049, 12, 31, 2_524_521_600),
            (2050, 1, 1, 2_524_608_000),
            (4096, 1, 1, 67_090_118_400),
        ] {
            let mut params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
            params.not_after = rcgen::date_time_ymd(year, month, day);
            let certificate = params.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap();
            assert_eq!(not_after(certificate.der()), Some(expected), "{year}-{month}-{day}");
            let der = certificate.der();
            assert_eq!(not_after(&der[..der.len() - 1]), None, "cut short");
        }
        assert_eq!(not_after(b"nonsense"), None);
    }
}
