"""The other books as somebody uses them in a browser without JavaScript, and as programs read them."""

import re
from datetime import date
from html import unescape

import pytest

from chassis.web.testing import hidden_fields
from services.registry.commands import books as orders
from services.registry.law import law
from services.registry.pages.books.hub import ENTRIES, SHELVES
from tests.registry.books import Books, a_check, a_hotspot, a_residence, a_team, a_violation, an_incident, some_plants

TODAY = date(2026, 11, 20)
MONTH = "/books/residence-checks/month"


@pytest.fixture
def books(registry):
    return Books(registry)


@pytest.fixture
def officer(console):
    return console.signed_in("CA_OFFICER")


@pytest.fixture
def program(console):
    return console.program("CA_OFFICER", scopes=["book.read", "book.write", "person.read"])


def page(answer):
    return unescape(answer.get_data(as_text=True))


def entered(books):
    """One line in every book."""
    person = books.managed()
    books.do(a_residence(person.person_id, since=date(2026, 7, 1)))
    books.do(a_check(person.person_id, on=TODAY))
    books.do(an_incident(person.person_id, on=TODAY))
    team = books.do(a_team())
    books.do(orders.AssignTeam(person_id=person.person_id, team_id=team.team_id, from_on=TODAY))
    books.do(orders.RecordSupportVisit(person_id=person.person_id, visited_on=TODAY, kind="TU_VAN", outcome="DONE"))
    books.do(orders.AssessProgress(person_id=person.person_id, assessed_on=TODAY, grade="TOT"))
    books.do(a_violation(person.person_id, on=TODAY))
    books.do(a_hotspot(on=TODAY))
    books.do(orders.RecordOffenderArrest(arrested_on=TODAY, offenders=2))
    books.do(some_plants(on=TODAY))
    books.do(orders.RecordTally(kind="FINE", counted_on=TODAY, quantity=5))
    return person


def test_the_hub_leads_to_every_book_and_every_line_opens(officer, books):
    entered(books)
    hub = page(officer.get("/books"))
    for shelf in SHELVES:
        assert f'href="{shelf.address}"' in hub
        listed = officer.get(shelf.address)
        assert listed.status_code == 200, page(listed)
        for href in re.findall(rf'href="({shelf.address}/[0-9a-f-]{{36}})"', page(listed)):
            assert officer.get(href).status_code == 200, href


def test_what_is_entered_about_somebody_stands_on_their_page_of_books(officer, books):
    person = entered(books)
    html = page(officer.get(f"/people/{person.person_id}/books"))
    for shelf, ways in ENTRIES:
        assert str(shelf.title) in html
        for way, _label in ways:
            assert officer.get(f"/people/{person.person_id}/{way}").status_code == 200, way


def test_a_residence_is_entered_and_ended_on_its_forms(officer, books):
    person = books.person()
    saved = officer.submit(
        f"/people/{person.person_id}/residences/new",
        {
            "kind": "NOI_O",
            "valid_from": "01/07/2026",
            "verified_on": "02/07/2026",
            "stability": "C",
            "address": "Ngõ 7",
        },
    )
    assert saved.status_code == 303, page(saved)
    html = page(officer.get(saved.location))
    assert "Ngõ 7" in html and "Không ổn định" in html
    line = re.search(r'href="(/books/residences/[0-9a-f-]{36})"', html).group(1)
    ended = officer.submit(f"{line}/end", {"valid_to": "30/09/2026"})
    assert ended.status_code == 303, page(ended)
    assert "30/09/2026" in page(officer.get(line))


def test_a_refused_residence_keeps_what_was_typed(officer, books):
    person = books.person()
    books.do(a_residence(person.person_id, since=date(2026, 7, 1)))
    answer = officer.submit(
        f"/people/{person.person_id}/residences/new",
        {
            "kind": "NOI_O",
            "valid_from": "01/10/2026",
            "verified_on": "01/10/2026",
            "stability": "STABLE",
            "address": "Ngõ 9",
        },
    )
    assert answer.status_code == 409
    assert 'value="Ngõ 9"' in page(answer)


# -- the month -----------------------------------------------------------------------------------------------------------------


def test_many_checks_are_entered_on_one_screen(officer, books):
    people = [books.managed(number) for number in range(3)]
    form = page(officer.get(MONTH))
    assert "Đã kiểm tra 0/3 người" in form

    saved = officer.submit(
        MONTH,
        {
            "checked_on": "19/11/2026",
            f"outcome:{people[0].person_id}": "PRESENT",
            f"minutes_number:{people[0].person_id}": "07/BB",
            f"outcome:{people[1].person_id}": "ABSENT",
            f"note:{people[1].person_id}": "Hẹn lại",
            f"outcome:{people[2].person_id}": "",
        },
    )

    assert saved.status_code == 303, page(saved)
    left = page(officer.get(saved.location))
    assert "Đã kiểm tra 2/3 người" in left
    assert f"outcome:{people[2].person_id}" in left
    assert f"outcome:{people[0].person_id}" not in left
    assert "07/BB" in page(officer.get("/books/residence-checks"))


def test_a_line_that_somebody_else_entered_meanwhile_says_so_and_hinders_no_other(officer, books):
    people = [books.managed(number) for number in range(2)]
    hidden = hidden_fields(officer.get(MONTH).get_data(as_text=True))
    books.do(a_check(people[0].person_id, on=TODAY))

    saved = officer.client.post(
        MONTH,
        data={**hidden, "checked_on": "20/11/2026", **{f"outcome:{each.person_id}": "PRESENT" for each in people}},
    )

    assert saved.status_code == 303, page(saved)
    html = page(officer.get(saved.location))
    assert "Đã ghi 1 dòng; 1 dòng không được nhận" in html
    assert "đã được kiểm tra cư trú trong ngày này" in html
    assert "Mọi người đang quản lý đã được kiểm tra" in html


def test_a_day_that_is_none_gives_the_lines_back_as_they_were_typed(officer, books):
    person = books.managed()
    before = books.registry.rows()
    answer = officer.submit(
        MONTH,
        {"checked_on": "31/11/2026", f"outcome:{person.person_id}": "MOVED", f"note:{person.person_id}": "đi làm xa"},
    )
    assert answer.status_code == 422
    html = page(answer)
    assert 'value="31/11/2026"' in html and 'value="đi làm xa"' in html
    assert '<option value="MOVED" selected' in html
    assert books.registry.rows()["residence_check"] == before["residence_check"] == 0


def test_an_empty_screen_of_lines_asks_for_one(officer, books):
    books.managed()
    answer = officer.submit(MONTH, {"checked_on": "20/11/2026"})
    assert answer.status_code == 422
    assert "hãy ghi từ 1 đến 200 dòng" in page(answer)


def test_programs_enter_many_checks_and_hear_of_each(program, books):
    people = [books.managed(number) for number in range(2)]
    lines = [{"person_id": each.person_id, "checked_on": "2026-11-20", "outcome": "PRESENT"} for each in people]
    answer = program.send("POST", "/api/v1/residence-checks", {"lines": [*lines, lines[0]]})
    assert answer.status_code == 201, answer.text
    assert answer.json["taken"] == 2
    assert [bool(line["check_id"]) for line in answer.json["lines"]] == [True, True, False]
    assert "đã được kiểm tra" in answer.json["lines"][2]["refusal"]


# -- lists and programs --------------------------------------------------------------------------------------------------------


def test_a_book_is_filtered_by_days_and_by_code(officer, books):
    people = [books.person(number) for number in range(2)]
    books.do(an_incident(people[0].person_id, on=date(2026, 9, 5), ground="B", notice_number="11/TB"))
    books.do(an_incident(people[1].person_id, on=date(2026, 10, 5), ground="C", notice_number="12/TB"))

    def shown(query):
        html = page(officer.get(f"/books/use-incidents?{query}"))
        return {number for number in ("11/TB", "12/TB") if number in html}

    assert shown("") == {"11/TB", "12/TB"}
    assert shown("since=01/10/2026") == {"12/TB"}
    assert shown("until=2026-09-30") == {"11/TB"}
    assert shown("code=C") == {"12/TB"}
    assert shown("code=NOTHING&since=x") == {"11/TB", "12/TB"}


def test_programs_read_books_page_by_page(program, books):
    for day in range(1, 6):
        books.do(a_hotspot(on=date(2026, 10, day)))
    first = program.get("/api/v1/hotspots?limit=3").json
    second = program.get(f"/api/v1/hotspots?limit=3&cursor={first['next']}").json
    found = [each["found_on"] for each in [*first["items"], *second["items"]]]
    assert found == [f"2026-10-0{day}" for day in range(5, 0, -1)]
    assert second["next"] is None
    assert program.get("/api/v1/hotspots?colour=blue").status_code == 422


def test_programs_enter_and_read_one_line(program, books):
    person = books.person()
    made = program.send(
        "POST", f"/api/v1/people/{person.person_id}/violations",
        {"situation": "OST", "kind": "BEHAVIOUR", "committed_on": "2026-11-02", "minutes_number": "01/BB"},
    )  # fmt: skip
    assert made.status_code == 201, made.text
    assert (made.json["count"], made.json["step"]) == (1, "REMIND")
    again = program.get(made.headers["Location"])
    assert again.json == made.json
    typed = program.send(
        "POST", f"/api/v1/people/{person.person_id}/violations",
        {"situation": "OST", "kind": "BEHAVIOUR", "committed_on": "2026-11-02", "minutes_number": "01/BB", "count": 3},
    )  # fmt: skip
    assert typed.status_code == 422


def test_the_step_that_follows_a_breach_is_said_with_its_article(officer, books):
    person = books.person()
    saved = officer.submit(
        f"/people/{person.person_id}/violations/new",
        {"situation": "HOME_REHAB", "kind": "EM_DESTROYED", "committed_on": "02/11/2026", "minutes_number": "01/BB"},
    )
    assert saved.status_code == 303, page(saved)
    html = page(officer.get(saved.location))
    assert "Lập hồ sơ đề nghị cai nghiện bắt buộc" in html
    assert "khoản 2 và khoản 4 Điều 47" in html


def test_a_list_shows_who_is_on_it_who_left_and_why(officer, books):
    managed = books.managed(1)
    gone = books.person(2, full_name="Trần Văn Bình")
    books.case(
        gone.person_id, "A", on=date(2026, 8, 1), state="STOPPED", stands_for=None, closed_on=date(2026, 10, 1),
        closing_event="StopDecided", closing_reason="PRISON",
    )  # fmt: skip
    present = page(officer.get("/books/lists/L1"))
    assert f"/people/{managed.person_id}" in present
    assert f"/people/{gone.person_id}" not in present
    left = page(officer.get("/books/lists/L1?part=left"))
    assert f"/people/{gone.person_id}" in left
    prison = next(
        str(reason.name) for line in law().tracks["A"].transitions for reason in line.reasons if reason.code == "PRISON"
    )
    assert prison in left
    assert officer.get("/books/lists/L9").status_code == 200


def test_the_inputs_of_the_classification_lead_to_the_lines_behind_them(officer, books):
    entered(books)
    html = page(officer.get("/books/classification"))
    assert "Từ 15/12/2025 đến 14/12/2026" in html
    assert "/books/illicit-plants?since=15%2F12%2F2025&until=14%2F12%2F2026" in html
    assert officer.get("/books/classification?year=zzz").status_code == 200


@pytest.mark.parametrize("role", ["DPO_AUDIT", "SYSADMIN", "UB_CHAIR", "HELPER", "PROV_CA"])
def test_the_books_are_closed_to_whoever_may_not_read_them(console, books, role):
    entered(books)
    somebody = console.signed_in(role, username=f"role.{role}".lower())
    for address in ("/books", *(shelf.address for shelf in SHELVES), MONTH, "/books/lists/L1", "/books/classification"):
        assert somebody.get(address).status_code == 403, address
    for shelf in SHELVES:
        assert somebody.get(shelf.api).status_code == 403, shelf.api


def test_another_units_books_are_empty(console, books):
    entered(books)
    neighbour = console.program("CA_OFFICER", scopes=["book.read"], username="neighbour", unit="09379")
    for shelf in SHELVES:
        assert neighbour.get(shelf.api).json["items"] == [], shelf.api
    inputs = neighbour.get("/api/v1/classification-inputs").json
    assert (inputs["people_on_file"], inputs["hotspots"], inputs["offenders"], inputs["plants"]) == (0, 0, 0, 0)


def test_names_in_a_list_are_noted_as_read(officer, books):
    person = books.person()
    books.do(an_incident(person.person_id, on=TODAY))
    before = books.registry.audited().count(("person.read", person.person_id))
    officer.get("/books/use-incidents")
    assert books.registry.audited().count(("person.read", person.person_id)) == before + 1


def test_a_line_is_withdrawn_on_its_page_and_says_so(officer, books):
    spot = books.do(a_hotspot(on=TODAY))
    line = f"/books/hotspots/{spot.hotspot_id}"
    assert f"{line}/withdrawal" in page(officer.get(line))
    saved = officer.submit(f"{line}/withdrawal", {"reason": "Ghi nhầm điểm của xã bên"})
    assert saved.location == "/books/hotspots", page(saved)
    assert "Nhà trọ cuối ngõ" not in page(officer.get("/books/hotspots"))
    html = page(officer.get(line))
    assert "Đã huỷ, không tính" in html and "Ghi nhầm điểm của xã bên" in html
    assert f"{line}/clearing" not in html
    assert officer.submit(f"{line}/clearing", {"cleared_on": "20/11/2026"}).status_code == 409
