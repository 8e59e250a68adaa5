"""ScoreProfile through generated Python code: a score with its factors, the days that are covered, a range."""

from __future__ import annotations

from types import SimpleNamespace

import grpc
import pytest
from conftest import profile
from errors import told
from google.protobuf import json_format


def request(stubs: SimpleNamespace, year: int, month: int, day: int, **change: object):
    """The engineer of the examples on a day, with facts changed or taken away."""
    facts = {**profile("engineer"), **change}
    facts = {key: value for key, value in facts.items() if value is not None}
    message = {"profile": facts, "asOf": {"year": year, "month": month, "day": day}}
    return json_format.ParseDict(message, stubs.ScoreProfileRequest())


def test_every_factor_is_explained_and_cited(stub, stubs: SimpleNamespace) -> None:
    response = stub.ScoreProfile(request(stubs, 2024, 2, 14))
    crs = response.crs
    assert crs.total == crs.total_min == crs.total_max == 578
    assert crs.core + crs.spouse + crs.skill_transferability + crs.additional == 578
    assert len({factor.kind for factor in crs.factors}) == len(crs.factors) == 18
    assert all(factor.explanation and factor.citation.section for factor in crs.factors)
    assert len(response.programs) == 4
    assert not response.missing_fields


# A nomination is worth 600, and French 50 before it, in additional points that are capped at 600; core and skill
# transferability stay at 528.
def test_a_fact_that_is_missing_leaves_a_range(stub, stubs: SimpleNamespace) -> None:
    response = stub.ScoreProfile(request(stubs, 2024, 2, 14, provincialNomination=None))
    crs = response.crs
    assert not crs.HasField("total")
    assert (crs.total_min, crs.total_max) == (578, 1128)
    assert "profile.provincial_nomination" in response.missing_fields


@pytest.mark.parametrize("day", [(2014, 12, 31), (2026, 11, 3)])
def test_a_day_without_rules_is_refused(stub, stubs: SimpleNamespace, day: tuple[int, int, int]) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        stub.ScoreProfile(request(stubs, *day))
    assert refused.value.code() == grpc.StatusCode.FAILED_PRECONDITION
    assert told(refused.value).reason == "RULES_NOT_IN_CATALOG"
    assert "2015-01-01" in refused.value.details() and "2026-11-02" in refused.value.details()
