//! Tokens of callers.

use std::io;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// A fresh token, and what the file of callers holds of it.
pub struct Token {
    /// What the caller sends. It is kept nowhere.
    pub secret: String,
    /// SHA-256 of it, in hexadecimal.
    pub sha256: String,
}

impl Token {
    /// Makes a token of 256 random bits, which no one guesses however fast they try; the hash need not be a slow one.
    ///
    /// # Errors
    /// When the system has no random bits to give.
    pub fn fresh() -> io::Result<Self> {
        let mut bits = [0; 32];
        getrandom::fill(&mut bits).map_err(io::Error::other)?;
        let secret = format!("ee_{}", BASE64_URL_SAFE_NO_PAD.encode(bits));
        let sha256 = format!("{:x}", Sha256::digest(&secret));
        Ok(Self { secret, sha256 })
    }
}
