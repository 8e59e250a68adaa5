use std::{
    fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

/// The program serving as a process of its own, with flags, and with its log kept.
pub struct Served {
    child: Child,
    pub address: SocketAddr,
    log: Arc<Mutex<String>>,
}

impl Served {
    /// On a port of its own of the loopback address.
    pub fn start(flags: &[&str]) -> Self {
        Self::start_with(flags, &[])
    }

    /// The same with variables of its own.
    pub fn start_with(flags: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_express-entry"))
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(if flags.contains(&"--log-format") { &[][..] } else { &["--log-format", "json"] })
            .args(flags)
            .envs(variables.iter().copied())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let log = Arc::new(Mutex::new(String::new()));
        let kept = log.clone();
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let mut log = kept.lock().unwrap();
                log.push_str(&line);
                log.push('\n');
            }
        });
        let mut served = Self { child, address: "127.0.0.1:0".parse().unwrap(), log };
        served.address = served.address_told("listening");
        served
    }

    /// The address in the line of the log that has these words.
    pub fn address_told(&self, words: &str) -> SocketAddr {
        let line = self.wait_for(words);
        let port = line.split("127.0.0.1:").nth(1).unwrap();
        let port: String = port.chars().take_while(char::is_ascii_digit).collect();
        format!("127.0.0.1:{port}").parse().unwrap()
    }

    /// The address of its metrics.
    pub fn metrics(&self) -> SocketAddr {
        self.address_told("metrics are told")
    }

    /// Everything it has logged so far.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Waits for a line of the log that has these words.
    pub fn wait_for(&self, words: &str) -> String {
        let begun = Instant::now();
        loop {
            if let Some(line) = self.log().lines().find(|line| line.contains(words)) {
                return line.to_owned();
            }
            assert!(begun.elapsed() < Duration::from_secs(20), "no {words:?} in the log:\n{}", self.log());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Asks it to stop.
    pub fn terminate(&self) {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(asked.success());
    }

    /// What others on the machine can see of it: its arguments, and its environment.
    pub fn seen_by_others(&self) -> String {
        let of = |what| fs::read(format!("/proc/{}/{what}", self.child.id())).unwrap();
        [of("cmdline"), of("environ")].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
