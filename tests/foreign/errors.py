"""Reads the `google.rpc` details that every error of the service carries."""

from __future__ import annotations

from typing import Any

import grpc
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status

DOMAIN = "expressentry.v1"
DETAILS = (error_details_pb2.ErrorInfo, error_details_pb2.BadRequest, error_details_pb2.ResourceInfo)


class Told:
    """A status taken apart: its code, reason, wrong fields, and the resource it misses."""

    def __init__(self, status: status_pb2.Status) -> None:
        self.code = status.code
        self.message = status.message
        details: dict[str, Any] = {}
        for detail in status.details:
            kind = next(kind for kind in DETAILS if detail.Is(kind.DESCRIPTOR))
            assert kind.DESCRIPTOR.name not in details, f"two details of one kind: {status}"
            details[kind.DESCRIPTOR.name] = unpacked = kind()
            detail.Unpack(unpacked)
        assert "ErrorInfo" in details, f"an error without ErrorInfo: {status}"
        assert details["ErrorInfo"].domain == DOMAIN
        self.reason = details["ErrorInfo"].reason
        self.violations = list(details["BadRequest"].field_violations) if "BadRequest" in details else []
        self.fields = [violation.field for violation in self.violations]
        self.resource = details.get("ResourceInfo")


def told(error: grpc.RpcError) -> Told:
    """What a failed call tells, in its trailers."""
    status = rpc_status.from_call(error)
    assert status is not None, f"no details: {error}"
    assert status.code == error.code().value[0]
    assert status.message == error.details()
    return Told(status)
