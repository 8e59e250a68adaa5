"""Asks an express-entry server whether a draw invites a profile, or a whole file of profiles.

pip install -r requirements.txt
python client.py evaluate --draw 284 ../profiles/nurse.json
python client.py batch --draw 284 ../profiles/clients.jsonl > results.jsonl
"""

from __future__ import annotations

import argparse
import sys
import tempfile
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


def evaluate(address: str, draw: str, path: Path) -> None:
    """Prints the verdict on one profile, with every reason."""
    profile = parse_profile(path.read_text(encoding="utf-8"), str(path))
    with grpc.insecure_channel(address) as channel:
        request = pb.EvaluateRequest(profile=profile, draw_number=draw)
        evaluation = ExpressEntryServiceStub(channel).Evaluate(request, timeout=30).evaluation
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


def batch(addresses: list[str], draw: str, path: Path, out: TextIO) -> None:
    """Writes one result a line, in the order of the file; goes on at the next address when a server stops."""
    # All lines are read once beforehand, so that a wrong one is told before anything is sent.
    total = sum(1 for _ in read_items(path))
    answered = 0
    with tqdm(total=total, unit=" profiles", file=sys.stderr) as progress:
        for address in addresses:
            try:
                for result in stream(address, draw, islice(read_items(path), answered, None), total - answered):
                    result.sequence = answered
                    print(json_format.MessageToJson(result, indent=None), file=out)
                    answered += 1
                    progress.update()
                return
            except grpc.RpcError as error:
                if error.code() != grpc.StatusCode.UNAVAILABLE or address == addresses[-1]:
                    tqdm.write(f"{address}: stopped after {answered} of {total} profiles", file=sys.stderr)
                    raise
                tqdm.write(f"{address}: {error.details()}; going on from {answered}", file=sys.stderr)


def stream(address: str, draw: str, items: Iterator[pb.EvaluationItem], expected: int) -> Iterator[pb.EvaluationResult]:
    """The results of one stream; frames are sent while results are read, and the summary has to agree with them."""

    def frames() -> Iterator[pb.StreamEvaluateRequest]:
        yield pb.StreamEvaluateRequest(target=pb.EvaluationTarget(draw_number=draw))
        while some := list(islice(items, FRAME_ITEMS)):
            yield pb.StreamEvaluateRequest(items=pb.EvaluationItems(items=some))

    received, summary = 0, None
    with grpc.insecure_channel(address) as channel:
        for answer in ExpressEntryServiceStub(channel).StreamEvaluate(frames()):
            for result in answer.results.results:
                if result.sequence != received:
                    raise SystemExit(f"result {result.sequence} came where {received} was due")
                received += 1
                yield result
            if answer.WhichOneof("frame") == "summary":
                summary = answer.summary
    if summary is None or not summary.received == received == expected:
        raise SystemExit(f"incomplete: {received} of {expected} profiles were answered")
    tqdm.write(
        f"{summary.invited} invited, {summary.not_invited} not, "
        f"{summary.indeterminate} indeterminate, {summary.failed} failed",
        file=sys.stderr,
    )


def tell(error: grpc.RpcError) -> str:
    """The error with its details, which name every wrong field."""
    status = rpc_status.from_call(error)
    return f"{error.code().name}: {error.details()}" if status is None else json_format.MessageToJson(status)


def main() -> None:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--address", default="127.0.0.1:50051", help="of the server; batch takes several: a,b")
    common.add_argument("--draw", required=True, help='number of the draw: "284"')
    common.add_argument("path", type=Path, help="a Profile as proto3 JSON; for batch one a line")
    parser = argparse.ArgumentParser(description="Asks an express-entry server whether a draw invites.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("evaluate", parents=[common], help="one profile, with every reason")
    commands.add_parser("batch", parents=[common], help="a JSONL file of profiles; the results go to standard output")
    arguments = parser.parse_args()
    addresses = arguments.address.split(",")
    try:
        if arguments.command == "evaluate":
            evaluate(addresses[0], arguments.draw, arguments.path)
        else:
            batch(addresses, arguments.draw, arguments.path, sys.stdout)
    except grpc.RpcError as error:
        raise SystemExit(tell(error)) from error


if __name__ == "__main__":
    main()
