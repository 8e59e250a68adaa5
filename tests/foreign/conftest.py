"""The server under test, and what the foreign clients need to speak to it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_tools import protoc

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("EXPRESS_ENTRY_BIN", ROOT / "target/release/express-entry")).resolve()
SERVICE = "expressentry.v1.ExpressEntryService"

# What a stop may take beyond its lame-duck pause and its grace period, on a busy machine.
SLACK = 5.0


class Server:
    """One process of the server, on a free port of the loopback address."""

    def __init__(
        self,
        log: Path,
        *flags: str,
        listen: str = "127.0.0.1:0",
        lame_duck: float = 0.5,
        grace: float = 3.0,
        log_format: str = "json",
    ) -> None:
        self.bound = lame_duck + grace + SLACK
        self.log_path = log
        with log.open("wb") as stderr:
            self.process = subprocess.Popen(
                [
                    str(BINARY),
                    "serve",
                    f"--listen={listen}",
                    f"--lame-duck={lame_duck}",
                    f"--grace-period={grace}",
                    f"--log-format={log_format}",
                    *flags,
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
            )
        try:
            self.address = self._address()
            self._wait_until_serving()
        except BaseException:
            self.process.kill()
            self.process.wait()
            raise

    @property
    def log(self) -> str:
        return self.log_path.read_text(encoding="utf-8", errors="replace")

    def terminate(self) -> None:
        self.process.terminate()

    def wait(self) -> int:
        """The exit code, which has to be there within the bounds of a stop."""
        try:
            return self.process.wait(self.bound)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            pytest.fail(f"the server did not stop within {self.bound} s of its signal; its log:\n{self.log[-4000:]}")

    def stop(self) -> None:
        self.terminate()
        assert self.wait() == 0, self.log[-4000:]

    def _address(self) -> str:
        for _ in range(200):
            for line in self.log.splitlines():
                if "listening" in line:
                    return "127.0.0.1:" + line.split("127.0.0.1:")[1][:5].rstrip('", ')
            assert self.process.poll() is None, self.log
            time.sleep(0.05)
        raise AssertionError(f"the server did not say where it listens:\n{self.log}")

    def _wait_until_serving(self) -> None:
        with grpc.insecure_channel(self.address) as channel:
            health = health_pb2_grpc.HealthStub(channel)
            reply = health.Check(health_pb2.HealthCheckRequest(), timeout=20, wait_for_ready=True)
        assert reply.status == health_pb2.HealthCheckResponse.SERVING


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server that most tests share; its stop has to be clean as well."""
    running = Server(tmp_path_factory.mktemp("server") / "log")
    yield running
    running.stop()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Starts servers of a test's own, and ends those that the test leaves running."""
    servers: list[Server] = []

    def start_one(*flags: str, **options: object) -> Server:
        servers.append(Server(tmp_path / f"log-{len(servers)}", *flags, **options))
        return servers[-1]

    yield start_one
    for one in servers:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()


@pytest.fixture(scope="session")
def stubs(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """All messages of the contract under one roof, and `Stub`, generated from `proto/` as a stranger would."""
    out = tmp_path_factory.mktemp("stubs")
    proto = ROOT / "proto"
    well_known = Path(protoc.__file__).parent / "_proto"
    files = sorted(str(path) for path in (proto / "expressentry").rglob("*.proto"))
    arguments = ["protoc", f"-I{proto}", f"-I{well_known}", f"--python_out={out}", f"--grpc_python_out={out}", *files]
    assert protoc.main(arguments) == 0
    sys.path.insert(0, str(out))
    from expressentry.v1 import (
        draw_pb2,
        evaluation_pb2,
        express_entry_service_pb2,
        express_entry_service_pb2_grpc,
        occupation_pb2,
        profile_pb2,
        score_pb2,
    )

    modules = (draw_pb2, evaluation_pb2, express_entry_service_pb2, occupation_pb2, profile_pb2, score_pb2)
    names = {name: value for module in modules for name, value in vars(module).items() if not name.startswith("_")}
    return SimpleNamespace(**names, Stub=express_entry_service_pb2_grpc.ExpressEntryServiceStub)


@pytest.fixture
def channel(server: Server) -> Iterator[grpc.Channel]:
    with grpc.insecure_channel(server.address) as open_channel:
        yield open_channel


@pytest.fixture
def stub(stubs: SimpleNamespace, channel: grpc.Channel):
    return stubs.Stub(channel)


def profile(name: str = "nurse") -> dict:
    """A profile of `examples/profiles`, as proto3 JSON."""
    return json.loads((ROOT / f"examples/profiles/{name}.json").read_text())
