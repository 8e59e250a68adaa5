"""Loads the release server for a long time, and fails when its memory or its open files grow.

    python3 benches/soak.py --minutes 10

Streams and unary calls at full speed, each in spans of ten seconds on connections of their own, that are then cut; half-open connections;
a catalogue that changes every few seconds; at last a stop under load. Needs cargo, or the programs by --server and --load. Not for machines that
have other work: what is measured is growth, but ten minutes of it should be ten minutes of load.
"""

import argparse
import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SPAN = 10.0
# What may be more in the last quarter of the time than in the second one: an allocator keeps some, and threads come and go.
MORE_KIB = 8 << 10
MORE_FILES = 4
# One driver each, all at the same time.
LOADS = [
    ["--load", "stream", "--connections", "4", "--in-flight", "16"],
    ["--load", "unary", "--connections", "4", "--in-flight", "64"],
    ["--load", "history", "--connections", "2", "--in-flight", "2"],
]


def build() -> tuple[str, str]:
    """The server and the driver, both as they are released."""
    subprocess.run(["cargo", "build", "--release", "--locked", "--bins"], cwd=ROOT, check=True)
    command = ["cargo", "bench", "--locked", "--no-run", "--bench", "load", "--message-format=json"]
    lines = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    units = [json.loads(line) for line in lines if '"executable":"' in line]
    load = next(unit["executable"] for unit in units if unit["target"]["name"] == "load")
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    return str(target / "release/express-entry"), load


class Server:
    def __init__(self, program: str, folder: Path) -> None:
        self.log = folder / "log"
        self.catalog = folder / "catalog"
        self.catalog.mkdir()
        flags = ["--listen", "127.0.0.1:0", "--metrics-listen", "127.0.0.1:0", "--catalog-dir", str(self.catalog)]
        # Calls have a line each, and they are as many as they are: the log goes where it costs nothing but the writing.
        flags += ["--log", "warn,express_entry::cli=info", "--lame-duck", "0.5", "--grace-period", "10"]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen([program, "serve", *flags], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        deadline = time.monotonic() + 20
        while len(addresses := re.findall(r"address=([\d.:]+)", self.log.read_text())) < 2:
            assert self.process.poll() is None and time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.05)
        self.address, self.metrics = addresses[:2]

    def resident_kib(self) -> int:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1])

    def files(self) -> int:
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def metric(self, name: str) -> float:
        """The sum of all series of a metric."""
        text = urllib.request.urlopen(f"http://{self.metrics}/metrics", timeout=10).read().decode()
        return sum(float(value) for value in re.findall(rf"^{name}(?:\{{[^\n]*\}})? (\S+)", text, re.MULTILINE))


class Worker(threading.Thread):
    """Does one thing again and again until it is told to end; a failure is kept for the end."""

    def __init__(self, work, pause: float, over: threading.Event) -> None:
        super().__init__(daemon=True)
        self.work, self.pause, self.over, self.failure = work, pause, over, None

    def run(self) -> None:
        turn = 0
        while not self.over.wait(self.pause):
            try:
                self.work(turn)
            except Exception as failure:  # noqa: BLE001
                self.failure = failure
                return
            turn += 1


def driven(server: Server, load: str, flags: list[str], answered: list[int], over: threading.Event):
    """A span of load by a process of its own, whose connections end with it."""

    def span(_turn: int) -> None:
        command = [load, "drive", "--address", server.address, "--pid", str(server.process.pid), *flags]
        done = subprocess.run([*command, "--seconds", str(SPAN)], capture_output=True, text=True, timeout=10 * SPAN)
        if over.is_set():
            # Its server was stopped while it measured.
            return
        assert done.returncode == 0, done.stderr
        sample = json.loads(done.stdout.splitlines()[-1])
        assert sample["failed"] == 0 and sample["answered"] > 0, sample
        answered.append(sample["answered"])

    return span


def changing(server: Server):
    """A draw more, and a draw less: another catalogue each time."""
    lines = (ROOT / "catalog/draws.csv").read_text().splitlines()
    like = next(line for line in lines if line.startswith("441,"))
    new = like.replace("441,2026-09-04,2026-09-04", "9001,2026-10-14,2026-10-14")

    def change(turn: int) -> None:
        place = server.catalog / ".new-draws"
        place.write_text("\n".join([lines[0], *([new] if turn % 2 == 0 else [])]) + "\n")
        place.rename(server.catalog / "draws.csv")
        if turn % 3 == 0:
            server.process.send_signal(signal.SIGHUP)

    return change


def half_open(server: Server):
    """Connections that say nothing, half a preface, or what is no HTTP/2, and go."""
    host, port = server.address.split(":")

    def connect(turn: int) -> None:
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            connection.sendall([b"PRI * HT", b"GET / HTTP/1.1\r\n\r\n", b"\x00" * 64][turn % 3])
            time.sleep(0.1)

    return connect


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--minutes", type=float, default=10.0)
    arguments.add_argument("--server", help="the server's program; it is built otherwise")
    arguments.add_argument("--load", help="the program of the bench load; it is built otherwise")
    chosen = arguments.parse_args()
    program, load = (chosen.server, chosen.load) if chosen.server and chosen.load else build()
    with tempfile.TemporaryDirectory() as folder:
        server = Server(program, Path(folder))
        try:
            soak(server, load, chosen.minutes * 60)
        finally:
            if server.process.poll() is None:
                server.process.kill()
                server.process.wait()


def soak(server: Server, load: str, seconds: float) -> None:
    over, answered = threading.Event(), [[] for _ in LOADS]
    works = [(driven(server, load, flags, told, over), 0.2) for flags, told in zip(LOADS, answered, strict=True)]
    works += [(changing(server), 3.0), (half_open(server), 0.5)]
    workers = [Worker(work, pause, over) for work, pause in works]
    for worker in workers:
        worker.start()
    samples, begun, told_at = [], time.monotonic(), 0.0
    print(f"{'second':>7}{'resident MiB':>14}{'files':>7}{'items':>14}{'reloads':>9}", flush=True)
    while (second := time.monotonic() - begun) < seconds:
        time.sleep(1.0)
        assert server.process.poll() is None, f"the server ended:\n{server.log.read_text()}"
        for worker in workers:
            if worker.failure:
                raise worker.failure
        resident, files = server.resident_kib(), server.files()
        samples.append((second, resident, files))
        if second - told_at >= seconds / 20:
            told_at = second
            items, reloads = (server.metric(f"express_entry_{name}_total") for name in ("items", "reloads"))
            print(f"{second:7.0f}{resident / 1024:14.1f}{files:7}{items:14.0f}{reloads:9.0f}", flush=True)
    growth = [quarter(samples, seconds, 3, of) - quarter(samples, seconds, 1, of) for of in (1, 2)]
    reloads, panics = server.metric("express_entry_reloads_total"), server.metric("express_entry_panics_total")
    over.set()
    # The drivers are still at it.
    server.process.terminate()
    ended = server.process.wait(20)
    print(f"answered {[sum(told) for told in answered]}, {reloads:.0f} reloads, {panics:.0f} panics; the stop ended with {ended}")
    print(f"from the second quarter to the last: {growth[0] / 1024:+.1f} MiB resident, {growth[1]:+.0f} files")
    failed = growth[0] > MORE_KIB or growth[1] > MORE_FILES or panics or ended != 0 or not reloads
    for line in server.log.read_text().splitlines()[-5:] if failed else []:
        print(line)
    for worker in workers:
        worker.join(2 * SPAN)
    sys.exit(1 if failed else 0)


def quarter(samples: list[tuple[float, int, int]], seconds: float, number: int, of: int) -> float:
    """The median of a quarter of the time, counted from 0."""
    first = seconds * number / 4
    return statistics.median(sample[of] for sample in samples if first <= sample[0] < first + seconds / 4)


if __name__ == "__main__":
    main()
