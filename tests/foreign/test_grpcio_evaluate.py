"""Python grpcio with generated stubs: single calls and batches."""

from __future__ import annotations

import grpc
import pytest
from conftest import profile
from errors import Told, told
from google.protobuf import json_format

NURSE = profile()
NOT_LISTED = NURSE["workExperiences"][0] | {"nocCode": "21231"}

# What differs from the nurse, and the verdict against draw 284: cut-off 422, tie-break 2024-01-30T02:39:54Z.
CASES = [
    ({}, "INVITED"),
    ({"crsScore": 423}, "INVITED"),
    ({"crsScore": 422}, "INVITED"),
    ({"crsScore": 421}, "NOT_INVITED"),
    ({"crsScore": 422, "submittedAt": "2024-01-30T02:39:53Z"}, "INVITED"),
    ({"crsScore": 422, "submittedAt": "2024-01-30T02:39:54Z"}, "NOT_INVITED"),
    ({"crsScore": 423, "submittedAt": "2024-01-30T02:39:54Z"}, "INVITED"),
    ({"submittedAt": "2024-02-14T15:50:22Z"}, "INVITED"),
    ({"submittedAt": "2024-02-14T15:50:23Z"}, "NOT_INVITED"),
    ({"submittedAt": "2023-02-14T15:50:22Z"}, "NOT_INVITED"),
    ({"submittedAt": "2023-02-14T15:50:23Z"}, "INVITED"),
    ({"eligiblePrograms": ["PROGRAM_PROVINCIAL_NOMINEE"]}, "NOT_INVITED"),
    ({"eligiblePrograms": ["PROGRAM_PROVINCIAL_NOMINEE", "PROGRAM_FEDERAL_SKILLED_TRADES"]}, "INVITED"),
    ({"workExperiences": [NOT_LISTED]}, "NOT_INVITED"),
    ({"workExperiences": []}, "INDETERMINATE"),
    ({"submittedAt": None}, "INDETERMINATE"),
]


@pytest.mark.parametrize(("change", "verdict"), CASES)
def test_single_batch_and_stream_agree(stubs, stub, change: dict, verdict: str) -> None:
    request = json_format.ParseDict({"profile": NURSE | change, "drawNumber": "284"}, stubs.EvaluateRequest())
    single = stub.Evaluate(request, timeout=20).evaluation
    assert stubs.Verdict.Name(single.verdict) == f"VERDICT_{verdict}"

    target = stubs.EvaluationTarget(draw_number="284", view=stubs.EVALUATION_VIEW_FULL)
    items = [stubs.EvaluationItem(profile=request.profile)]
    batch = stub.BatchEvaluate(stubs.BatchEvaluateRequest(target=target, items=items), timeout=20)
    frames = [
        stubs.StreamEvaluateRequest(target=target),
        stubs.StreamEvaluateRequest(items=stubs.EvaluationItems(items=items)),
    ]
    started, results, summary = stub.StreamEvaluate(iter(frames), timeout=20)
    assert batch.draw.number == started.started.draw.number == single.draw_number == "284"
    digest = single.catalog_digest
    assert batch.catalog_digest == started.started.catalog_digest == summary.summary.catalog_digest == digest
    # The batch and the stream carry these once, beside their results.
    single.ClearField("draw_number")
    single.ClearField("catalog_digest")
    assert batch.results[0].evaluation == single
    assert results.results.results[0].evaluation == single


def test_missing_fields_are_named(stubs, stub) -> None:
    request = json_format.ParseDict(
        {"profile": NURSE | {"submittedAt": None}, "drawNumber": "284"}, stubs.EvaluateRequest()
    )
    evaluation = stub.Evaluate(request, timeout=20).evaluation
    assert list(evaluation.missing_fields) == ["profile.submitted_at"]


def test_the_verdict_view_says_no_more_than_that(stubs, stub) -> None:
    request = json_format.ParseDict(
        {"profile": NURSE, "drawNumber": "284", "view": "EVALUATION_VIEW_VERDICT"}, stubs.EvaluateRequest()
    )
    evaluation = stub.Evaluate(request, timeout=20).evaluation
    assert (evaluation.verdict, evaluation.crs_score, evaluation.crs_margin) == (stubs.VERDICT_INVITED, 430, 8)
    for field in ("criteria", "qualifying_occupations", "assumptions", "notices"):
        assert not getattr(evaluation, field)


def test_strict_takes_nothing_on_the_word(stubs, stub) -> None:
    request = json_format.ParseDict({"profile": NURSE, "drawNumber": "284", "strict": True}, stubs.EvaluateRequest())
    evaluation = stub.Evaluate(request, timeout=20).evaluation
    assert evaluation.verdict == stubs.VERDICT_INDETERMINATE
    spell = "profile.work_experiences[0]"
    assert set(evaluation.missing_fields) == {
        f"{spell}.paid",
        f"{spell}.duties.lead_statement",
        f"{spell}.duties.main_duties",
        f"{spell}.duties.essential_duties",
    }
    assert not evaluation.assumptions


def test_latest_in_category_and_hypothetical_draws(stubs, stub) -> None:
    latest = json_format.ParseDict({"profile": NURSE, "latestInCategory": "healthcare"}, stubs.EvaluateRequest())
    assert stub.Evaluate(latest, timeout=20).evaluation.draw_number == "441"
    draw = {
        "number": "what if",
        "heldOn": {"year": 2024, "month": 2, "day": 14},
        "heldAt": "2024-02-14T15:50:22Z",
        "type": "DRAW_TYPE_CATEGORY_BASED",
        "programs": ["PROGRAM_FEDERAL_SKILLED_WORKER"],
        "categoryId": "healthcare",
        "crsCutOff": 431,
    }
    posed = json_format.ParseDict({"profile": NURSE, "hypotheticalDraw": draw}, stubs.EvaluateRequest())
    evaluation = stub.Evaluate(posed, timeout=20).evaluation
    assert (evaluation.draw_number, evaluation.verdict, evaluation.crs_margin) == (
        "what if",
        stubs.VERDICT_NOT_INVITED,
        -1,
    )
    # The score equals the cut-off, and no tie-break is said: it is unknown.
    posed.hypothetical_draw.crs_cut_off = 430
    evaluation = stub.Evaluate(posed, timeout=20).evaluation
    assert evaluation.verdict == stubs.VERDICT_INDETERMINATE
    assert not evaluation.missing_fields, "a draw's tie-break is no field of the caller's"


def batch_of(stubs, number: int):
    request = stubs.BatchEvaluateRequest(target=stubs.EvaluationTarget(draw_number="284"))
    for place in range(number):
        item = request.items.add(correlation_id=f"item {place}")
        item.profile.CopyFrom(json_format.ParseDict(NURSE, stubs.Profile()))
        item.profile.crs_score = 421 + place % 3
    return request


def test_a_batch_of_1000(stubs, stub) -> None:
    reply = stub.BatchEvaluate(batch_of(stubs, 1_000), timeout=60)
    assert reply.draw.number == "284"
    assert reply.catalog_digest.startswith("sha256:")
    assert [result.sequence for result in reply.results] == list(range(1_000))
    assert [result.correlation_id for result in reply.results] == [f"item {place}" for place in range(1_000)]
    invited = [result.evaluation.verdict == stubs.VERDICT_INVITED for result in reply.results]
    assert invited == [place % 3 != 0 for place in range(1_000)]
    # VERDICT is the view of a batch that asks for none.
    assert not any(result.evaluation.criteria for result in reply.results)
    assert not any(result.evaluation.draw_number or result.evaluation.catalog_digest for result in reply.results)


def test_a_batch_of_1001_is_refused(stubs, stub) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        stub.BatchEvaluate(batch_of(stubs, 1_001), timeout=60)
    assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert told(refused.value).fields == ["items"]


def test_a_wrong_item_of_a_batch_fails_alone(stubs, stub) -> None:
    request = batch_of(stubs, 5)
    request.items[2].profile.work_experiences[0].noc_code = "3012"
    request.items[3].correlation_id = "x" * 65
    request.items[4].ClearField("profile")
    reply = stub.BatchEvaluate(request, timeout=20)
    assert [result.WhichOneof("result") for result in reply.results] == ["evaluation"] * 2 + ["error"] * 3
    errors = [Told(result.error) for result in reply.results[2:]]
    assert [error.code for error in errors] == [grpc.StatusCode.INVALID_ARGUMENT.value[0]] * 3
    assert [error.fields for error in errors] == [
        ["profile.work_experiences[0].noc_code"],
        ["correlation_id"],
        ["profile"],
    ]
    assert [result.sequence for result in reply.results] == [0, 1, 2, 3, 4]
    assert reply.results[2].correlation_id == "item 2"


def test_an_answer_above_the_limit_is_refused_and_streams_all_the_same(stubs, stub) -> None:
    """A client takes 4 MiB; so much is never sent to it, in one message."""
    target = stubs.EvaluationTarget(draw_number="284", view=stubs.EVALUATION_VIEW_FULL)
    items = batch_of(stubs, 1_000).items
    for item in items:
        # Twenty spells: a hundred assumptions in every answer.
        item.profile.work_experiences.extend([item.profile.work_experiences[0]] * 19)
    with pytest.raises(grpc.RpcError) as refused:
        stub.BatchEvaluate(stubs.BatchEvaluateRequest(target=target, items=items), timeout=60)
    assert refused.value.code() == grpc.StatusCode.OUT_OF_RANGE
    assert told(refused.value).reason == "RESPONSE_TOO_LARGE"
    frames = [
        stubs.StreamEvaluateRequest(target=target),
        stubs.StreamEvaluateRequest(items=stubs.EvaluationItems(items=items)),
    ]
    _, *results, summary = stub.StreamEvaluate(iter(frames), timeout=60)
    assert sum(len(frame.results.results) for frame in results) == summary.summary.received == 1_000
