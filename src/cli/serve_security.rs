//! The flags of `serve` that say who is let in.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args as Arguments, ValueEnum};
use express_entry::server::{Callers, ClientCa, Security, Tls, TlsFiles};

use super::CliError;

#[derive(Arguments)]
#[command(next_help_heading = "Security")]
pub(super) struct SecurityArgs {
    /// Certificate of the server with its chain, a PEM file; it is read again when it changes, as are all files here
    #[arg(long, env = "EXPRESS_ENTRY_TLS_CERT", value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// Private key of the certificate, a PEM file
    #[arg(long, env = "EXPRESS_ENTRY_TLS_KEY", value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// CA that vouches for the certificates of clients, a PEM file: mutual TLS
    #[arg(long, env = "EXPRESS_ENTRY_TLS_CLIENT_CA", value_name = "FILE", requires = "tls_cert")]
    tls_client_ca: Option<PathBuf>,
    /// Whether a client must have a certificate of that CA to connect; with "optional" it may have a token instead
    #[arg(long, env = "EXPRESS_ENTRY_TLS_CLIENT_AUTH", default_value = "required", value_name = "WHETHER")]
    tls_client_auth: ClientAuth,
    /// Callers with the hashes of their tokens, the names in their certificates, and their methods, a TOML file; without it
    /// everyone who can connect may call everything
    #[arg(long, env = "EXPRESS_ENTRY_CALLERS", value_name = "FILE")]
    callers: Option<PathBuf>,
    /// Listen without TLS on an address that is not a loopback one, as behind a mesh that encrypts
    #[arg(long, env = "EXPRESS_ENTRY_ALLOW_PLAINTEXT", conflicts_with = "tls_cert")]
    allow_plaintext: bool,
    /// Whether reflection is served; "auto" is on for a loopback address, off for any other
    #[arg(long, env = "EXPRESS_ENTRY_REFLECTION", default_value = "auto", value_name = "WHETHER")]
    reflection: Reflection,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ClientAuth {
    Required,
    Optional,
}

#[derive(Clone, Copy, ValueEnum)]
enum Reflection {
    On,
    Off,
    Auto,
}

impl SecurityArgs {
    /// What the flags come to on this address.
    pub(super) fn load(&self, listen: SocketAddr) -> Result<Security, CliError> {
        let optional = self.tls_client_auth == ClientAuth::Optional;
        if optional && (self.tls_client_ca.is_none() || self.callers.is_none()) {
            let usage = "--tls-client-auth optional needs --tls-client-ca, and --callers, without which it would let everyone in";
            return Err(CliError::Usage(usage.to_owned()));
        }
        if self.tls_cert.is_none() && !self.allow_plaintext && !is_loopback(listen) {
            return Err(CliError::Usage(format!(
                "--listen {listen} is not a loopback address, and would serve profiles in plaintext; give --tls-cert and --tls-key, or \
                 --allow-plaintext if something else encrypts"
            )));
        }
        let tls = match (&self.tls_cert, &self.tls_key) {
            (Some(certificate), Some(key)) => {
                let clients =
                    self.tls_client_ca.as_ref().map(|path| ClientCa { path: path.clone(), required: !optional });
                Some(Tls::load(TlsFiles { certificate: certificate.clone(), key: key.clone(), clients })?)
            }
            _ => None,
        };
        let callers = self.callers.clone().map(Callers::load).transpose()?;
        Ok(Security { tls, callers })
    }

    /// Whether reflection is served on this address.
    pub(super) fn reflection(&self, listen: SocketAddr) -> bool {
        match self.reflection {
            Reflection::On => true,
            Reflection::Off => false,
            Reflection::Auto => is_loopback(listen),
        }
    }
}

fn is_loopback(address: SocketAddr) -> bool {
    address.ip().to_canonical().is_loopback()
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Flags {
        #[command(flatten)]
        security: SecurityArgs,
    }

    #[test]
    fn only_loopback_is_served_in_plaintext_and_reflected_unasked() {
        for (listen, loopback) in [
            ("127.0.0.1:50051", true),
            ("127.1.2.3:50051", true),
            ("[::1]:50051", true),
            ("[::ffff:127.0.0.1]:50051", true),
            ("0.0.0.0:50051", false),
            ("[::]:50051", false),
            ("192.0.2.1:50051", false),
            ("128.0.0.1:50051", false),
        ] {
            let listen = listen.parse().unwrap();
            let flags = |flags: &[&str]| Flags::parse_from([&["serve"], flags].concat()).security;
            assert_eq!(flags(&[]).load(listen).is_ok(), loopback, "{listen}");
            assert!(flags(&["--allow-plaintext"]).load(listen).is_ok(), "{listen}");
            assert_eq!(flags(&[]).reflection(listen), loopback, "{listen}");
            assert!(flags(&["--reflection", "on"]).reflection(listen), "{listen}");
            assert!(!flags(&["--reflection", "off"]).reflection(listen), "{listen}");
        }
    }
}
