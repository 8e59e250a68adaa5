"""History, gap, projection and simulation, asked by grpcurl."""

from __future__ import annotations

import json

from conftest import ROOT, SERVICE, Server
from test_grpcurl import call

NURSE = json.loads((ROOT / "examples/profiles/nurse_four_months.json").read_text(encoding="utf-8"))
DAY = {"year": 2024, "month": 2, "day": 14}


def test_history_has_every_draw(server: Server) -> None:
    answers = call(server, f"{SERVICE}/EvaluateHistory", {"profile": NURSE, "as_of": DAY})
    assert len(answers) == 448
    of_284 = next(answer for answer in answers if answer["drawNumber"] == "284")
    assert of_284["verdict"] == "VERDICT_NOT_INVITED"
    assert (of_284["crsScore"], of_284["crsMargin"]) == (410, -12)
    assert of_284["failedCriteria"] == ["CRITERION_KIND_CATEGORY", "CRITERION_KIND_CRS_SCORE"]


def test_gap_names_the_months_and_the_points(server: Server) -> None:
    (answer,) = call(server, f"{SERVICE}/ExplainGap", {"profile": NURSE, "draw_number": "284", "max_options": 1})
    (option,) = answer["options"]
    months, _ = option["parts"]
    assert months["field"] == "profile.work_experiences[0].start_date"
    assert (months["from"], months["to"]) == ("2023-10-14", "2023-08-16")
    assert months["reachedOn"] == {"year": 2024, "month": 4, "day": 13}
    assert option["crsScore"] >= 422


def test_projection_reaches_the_months(server: Server) -> None:
    asked = {"profile": NURSE, "from": DAY, "to": {"year": 2024, "month": 6, "day": 1}}
    (answer,) = call(server, f"{SERVICE}/ProjectProfile", asked)
    days = [(state["day"]["month"], state["day"]["day"]) for state in answer["states"]]
    assert days == [(2, 14), (4, 13), (5, 20)]
    kinds = [change["kind"] for state in answer["states"][1:] for change in state["changes"]]
    assert kinds == ["PROJECTED_CHANGE_KIND_WORK_COMPLETED", "PROJECTED_CHANGE_KIND_BIRTHDAY"]


def test_simulation_invites_in_rank_order(server: Server) -> None:
    lines = (ROOT / "examples/profiles/clients.jsonl").read_text(encoding="utf-8").splitlines()
    pool = [json.loads(line) for line in lines]
    items = [{"correlation_id": profile["profileId"], "profile": profile} for profile in pool]
    frames = [{"terms": {"draw_number": "284", "invitations": 3}}, {"pool": {"items": items}}]
    answers = call(server, f"{SERVICE}/SimulateDraw", *frames)
    assert [next(iter(answer)) for answer in answers] == ["started", "refused", "result", "invited", "summary"]
    assert answers[2]["result"]["draw"]["crsCutOff"] == 422
    invited = [one["correlationId"] for one in answers[3]["invited"]["invitations"]]
    assert invited == ["part-time", "nurse", "tie-won"]


def test_wrong_terms_are_refused_with_their_fields(server: Server) -> None:
    from test_grpcurl import grpcurl

    done = grpcurl(server, f"{SERVICE}/SimulateDraw", frames=[{"terms": {"draw_number": "284", "invitations": 0}}])
    assert done.returncode != 0
    assert "terms.invitations" in done.stderr
