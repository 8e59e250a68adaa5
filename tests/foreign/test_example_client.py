"""The Python example, run as a reader of it would."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import BINARY, ROOT, Server, profile

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


class Batch:
    """One of the example clients at work on a file, with its results read as they come."""

    def __init__(self, language: str, path: Path, addresses: list[str], told: Path) -> None:
        if language == "python":
            command = [*CLIENT, "batch"]
        else:
            command = [str(BINARY.parent / "examples/client"), "batch"]
            addresses = [f"http://{address}" for address in addresses]
        for address in addresses:
            command += ["--address", address]
        self.told = told
        with told.open("wb") as stderr:
            self.process = subprocess.Popen(
                [*command, "--draw", "284", str(path)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
            )
        self.lines: list[str] = []

    def read(self, number: int) -> None:
        self.lines += [self.process.stdout.readline() for _ in range(number)]

    def end(self) -> list[str]:
        """Reads the rest, and gives the lines that were answered, in the order of the answers."""
        try:
            self.lines += self.process.stdout.read().splitlines()
            assert self.process.wait(120) == 0, self.told.read_text()
        finally:
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()
            self.process.stdout.close()
        results = [json.loads(line) for line in self.lines]
        assert {"INVITED" in json.dumps(result) for result in results} == {True}
        return [result.get("correlationId", result.get("line")) for result in results]


@pytest.fixture
def many(tmp_path: Path) -> tuple[Path, list[str]]:
    """A file of profiles, and the numbers of its lines."""
    total = 20_000
    path = tmp_path / "many.jsonl"
    # Long names, so that the answers do not all fit in the buffers on the way.
    nurse = json.dumps(profile() | {"profileId": "🍁" * 64})
    path.write_text(f"{nurse}\n" * total)
    return path, [str(number) for number in range(1, total + 1)]


@pytest.mark.parametrize("language", ["python", "rust"])
def test_goes_on_elsewhere_when_a_server_stops(
    start: Callable[..., Server], many: tuple[Path, list[str]], tmp_path: Path, language: str
) -> None:
    path, lines = many
    first, second = start(lame_duck=0.0), start()
    batch = Batch(language, path, [first.address, second.address], tmp_path / "stderr")
    batch.read(500)
    first.terminate()
    assert batch.end() == lines
    assert first.wait() == 0
    assert "going on" in batch.told.read_text()


@pytest.mark.parametrize("language", ["python", "rust"])
def test_goes_on_when_servers_are_killed_and_come_back(
    start: Callable[..., Server], many: tuple[Path, list[str]], tmp_path: Path, language: str
) -> None:
    path, lines = many
    servers = [start(), start()]
    batch = Batch(language, path, [server.address for server in servers], tmp_path / "stderr")
    for kill in range(4):
        batch.read(2_000)
        killed = servers[kill % 2]
        killed.process.kill()
        killed.process.wait()
        # Whoever was on the other one stays there, and whoever was here comes to it.
        batch.read(2_000)
        servers[kill % 2] = start(listen=killed.address)
    assert batch.end() == lines
    assert "going on" in batch.told.read_text()


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
    done = run("batch", "--address", gone.address, "--patience", "1", "--draw", "284", PROFILES / "clients.jsonl")
    assert done.returncode != 0
    assert "stopped after 0 of 10" in done.stderr
