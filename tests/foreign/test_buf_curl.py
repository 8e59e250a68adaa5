"""buf curl, a Go client of another make; it reads both versions of reflection, or `proto/`."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, SERVICE, Server, profile
from google.rpc import code_pb2, error_details_pb2
from test_grpcurl import documents

BUF = str(Path(sys.executable).parent / "buf")

SCHEMAS = {
    "reflection": ["--reflect"],
    "reflection v1": ["--reflect", "--reflect-protocol", "grpc-v1"],
    "reflection v1alpha": ["--reflect", "--reflect-protocol", "grpc-v1alpha"],
    "files": ["--schema", "proto"],
}

schemas = pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS.keys())


def buf_curl(server: Server, schema: list[str], method: str, *frames: dict) -> subprocess.CompletedProcess[str]:
    url = f"http://{server.address}/{method}"
    command = [BUF, "curl", "--protocol", "grpc", "--http2-prior-knowledge", *schema, "--data", "@-", url]
    sent = "\n".join(map(json.dumps, frames))
    return subprocess.run(command, input=sent, capture_output=True, text=True, timeout=60, cwd=ROOT)


def call(server: Server, schema: list[str], method: str, *frames: dict) -> list[dict]:
    done = buf_curl(server, schema, method, *frames)
    assert done.returncode == 0, done.stderr
    return documents(done.stdout)


@schemas
@pytest.mark.parametrize(
    ("name", "verdict"), [("nurse", "VERDICT_INVITED"), ("nurse_not_invited", "VERDICT_NOT_INVITED")]
)
def test_evaluates(server: Server, schema: list[str], name: str, verdict: str) -> None:
    request = {"profile": profile(name), "drawNumber": "284"}
    [reply] = call(server, schema, f"{SERVICE}/Evaluate", request)
    assert reply["evaluation"]["verdict"] == verdict


@schemas
def test_evaluates_a_stream(server: Server, schema: list[str]) -> None:
    items = [{"correlationId": name, "profile": profile(name)} for name in ("nurse", "nurse_not_invited")]
    frames = [{"target": {"drawNumber": "284"}}, *({"items": {"items": [item]}} for item in items)]
    started, *results, summary = call(server, schema, f"{SERVICE}/StreamEvaluate", *frames)
    assert started["started"]["draw"]["number"] == "284"
    answers = [answer for frame in results for answer in frame["results"]["results"]]
    assert [(int(answer.get("sequence", 0)), answer["correlationId"]) for answer in answers] == [
        (0, "nurse"),
        (1, "nurse_not_invited"),
    ]
    assert [answer["evaluation"]["verdict"] for answer in answers] == ["VERDICT_INVITED", "VERDICT_NOT_INVITED"]
    assert summary["summary"]["received"] == "2"


@schemas
def test_shows_error_details(server: Server, schema: list[str]) -> None:
    wrong = profile() | {"crsScore": 1300}
    done = buf_curl(server, schema, f"{SERVICE}/Evaluate", {"profile": wrong, "drawNumber": "284"})
    assert done.returncode == code_pb2.INVALID_ARGUMENT << 3, "buf's way to tell a gRPC code"
    error = json.loads(done.stderr[done.stderr.index("{") :])
    assert error["code"] == "invalid_argument"
    details = {detail["type"]: base64.b64decode(detail["value"] + "==") for detail in error["details"]}
    info = error_details_pb2.ErrorInfo.FromString(details["google.rpc.ErrorInfo"])
    assert (info.reason, info.domain) == ("INVALID_FIELDS", "expressentry.v1")
    bad = error_details_pb2.BadRequest.FromString(details["google.rpc.BadRequest"])
    assert [violation.field for violation in bad.field_violations] == ["profile.crs_score"]


@pytest.mark.parametrize("service", ["", SERVICE])
def test_checks_health_by_reflection(server: Server, service: str) -> None:
    reply = call(server, SCHEMAS["reflection v1"], "grpc.health.v1.Health/Check", {"service": service})
    assert reply == [{"status": "SERVING"}]


def test_lists_the_services(server: Server) -> None:
    command = [BUF, "curl", "--protocol", "grpc", "--http2-prior-knowledge", "--list-services"]
    done = subprocess.run([*command, f"http://{server.address}"], capture_output=True, text=True, timeout=60, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert {SERVICE, "grpc.health.v1.Health"} <= set(done.stdout.split())
