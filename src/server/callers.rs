//! Who may call what: a file of callers, known by bearer token or client certificate.

use std::{
    collections::{HashMap, HashSet},
    path::PathBuf,
    sync::Arc,
};

use hyper::header::AUTHORIZATION;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use tokio_util::task::AbortOnDropHandle;
use tonic::codegen::http::HeaderMap;

use super::{
    methods,
    reload::{File, FileError, Reloaded, Reloads},
};

/// What a file of callers has to look like, told instead of what was found there, which may be a secret.
const SHAPE: &str = r#"each [[caller]] has a `name`, `methods` (names of methods, or "*" for all), and `token_sha256` or `certificate_names`"#;

/// The callers of a file, as it last was when it was right.
#[derive(Clone, Debug)]
pub struct Callers(Arc<Reloaded<Known>>);

/// One caller: who it is, and what it may do.
pub(super) struct Caller {
    /// What the log calls it.
    pub name: Arc<str>,
    methods: Methods,
}

/// The methods that a caller may call.
enum Methods {
    All,
    /// Those of these paths.
    These(HashSet<&'static str>),
}

struct Known {
    tokens: Vec<([u8; 32], Arc<Caller>)>,
    certificates: HashMap<String, Arc<Caller>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    caller: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    methods: Vec<String>,
    #[serde(default)]
    token_sha256: Vec<String>,
    #[serde(default)]
    certificate_names: Vec<String>,
}

impl Callers {
    /// Reads the file.
    ///
    /// # Errors
    /// When it can't be read or is wrong.
    pub fn load(path: PathBuf) -> Result<Self, FileError> {
        let parse = |files: &[File<'_>]| match files {
            [file, ..] => parse(file),
            [] => Err(FileError { path: PathBuf::new(), why: "no file".to_owned() }),
        };
        Reloaded::load("file of callers", vec![path], parse).map(Self)
    }

    pub(super) fn reloads(&self) -> &Reloads {
        self.0.reloads()
    }

    pub(super) fn watch(&self) -> AbortOnDropHandle<()> {
        self.0.clone().watch()
    }

    /// Who calls. A token that is sent decides, be it right or wrong; without one the names in the client's certificate do.
    pub(super) fn caller(&self, headers: &HeaderMap, certificate_names: &[String]) -> Option<Arc<Caller>> {
        let known = self.0.current();
        let mut credentials = headers.get_all(AUTHORIZATION).iter();
        match (credentials.next(), credentials.next()) {
            (None, _) => certificate_names.iter().find_map(|name| known.certificates.get(name)).cloned(),
            (Some(credentials), None) => known.by_token(bearer(credentials.as_bytes())?),
            (Some(_), Some(_)) => None,
        }
    }
}

impl Caller {
    /// Whether it may call the method of this path.
    pub(super) fn may_call(&self, path: &str) -> bool {
        match &self.methods {
            Methods::All => true,
            Methods::These(paths) => paths.contains(path),
        }
    }
}

impl Known {
    /// Compares with every token, whichever is the right one, and each in constant time.
    fn by_token(&self, token: &[u8]) -> Option<Arc<Caller>> {
        let hash: [u8; 32] = Sha256::digest(token).into();
        let mut caller = None;
        for (known, of) in &self.tokens {
            if hash.ct_eq(known).into() {
                caller = Some(of.clone());
            }
        }
        caller
    }
}

/// The token in `Bearer TOKEN`.
fn bearer(credentials: &[u8]) -> Option<&[u8]> {
    let (scheme, token) = credentials.split_at_checked("Bearer ".len())?;
    scheme.eq_ignore_ascii_case(b"Bearer ").then_some(token)
}

fn parse(file: &File<'_>) -> Result<Known, FileError> {
    let text = str::from_utf8(&file.bytes).map_err(|_| file.error("not UTF-8"))?;
    let listed: Listed = toml::from_str(text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        file.error(format_args!("line {}: {SHAPE}", before.matches('\n').count() + 1))
    })?;
    // A file that is being written is empty for a moment.
    if listed.caller.is_empty() {
        return Err(file.error(format_args!("no caller in it; {SHAPE}")));
    }
    let mut known = Known { tokens: Vec::new(), certificates: HashMap::new() };
    let mut names = HashSet::new();
    for (place, entry) in listed.caller.into_iter().enumerate() {
        let wrong = |why: &str| file.error(format_args!("caller {}: {why}", place + 1));
        if !is_name(&entry.name) || !names.insert(entry.name.clone()) {
            return Err(wrong(NAMES));
        }
        if entry.token_sha256.is_empty() && entry.certificate_names.is_empty() {
            return Err(wrong("neither `token_sha256` nor `certificate_names`"));
        }
        let methods = allowed(&entry.methods).ok_or_else(|| {
            wrong(
                r#"`methods` are names of methods of expressentry.v1.ExpressEntryService, as "Evaluate", or "*" alone"#,
            )
        })?;
        let caller = Arc::new(Caller { name: entry.name.into(), methods });
        for token in entry.token_sha256 {
            let hash = hash(&token)
                .ok_or_else(|| wrong("`token_sha256` are 64 hexadecimal digits, as `express-entry token` prints"))?;
            if known.tokens.iter().any(|(other, _)| *other == hash) {
                return Err(wrong("a token is listed twice"));
            }
            known.tokens.push((hash, caller.clone()));
        }
        for name in entry.certificate_names {
            if !is_dns_name(&name) {
                return Err(wrong("`certificate_names` are DNS names, without wildcards"));
            }
            if known.certificates.insert(name.to_ascii_lowercase(), caller.clone()).is_some() {
                return Err(wrong("a certificate's name is listed twice"));
            }
        }
    }
    Ok(known)
}

/// What the name of a caller looks like, which goes into the log as it is.
const NAMES: &str = "`name` is 1 to 64 letters, digits, `.`, `_` or `-`, and no other caller's";

/// Whether a caller may have this name.
pub fn is_name(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    (1..=64).contains(&name.len()) && name.bytes().all(fits)
}

fn is_dns_name(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    (1..=253).contains(&name.len()) && name.bytes().all(fits)
}

/// The methods listed; nothing when one is not one.
fn allowed(listed: &[String]) -> Option<Methods> {
    match listed {
        [all] if all == "*" => Some(Methods::All),
        _ => listed.iter().map(|name| methods::of_this_name(name)).collect::<Option<_>>().map(Methods::These),
    }
}

fn hash(hexadecimal: &str) -> Option<[u8; 32]> {
    let digits = |pair: &[u8]| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok();
    if !hexadecimal.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let bytes: Vec<u8> = hexadecimal.as_bytes().chunks(2).map(digits).collect::<Option<_>>()?;
    bytes.try_into().ok().filter(|_| hexadecimal.len() == 64)
}
