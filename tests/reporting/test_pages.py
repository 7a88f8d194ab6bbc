"""The committee's pages: figures with their lights, each opened to the events that made it."""

import re

import pytest

from services.reporting.pages.indicator import hidden
from tests.reporting.console import ELSEWHERE, a_committee, a_small_ward, counselled

EVENTS = re.compile(r'<section[^>]*aria-labelledby="events">(.*?)</section>', re.DOTALL)


@pytest.fixture
def committee(database, tmp_path, clock):
    with a_committee(database=database, folder=tmp_path, clock=clock) as committee:
        yield committee


@pytest.fixture
def chair(committee):
    a_small_ward(committee)
    return committee.console.signed_in("UB_CHAIR")


def card(page: str, code: str) -> str:
    """What the card of a figure says, as a reader without eyes hears it."""
    start = page.index(f'id="figure-{code}"')
    return " ".join(re.sub(r"<[^>]+>", " ", page[start : page.index("</article>", start)]).split())


def events_shown(page: str) -> list[str]:
    return re.findall(r"<tr.*?</tr>", EVENTS.search(page).group(1), re.DOTALL)[1:]


def test_the_dashboard_shows_each_figure_with_its_parts_its_target_and_its_light(chair):
    page = chair.get("/").text
    counselling = card(page, "HLT-02")
    assert "83,33" in counselling and "5/6" in counselling
    assert "chưa đạt" in counselling and "90 %" in counselling
    coverage = card(page, "CAM-01")
    assert "50 %" in coverage and "1/2" in coverage and "chưa đạt" in coverage
    assert "chưa giao chỉ tiêu" in card(page, "REG-01")
    assert page.index("Chỉ tiêu kế hoạch giao") < page.index('id="figure-REG-01"')


def test_the_light_turns_when_the_next_counselling_is_heard(chair, committee):
    committee.hear(counselled(6))
    counselling = card(chair.get("/").text, "HLT-02")
    assert "100 %" in counselling and "6/6" in counselling
    assert "chưa đạt" not in counselling and "đạt" in counselling


def test_a_figure_opens_to_its_very_events(chair):
    dashboard = chair.get("/").text
    address = re.search(r'href="(/indicators/HLT-02[^"]*)"', dashboard).group(1)
    page = chair.get(address.replace("&amp;", "&")).text
    assert "Những sự kiện làm nên số này" in page
    shown = events_shown(page)
    assert len(shown) == int(re.search(r"(\d+) sự kiện, mới nhất ở trên", page).group(1))
    assert sum("Lượt tư vấn" in row for row in shown) == 5
    denominator = chair.get("/indicators/HLT-02?part=denominator").text
    assert sum("Quyết định quản lý" in row for row in events_shown(denominator)) == 6
    assert "trên 90%" in page


def test_events_go_page_by_page_and_a_page_too_far_is_the_last(chair, committee):
    committee.hear(*(counselled_again(number) for number in range(40)))
    first = chair.get("/indicators/HLT-02").text
    second = chair.get("/indicators/HLT-02?page=2").text
    ids = [re.findall(r"00000000-0000-7000-8000-\d{12}", page) for page in (first, second)]
    assert len(set(ids[0])) == 25
    assert not set(ids[0]) & set(ids[1])
    last = chair.get("/indicators/HLT-02?page=99999").text
    assert events_shown(last)
    for odd in ("0", "-1", "x", "9" * 400):
        assert events_shown(chair.get(f"/indicators/HLT-02?page={odd}").text) == events_shown(first)


def counselled_again(number):
    again = counselled(1)
    return type(again)(
        counselling_id=f"W{number}", person_key="P1", held_on=again.held_on, kind=again.kind, group=again.group
    )


def test_no_page_shows_a_person_key(chair):
    for path in ("/", "/table", "/indicators/HLT-02", "/indicators/REG-01", "/heard"):
        assert not re.search(r">\s*P[1-6]\s*<", chair.get(path).text), path


def test_small_counts_of_people_stay_hidden_also_by_subtraction(chair):
    page = chair.get("/indicators/REG-01").text
    by_sex = page[page.index("Theo giới tính") :].partition("</table>")[0]
    cells = [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", by_sex, re.DOTALL)]
    assert "1–4" in cells
    assert "không nêu" in cells
    assert not any(cell in {"1", "5"} for cell in cells)


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([1, 5, 20], ["1–4", "không nêu", 20]),
        ([1, 2, 20], ["1–4", "1–4", 20]),
        ([0, 5, 20], [0, 5, 20]),
        ([4], ["1–4"]),
        ([None, 7], [None, 7]),
        ([], []),
    ],
)
def test_what_a_breakdown_of_people_shows(counts, shown):
    assert hidden(counts, hide=True) == shown
    assert hidden(counts, hide=False) == counts


def test_counts_of_things_are_never_hidden(chair):
    page = chair.get("/indicators/CAM-04-BUOI?period=P-THD:2026-T6").text
    by_kind = page[page.index("Theo loại") :].partition("</table>")[0]
    assert "Sinh hoạt lồng ghép" in by_kind
    assert "1–4" not in by_kind


@pytest.mark.parametrize(
    "path",
    [
        "/?period=nonsense",
        "/?period=P-Q:2026-Q9",
        "/?period=P-X:2026",
        "/table?period=P-M:2026-13",
        "/indicators/HLT-02?period=P-Q:nonsense",
        "/indicators/NO-SUCH",
    ],
)
def test_what_does_not_exist_is_a_page_that_says_so(chair, path):
    answer = chair.get(path)
    assert answer.status_code == 404
    assert answer.content_type.startswith("text/html")
    assert "Không có" in answer.text


def test_the_table_the_targets_and_the_log(chair):
    table = chair.get("/table").text
    assert "HLT-02" in table and "83,33" in table and "chưa đạt" in table
    targets = chair.get("/targets").text
    assert "190/KH-UBND" in targets and "trên 90% người sử dụng trái phép chất ma túy" in targets
    heard = chair.get("/heard").text
    assert "Quyết định quản lý" in heard and "sự kiện của Công an" in heard


def test_another_units_figures_stay_with_it(committee):
    a_small_ward(committee)
    elsewhere = committee.console.signed_in("UB_CHAIR", unit=ELSEWHERE)
    assert "0/0 chưa giao chỉ tiêu" in card(elsewhere.get("/").text, "HLT-02")
    assert "Chưa nghe sự kiện nào." in elsewhere.get("/heard").text
    assert "Đơn vị này chưa có tệp chỉ tiêu." in elsewhere.get("/targets").text


def test_roles(committee):
    a_small_ward(committee)
    console = committee.console
    for role, allowed, refused in (
        ("CA_CHIEF", ["/", "/table", "/targets", "/heard", "/indicators/HLT-02"], ["/parked", "/audit"]),
        ("SYSADMIN", ["/heard", "/parked"], ["/", "/targets", "/indicators/HLT-02"]),
        ("DPO_AUDIT", ["/audit"], ["/", "/heard", "/parked"]),
    ):
        somebody = console.signed_in(role, username=role.lower())
        assert [somebody.get(path).status_code for path in allowed] == [200] * len(allowed), role
        assert [somebody.get(path).status_code for path in refused] == [403] * len(refused), role
    assert console.visitor().get("/").location.startswith("/sign-in")


def test_it_speaks_english(chair):
    chair.get("/language?to=en&next=/")
    page = chair.get("/").text
    assert "What the plan asks" in page
    assert "Chỉ tiêu kế hoạch giao" not in page
    opened = chair.get("/indicators/HLT-02").text
    assert "The events behind this figure" in opened and "Counselling held" in opened
    assert "Event log" in chair.get("/heard").text


def test_parked_events_have_a_page(chair, committee):
    clerk = committee.console.signed_in("VHXH", username="clerk")
    assert clerk.get("/parked").status_code == 200
    assert chair.get("/parked").status_code == 403


def test_before_anything_was_heard_the_pages_say_so(committee):
    chair = committee.console.signed_in("UB_CHAIR")
    page = chair.get("/").text
    assert "chưa đủ dữ liệu" in card(page, "HLT-02")
    assert "Chưa có sự kiện nào làm nên số này." in chair.get("/indicators/HLT-02").text
    assert "Chưa nghe sự kiện nào." in chair.get("/heard").text
