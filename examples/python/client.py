"""Asks an express-entry server whether a draw invites a profile, or a whole file of profiles.

pip install -r requirements.txt
python client.py evaluate --draw 284 ../profiles/nurse.json
python client.py batch --draw 284 ../profiles/clients.jsonl > results.jsonl

With several --address it goes on at the next server when one stops or is lost: a batch with the first profile that has no answer.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TextIO

import grpc
from google.protobuf import json_format
from google.rpc import error_details_pb2  # noqa: F401  (so that the details of errors print in clear)
from grpc_status import rpc_status
from grpc_tools import protoc
from tqdm import tqdm

PROTO = Path(__file__).resolve().parents[2] / "proto"
FRAME_ITEMS = 256

# Another server may well answer: this one stops, has too much to do, or was lost, which the library tells as UNAVAILABLE or UNKNOWN.
ELSEWHERE = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED, grpc.StatusCode.UNKNOWN)
# Seconds: the shortest pause before a server is asked that has failed already, and the longest.
PAUSES = (0.1, 5.0)
# A server that is gone without a word is noticed by its silence.
CHANNEL = [("grpc.keepalive_time_ms", 5_000), ("grpc.keepalive_timeout_ms", 5_000), ("grpc.http2.max_pings_without_data", 0)]


def generate_stubs(directory: str) -> None:
    """Generates the Python code of the contract and makes it importable."""
    well_known = Path(protoc.__file__).parent / "_proto"
    files = [str(file) for file in (PROTO / "expressentry/v1").glob("*.proto")]
    includes = [f"-I{PROTO}", f"-I{well_known}"]
    if protoc.main(["protoc", *includes, f"--python_out={directory}", f"--grpc_python_out={directory}", *files]) != 0:
        raise SystemExit("the stubs could not be generated")
    sys.path.insert(0, directory)


with tempfile.TemporaryDirectory() as stubs:
    generate_stubs(stubs)
    from expressentry.v1 import evaluation_pb2 as pb
    from expressentry.v1 import profile_pb2
    from expressentry.v1.express_entry_service_pb2_grpc import ExpressEntryServiceStub


def parse_profile(text: str, place: str) -> profile_pb2.Profile:
    try:
        return json_format.Parse(text, profile_pb2.Profile())
    except json_format.ParseError as error:
        raise SystemExit(f"{place}: {error}") from error


class Servers:
    """Servers that give the same answers, asked one after the other."""

    def __init__(self, addresses: list[str], patience: float) -> None:
        self._turns = itertools.cycle(addresses)
        self._number = len(addresses)
        self._patience = patience
        self.current = next(self._turns)
        self.answered()

    def answered(self) -> None:
        """The server answers: patience begins anew."""
        self._failures, self._answered_at = 0, time.monotonic()

    def give_up(self, error: grpc.RpcError) -> None:
        """Goes on to the next server, after a pause when all of them were just given up; raises what will go wrong everywhere."""
        if error.code() not in ELSEWHERE or time.monotonic() - self._answered_at > self._patience:
            raise error
        self._failures += 1
        rounds = self._failures // self._number
        if rounds:
            shortest, longest = PAUSES
            time.sleep(min(shortest * 2 ** min(rounds - 1, 10), longest))
        self.current = next(self._turns)


def evaluate(servers: Servers, draw: str, path: Path) -> None:
    """Prints the verdict on one profile, with every reason."""
    profile = parse_profile(path.read_text(encoding="utf-8"), str(path))
    request = pb.EvaluateRequest(profile=profile, draw_number=draw)
    evaluation = None
    while evaluation is None:
        try:
            with grpc.insecure_channel(servers.current, CHANNEL) as channel:
                evaluation = ExpressEntryServiceStub(channel).Evaluate(request, timeout=30).evaluation
        except grpc.RpcError as error:
            servers.give_up(error)
    print(pb.Verdict.Name(evaluation.verdict).removeprefix("VERDICT_"))
    for criterion in evaluation.criteria:
        kind = pb.CriterionKind.Name(criterion.kind).removeprefix("CRITERION_KIND_")
        outcome = pb.Outcome.Name(criterion.outcome).removeprefix("OUTCOME_")
        print(f"  {kind:<10} {outcome:<8} {criterion.explanation}")
    for field in evaluation.missing_fields:
        print(f"  not said: {field}")


def read_items(path: Path) -> Iterator[pb.EvaluationItem]:
    """The profiles of a JSONL file; the correlation_id is the number of the line."""
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                profile = parse_profile(line, f"{path}:{number}")
                yield pb.EvaluationItem(correlation_id=str(number), profile=profile)


def batch(servers: Servers, draw: str, path: Path, out: TextIO) -> None:
    """Writes one result a line, in the order of the file; goes on at the next address when a server stops."""
    # All lines are read once beforehand, so that a wrong one is told before anything is sent.
    total = sum(1 for _ in read_items(path))
    answered, verdicts, complete = 0, Counter(), False
    with tqdm(total=total, unit=" profiles", file=sys.stderr) as progress:
        while not complete:
            try:
                for result in stream(servers, draw, islice(read_items(path), answered, None), total - answered):
                    result.sequence = answered
                    print(json_format.MessageToJson(result, indent=None), file=out)
                    answered += 1
                    verdicts[pb.Verdict.Name(result.evaluation.verdict) if result.HasField("evaluation") else "failed"] += 1
                    progress.update()
                complete = True
            except grpc.RpcError as error:
                address = servers.current
                try:
                    servers.give_up(error)
                except grpc.RpcError:
                    tqdm.write(f"{address}: stopped after {answered} of {total} profiles", file=sys.stderr)
                    raise
                tqdm.write(f"{address}: {error.details()}; going on from {answered}", file=sys.stderr)
    tqdm.write(
        f"{verdicts['VERDICT_INVITED']} invited, {verdicts['VERDICT_NOT_INVITED']} not, "
        f"{verdicts['VERDICT_INDETERMINATE']} indeterminate, {verdicts['failed']} failed",
        file=sys.stderr,
    )


def stream(
    servers: Servers, draw: str, items: Iterator[pb.EvaluationItem], expected: int
) -> Iterator[pb.EvaluationResult]:
    """The results of one stream; frames are sent while results are read, and the summary has to agree with them."""

    def frames() -> Iterator[pb.StreamEvaluateRequest]:
        yield pb.StreamEvaluateRequest(target=pb.EvaluationTarget(draw_number=draw))
        while some := list(islice(items, FRAME_ITEMS)):
            yield pb.StreamEvaluateRequest(items=pb.EvaluationItems(items=some))

    received, summary = 0, None
    with grpc.insecure_channel(servers.current, CHANNEL) as channel:
        for answer in ExpressEntryServiceStub(channel).StreamEvaluate(frames()):
            for result in answer.results.results:
                if result.sequence != received:
                    raise SystemExit(f"result {result.sequence} came where {received} was due")
                received += 1
                servers.answered()
                yield result
            if answer.WhichOneof("frame") == "summary":
                summary = answer.summary
    if summary is None or not summary.received == received == expected:
        raise SystemExit(f"incomplete: {received} of {expected} profiles were answered")


def tell(error: grpc.RpcError) -> str:
    """The error with its details, which name every wrong field."""
    status = rpc_status.from_call(error)
    return f"{error.code().name}: {error.details()}" if status is None else json_format.MessageToJson(status)


def main() -> None:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--address", action="append", help="of a server, 127.0.0.1:50051 by default; may be given several times")
    common.add_argument("--patience", type=float, default=30.0, help="seconds to go on without an answer from any of them")
    common.add_argument("--draw", required=True, help='number of the draw: "284"')
    common.add_argument("path", type=Path, help="a Profile as proto3 JSON; for batch one a line")
    parser = argparse.ArgumentParser(description="Asks an express-entry server whether a draw invites.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("evaluate", parents=[common], help="one profile, with every reason")
    commands.add_parser("batch", parents=[common], help="a JSONL file of profiles; the results go to standard output")
    arguments = parser.parse_args()
    servers = Servers(arguments.address or ["127.0.0.1:50051"], arguments.patience)
    try:
        if arguments.command == "evaluate":
            evaluate(servers, arguments.draw, arguments.path)
        else:
            batch(servers, arguments.draw, arguments.path, sys.stdout)
    except grpc.RpcError as error:
        raise SystemExit(tell(error)) from error


if __name__ == "__main__":
    main()
