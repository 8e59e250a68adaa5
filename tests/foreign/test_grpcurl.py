"""grpcurl, a Go client that knows the service by reflection (v1alpha) alone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import SERVICE, Server, profile

GRPCURL = str(Path(sys.executable).parent / "grpcurl")


def grpcurl(server: Server, *what: str, frames: list[dict] | None = None) -> subprocess.CompletedProcess[str]:
    data = [] if frames is None else ["-d", "@"]
    sent = None if frames is None else "\n".join(map(json.dumps, frames))
    command = [GRPCURL, "-plaintext", "-max-time", "20", *data, server.address, *what]
    return subprocess.run(command, input=sent or "", capture_output=True, text=True, timeout=30)


def call(server: Server, method: str, *frames: dict) -> list[dict]:
    done = grpcurl(server, method, frames=list(frames))
    assert done.returncode == 0, done.stderr
    return documents(done.stdout)


def documents(text: str) -> list[dict]:
    """The JSON documents that stand one after the other in a text."""
    found, decoder, text = [], json.JSONDecoder(), text.strip()
    while text:
        document, end = decoder.raw_decode(text)
        found.append(document)
        text = text[end:].strip()
    return found


def test_lists_the_services(server: Server) -> None:
    listed = grpcurl(server, "list").stdout.split()
    assert {SERVICE, "grpc.health.v1.Health"} <= set(listed)
    methods = grpcurl(server, "list", SERVICE).stdout.split()
    assert methods == sorted(
        f"{SERVICE}.{method}"
        for method in (
            "BatchEvaluate",
            "Evaluate",
            "EvaluateHistory",
            "ExplainGap",
            "GetDraw",
            "GetOccupation",
            "GetServerInfo",
            "ListCategories",
            "ListDraws",
            "ListOccupations",
            "ProjectProfile",
            "ScoreProfile",
            "SimulateDraw",
            "StreamEvaluate",
        )
    )


@pytest.mark.parametrize(
    ("symbol", "line"),
    [
        (SERVICE, "rpc Evaluate ( .expressentry.v1.EvaluateRequest ) returns ( .expressentry.v1.EvaluateResponse );"),
        ("expressentry.v1.Profile", "optional int32 crs_score ="),
        ("grpc.health.v1.Health", "rpc Check ("),
        ("google.rpc.BadRequest", "field_violations = 1;"),
        ("google.rpc.ErrorInfo", "string reason = 1;"),
        ("google.rpc.ResourceInfo", "string resource_name = 2;"),
        ("google.rpc.RetryInfo", "retry_delay = 1;"),
    ],
)
def test_describes(server: Server, symbol: str, line: str) -> None:
    done = grpcurl(server, "describe", symbol)
    assert done.returncode == 0, done.stderr
    assert line in done.stdout


@pytest.mark.parametrize(
    ("name", "verdict", "failed"),
    [("nurse", "VERDICT_INVITED", []), ("nurse_not_invited", "VERDICT_NOT_INVITED", ["CRITERION_KIND_TIE_BREAK"])],
)
def test_evaluates(server: Server, name: str, verdict: str, failed: list[str]) -> None:
    [reply] = call(server, f"{SERVICE}/Evaluate", {"profile": profile(name), "drawNumber": "284"})
    evaluation = reply["evaluation"]
    assert evaluation["profileId"] == name
    assert evaluation["verdict"] == verdict
    assert evaluation["drawNumber"] == "284"
    outcomes = {criterion["kind"]: criterion["outcome"] for criterion in evaluation["criteria"]}
    assert [kind for kind, outcome in outcomes.items() if outcome != "OUTCOME_MET"] == failed


def test_evaluates_a_stream(server: Server) -> None:
    nurse, late = profile("nurse"), profile("nurse_not_invited")
    items = [{"correlationId": "a", "profile": nurse}, {"correlationId": "b", "profile": late}]
    started, *results, summary = call(
        server, f"{SERVICE}/StreamEvaluate", {"target": {"drawNumber": "284"}}, {"items": {"items": items}}
    )
    draw = started["started"]["draw"]
    assert (draw["number"], draw["crsCutOff"], draw["invitations"]) == ("284", 422, 3500)
    answers = [answer for frame in results for answer in frame["results"]["results"]]
    assert [(answer["correlationId"], answer["evaluation"]["verdict"]) for answer in answers] == [
        ("a", "VERDICT_INVITED"),
        ("b", "VERDICT_NOT_INVITED"),
    ]
    assert summary["summary"] == {
        "received": "2",
        "invited": "1",
        "notInvited": "1",
        "lastSequence": "1",
        "catalogDigest": started["started"]["catalogDigest"],
    }


def test_shows_error_details_in_clear(server: Server) -> None:
    wrong = profile() | {"crsScore": 1300, "workExperiences": [{"nocCode": "3012", "startDate": {"year": 2023}}]}
    done = grpcurl(server, f"{SERVICE}/Evaluate", frames=[{"profile": wrong, "drawNumber": "284"}])
    assert done.returncode != 0
    shown = done.stderr + done.stdout
    assert "Code: InvalidArgument" in shown
    assert (
        'profile.work_experiences[0].noc_code: NOC code "3012" is not five digits; '
        'NOC 2021 unit groups look like "31301"'
    ) in shown
    assert '"@type":"type.googleapis.com/google.rpc.ErrorInfo"' in shown
    assert '"reason":"INVALID_FIELDS"' in shown
    assert '"domain":"expressentry.v1"' in shown
    for field in (
        "profile.crs_score",
        "profile.work_experiences[0].noc_code",
        "profile.work_experiences[0].start_date",
    ):
        assert f'"field":"{field}"' in shown


def test_shows_a_missing_resource_in_clear(server: Server) -> None:
    shown = grpcurl(server, f"{SERVICE}/GetDraw", frames=[{"number": "91"}]).stderr
    assert "Code: NotFound" in shown
    assert '"@type":"type.googleapis.com/google.rpc.ResourceInfo"' in shown
    assert '"resourceName":"91"' in shown


@pytest.mark.parametrize("service", ["", SERVICE])
def test_checks_health(server: Server, service: str) -> None:
    assert call(server, "grpc.health.v1.Health/Check", {"service": service}) == [{"status": "SERVING"}]


def test_health_of_a_stranger_is_not_found(server: Server) -> None:
    done = grpcurl(server, "grpc.health.v1.Health/Check", frames=[{"service": "nobody"}])
    assert done.returncode != 0
    assert "Code: NotFound" in done.stderr
