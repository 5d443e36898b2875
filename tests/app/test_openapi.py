"""What the OpenAPI of the service says of its answers is true, whatever is sent."""

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.config import SchemathesisConfig

from app.main import create_app
from app.settings import Settings

LECTURER, STUDENT = "the-lecturers-token", "the-students-token"

# A schema can't say what the lanes of a recipe cost together: one that fits it may be refused.
# A host may refuse what is too large before it looks at what it is.
CONFIGURATION = {
    "base-url": "http://127.0.0.1",
    "checks": {
        "positive_data_acceptance": {"expected-statuses": ["2xx", 404, 422]},
        "negative_data_rejection": {"expected-statuses": [404, 405, 413, 422]},
    },
}

app = create_app(Settings(questions_per_minute=1_000_000))
schema = schemathesis.openapi.from_dict(
    app.openapi(), config=SchemathesisConfig.from_dict(CONFIGURATION)
)
schema.app = app

DECLARED = [status_code_conformance, content_type_conformance, response_schema_conformance]


@schema.parametrize()
@settings(
    max_examples=25,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_every_operation_answers_as_it_is_declared(case: schemathesis.Case) -> None:
    case.call_and_validate()


OPERATIONS = {each.ok().label: each.ok() for each in schema.get_all_operations()}


def test_no_operation_of_the_api_is_left_out() -> None:
    assert sorted(OPERATIONS) == [
        "GET /api/lessons",
        "GET /api/lessons/{name}",
        "GET /api/rooms/{name}/record.csv",
        "GET /api/schema",
        "GET /healthz",
        "POST /api/recipe",
        "POST /api/rooms",
    ]


@pytest.mark.parametrize(
    ("label", "status", "kind"),
    [
        ("GET /api/rooms/{name}/record.csv", 200, "text/csv; charset=utf-8"),
        ("GET /api/schema", 200, "application/json"),
        ("GET /healthz", 200, "application/json"),
        ("POST /api/recipe", 200, "application/json"),
        ("POST /api/rooms", 201, "application/json"),
    ],
)
def test_every_operation_succeeds_as_it_is_declared(label: str, status: int, kind: str) -> None:
    room = app.state.rooms.open("tamu-bore")
    path = {"name": room.name} if "{name}" in label else {}
    body = {"body": {}, "media_type": "application/json"} if label.startswith("POST") else {}
    case = OPERATIONS[label].Case(path_parameters=path, **body)
    answer = case.call_and_validate(checks=DECLARED)
    assert answer.status_code == status
    assert answer.headers["content-type"] == [kind]


GUARDED = create_app(Settings(token=LECTURER, student_token=STUDENT))
BUSY = create_app(Settings(questions_per_minute=1))
AS_A_STUDENT = {"Authorization": f"Bearer {STUDENT}"}
FOREIGN = {**AS_A_STUDENT, "Origin": "http://evil.example"}
QUESTIONS = [label for label in OPERATIONS if label.startswith("POST")]


@pytest.mark.parametrize("accept", ["*/*", "text/html"])
def test_refusals_are_as_they_are_declared(accept: str) -> None:
    refused = [
        *((400, GUARDED, label, {"Host": "evil.example"}) for label in OPERATIONS),
        *((401, GUARDED, label, {}) for label in OPERATIONS),
        *((403, GUARDED, label, FOREIGN) for label in QUESTIONS),
        (403, GUARDED, "POST /api/rooms", AS_A_STUDENT),
        (403, GUARDED, "GET /api/rooms/{name}/record.csv", AS_A_STUDENT),
        (422, app, "POST /api/recipe", {}),
        (422, app, "POST /api/rooms", {}),
        *((429, BUSY, label, {}) for label in QUESTIONS),
    ]
    OPERATIONS["POST /api/recipe"].Case().call(app=BUSY)
    for status, where, label, headers in refused:
        path = {"name": "x"} if "{name}" in label else {}
        case = OPERATIONS[label].Case(path_parameters=path)
        headers = {"Accept": accept, **headers}
        answer = case.call_and_validate(app=where, headers=headers, checks=DECLARED)
        assert answer.status_code == status, label
