//! Metrics as Prometheus reads them.

use std::{
    fmt::Error,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

use chrono::NaiveTime;
use procfs::{WithCurrentSystemInfo, process::Process};
use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric, MetricEncoder},
    metrics::{MetricType, counter::ConstCounter, gauge::ConstGauge},
};

use super::{
    Telemetry,
    metrics::{Metrics, OfMethod, Watched},
};
use crate::{
    grpc::DecisionLog,
    server::{
        lines,
        methods::{self, Method},
        reload::Reloads,
        tls::Tls,
    },
};

/// Tells metrics when they are asked for.
#[derive(Debug)]
pub(super) struct Told(pub Telemetry);

impl Collector for Told {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> Result<(), Error> {
        let mut text = Text(encoder);
        let Self(telemetry) = self;
        let metrics = telemetry.metrics();
        // What is open comes before what has been counted, so that what ends meanwhile is told twice rather than not at all.
        connections(&mut text, metrics)?;
        in_flight(&mut text, metrics)?;
        calls(&mut text, metrics)?;
        if let Some(watched) = metrics.watched() {
            catalog(&mut text, watched)?;
            files(&mut text, watched)?;
            load(&mut text, watched)?;
        }
        text.counter(
            "express_entry_log_lines_dropped",
            "Lines of the log that no one took in time.",
            lines::dropped(),
        )?;
        text.counter(
            "express_entry_panics",
            "Calls that ended with a panic of their handler.",
            metrics.panics.load(Relaxed),
        )?;
        if let Some(log) = telemetry.decisions() {
            decisions(&mut text, log)?;
        }
        if let Some(spans) = telemetry.spans() {
            let told = |count: &AtomicU64| count.load(Relaxed);
            text.counter(
                "express_entry_spans_ended",
                "Spans of calls that ended and were sampled.",
                told(&spans.ended),
            )?;
            text.counter("express_entry_spans_exported", "Spans that the collector took.", told(&spans.exported))?;
            text.counter("express_entry_spans_failed", "Spans that it did not take.", told(&spans.failed))?;
        }
        process(&mut text)
    }
}

fn of_methods(metrics: &Metrics) -> impl Iterator<Item = (&'static Method, &OfMethod)> {
    methods::all().iter().filter_map(|method| Some((method, metrics.of(method.place)?)))
}

fn in_flight(text: &mut Text<'_>, metrics: &Metrics) -> Result<(), Error> {
    let open: Vec<_> = of_methods(metrics).map(|(method, of)| (method, of.in_flight())).collect();
    let streams = open.iter().filter(|(method, _)| method.streams).map(|(_, open)| open).sum();
    text.gauge("express_entry_streams_open", "Calls in flight that answer with a stream.", streams)?;
    let open = open.iter().map(|(method, open)| ([("method", method.path.as_str())], *open));
    text.gauges("express_entry_calls_in_flight", "Calls that have begun and not ended, streams among them.", open)
}

fn calls(text: &mut Text<'_>, metrics: &Metrics) -> Result<(), Error> {
    let of = || of_methods(metrics);
    let by_code = of().flat_map(|(method, of)| {
        of.calls().map(|(code, calls)| ([("method", method.path.as_str()), ("code", code)], calls))
    });
    text.counters("express_entry_calls", "Calls that ended, by method and gRPC code.", by_code)?;
    let by_outcome = of().flat_map(|(method, of)| {
        let counts = of.items.counts().named().into_iter().filter(|_| method.items);
        counts.map(|(outcome, items)| ([("method", method.path.as_str()), ("outcome", outcome)], items))
    });
    text.counters(
        "express_entry_items",
        "Evaluations, and items that were refused or ranked, by what they came to.",
        by_outcome,
    )?;
    let mut took = text.described(
        "express_entry_call_duration_seconds",
        "How long calls took, to their last byte.",
        MetricType::Histogram,
    )?;
    for (method, of) in of() {
        took.tell(&[("method", method.path.as_str())], &of.took)?;
    }
    Ok(())
}

fn connections(text: &mut Text<'_>, metrics: &Metrics) -> Result<(), Error> {
    text.gauge("express_entry_connections_open", "Connections open.", metrics.connections.load(Relaxed))?;
    text.counter(
        "express_entry_received_bytes",
        "Bytes of HTTP/2 received, without TLS.",
        metrics.received_bytes.load(Relaxed),
    )?;
    text.counter("express_entry_sent_bytes", "Bytes of HTTP/2 sent, without TLS.", metrics.sent_bytes.load(Relaxed))
}

fn catalog(text: &mut Text<'_>, watched: &Watched) -> Result<(), Error> {
    let catalog = watched.catalog.catalog();
    let labels = [("digest", catalog.digest().as_str()), ("version", env!("CARGO_PKG_VERSION"))];
    let help = "The catalogue answered from, and the version of the program.";
    text.described("express_entry_catalog", help, MetricType::Info)?.0.encode_info(&labels)?;
    text.gauge(
        "express_entry_catalog_draws",
        "Draws in the catalogue.",
        i64::try_from(catalog.draws().len()).unwrap_or(i64::MAX),
    )?;
    let newest = catalog.draws().iter().map(|draw| draw.held_on).max();
    let Some(newest) = newest.map(|day| day.and_time(NaiveTime::MIN).and_utc().timestamp()) else { return Ok(()) };
    text.gauge(
        "express_entry_catalog_newest_draw_timestamp_seconds",
        "The day of the newest draw, in seconds since 1970.",
        newest,
    )
}

/// What there is of each thing that is bounded, beside its bound, by the name that GetServerInfo has for that.
fn load(text: &mut Text<'_>, watched: &Watched) -> Result<(), Error> {
    let Watched { load, at_work, limits, .. } = watched;
    let whole = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let of_work = [("max_at_work", at_work.running()), ("max_queue", at_work.waiting())];
    let open = load.open().into_iter().chain(of_work);
    let open = open.map(|(limit, open)| ([("limit", limit)], whole(open)));
    text.gauges("express_entry_load", "What there is of each thing that is bounded, the queue among them.", open)?;
    let bounds = [
        ("max_connections", limits.connections),
        ("max_calls", limits.calls),
        ("max_streams", limits.streams),
        ("max_simulations", limits.simulations),
        ("max_at_work", limits.at_work),
        ("max_queue", limits.queue),
    ];
    let bounds = bounds.map(|(limit, bound)| ([("limit", limit)], whole(bound)));
    text.gauges("express_entry_limit", "The bound of each.", bounds)
}

fn files(text: &mut Text<'_>, watched: &Watched) -> Result<(), Error> {
    let security = &watched.security;
    let of = |file, reloads: &Reloads| {
        let label = |outcome| [("file", file), ("outcome", outcome)];
        [(label("taken"), reloads.taken.load(Relaxed)), (label("refused"), reloads.refused.load(Relaxed))]
    };
    let tls = security.tls.iter().flat_map(|tls| of("tls", tls.reloads()));
    let callers = security.callers.iter().flat_map(|callers| of("callers", callers.reloads()));
    let catalog = watched.catalog.reloads().into_iter().flat_map(|reloads| of("catalog", reloads));
    text.counters(
        "express_entry_reloads",
        "Changes of files that were taken, and that were refused.",
        tls.chain(callers).chain(catalog),
    )?;
    let expires = security.tls.as_ref().and_then(Tls::expires);
    let Some(expires) = expires else { return Ok(()) };
    text.gauge(
        "express_entry_tls_certificate_expiry_timestamp_seconds",
        "When the server's certificate is no longer valid, in seconds since 1970.",
        expires,
    )
}

fn decisions(text: &mut Text<'_>, log: &DecisionLog) -> Result<(), Error> {
    let outcomes = [([("outcome", "written")], log.written()), ([("outcome", "dropped")], log.dropped())];
    text.counters("express_entry_decisions", "Decisions by whether they were recorded.", outcomes)?;
    let help = "Whether the last attempt at writing the decision log failed.";
    text.gauge("express_entry_decision_log_failing", help, log.is_failing().into())?;
    let waiting = i64::try_from(log.waiting_bytes()).unwrap_or(i64::MAX);
    text.gauge("express_entry_decision_log_waiting_bytes", "Bytes of decisions that wait to be written.", waiting)
}

/// What the system knows of this process, by the names that Prometheus has for it; nothing where the system does not tell.
fn process(text: &mut Text<'_>) -> Result<(), Error> {
    let Ok(process) = Process::myself() else { return Ok(()) };
    let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    if let Ok(stat) = process.stat() {
        #[allow(clippy::cast_precision_loss, reason = "seconds to the hundredth, for a thousand years")]
        let cpu = (stat.utime + stat.stime) as f64 / procfs::ticks_per_second() as f64;
        text.described("process_cpu_seconds", "Processor time spent.", MetricType::Counter)?
            .tell(&[], &ConstCounter::new(cpu))?;
        text.gauge("process_resident_memory_bytes", "Memory resident.", whole(stat.rss_bytes().get()))?;
        text.gauge("process_threads", "Threads.", stat.num_threads)?;
    }
    if let Ok(open) = process.fd_count() {
        text.gauge("process_open_fds", "File descriptors open.", whole(open as u64))?;
    }
    Ok(())
}

/// The text in the making.
struct Text<'a>(DescriptorEncoder<'a>);

type Labels<'a, const N: usize> = [(&'a str, &'a str); N];

impl Text<'_> {
    fn described<'s>(&'s mut self, name: &'s str, help: &str, kind: MetricType) -> Result<Family<'s>, Error> {
        self.0.encode_descriptor(name, help, None, kind).map(Family)
    }

    fn counters<'a, const N: usize>(
        &mut self,
        name: &str,
        help: &str,
        counts: impl IntoIterator<Item = (Labels<'a, N>, u64)>,
    ) -> Result<(), Error> {
        let mut family = self.described(name, help, MetricType::Counter)?;
        counts.into_iter().try_for_each(|(labels, count)| family.tell(&labels, &ConstCounter::new(count)))
    }

    fn gauges<'a, const N: usize>(
        &mut self,
        name: &str,
        help: &str,
        values: impl IntoIterator<Item = (Labels<'a, N>, i64)>,
    ) -> Result<(), Error> {
        let mut family = self.described(name, help, MetricType::Gauge)?;
        values.into_iter().try_for_each(|(labels, value)| family.tell(&labels, &ConstGauge::new(value)))
    }

    fn counter(&mut self, name: &str, help: &str, count: u64) -> Result<(), Error> {
        self.counters(name, help, [([], count)])
    }

    fn gauge(&mut self, name: &str, help: &str, value: i64) -> Result<(), Error> {
        self.gauges(name, help, [([], value)])
    }
}

/// A metric that is told once for each set of labels.
struct Family<'a>(MetricEncoder<'a>);

impl Family<'_> {
    fn tell<const N: usize>(&mut self, labels: &Labels<'_, N>, metric: &impl EncodeMetric) -> Result<(), Error> {
        metric.encode(self.0.encode_family(labels)?)
    }
}
