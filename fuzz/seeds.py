"""Writes the seeds that are messages or texts of others: those of request, page_tokens, feed and catalog.

    pip install -r examples/python/requirements.txt; python3 fuzz/seeds.py
"""

from __future__ import annotations

import base64
import json
import os
import sys
import tempfile
from pathlib import Path

from google.protobuf import json_format
from grpc_tools import protoc

ROOT = Path(__file__).resolve().parents[1]
SEEDS = ROOT / "fuzz/seeds"
PROFILES = ROOT / "examples/profiles"


def generated() -> dict[str, type]:
    """The messages of the contract, by name."""
    directory = tempfile.mkdtemp()
    files = [str(file) for file in (ROOT / "proto/expressentry/v1").glob("*.proto")]
    includes = [f"-I{ROOT / 'proto'}", f"-I{Path(protoc.__file__).parent / '_proto'}"]
    assert protoc.main(["protoc", *includes, f"--python_out={directory}", *files]) == 0
    sys.path.insert(0, directory)
    messages = {}
    for file in files:
        module = __import__(f"expressentry.v1.{Path(file).stem}_pb2", fromlist=["*"])
        messages |= {name: value for name, value in vars(module).items() if isinstance(value, type)}
    return messages


def write(target: str, name: str, data: bytes) -> None:
    (SEEDS / target).mkdir(parents=True, exist_ok=True)
    (SEEDS / target / name).write_bytes(data)


def requests() -> None:
    messages = generated()
    profiles = {name: json.loads((PROFILES / f"{name}.json").read_text()) for name in ("nurse", "engineer", "nurse_four_months")}
    hypothetical = {
        "number": "mine", "name": "Mine", "heldOn": {"year": 2024, "month": 5, "day": 1}, "heldAt": "2024-05-01T12:00:00Z",
        "type": "DRAW_TYPE_CATEGORY_BASED", "programs": ["PROGRAM_CANADIAN_EXPERIENCE_CLASS"], "categoryId": "healthcare",
        "invitations": 100, "crsCutOff": 430, "tieBreak": "TIE_BREAK_PUBLISHED", "tieBreakAt": "2024-01-30T02:39:54Z",
    }  # fmt: skip
    day = {"year": 2024, "month": 2, "day": 14}

    def request(method: int, kind: str, name: str, value: dict) -> bytes:
        message = json_format.ParseDict(value, messages[kind]()).SerializeToString()
        write("request", name, bytes([method]) + message)
        return message

    for name, profile in profiles.items():
        request(0, "EvaluateRequest", f"evaluate_{name}", {"profile": profile, "drawNumber": "284"})
        request(2, "ScoreProfileRequest", f"score_{name}", {"profile": profile, "asOf": day})
        request(8, "ExplainGapRequest", f"gap_{name}", {"profile": profile, "drawNumber": "284"})
    request(0, "EvaluateRequest", "evaluate_own", {"profile": profiles["engineer"], "hypotheticalDraw": hypothetical, "strict": True})
    request(0, "EvaluateRequest", "evaluate_latest", {"profile": profiles["engineer"], "latestInCategory": "french"})
    items = [{"correlationId": "a", "profile": profiles["nurse"]}, {"profile": profiles["engineer"]}, {}]
    request(1, "BatchEvaluateRequest", "batch", {"target": {"drawNumber": "284", "view": "EVALUATION_VIEW_FULL"}, "items": items})
    request(3, "ListOccupationsRequest", "occupations", {"drawNumber": "284", "query": "nurse", "teers": [1], "pageSize": 3})
    request(4, "GetOccupationRequest", "occupation", {"nocCode": "31301", "asOf": day})
    request(5, "ListDrawsRequest", "draws", {"categoryId": "healthcare", "heldFrom": day, "pageSize": 3})
    request(6, "GetDrawRequest", "draw", {"number": "91a"})
    request(7, "ListCategoriesRequest", "categories", {"asOf": day})
    to = {"year": 2025, "month": 3, "day": 1}
    request(9, "ProjectProfileRequest", "project", {"profile": profiles["nurse_four_months"], "from": day, "to": to})
    request(10, "EvaluateHistoryRequest", "history", {"profile": profiles["nurse"]})
    frames = [{"terms": {"drawNumber": "284", "invitations": 1}}, {"pool": {"items": items}}]
    frames = [json_format.ParseDict(frame, messages["SimulateDrawRequest"]()).SerializeToString() for frame in frames]
    write("request", "simulate", b"\x0b" + b"".join(len(frame).to_bytes(2, "big") + frame for frame in frames))


def page_tokens() -> None:
    write("page_tokens", "none", b"\x04")
    write("page_tokens", "place_and_seal", b"\x06" + (50).to_bytes(4, "big") + bytes(range(16)))
    write("page_tokens", "text", b"\x04" + base64.urlsafe_b64encode(bytes(20)).rstrip(b"="))


def feed() -> None:
    counts = [1_000, 60_000] + [70_000] + [14_000] * 5 + [65_000] + [13_000] * 5 + [50_000, 20_000, 5_000, 271_000]
    new = {
        "drawNumber": "448", "drawNumberURL": "<a href='#'>448</a>", "drawDate": "2026-10-14", "drawDateFull": "October 14, 2026",
        "drawName": "Canadian Experience Class", "drawSize": "2,500", "drawCRS": "530", "mitext": "", "DrawText1": "",
        "drawText2": "Canadian Experience Class", "drawDateTime": "October 14th,  2026 at 14:36:53 PM UTC",
        "drawCutOff": "March 03, 2026 at 02:39:54 UTC", "drawDistributionAsOn": "October 11, 2026",
    }  # fmt: skip
    new |= {f"dd{place}": f"{count:,}" for place, count in enumerate(counts, start=1)}
    known = {
        "drawNumber": "284", "drawDate": "14-02-2024", "drawName": "Healthcare occupations (2023-1)", "drawSize": "3,500",
        "drawCRS": "421", "drawText2": "", "drawDateTime": "February 14, 2024 at 13:36:53 UTC", "drawCutOff": "n/a",
    }  # fmt: skip
    odd = {"drawNumber": "449", "drawDate": "October 2026", "drawName": "Dentists", "drawSize": "many", "drawDateTime": "October 15 at 14:36:53"}
    for name, rounds in {"new": [new], "known": [known], "odd": [odd, {}], "all": [odd, new, known, new]}.items():
        write("feed", name, json.dumps({"classes": "", "rounds": rounds}).encode())


def catalog() -> None:
    folder = ROOT / "catalog"
    draws = (folder / "draws.csv").read_text().splitlines()
    row = next(line for line in draws if line.startswith("441,"))
    new = row.replace("441,2026-09-04,2026-09-04", "448,2026-10-14,2026-10-14")
    write("catalog", "overlay_draw", f"\0draws.csv\n{draws[0]}\n{new}\n".encode())
    trades = (folder / "categories/trades.toml").read_text()
    write("catalog", "overlay_two", f"\0draws.csv\n{draws[0]}\n{new}\n\0categories/trades.toml\n{trades}".encode())
    for name in ("crs/age", "crs/shared", "crs/french", "crs/education_and_language", "programs/fsw", "programs/settlement_funds", "languages/pte_core"):
        text = (folder / f"{name}.toml").read_text()
        write("catalog", "overlay_" + name.replace("/", "_"), f"\0{name}.toml\n{text}".encode())
    for file in range(0, 40, 3):
        write("catalog", f"change_{file:02}", bytes([1, file, 2, 7, 1]) + b"9")


if __name__ == "__main__":
    os.umask(0o022)
    requests()
    page_tokens()
    feed()
    catalog()
