"""Python grpcio without generated code, by reflection alone, and grpcio-health-checking."""

from __future__ import annotations

import grpc
import pytest
from conftest import SERVICE, profile
from google.protobuf import json_format
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

NURSE, LATE = profile("nurse"), profile("nurse_not_invited")


@pytest.fixture
def pool(channel: grpc.Channel) -> DescriptorPool:
    return DescriptorPool(ProtoReflectionDescriptorDatabase(channel))


def dynamic(channel: grpc.Channel, pool: DescriptorPool, name: str):
    """A method of the service, and the class of its requests, as reflection describes them."""
    method = pool.FindServiceByName(SERVICE).FindMethodByName(name)
    request, response = GetMessageClass(method.input_type), GetMessageClass(method.output_type)
    shape = {(False, False): channel.unary_unary, (True, True): channel.stream_stream}
    make = shape[method.client_streaming, method.server_streaming]
    path = f"/{SERVICE}/{name}"
    return make(path, request_serializer=request.SerializeToString, response_deserializer=response.FromString), request


def test_lists_the_services(channel: grpc.Channel) -> None:
    services = ProtoReflectionDescriptorDatabase(channel).get_services()
    assert {SERVICE, "grpc.health.v1.Health"} <= set(services)


@pytest.mark.parametrize(
    "name", ["google.rpc.ErrorInfo", "google.rpc.BadRequest", "google.rpc.ResourceInfo", "google.rpc.RetryInfo"]
)
def test_describes_the_details_of_errors(pool: DescriptorPool, name: str) -> None:
    assert pool.FindMessageTypeByName(name).full_name == name


def test_describes_the_reasons_of_errors(pool: DescriptorPool) -> None:
    reasons = pool.FindEnumTypeByName("expressentry.v1.ErrorReason").values_by_name
    assert "ERROR_REASON_INVALID_FIELDS" in reasons


@pytest.mark.parametrize(("sent", "verdict"), [(NURSE, "VERDICT_INVITED"), (LATE, "VERDICT_NOT_INVITED")])
def test_evaluates(channel: grpc.Channel, pool: DescriptorPool, sent: dict, verdict: str) -> None:
    evaluate, request = dynamic(channel, pool, "Evaluate")
    asked = json_format.ParseDict({"profile": sent, "drawNumber": "284"}, request(), descriptor_pool=pool)
    reply = json_format.MessageToDict(evaluate(asked, timeout=20), descriptor_pool=pool)
    assert reply["evaluation"]["verdict"] == verdict


def test_evaluates_a_stream(channel: grpc.Channel, pool: DescriptorPool) -> None:
    evaluate, request = dynamic(channel, pool, "StreamEvaluate")
    wrong = NURSE | {"crsScore": 1300}
    items = [{"correlationId": str(place), "profile": sent} for place, sent in enumerate((NURSE, LATE, wrong))]
    sent = [{"target": {"drawNumber": "284"}}, {"items": {"items": items}}]
    frames = [json_format.ParseDict(frame, request(), descriptor_pool=pool) for frame in sent]
    started, *results, summary = (
        json_format.MessageToDict(frame, descriptor_pool=pool) for frame in evaluate(iter(frames), timeout=20)
    )
    assert started["started"]["draw"]["number"] == "284"
    answers = [answer for frame in results for answer in frame["results"]["results"]]
    assert [answer["correlationId"] for answer in answers] == ["0", "1", "2"]
    assert [answer["evaluation"]["verdict"] for answer in answers[:2]] == ["VERDICT_INVITED", "VERDICT_NOT_INVITED"]
    # The pool of reflection knows the details too, so that the error of an item is shown in clear.
    details = {detail["@type"].rpartition("/")[2]: detail for detail in answers[2]["error"]["details"]}
    assert details["google.rpc.ErrorInfo"]["reason"] == "INVALID_FIELDS"
    assert details["google.rpc.BadRequest"]["fieldViolations"][0]["field"] == "profile.crs_score"
    assert summary["summary"]["failed"] == "1"


@pytest.mark.parametrize("service", ["", SERVICE])
def test_health_is_checked_and_watched(channel: grpc.Channel, service: str) -> None:
    health = health_pb2_grpc.HealthStub(channel)
    request = health_pb2.HealthCheckRequest(service=service)
    assert health.Check(request, timeout=20).status == health_pb2.HealthCheckResponse.SERVING
    watch = health.Watch(request, timeout=20)
    assert next(watch).status == health_pb2.HealthCheckResponse.SERVING
    watch.cancel()


def test_health_of_a_stranger(channel: grpc.Channel) -> None:
    health = health_pb2_grpc.HealthStub(channel)
    request = health_pb2.HealthCheckRequest(service="nobody")
    with pytest.raises(grpc.RpcError) as refused:
        health.Check(request, timeout=20)
    assert refused.value.code() == grpc.StatusCode.NOT_FOUND
