"""A stop is told, finishes what it took on, and is bounded whatever clients do."""

from __future__ import annotations

import itertools
import queue
import signal
import socket
import time
from collections.abc import Callable

import grpc
import pytest
from conftest import SERVICE, SLACK, Server, profile
from errors import told
from google.protobuf import json_format
from grpc_health.v1 import health_pb2, health_pb2_grpc

LAME_DUCK, GRACE = 0.5, 3.0
SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


class Conversation:
    """A stream whose frames a test sends one at a time."""

    def __init__(self, stubs, channel: grpc.Channel) -> None:
        self.stubs = stubs
        self.frames: queue.SimpleQueue = queue.SimpleQueue()
        self.answers = stubs.Stub(channel).StreamEvaluate(iter(self.frames.get, None), timeout=60)
        self.frames.put(stubs.StreamEvaluateRequest(target=stubs.EvaluationTarget(draw_number="284")))
        assert next(self.answers).WhichOneof("frame") == "started"

    def send(self, number: int) -> None:
        nurse = json_format.ParseDict(profile(), self.stubs.Profile())
        items = [self.stubs.EvaluationItem(profile=nurse)] * number
        self.frames.put(self.stubs.StreamEvaluateRequest(items=self.stubs.EvaluationItems(items=items)))

    def close(self) -> None:
        self.frames.put(None)


@pytest.fixture
def started(start: Callable[..., Server]) -> Server:
    return start(lame_duck=LAME_DUCK, grace=GRACE)


def check_draining(answers) -> int:
    """The notice and then UNAVAILABLE; gives the last sequence that the notice promised."""
    notice = next(answers).notice
    assert notice.kind == 1, "STREAM_NOTICE_KIND_DRAINING"
    with pytest.raises(grpc.RpcError) as ended:
        next(answers)
    assert ended.value.code() == grpc.StatusCode.UNAVAILABLE
    assert told(ended.value).reason == "DRAINING"
    return notice.last_sequence


@pytest.mark.parametrize("items", [0, 3])
def test_an_idle_stream_is_drained(stubs, started: Server, items: int) -> None:
    with grpc.insecure_channel(started.address) as channel:
        conversation = Conversation(stubs, channel)
        if items:
            conversation.send(items)
            assert len(next(conversation.answers).results.results) == items
        begin = time.monotonic()
        started.terminate()
        assert check_draining(conversation.answers) == items - 1
        conversation.close()
        assert time.monotonic() - begin >= LAME_DUCK * 0.8, "calls go on through the lame-duck pause"
        assert started.wait() == 0
        assert time.monotonic() - begin < LAME_DUCK + GRACE, "nothing was left that needed the whole grace period"


def test_health_says_not_serving_on_the_way(stubs, start: Callable[..., Server]) -> None:
    server = start(lame_duck=2.0, grace=GRACE)
    with grpc.insecure_channel(server.address) as channel:
        health = health_pb2_grpc.HealthStub(channel)
        watches = [
            health.Watch(health_pb2.HealthCheckRequest(service=service), timeout=30) for service in ("", SERVICE)
        ]
        assert [next(watch).status for watch in watches] == [SERVING, SERVING]
        server.terminate()
        assert [next(watch).status for watch in watches] == [NOT_SERVING, NOT_SERVING]
        # Calls are still taken, so that callers can turn elsewhere without losing one.
        for service in ("", SERVICE):
            status = health.Check(health_pb2.HealthCheckRequest(service=service), timeout=1).status
            assert status == NOT_SERVING
        request = json_format.ParseDict({"profile": profile(), "drawNumber": "284"}, stubs.EvaluateRequest())
        reply = stubs.Stub(channel).Evaluate(request, timeout=1)
        assert reply.evaluation.verdict == stubs.VERDICT_INVITED
        assert server.wait() == 0, "open watches do not hold a stop"
    with pytest.raises(ConnectionRefusedError):
        host, port = server.address.split(":")
        socket.create_connection((host, int(port)), timeout=1)


def test_a_busy_stream_is_answered_as_far_as_promised(stubs, started: Server) -> None:
    nurse = json_format.ParseDict(profile(), stubs.Profile())
    items = stubs.EvaluationItems(items=[stubs.EvaluationItem(profile=nurse)] * 256)
    target = stubs.StreamEvaluateRequest(target=stubs.EvaluationTarget(draw_number="284"))
    frames = itertools.chain([target], itertools.repeat(stubs.StreamEvaluateRequest(items=items)))
    received, promised = 0, None
    with grpc.insecure_channel(started.address) as channel:
        with pytest.raises(grpc.RpcError) as ended:
            for place, frame in enumerate(stubs.Stub(channel).StreamEvaluate(frames, timeout=60)):
                if place == 20:
                    started.terminate()
                for result in frame.results.results:
                    assert result.sequence == received
                    received += 1
                if frame.WhichOneof("frame") == "notice":
                    promised = frame.notice.last_sequence
        assert ended.value.code() == grpc.StatusCode.UNAVAILABLE
        assert told(ended.value).reason == "DRAINING"
        assert promised == received - 1 > 0
        assert started.wait() == 0


def test_a_stream_that_ends_in_the_pause_is_complete(stubs, started: Server) -> None:
    with grpc.insecure_channel(started.address) as channel:
        conversation = Conversation(stubs, channel)
        started.terminate()
        conversation.send(2)
        conversation.close()
        results, summary = conversation.answers
        assert len(results.results.results) == summary.summary.received == 2
        assert started.wait() == 0


def test_a_client_that_never_reads_does_not_hold_a_stop(stubs, started: Server) -> None:
    nurse = json_format.ParseDict(profile(), stubs.Profile())
    items = stubs.EvaluationItems(items=[stubs.EvaluationItem(profile=nurse)] * 1_000)
    target = stubs.EvaluationTarget(draw_number="284", view=stubs.EVALUATION_VIEW_FULL)
    frames = itertools.chain(
        [stubs.StreamEvaluateRequest(target=target)], itertools.repeat(stubs.StreamEvaluateRequest(items=items), 200)
    )
    with grpc.insecure_channel(started.address) as channel:
        answers = stubs.Stub(channel).StreamEvaluate(frames, timeout=60)
        assert next(answers).WhichOneof("frame") == "started"
        time.sleep(1)
        check_bounded(started)
        answers.cancel()


@pytest.mark.parametrize(
    "first_bytes",
    [b"", b"PRI * HT", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET / HTTP/1.1\r\n"],
    ids=["nothing", "half a preface", "a preface and no more", "another protocol"],
)
def test_an_idle_connection_does_not_hold_a_stop(started: Server, first_bytes: bytes) -> None:
    host, port = started.address.split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(first_bytes)
        time.sleep(0.2)
        check_bounded(started)


@pytest.mark.parametrize("times", [1, 2])
def test_ctrl_c_skips_the_pause_and_a_second_one_the_rest(stubs, start: Callable[..., Server], times: int) -> None:
    server = start(lame_duck=30.0, grace=GRACE if times == 1 else 30.0)
    host, port = server.address.split(":")
    with socket.create_connection((host, int(port)), timeout=5):
        begin = time.monotonic()
        for _ in range(times):
            server.process.send_signal(signal.SIGINT)
            time.sleep(0.3)
        assert server.wait() == 0
        assert time.monotonic() - begin < GRACE + SLACK


def check_bounded(server: Server) -> None:
    begin = time.monotonic()
    server.terminate()
    assert server.wait() == 0
    assert time.monotonic() - begin < LAME_DUCK + GRACE + SLACK
