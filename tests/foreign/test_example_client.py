"""The Python example, run as a reader of it would."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT, Server, profile

CLIENT = [sys.executable, str(ROOT / "examples/python/client.py")]
PROFILES = ROOT / "examples/profiles"


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [*CLIENT, *map(str, arguments)]
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize(
    ("name", "verdict", "line"),
    [("nurse", "INVITED", "CRS_SCORE  MET"), ("nurse_not_invited", "NOT_INVITED", "TIE_BREAK  NOT_MET")],
)
def test_evaluates(server: Server, name: str, verdict: str, line: str) -> None:
    done = run("evaluate", "--address", server.address, "--draw", "284", PROFILES / f"{name}.json")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == verdict
    assert line in done.stdout


def test_evaluates_a_file(server: Server) -> None:
    done = run("batch", "--address", server.address, "--draw", "284", PROFILES / "clients.jsonl")
    assert done.returncode == 0, done.stderr
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert [result["correlationId"] for result in results] == [str(number) for number in range(1, 11)]
    verdicts = {
        result["evaluation"]["profileId"]: result["evaluation"]["verdict"].removeprefix("VERDICT_")
        for result in results[:-1]
    }
    assert verdicts == {
        "nurse": "INVITED",
        "tie-won": "INVITED",
        "tie-lost": "NOT_INVITED",
        "below-the-cut-off": "NOT_INVITED",
        "one-day-short": "NOT_INVITED",
        "part-time": "INVITED",
        "engineer": "NOT_INVITED",
        "nominee-only": "NOT_INVITED",
        "score-not-said": "INDETERMINATE",
    }
    assert "profile.work_experiences[0].noc_code" in json.dumps(results[-1]["error"])
    assert "3 invited, 5 not, 1 indeterminate, 1 failed" in done.stderr


def test_goes_on_elsewhere_when_a_server_stops(start: Callable[..., Server], tmp_path: Path) -> None:
    first, second = start(lame_duck=0.0), start()
    total = 20_000
    many = tmp_path / "many.jsonl"
    # Long names, so that the answers do not all fit in the buffers on the way.
    nurse = json.dumps(profile() | {"profileId": "🍁" * 64})
    many.write_text(f"{nurse}\n" * total)
    command = [*CLIENT, "batch", "--address", f"{first.address},{second.address}", "--draw", "284", str(many)]
    told = tmp_path / "stderr"
    with told.open("wb") as stderr:
        client = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=stderr, text=True)
    try:
        lines = [client.stdout.readline() for _ in range(500)]
        first.terminate()
        lines += client.stdout.read().splitlines()
        assert client.wait(60) == 0, told.read_text()
    finally:
        if client.poll() is None:
            client.kill()
            client.wait()
        client.stdout.close()
    assert first.wait() == 0
    assert "going on from" in told.read_text()
    results = [json.loads(line) for line in lines]
    assert [int(result.get("sequence", 0)) for result in results] == list(range(total))
    assert [result["correlationId"] for result in results] == [str(number) for number in range(1, total + 1)]
    assert {result["evaluation"]["verdict"] for result in results} == {"VERDICT_INVITED"}


def test_tells_what_is_wrong(server: Server, tmp_path: Path) -> None:
    unknown = run("evaluate", "--address", server.address, "--draw", "999", PROFILES / "nurse.json")
    assert unknown.returncode != 0
    assert "DRAW_NOT_FOUND" in unknown.stderr
    wrong = tmp_path / "wrong.jsonl"
    wrong.write_text('{}\n{"crsScore": "many"}\n')
    mistyped = run("batch", "--address", server.address, "--draw", "284", wrong)
    assert mistyped.returncode != 0
    assert f"{wrong}:2: " in mistyped.stderr
    assert mistyped.stdout == ""


def test_an_incomplete_batch_is_a_failure(start: Callable[..., Server]) -> None:
    gone = start(lame_duck=0.0)
    gone.stop()
    done = run("batch", "--address", gone.address, "--draw", "284", PROFILES / "clients.jsonl")
    assert done.returncode != 0
    assert "stopped after 0 of 10" in done.stderr
