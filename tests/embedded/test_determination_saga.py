"""Registry and station in one process: a determination from the request to the person who is told, each with its own record."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from chassis.clock import FrozenClock
from chassis.testing import START, running
from chassis.web.testing import Console
from embedded.ward import SERVICES, Ward, definition_of
from services.registry.tables import Case
from tests.health.builders import Station
from tests.health.determinations import ADDICTED
from tests.registry.builders import OFFICER, Registry, an_act

DAY = date(2026, 11, 20)
TYPED = "20/11/2026"


@pytest.fixture
def ward(database: str, tmp_path: Path) -> Iterator[Ward]:
    clock = FrozenClock(START)
    with ExitStack() as stack:
        runtimes = [
            stack.enter_context(running(definition_of(name), database=database, folder=tmp_path, clock=clock))
            for name in SERVICES
        ]
        yield Ward(runtimes)


def states(registry: Registry) -> list[str]:
    with registry.runtime.store.reading() as session:
        return list(session.scalars(select(Case.state).where(Case.track == "B")))


def a_request(registry: Registry, **answers: Any) -> Any:
    person, _test = registry.somebody_positive(on=date(2026, 11, 19))
    asked = {"ground": "NO_STABLE_RESIDENCE", "requester": "POLICE", **answers}
    signer = {
        "signer_role": "CA_CHIEF",
        "signer_name": "Người Ký",
        "happened_time": "08:00",
        "document_number": "01/ĐN-CAP",
    }
    registry.do(an_act(person.person_id, "B", "Requested", on=DAY, **signer, **asked))
    return person


def test_a_determination_goes_there_and_back_and_identity_only_on_request(ward: Ward):
    registry, station = Registry(ward.runtimes["registry"]), Station(ward.runtimes["health"])
    person = a_request(registry)
    ward.deliver()
    doctor = Console(station.runtime).signed_in("TYT_DOCTOR", username="bacsi")
    head = Console(station.runtime).signed_in("TYT_HEAD", username="truongtram")
    found = re.search(r"/determinations/requests/[0-9a-f-]{36}", doctor.get("/determinations").text)
    assert found is not None
    assert "Nguyễn Đức Ánh" not in doctor.get(found.group()).text

    page = doctor.get(f"{found.group()}/receive").text
    assert "Nguyễn Đức Ánh" in page and "Số 5 phố Hoa Lan" in page and "Heroin" in page and "HEROINE" not in page
    answer = doctor.submit(f"{found.group()}/receive", {"received_on": TYPED, "received_time": "08:30"})
    assert answer.status_code == 303, answer.text
    here = answer.location
    ward.deliver()
    assert states(registry) == ["IN_EXAMINATION"]
    assert ("question.answer", "determination_file") in registry.audited()
    assert ("person.read", person.person_id) in registry.audited()

    steps = (
        ("examination", {"examined_on": TYPED, "simultaneous": "true", **ADDICTED}),
        ("conclusion", {"conclusion": "ADDICTED", "concluded_on": TYPED, "qualification": "TAM_THAN"}),
        ("signature", {}),
    )
    for path, answers in steps:
        assert doctor.submit(f"{here}/{path}", answers).status_code == 303
    ward.deliver()
    assert states(registry) == ["IN_EXAMINATION"]
    assert head.submit(f"{here}/approval", {}).status_code == 303
    ward.deliver()
    assert states(registry) == ["RESULT_ADDICTED"]

    registry.do(an_act(person.person_id, "B", "NotifiedToPerson", on=DAY, happened_time="09:00"), by=OFFICER)
    ward.deliver()
    told = doctor.get(here).text.partition("Diễn biến")[2]
    newest_first = (
        "Công an đã thông báo kết quả",
        "Cấp kết quả số",
        "Kết luận:",
        "Khám, đánh giá",
        "Tiếp nhận người",
        "đề nghị",
    )
    where = [told.index(step) for step in newest_first]
    assert where == sorted(where), "all on one day"


def test_a_closed_request_gives_nothing_away(ward: Ward):
    registry, station = Registry(ward.runtimes["registry"]), Station(ward.runtimes["health"])
    person = a_request(registry)
    ward.deliver()
    doctor = Console(station.runtime).signed_in("TYT_DOCTOR")
    found = re.search(r"/determinations/requests/[0-9a-f-]{36}", doctor.get("/determinations").text)
    assert found is not None
    registry.do(an_act(person.person_id, "B", "Withdrawn", on=DAY, reason="MISTAKEN"))
    page = doctor.get(f"{found.group()}/receive")
    assert page.status_code == 200 and "Nguyễn Đức Ánh" not in page.text
    assert ("question.refuse", "determination_file") in registry.audited()
    ward.deliver()
    assert "Đã rút" in doctor.get(found.group()).text


def test_the_station_closes_a_request_and_the_registry_hears_it(ward: Ward):
    registry, station = Registry(ward.runtimes["registry"]), Station(ward.runtimes["health"])
    a_request(registry)
    ward.deliver()
    doctor = Console(station.runtime).signed_in("TYT_DOCTOR")
    found = re.search(r"/determinations/requests/[0-9a-f-]{36}", doctor.get("/determinations").text)
    assert found is not None
    closed = doctor.submit(f"{found.group()}/close", {"closed_on": TYPED, "reason": "NOT_COME"})
    assert closed.status_code == 303
    ward.deliver()
    assert states(registry) == ["DECLINED"]
