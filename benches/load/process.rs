//! Processes: servers and drivers, each on cores of its own choice, and what they cost.

use std::{
    env, fs,
    net::SocketAddr,
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use clap::ValueEnum;

use crate::{Failure, peer::Kind, sample::Sample};

/// A server that is measured.
#[derive(Clone, Debug)]
pub enum Program {
    /// `express-entry serve` as it comes, logging into a file. Another build of it may stand in.
    Server(Option<PathBuf>),
    /// One of the servers that it is compared with.
    Peer(Kind),
    /// One that another build of this program serves.
    PeerOf(Kind, PathBuf),
}

impl Program {
    fn command(&self, cores: &str) -> Result<Command, Failure> {
        let mut command = Command::new("taskset");
        command.args(["-c", cores]);
        match self {
            Self::Server(other) => {
                let program = other.clone().unwrap_or_else(|| env!("CARGO_BIN_EXE_express-entry").into());
                command.arg(program).args(["serve", "--listen", "127.0.0.1:0"]);
                // More than a server can answer shows as latency, as it does with those it is compared with, and not as calls refused.
                command.env("EXPRESS_ENTRY_MAX_CALLS", "100000");
            }
            Self::Peer(kind) => {
                command.arg(env::current_exe()?).args(["peer", name(*kind)?.as_str()]);
            }
            Self::PeerOf(kind, program) => {
                command.arg(program).args(["peer", name(*kind)?.as_str()]);
            }
        }
        Ok(command)
    }
}

fn name(kind: Kind) -> Result<String, Failure> {
    Ok(kind.to_possible_value().ok_or("no name")?.get_name().to_owned())
}

/// A running server, killed when this is dropped.
pub struct Running {
    child: Child,
    log: PathBuf,
    /// Where it listens.
    pub address: SocketAddr,
    /// From its start to the line that says where it listens.
    pub ready: Duration,
}

impl Running {
    /// Starts `program` on `cores`, as `0` or `0,1`.
    pub fn start(program: &Program, cores: &str) -> Result<Self, Failure> {
        static STARTED: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let number = STARTED.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let log = env::temp_dir().join(format!("express-entry-load-{}-{number}.log", std::process::id()));
        let mut command = program.command(cores)?;
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(fs::File::create(&log)?);
        let begin = Instant::now();
        let child = command.spawn()?;
        let mut running = Self { child, log, address: ([127, 0, 0, 1], 0).into(), ready: Duration::ZERO };
        while begin.elapsed() < Duration::from_secs(20) {
            if let Some(address) = running.listening()? {
                running.ready = begin.elapsed();
                running.address = address;
                return Ok(running);
            }
            if running.child.try_wait()?.is_some() {
                break;
            }
            thread::sleep(Duration::from_micros(200));
        }
        Err(format!("{program:?} did not start: {}", fs::read_to_string(&running.log)?).into())
    }

    fn listening(&self) -> Result<Option<SocketAddr>, Failure> {
        let text = fs::read_to_string(&self.log)?;
        let line = text.split_inclusive('\n').find(|line| line.contains("listening") && line.ends_with('\n'));
        let address = line.and_then(|line| line.split("address=").nth(1)?.split_whitespace().next()?.parse().ok());
        Ok(address)
    }

    /// The id of its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Its resident memory, in KiB.
    pub fn resident_kib(&self) -> Result<u64, Failure> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid()))?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).ok_or("no VmRSS")?;
        Ok(line.split_whitespace().nth(1).ok_or("no figure")?.parse()?)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_file(&self.log);
    }
}

/// The processor time of a process so far, in nanoseconds, all threads that run together.
pub fn cpu_ns(pid: u32) -> Result<u64, Failure> {
    let mut total = 0;
    for task in fs::read_dir(format!("/proc/{pid}/task"))? {
        let Ok(text) = fs::read_to_string(task?.path().join("schedstat")) else { continue };
        total += text.split_whitespace().next().ok_or("no figure")?.parse::<u64>()?;
    }
    Ok(total)
}

/// A driver at work in a process of its own.
pub struct Driver(Child);

impl Driver {
    /// Starts `load drive ...` against `server`, on `cores`.
    pub fn start(server: &Running, cores: &str, arguments: &[String]) -> Result<Self, Failure> {
        Self::start_as(server, cores, &[], arguments)
    }

    /// The same, one that steps back whenever another process wants its core, so that it costs no one else's latency.
    pub fn start_behind(server: &Running, cores: &str, arguments: &[String]) -> Result<Self, Failure> {
        Self::start_as(server, cores, &["chrt", "--idle", "0"], arguments)
    }

    fn start_as(server: &Running, cores: &str, by: &[&str], arguments: &[String]) -> Result<Self, Failure> {
        let mut command = Command::new("taskset");
        command.args(["-c", cores]).args(by).arg(env::current_exe()?).arg("drive");
        command.args(["--address", &server.address.to_string(), "--pid", &server.pid().to_string()]).args(arguments);
        Ok(Self(command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?))
    }

    /// What it measured.
    pub fn sample(self) -> Result<Sample, Failure> {
        let output = self.0.wait_with_output()?;
        if !output.status.success() {
            return Err(format!("a driver failed: {}", output.status).into());
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    }
}
