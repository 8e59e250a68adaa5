use std::{collections::BTreeMap, net::SocketAddr};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Metrics as they were told once: each series with its value.
#[derive(Clone, Debug)]
pub struct Scraped(pub BTreeMap<String, f64>);

/// Asks as Prometheus does.
pub async fn scrape(address: SocketAddr) -> Scraped {
    let answer = ask(address, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n").await;
    let (head, text) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK"), "{head}");
    assert!(head.contains("application/openmetrics-text; version=1.0.0"), "{head}");
    assert!(text.ends_with("# EOF\n"), "whole");
    let series = text.lines().filter(|line| !line.starts_with('#'));
    let told = |line: &str| line.rsplit_once(' ').map(|(series, value)| (series.to_owned(), value.parse().unwrap()));
    Scraped(series.map(|line| told(line).unwrap()).collect())
}

/// What comes back for these bytes, until the connection is closed.
pub async fn ask(address: SocketAddr, bytes: &str) -> String {
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(bytes.as_bytes()).await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    answer
}

impl Scraped {
    pub fn of(&self, series: &str) -> f64 {
        *self.0.get(series).unwrap_or_else(|| panic!("no {series} in {:#?}", self.0.keys()))
    }

    /// How many calls have begun and not ended.
    pub fn in_flight(&self) -> f64 {
        let by_method = self.0.iter().filter(|(series, _)| series.starts_with("express_entry_calls_in_flight"));
        by_method.map(|(_, calls)| calls).sum()
    }

    /// The series with this prefix that differ from `before`, and by how much.
    pub fn since(&self, before: &Self, prefix: &str) -> BTreeMap<String, f64> {
        let of_prefix = self.0.iter().filter(|(series, _)| series.starts_with(prefix));
        let more = of_prefix.map(|(series, value)| (series.clone(), value - before.0.get(series).unwrap_or(&0.0)));
        more.filter(|(_, more)| *more != 0.0).collect()
    }
}
