//! What the server says of itself.

use std::time::Duration;

use super::{
    answer::Api,
    limits::{
        Limits, MAX_BATCH_ITEMS, MAX_FRAME_ITEMS, MAX_GAP_OPTIONS, MAX_INVITATIONS, MAX_LANGUAGE_TESTS, MAX_PAGE_SIZE,
        MAX_PROJECTED_YEARS, MAX_RESPONSE_BYTES, MAX_WORK_EXPERIENCES,
    },
    proto, to_proto,
};

impl Api {
    /// Says what this service is, what its catalogue covers, and its limits.
    pub fn server_info(&self, limits: &Limits) -> proto::GetServerInfoResponse {
        let draws = self.catalog().draws();
        let crs = self.catalog().crs_covered();
        proto::GetServerInfoResponse {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            catalog_digest: self.digest(),
            draws_from: draws.iter().map(|draw| draw.held_on).min().map(to_proto::date),
            draws_to: draws.iter().map(|draw| draw.held_on).max().map(to_proto::date),
            crs_from: crs.map(|covered| to_proto::date(covered.from)),
            crs_to: crs.and_then(|covered| covered.to).map(to_proto::date),
            limits: Some(told(limits)),
        }
    }
}

fn told(limits: &Limits) -> proto::Limits {
    let Limits {
        message_bytes,
        connections,
        connection_streams,
        pending_resets,
        error_resets,
        header_bytes,
        stream_window,
        connection_window,
        keepalive_interval,
        keepalive_timeout,
        begin_timeout,
        connection_age,
        unary_deadline,
        unary_deadline_cap,
        stream_idle,
        stream_stall,
        stream_life,
        calls,
        streams,
        simulations,
        at_work,
        queue,
    } = *limits;
    let number = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
    proto::Limits {
        max_batch_items: to_proto::count(MAX_BATCH_ITEMS),
        max_frame_items: to_proto::count(MAX_FRAME_ITEMS),
        max_page_size: to_proto::count(MAX_PAGE_SIZE),
        max_message_bytes: to_proto::count(message_bytes),
        max_work_experiences: to_proto::count(MAX_WORK_EXPERIENCES),
        max_language_tests: to_proto::count(MAX_LANGUAGE_TESTS),
        max_concurrent_streams: number(connection_streams),
        max_projected_years: number(MAX_PROJECTED_YEARS),
        max_gap_options: to_proto::count(MAX_GAP_OPTIONS),
        max_invitations: number(MAX_INVITATIONS),
        max_response_bytes: to_proto::count(MAX_RESPONSE_BYTES),
        max_connections: to_proto::count(connections),
        max_pending_resets: to_proto::count(pending_resets),
        max_error_resets: to_proto::count(error_resets),
        max_header_bytes: number(header_bytes),
        stream_window_bytes: number(stream_window),
        connection_window_bytes: number(connection_window),
        keepalive_interval: duration(keepalive_interval),
        keepalive_timeout: duration(keepalive_timeout),
        begin_timeout: duration(begin_timeout),
        connection_age: duration(connection_age),
        unary_deadline: duration(unary_deadline),
        unary_deadline_cap: duration(unary_deadline_cap),
        stream_idle_timeout: duration(stream_idle),
        stream_stall_timeout: duration(stream_stall),
        stream_life: duration(stream_life),
        max_calls: to_proto::count(calls),
        max_streams: to_proto::count(streams),
        max_simulations: to_proto::count(simulations),
        max_at_work: to_proto::count(at_work),
        max_queue: to_proto::count(queue),
    }
}

/// A duration, which is absent only if it is longer than the contract can tell.
fn duration(duration: Duration) -> Option<prost_types::Duration> {
    duration.try_into().ok()
}
