"""The log never holds a profile, however much of it is asked for."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from functools import partial

import grpc
import pytest
from conftest import Server, profile
from google.protobuf import json_format

SCORE, WRONG_SCORE = 1087, 876543219
# What the log has no other reason to hold. A score alone could also be the size of a frame, so it is looked for as
# answers and fields show it.
TEXTS = ["marker-profile", "marker-item", "marker-draw", "QXZ7K", "marker-page", "marker-query", "marker-category"]
SCORES = [f"{SCORE}, stated", f"Some({SCORE})", f"crs_score: {SCORE}", str(WRONG_SCORE)]
CODES = ["31301", "62999"]

CHANGES = [
    {},
    {"crsScore": WRONG_SCORE},
    {"workExperiences": [profile()["workExperiences"][0] | {"nocCode": "QXZ7K"}]},
    {"workExperiences": [profile()["workExperiences"][0] | {"nocCode": "62999"}]},
    {"workExperiences": [profile()["workExperiences"][0] | {"countryCode": "marker-profile"}]},
    {"attestedCategoryIds": ["marker-category"]},
    {"profileId": "marker-profile" * 10},
]


def refused(call) -> bool:
    try:
        call()
    except grpc.RpcError:
        return True
    return False


def send_everything(stubs, address: str) -> None:
    """Each profile through each method, right and wrong."""
    with grpc.insecure_channel(address) as channel:
        stub = stubs.Stub(channel)
        marked = {"profileId": "marker-profile", "crsScore": SCORE}
        profiles = [json_format.ParseDict(profile() | marked | change, stubs.Profile()) for change in CHANGES]
        for number, one in enumerate(profiles):
            request = stubs.EvaluateRequest(profile=one, draw_number="284")
            assert refused(partial(stub.Evaluate, request, timeout=20)) == (number > 0)
        items = [stubs.EvaluationItem(correlation_id="marker-item", profile=one) for one in profiles]
        items.append(stubs.EvaluationItem(correlation_id="marker-item" * 10, profile=profiles[0]))
        target = stubs.EvaluationTarget(draw_number="284", view=stubs.EVALUATION_VIEW_FULL)
        batch = stub.BatchEvaluate(stubs.BatchEvaluateRequest(target=target, items=items), timeout=20)
        assert sum(result.HasField("error") for result in batch.results) == len(CHANGES)
        frames = [
            stubs.StreamEvaluateRequest(target=target),
            stubs.StreamEvaluateRequest(items=stubs.EvaluationItems(items=items)),
        ]
        *_, summary = stub.StreamEvaluate(iter(frames), timeout=20)
        assert summary.summary.failed == len(CHANGES)
        frames.append(stubs.StreamEvaluateRequest(target=target))
        assert refused(lambda: list(stub.StreamEvaluate(iter(frames), timeout=20)))
        unknown = stubs.EvaluateRequest(profile=profiles[0], draw_number="marker-draw")
        assert refused(lambda: stub.Evaluate(unknown, timeout=20))
        too_large = stubs.EvaluateRequest(profile=profiles[0], draw_number="marker-draw" * (4 << 20))
        assert refused(lambda: stub.Evaluate(too_large, timeout=20))
        assert refused(lambda: stub.GetOccupation(stubs.GetOccupationRequest(noc_code="QXZ7K"), timeout=20))
        assert refused(lambda: stub.ListDraws(stubs.ListDrawsRequest(page_token="marker-page"), timeout=20))
        stub.ListOccupations(stubs.ListOccupationsRequest(query="marker-query"), timeout=20)
        malformed = channel.unary_unary("/expressentry.v1.ExpressEntryService/Evaluate")
        assert refused(lambda: malformed(b"\x0a\x7fmarker-profile", timeout=20))


def in_base64(text: str) -> list[str]:
    """What of `text` shows in the base64 of a message that holds it, at any of the three places it can have there."""
    middles = []
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + text.encode()).decode().rstrip("=")
        middles.append(encoded[-(-shift * 4 // 3) : len(encoded) - 1])
    return middles


@pytest.mark.parametrize("log_format", ["human", "json"])
@pytest.mark.parametrize("level", ["info", "debug", "trace"])
def test_no_profile_is_in_the_log(stubs, start: Callable[..., Server], level: str, log_format: str) -> None:
    server = start("--log", level, log_format=log_format)
    send_everything(stubs, server.address)
    server.stop()
    log = server.log
    assert "listening" in log and "call ended" in log, "the log has its lines all the same"
    found = [text for text in TEXTS if text in log or any(middle in log for middle in in_base64(text))]
    found += [score for score in SCORES if score in log]
    found += [code for code in CODES if re.search(rf"(?<![\d.:]){code}(?!\d)", log)]
    lines = [line for line in log.splitlines() if any(marker in line for marker in found)]
    assert not found, f"{found} in the log, as in:\n" + "\n".join(line[:400] for line in lines[:5])


@pytest.mark.parametrize("log_format", ["human", "json"])
def test_every_call_has_its_line_and_none_is_lost_at_a_stop(stubs, start: Callable[..., Server], log_format: str) -> None:
    server = start(lame_duck=0, log_format=log_format)
    with grpc.insecure_channel(server.address) as channel:
        stub = stubs.Stub(channel)
        for _ in range(300):
            stub.GetServerInfo(stubs.GetServerInfoRequest(), timeout=20)
        assert refused(lambda: stub.GetDraw(stubs.GetDrawRequest(number="marker-draw"), timeout=20))
        nowhere = channel.unary_unary("/expressentry.v1.ExpressEntryService/marker-draw")
        assert refused(lambda: nowhere(b"", timeout=20))
    server.stop()
    lines = [line for line in server.log.splitlines() if "call ended" in line]
    if log_format == "json":
        told = [json.loads(line) for line in lines]
        calls = [(line["method"].rpartition("/")[2], line["code"]) for line in told]
        assert all(line["us"] >= 0 and line["level"] == "INFO" for line in told)
        instants = [line["timestamp"] for line in told]
    else:
        pattern = r"(\S+)  INFO call ended method=(?:\S*/)?(\S+) code=(\d+) us=\d+ request_id=[0-9a-f]{16}"
        matches = [re.fullmatch(pattern, line) for line in lines]
        assert all(matches), lines
        calls = [match.group(2, 3) for match in matches]
        instants = [match[1] for match in matches]
    assert calls.count(("GetServerInfo", "0")) == 300
    assert calls.count(("GetDraw", "5")) == 1
    assert calls.count(("unknown", "12")) == 1
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", instant) for instant in instants)
    assert instants == sorted(instants)
