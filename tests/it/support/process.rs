use std::{
    fs,
    io::{BufRead, BufReader},
    process::{Child, ChildStderr, Command, Stdio},
};

use express_entry::grpc::proto::express_entry_service_client::ExpressEntryServiceClient;
use tonic::transport::Channel;

/// The program serving as a process of its own, so that its memory can be told from that of the tests.
pub struct Process {
    child: Child,
    /// What is not read the server has to bear with.
    log: BufReader<ChildStderr>,
    address: String,
}

impl Process {
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    pub fn start_with(flags: &[&str]) -> Self {
        Self::start_at("127.0.0.1:0", flags)
    }

    pub fn start_at(address: &str, flags: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_express-entry"))
            .args(["serve", "--listen", address, "--log-format", "json"])
            .args(flags)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        log.read_line(&mut line).unwrap();
        let told: serde_json::Value = serde_json::from_str(&line).unwrap();
        Self { child, log, address: told["address"].as_str().unwrap().to_owned() }
    }

    /// The next line of the log that has this message; those before it are passed over.
    pub fn logged(&mut self, message: &str) -> serde_json::Value {
        loop {
            let mut line = String::new();
            assert!(self.log.read_line(&mut line).unwrap() > 0, "the log ended without {message:?}");
            let told: serde_json::Value = serde_json::from_str(&line).unwrap();
            if told["message"] == message {
                return told;
            }
        }
    }

    /// Sends a signal, as "HUP".
    pub fn signal(&self, signal: &str) {
        let sent = Command::new("kill").arg(format!("-{signal}")).arg(self.pid().to_string()).status().unwrap();
        assert!(sent.success());
    }

    pub async fn client(&self) -> ExpressEntryServiceClient<Channel> {
        ExpressEntryServiceClient::connect(format!("http://{}", self.address)).await.unwrap()
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Its resident memory, in KiB.
    pub fn resident_kib(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
