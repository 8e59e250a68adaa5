"""Python grpcio: streams, long ones, wrong ones, and ones whose client does not read."""

from __future__ import annotations

import queue
import time
from collections.abc import Iterator

import grpc
import pytest
from conftest import profile
from errors import Told, told
from google.protobuf import json_format

NURSE = profile()
TOTAL, FRAME = 50_000, 256

# The item at each place is one of these, in turn: what differs from the nurse, and what comes of it.
KINDS = [
    ({}, "invited"),
    ({"crsScore": 421}, "not_invited"),
    ({"crsScore": None}, "indeterminate"),
    ({"workExperiences": [NURSE["workExperiences"][0] | {"nocCode": "3012"}]}, "failed"),
    ({"crsScore": 423}, "invited"),
]


def target_frame(stubs, number: str = "284"):
    return stubs.StreamEvaluateRequest(target=stubs.EvaluationTarget(draw_number=number))


def items_frame(stubs, items):
    return stubs.StreamEvaluateRequest(items=stubs.EvaluationItems(items=items))


def nurses(stubs, number: int) -> list:
    nurse = json_format.ParseDict(NURSE, stubs.Profile())
    return [stubs.EvaluationItem(correlation_id=f"item {place}", profile=nurse) for place in range(number)]


def outcome(stubs, result) -> str:
    if result.WhichOneof("result") == "error":
        return "failed"
    return stubs.Verdict.Name(result.evaluation.verdict).removeprefix("VERDICT_").lower()


def test_50000_items_in_frames_of_256(stubs, stub) -> None:
    profiles = [json_format.ParseDict(NURSE | change, stubs.Profile()) for change, _ in KINDS]

    def frames() -> Iterator:
        yield target_frame(stubs)
        for first in range(0, TOTAL, FRAME):
            places = range(first, min(first + FRAME, TOTAL))
            yield items_frame(
                stubs,
                [
                    stubs.EvaluationItem(correlation_id=f"item {place}", profile=profiles[place % len(KINDS)])
                    for place in places
                ],
            )

    received, summary = 0, None
    for place, frame in enumerate(stub.StreamEvaluate(frames(), timeout=100)):
        assert summary is None, "nothing comes after the summary"
        kind = frame.WhichOneof("frame")
        assert (kind == "started") == (place == 0)
        if kind == "started":
            assert frame.started.draw.number == "284"
        elif kind == "summary":
            summary = frame.summary
        else:
            for result in frame.results.results:
                assert result.sequence == received
                assert result.correlation_id == f"item {received}"
                assert outcome(stubs, result) == KINDS[received % len(KINDS)][1]
                received += 1
    assert received == TOTAL
    share = TOTAL // len(KINDS)
    digest = summary.catalog_digest
    assert digest.startswith("sha256:")
    assert summary == stubs.StreamSummary(
        received=TOTAL,
        invited=2 * share,
        not_invited=share,
        indeterminate=share,
        failed=share,
        last_sequence=TOTAL - 1,
        catalog_digest=digest,
    )


def test_one_wrong_item_is_answered_by_its_own_error(stubs, stub) -> None:
    items = nurses(stubs, 5)
    items[2].profile.work_experiences[0].noc_code = "3012"
    _, *results, summary = stub.StreamEvaluate(iter([target_frame(stubs), items_frame(stubs, items)]), timeout=20)
    answers = [answer for frame in results for answer in frame.results.results]
    assert [answer.correlation_id for answer in answers] == [item.correlation_id for item in items]
    assert [outcome(stubs, answer) for answer in answers] == ["invited"] * 2 + ["failed"] + ["invited"] * 2
    error = Told(answers[2].error)
    assert error.code == grpc.StatusCode.INVALID_ARGUMENT.value[0]
    assert error.fields == ["profile.work_experiences[0].noc_code"]
    assert (summary.summary.received, summary.summary.invited, summary.summary.failed) == (5, 4, 1)


def test_an_empty_stream_has_a_summary(stubs, stub) -> None:
    started, summary = stub.StreamEvaluate(iter([target_frame(stubs)]), timeout=20)
    digest = started.started.catalog_digest
    assert summary.summary == stubs.StreamSummary(last_sequence=-1, catalog_digest=digest)


def test_answers_come_before_the_half_close(stubs, stub) -> None:
    """A conversation: each frame is answered while the client still has more to send."""
    frames: queue.SimpleQueue = queue.SimpleQueue()
    answers = stub.StreamEvaluate(iter(frames.get, None), timeout=20)
    frames.put(target_frame(stubs))
    assert next(answers).WhichOneof("frame") == "started"
    for sequence in range(5):
        frames.put(items_frame(stubs, nurses(stubs, 1)))
        assert [result.sequence for result in next(answers).results.results] == [sequence]
    frames.put(None)
    assert next(answers).summary.received == 5
    assert next(answers, None) is None


WRONG = {
    "a second target": (lambda s: [target_frame(s), target_frame(s)], "STREAM_PROTOCOL"),
    "a second target after items": (
        lambda s: [target_frame(s), items_frame(s, nurses(s, 1)), target_frame(s)],
        "STREAM_PROTOCOL",
    ),
    "an empty frame of items": (lambda s: [target_frame(s), items_frame(s, [])], "STREAM_PROTOCOL"),
    "a frame of nothing": (lambda s: [target_frame(s), s.StreamEvaluateRequest()], "STREAM_PROTOCOL"),
    "nothing first": (lambda s: [s.StreamEvaluateRequest()], "STREAM_PROTOCOL"),
    "items before the target": (lambda s: [items_frame(s, nurses(s, 1)), target_frame(s)], "STREAM_PROTOCOL"),
    "no target at all": (lambda s: [], "STREAM_PROTOCOL"),
    "1,001 items": (lambda s: [target_frame(s), items_frame(s, nurses(s, 1_001))], "INVALID_FIELDS"),
    "a target without a draw": (
        lambda s: [s.StreamEvaluateRequest(target=s.EvaluationTarget())],
        "INVALID_FIELDS",
    ),
    "an unknown view": (
        lambda s: [s.StreamEvaluateRequest(target=s.EvaluationTarget(draw_number="284", view=9))],
        "INVALID_FIELDS",
    ),
}
FIELDS = {"1,001 items": ["items"], "a target without a draw": ["target.draw"], "an unknown view": ["target.view"]}


@pytest.mark.parametrize("what", WRONG)
def test_frames_out_of_order_end_the_stream(stubs, stub, what: str) -> None:
    frames, reason = WRONG[what]
    kinds = []
    with pytest.raises(grpc.RpcError) as refused:
        for frame in stub.StreamEvaluate(iter(frames(stubs)), timeout=20):
            kinds.append(frame.WhichOneof("frame"))
    assert "summary" not in kinds
    assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    error = told(refused.value)
    assert error.reason == reason
    if what in FIELDS:
        assert error.fields == FIELDS[what]


def test_1000_items_in_a_frame_are_taken(stubs, stub) -> None:
    *_, summary = stub.StreamEvaluate(iter([target_frame(stubs), items_frame(stubs, nurses(stubs, 1_000))]), timeout=20)
    assert summary.summary.invited == 1_000


def test_what_was_sent_before_a_wrong_frame_is_answered(stubs, stub) -> None:
    answered = 0
    with pytest.raises(grpc.RpcError) as refused:
        frames = [target_frame(stubs), items_frame(stubs, nurses(stubs, 7)), items_frame(stubs, [])]
        for frame in stub.StreamEvaluate(iter(frames), timeout=20):
            answered += len(frame.results.results)
    assert answered == 7
    assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT


def test_an_unknown_draw(stubs, stub) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        list(stub.StreamEvaluate(iter([target_frame(stubs, "999")]), timeout=20))
    assert refused.value.code() == grpc.StatusCode.NOT_FOUND
    error = told(refused.value)
    assert error.reason == "DRAW_NOT_FOUND"
    assert error.resource.resource_name == "999"


def test_a_frame_above_the_limit(stubs, stub) -> None:
    items = nurses(stubs, 1)
    items[0].correlation_id = "x" * (4 << 20)
    with pytest.raises(grpc.RpcError) as refused:
        list(stub.StreamEvaluate(iter([target_frame(stubs), items_frame(stubs, items)]), timeout=20))
    assert refused.value.code() == grpc.StatusCode.OUT_OF_RANGE
    assert told(refused.value).reason == "MESSAGE_TOO_LARGE"


def test_a_client_that_does_not_read_is_not_read_from(stubs, stub) -> None:
    """Backpressure: frames stop being taken when nobody takes the answers; all come once somebody does."""
    taken = 0
    items = nurses(stubs, 1_000)
    limit = 400

    def frames() -> Iterator:
        nonlocal taken
        target = stubs.EvaluationTarget(draw_number="284", view=stubs.EVALUATION_VIEW_FULL)
        yield stubs.StreamEvaluateRequest(target=target)
        for taken in range(1, limit + 1):
            yield items_frame(stubs, items)

    answers = stub.StreamEvaluate(frames(), timeout=100)
    assert next(answers).WhichOneof("frame") == "started"
    # The answers of one frame are some 3 MB; nobody takes them now.
    seen = -1
    for _ in range(40):
        if taken == seen:
            break
        seen = taken
        time.sleep(0.5)
    assert 0 < taken < limit // 2, "frames were taken from a client that takes no answers"
    received = sum(len(frame.results.results) for frame in answers)
    assert received == limit * 1_000
