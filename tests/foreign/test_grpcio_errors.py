"""Python grpcio-status: what a wrong request is told, and that nothing wrong goes untold."""

from __future__ import annotations

import grpc
import pytest
from conftest import SERVICE, profile
from errors import told
from google.protobuf import json_format

NURSE = profile()
SPELL = NURSE["workExperiences"][0]
TEST = {"kind": "LANGUAGE_TEST_KIND_IELTS_GENERAL", "listening": 6, "reading": 6, "writing": 6, "speaking": 6}
SPELL_PATH = "profile.work_experiences[0]"
TEST_PATH = "profile.language_tests[0]"


def day(year: int, month: int, day: int) -> dict:
    return {"year": year, "month": month, "day": day}


# What differs from the nurse's profile, and the field that is named.
PROFILES = [
    *(
        ({"workExperiences": [SPELL | change]}, f"{SPELL_PATH}.{field}")
        for change, field in [
            ({"nocCode": "3012"}, "noc_code"),
            ({"nocCode": "99999"}, "noc_code"),
            ({"nocCode": "3130l"}, "noc_code"),
            ({"nocCode": ""}, "noc_code"),
            ({"startDate": None}, "start_date"),
            ({"startDate": day(2023, 2, 30)}, "start_date"),
            ({"startDate": day(2023, 2, 29)}, "start_date"),
            ({"startDate": day(2023, 13, 1)}, "start_date"),
            ({"startDate": day(2023, 0, 0)}, "start_date"),
            ({"startDate": day(0, 1, 1)}, "start_date"),
            ({"startDate": day(2023, -1, 1)}, "start_date"),
            ({"startDate": day(10000, 1, 1)}, "start_date"),
            ({"endDate": day(2023, 8, 13)}, "end_date"),
            ({"endDate": day(2023, 7, 0)}, "end_date"),
            ({"endDate": day(2023, 9, 31)}, "end_date"),
            ({"hoursPerWeek": 0}, "hours_per_week"),
            ({"hoursPerWeek": -1}, "hours_per_week"),
            ({"hoursPerWeek": 168.01}, "hours_per_week"),
            ({"hoursPerWeek": "NaN"}, "hours_per_week"),
            ({"hoursPerWeek": "Infinity"}, "hours_per_week"),
            ({"hoursPerWeek": "-Infinity"}, "hours_per_week"),
            ({"countryCode": "ca"}, "country_code"),
            ({"countryCode": "CAN"}, "country_code"),
            ({"countryCode": "XX"}, "country_code"),
            ({"paid": 9}, "paid"),
            ({"selfEmployed": 3}, "self_employed"),
            ({"authorized": -1}, "authorized"),
            ({"fullTimeStudent": 2147483647}, "full_time_student"),
            ({"duties": {"leadStatement": 9}}, "duties.lead_statement"),
            ({"duties": {"mainDuties": 9}}, "duties.main_duties"),
            ({"duties": {"essentialDuties": 9}}, "duties.essential_duties"),
        ]
    ),
    *(
        ({"languageTests": [TEST | change]}, f"{TEST_PATH}.{field}")
        for change, field in [
            ({"kind": "LANGUAGE_TEST_KIND_UNSPECIFIED"}, "kind"),
            ({"kind": 99}, "kind"),
            ({"takenOn": day(2023, 2, 30)}, "taken_on"),
            ({"takenOn": day(2023, 2, 0)}, "taken_on"),
            ({"listening": 9.5}, "listening"),
            ({"reading": -0.5}, "reading"),
            ({"writing": "NaN"}, "writing"),
            ({"kind": "LANGUAGE_TEST_KIND_CELPIP_GENERAL", "speaking": 13}, "speaking"),
            ({"kind": "LANGUAGE_TEST_KIND_CLB_ENGLISH", "reading": 6.5}, "reading"),
            ({"kind": "LANGUAGE_TEST_KIND_NCLC_FRENCH", "writing": 13}, "writing"),
        ]
    ),
    ({"crsScore": -1}, "profile.crs_score"),
    ({"crsScore": 1201}, "profile.crs_score"),
    ({"eligiblePrograms": ["PROGRAM_FEDERAL_SKILLED_WORKER", 9]}, "profile.eligible_programs[1]"),
    ({"eligiblePrograms": ["PROGRAM_UNSPECIFIED"]}, "profile.eligible_programs[0]"),
    ({"profileId": "x" * 65}, "profile.profile_id"),
    ({"attestedCategoryIds": ["healthcare"]}, "profile.attested_category_ids[0]"),
    ({"attestedCategoryIds": ["military_recruits", "plumbers"]}, "profile.attested_category_ids[1]"),
]

# Figures of each test that lie just outside: all four abilities are named.
OUTSIDE = {
    "PTE_CORE": (9, 91, 9, 91),
    "TEF_CANADA": (361, 301, 451, 451),
    "TCF_CANADA": (700, 700, 21, 21),
    "IELTS_GENERAL": (-0.5, 9.5, 10, 100),
    "CELPIP_GENERAL": (-1, 13, 12.5, 100),
    "CLB_ENGLISH": (-1, 13, 0.5, 100),
    "NCLC_FRENCH": (-1, 13, 0.5, 100),
}
# The largest and smallest figures that are taken.
INSIDE = {
    "PTE_CORE": (10, 90, 10, 90),
    "TEF_CANADA": (360, 300, 450, 450),
    "TCF_CANADA": (699, 699, 20, 20),
    "IELTS_GENERAL": (0, 9, 4.5, 9),
    "CELPIP_GENERAL": (0, 12, 1, 2),
    "CLB_ENGLISH": (0, 12, 1, 2),
    "NCLC_FRENCH": (0, 12, 1, 2),
}
ABILITIES = ("listening", "reading", "writing", "speaking")

POSED = {
    "heldOn": day(2024, 2, 14),
    "heldAt": "2024-02-14T15:50:22Z",
    "type": "DRAW_TYPE_CATEGORY_BASED",
    "programs": ["PROGRAM_FEDERAL_SKILLED_WORKER"],
    "categoryId": "healthcare",
    "crsCutOff": 422,
}

# What differs from a draw that is right, and the fields that are named.
DRAWS = [
    ({key: None for key in POSED}, {"held_on", "held_at", "type", "programs", "crs_cut_off"}),
    ({"heldOn": day(2024, 2, 0)}, {"held_on"}),
    ({"type": 9}, {"type"}),
    ({"programs": [9]}, {"programs[0]"}),
    ({"programs": ["PROGRAM_UNSPECIFIED"]}, {"programs[0]"}),
    ({"crsCutOff": 1201}, {"crs_cut_off"}),
    ({"crsCutOff": -1}, {"crs_cut_off"}),
    ({"categoryId": None}, {"category_id"}),
    ({"categoryId": "plumbers"}, {"category_id"}),
    ({"type": "DRAW_TYPE_GENERAL"}, {"category_id"}),
    ({"heldOn": day(2023, 5, 30), "heldAt": "2023-05-30T12:00:00Z"}, {"category_id"}),
    ({"tieBreak": "TIE_BREAK_PUBLISHED"}, {"tie_break_at"}),
    ({"tieBreak": 9}, {"tie_break"}),
    ({"confidence": 9}, {"confidence"}),
]


def refusal_of(method, request):
    with pytest.raises(grpc.RpcError) as refused:
        method(request, timeout=20)
    return told(refused.value)


def check_invalid(method, request, *fields: str) -> None:
    refused = refusal_of(method, request)
    assert refused.code == grpc.StatusCode.INVALID_ARGUMENT.value[0]
    assert refused.reason == "INVALID_FIELDS"
    assert sorted(refused.fields) == sorted(fields)
    for violation in refused.violations:
        assert violation.description
        assert not violation.description.endswith(".")


@pytest.mark.parametrize(("change", "field"), PROFILES)
def test_a_wrong_profile(stubs, stub, change: dict, field: str) -> None:
    request = json_format.ParseDict({"profile": NURSE | change, "drawNumber": "284"}, stubs.EvaluateRequest())
    check_invalid(stub.Evaluate, request, field)


@pytest.mark.parametrize("kind", OUTSIDE)
def test_scores_of_tests_keep_to_their_scales(stubs, stub, kind: str) -> None:
    def request(figures: tuple):
        test = dict(zip(ABILITIES, figures, strict=True)) | {"kind": f"LANGUAGE_TEST_KIND_{kind}"}
        return json_format.ParseDict(
            {"profile": NURSE | {"languageTests": [test]}, "drawNumber": "284"}, stubs.EvaluateRequest()
        )

    check_invalid(stub.Evaluate, request(OUTSIDE[kind]), *(f"{TEST_PATH}.{ability}" for ability in ABILITIES))
    assert stub.Evaluate(request(INSIDE[kind]), timeout=20).evaluation.verdict == stubs.VERDICT_INVITED


@pytest.mark.parametrize(("change", "fields"), DRAWS)
def test_a_wrong_draw(stubs, stub, change: dict, fields: set[str]) -> None:
    posed = {"hypotheticalDraw": POSED | change}
    single = json_format.ParseDict({"profile": NURSE, **posed}, stubs.EvaluateRequest())
    check_invalid(stub.Evaluate, single, *(f"hypothetical_draw.{field}" for field in fields))
    batch = json_format.ParseDict({"target": posed}, stubs.BatchEvaluateRequest())
    check_invalid(stub.BatchEvaluate, batch, *(f"target.hypothetical_draw.{field}" for field in fields))


def test_what_is_required(stubs, stub) -> None:
    check_invalid(stub.Evaluate, stubs.EvaluateRequest(), "profile", "draw")
    check_invalid(stub.BatchEvaluate, stubs.BatchEvaluateRequest(), "target")
    check_invalid(stub.BatchEvaluate, stubs.BatchEvaluateRequest(target=stubs.EvaluationTarget()), "target.draw")
    check_invalid(stub.GetDraw, stubs.GetDrawRequest(), "number")
    check_invalid(stub.GetOccupation, stubs.GetOccupationRequest(), "noc_code")


def test_all_wrong_fields_at_once(stubs, stub) -> None:
    wrong = {
        "profileId": "x" * 65,
        "crsScore": 1300,
        "eligiblePrograms": [9],
        "workExperiences": [
            SPELL,
            SPELL | {"nocCode": "3012", "hoursPerWeek": 169, "countryCode": "zz", "paid": 7},
            SPELL | {"endDate": day(2022, 1, 1)},
        ],
        "languageTests": [{"kind": 77}],
        "attestedCategoryIds": ["plumbers"],
    }
    request = json_format.ParseDict({"profile": wrong, "view": 9}, stubs.EvaluateRequest())
    check_invalid(
        stub.Evaluate,
        request,
        "profile.profile_id",
        "profile.crs_score",
        "profile.eligible_programs[0]",
        "profile.work_experiences[1].noc_code",
        "profile.work_experiences[1].hours_per_week",
        "profile.work_experiences[1].country_code",
        "profile.work_experiences[1].paid",
        "profile.work_experiences[2].end_date",
        "profile.language_tests[0].kind",
        "profile.attested_category_ids[0]",
        "draw",
        "view",
    )


def test_references_are_echoed_up_to_64_characters(stubs, stub) -> None:
    name = "🍁" * 64
    request = json_format.ParseDict(
        {"profile": NURSE | {"profileId": name}, "drawNumber": "284"}, stubs.EvaluateRequest()
    )
    assert stub.Evaluate(request, timeout=20).evaluation.profile_id == name


@pytest.mark.parametrize(
    ("method", "request_type", "request_json", "reason", "name"),
    [
        ("Evaluate", "EvaluateRequest", {"profile": NURSE, "drawNumber": "999"}, "DRAW_NOT_FOUND", "999"),
        ("Evaluate", "EvaluateRequest", {"profile": NURSE, "drawNumber": "91"}, "DRAW_NOT_FOUND", "91"),
        (
            "Evaluate",
            "EvaluateRequest",
            {"profile": NURSE, "latestInCategory": "plumbers"},
            "CATEGORY_NOT_FOUND",
            "plumbers",
        ),
        ("BatchEvaluate", "BatchEvaluateRequest", {"target": {"drawNumber": "0"}}, "DRAW_NOT_FOUND", "0"),
        ("GetDraw", "GetDrawRequest", {"number": "448"}, "DRAW_NOT_FOUND", "448"),
        ("GetOccupation", "GetOccupationRequest", {"nocCode": "31399"}, "OCCUPATION_NOT_FOUND", "31399"),
        ("ListDraws", "ListDrawsRequest", {"categoryId": "plumbers"}, "CATEGORY_NOT_FOUND", "plumbers"),
        ("ListOccupations", "ListOccupationsRequest", {"categoryId": "plumbers"}, "CATEGORY_NOT_FOUND", "plumbers"),
        ("ListOccupations", "ListOccupationsRequest", {"drawNumber": "999"}, "DRAW_NOT_FOUND", "999"),
    ],
)
def test_what_is_not_there(stubs, stub, method, request_type, request_json, reason, name) -> None:
    request = json_format.ParseDict(request_json, getattr(stubs, request_type)())
    refused = refusal_of(getattr(stub, method), request)
    assert refused.code == grpc.StatusCode.NOT_FOUND.value[0]
    assert refused.reason == reason
    assert refused.resource.resource_name == name
    assert refused.resource.resource_type


def test_a_message_above_the_limit(stubs, stub) -> None:
    request = json_format.ParseDict({"profile": NURSE, "drawNumber": "284"}, stubs.EvaluateRequest())
    request.profile.profile_id = "x" * (4 << 20)
    refused = refusal_of(stub.Evaluate, request)
    assert refused.code == grpc.StatusCode.OUT_OF_RANGE.value[0]
    assert refused.reason == "MESSAGE_TOO_LARGE"


@pytest.mark.parametrize(
    ("path", "message", "compression", "code", "reason"),
    [
        (f"/{SERVICE}/Evaluate", b"\xff\xff\xff", None, "INVALID_ARGUMENT", "MALFORMED_MESSAGE"),
        # A text that is not UTF-8, as draw_number.
        (f"/{SERVICE}/Evaluate", b"\x12\x02\xc3\x28", None, "INVALID_ARGUMENT", "MALFORMED_MESSAGE"),
        (f"/{SERVICE}/Nothing", b"", None, "UNIMPLEMENTED", "UNIMPLEMENTED"),
        (f"/{SERVICE}/Evaluate", b"x" * 1000, grpc.Compression.Gzip, "UNIMPLEMENTED", "UNIMPLEMENTED"),
    ],
)
def test_what_is_no_request_at_all(channel, path, message, compression, code, reason) -> None:
    method = channel.unary_unary(path)
    with pytest.raises(grpc.RpcError) as refused:
        method(message, timeout=20, compression=compression)
    assert refused.value.code() == getattr(grpc.StatusCode, code)
    assert told(refused.value).reason == reason
