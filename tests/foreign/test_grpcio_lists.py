"""Python grpcio: the catalogue, its pages, and what the server says of itself."""

from __future__ import annotations

import re

import grpc
import pytest
from errors import told
from google.protobuf import json_format

# Newest first; there is no 91 but 91a and 91b, which share an instant.
ALL_DRAWS = [*map(str, range(447, 91, -1)), "91b", "91a", *map(str, range(90, 0, -1))]
FEBRUARY_14 = {"year": 2024, "month": 2, "day": 14}


def draws(stubs, stub, **filters):
    return stub.ListDraws(json_format.ParseDict(filters, stubs.ListDrawsRequest()), timeout=20)


def occupations(stubs, stub, **filters):
    return stub.ListOccupations(json_format.ParseDict(filters, stubs.ListOccupationsRequest()), timeout=20)


def invalid_fields(method, *arguments, **filters) -> list[str]:
    with pytest.raises(grpc.RpcError) as refused:
        method(*arguments, **filters)
    assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    return told(refused.value).fields


@pytest.mark.parametrize(("page_size", "pages"), [(0, 9), (7, 64), (447, 2), (448, 1), (1_000, 1), (100_000, 1)])
def test_pages_through_all_draws(stubs, stub, page_size: int, pages: int) -> None:
    assert len(ALL_DRAWS) == 448
    listed, token = [], ""
    for _ in range(pages):
        page = draws(stubs, stub, pageSize=page_size, pageToken=token)
        assert page.total_size == 448
        listed += [draw.number for draw in page.draws]
        token = page.next_page_token
    assert token == ""
    assert listed == ALL_DRAWS


def test_a_page_token_belongs_to_its_filter_and_is_refused_when_altered(stubs, stub) -> None:
    token = draws(stubs, stub, pageSize=10).next_page_token
    middle = len(token) // 2
    altered = token[:middle] + ("A" if token[middle] != "A" else "B") + token[middle + 1 :]
    for wrong in (altered, token[:-1], token + "A", "x", "🍁"):
        assert invalid_fields(draws, stubs, stub, pageToken=wrong) == ["page_token"]
    assert invalid_fields(draws, stubs, stub, pageToken=token, categoryId="healthcare") == ["page_token"]
    assert invalid_fields(occupations, stubs, stub, pageToken=token) == ["page_token"]
    # The size of the pages is no part of the filter.
    assert draws(stubs, stub, pageToken=token, pageSize=3).draws[0].number == ALL_DRAWS[10]


def test_what_a_list_refuses(stubs, stub) -> None:
    assert invalid_fields(draws, stubs, stub, pageSize=-1) == ["page_size"]
    assert invalid_fields(draws, stubs, stub, type=9) == ["type"]
    assert invalid_fields(draws, stubs, stub, program=9) == ["program"]
    assert invalid_fields(draws, stubs, stub, heldFrom={"year": 2024, "month": 2}) == ["held_from"]
    assert invalid_fields(draws, stubs, stub, heldTo={"year": 2023, "month": 2, "day": 29}) == ["held_to"]
    assert invalid_fields(occupations, stubs, stub, pageSize=-1) == ["page_size"]
    assert invalid_fields(occupations, stubs, stub, teers=[0, 6]) == ["teers[1]"]
    assert invalid_fields(occupations, stubs, stub, query="x" * 201) == ["query"]
    # A day of its own beside that of a draw, and a draw without a list of occupations: 446 was CEC only.
    assert invalid_fields(occupations, stubs, stub, drawNumber="284", asOf=FEBRUARY_14) == ["as_of"]
    assert invalid_fields(occupations, stubs, stub, drawNumber="446") == ["draw_number"]


def test_draws_by_filter(stubs, stub) -> None:
    healthcare = draws(stubs, stub, categoryId="healthcare")
    assert [draw.number for draw in healthcare.draws] == (
        "441 422 398 385 379 373 362 357 349 345 327 301 284 271 255 252".split()
    )
    day = draws(stubs, stub, heldFrom=FEBRUARY_14, heldTo=FEBRUARY_14)
    assert [draw.number for draw in day.draws] == ["284"], "both days count"
    assert draws(stubs, stub, type="DRAW_TYPE_CATEGORY_BASED").total_size == 78


def test_the_35_occupations_of_the_first_list(stubs, stub) -> None:
    listed = occupations(stubs, stub, categoryId="healthcare", asOf=FEBRUARY_14)
    codes = [occupation.noc_code for occupation in listed.occupations]
    assert listed.total_size == len(codes) == 35
    assert codes == sorted(codes)
    assert "31301" in codes and "21231" not in codes
    assert all("healthcare" in occupation.category_ids for occupation in listed.occupations)
    assert occupations(stubs, stub, drawNumber="284") == listed
    assert (
        occupations(stubs, stub, categoryId="healthcare", asOf={"year": 2025, "month": 2, "day": 27}).total_size == 37
    )


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("31301", ["31301"]),
        ("3130", ["31300", "31301", "31302", "31303"]),
        ("GENERAL pract", ["31102"]),
        ("omnipraticiens medecins", ["31102"]),
        ("omnipraticiens MÉDECINS", ["31102"]),
        ("neral practitioners", []),
    ],
)
def test_occupations_by_code_or_words(stubs, stub, query: str, expected: list[str]) -> None:
    assert [occupation.noc_code for occupation in occupations(stubs, stub, query=query).occupations] == expected


def test_occupations_altogether(stubs, stub) -> None:
    assert occupations(stubs, stub).total_size == 516
    every = occupations(stubs, stub, pageSize=1_000).occupations
    assert len({occupation.noc_code for occupation in every}) == 516
    trades = occupations(stubs, stub, teers=[0, 1], pageSize=1_000).occupations
    assert {occupation.teer for occupation in trades} == {0, 1}


def test_one_draw_one_occupation_and_the_categories(stubs, stub) -> None:
    draw = stub.GetDraw(stubs.GetDrawRequest(number="284"), timeout=20).draw
    assert json_format.MessageToDict(draw, preserving_proto_field_name=True) | {"name": "", "notes": []} == {
        "number": "284",
        "name": "",
        "notes": [],
        "held_on": FEBRUARY_14,
        "held_at": "2024-02-14T15:50:22Z",
        "type": "DRAW_TYPE_CATEGORY_BASED",
        "programs": [
            "PROGRAM_FEDERAL_SKILLED_WORKER",
            "PROGRAM_CANADIAN_EXPERIENCE_CLASS",
            "PROGRAM_FEDERAL_SKILLED_TRADES",
        ],
        "category_id": "healthcare",
        "invitations": 3500,
        "crs_cut_off": 422,
        "tie_break_at": "2024-01-30T02:39:54Z",
        "tie_break": "TIE_BREAK_PUBLISHED",
        "confidence": "CONFIDENCE_HIGH",
    }
    nurse = stub.GetOccupation(stubs.GetOccupationRequest(noc_code="31301"), timeout=20).occupation
    assert (nurse.teer, nurse.broad_category, nurse.skilled_trade) == (1, 3, False)
    assert nurse.title == "Registered nurses and registered psychiatric nurses"
    request = json_format.ParseDict({"asOf": FEBRUARY_14}, stubs.ListCategoriesRequest())
    categories = {category.id: category for category in stub.ListCategories(request, timeout=20).categories}
    healthcare = categories["healthcare"]
    assert (healthcare.experience_months, healthcare.experience_window_years, healthcare.continuous) == (6, 3, True)
    assert len(healthcare.noc_codes) == 35
    assert categories["french"].min_nclc == 7


def test_what_the_server_says_of_itself(stubs, stub) -> None:
    info = stub.GetServerInfo(stubs.GetServerInfoRequest(), timeout=20)
    assert re.fullmatch(r"\d+\.\d+\.\d+\S*", info.version)
    assert re.fullmatch("sha256:[0-9a-f]{64}", info.catalog_digest)
    assert (info.draws_from.year, info.draws_from.month, info.draws_from.day) == (2015, 1, 31)
    assert (info.draws_to.year, info.draws_to.month, info.draws_to.day) == (2026, 10, 1)
    limits = info.limits
    assert (limits.max_batch_items, limits.max_frame_items, limits.max_page_size) == (1_000, 1_000, 1_000)
    assert limits.max_message_bytes == 4 << 20
