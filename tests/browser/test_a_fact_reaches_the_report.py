"""The ten minutes of the README: a decision, a counselling, an activity, and the report that follows within two seconds."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest

from tests.browser.consoles import Desk

pytestmark = pytest.mark.browser

SOON = 2.0
NAME = "Nguyễn Văn Mẫu"
JUNE = re.compile(r"^Tháng hành động .* (\d{4})$")


@dataclass(frozen=True)
class Shown:
    """A figure as its card shows it."""

    numerator: int
    denominator: int
    light: str

    @classmethod
    def on(cls, reporting: Desk, code: str) -> "Shown":
        card = reporting.page.locator(f"article[aria-labelledby='figure-{code}']")
        numerator, denominator = re.findall(r"\d+", card.locator(".parts").inner_text())
        return cls(int(numerator), int(denominator), card.locator(".figure-target").inner_text().split("\n")[0].strip())


@pytest.mark.parametrize(
    ("scripts", "number"),
    [(True, "027095900001"), (False, "027095900002")],
    ids=["with JavaScript", "without JavaScript"],
)
def test_a_fact_reaches_the_report(desk_at: Callable[..., Desk], scripts: bool, number: str) -> None:
    def at_the(console: str, username: str) -> Desk:
        return desk_at(console, scripts=scripts).sign_in(username)

    reporting = at_the("reporting", "lanhdao")
    follow = _watch if scripts else _reload
    before = {code: Shown.on(reporting, code) for code in ("HLT-02", "CAM-01")}
    heard_before = _events_behind(reporting, "HLT-02")

    today = _decide(at_the("registry", "canbo"), number)
    decided = follow(reporting, "HLT-02", lambda shown: shown.denominator == before["HLT-02"].denominator + 1)
    assert decided.numerator == before["HLT-02"].numerator

    _counsel(at_the("health", "dieuduong"), number)
    counselled = follow(reporting, "HLT-02", lambda shown: shown.numerator == before["HLT-02"].numerator + 1)
    assert counselled.denominator == decided.denominator
    assert counselled.light == _light(met=counselled.numerator * 10 > counselled.denominator * 9)

    culture = at_the("campaigns", "vanhoa")
    group = _found_a_group(culture, f"Tổ dân phố mới {number[-1]}")
    founded = follow(reporting, "CAM-01", lambda shown: shown.denominator == before["CAM-01"].denominator + 1)
    assert founded.numerator == before["CAM-01"].numerator and founded.light == "chưa đạt"

    activity = _hold_an_activity(at_the("campaigns", "doanthe"), group)
    _verify(culture, activity)
    verified = follow(reporting, "CAM-01", lambda shown: shown.numerator == before["CAM-01"].numerator + 1)
    assert verified.denominator == founded.denominator
    assert verified.light == _light(met=verified.numerator == verified.denominator)

    new = {id_: row for id_, row in _events_behind(reporting, "HLT-02").items() if id_ not in heard_before}
    assert any(f"{today:%d/%m/%Y}" in row and "Trạm Y tế" in row for row in new.values()), new


def _light(*, met: bool) -> str:
    return "đạt" if met else "chưa đạt"


def _reload(reporting: Desk, code: str, moved: Callable[[Shown], bool]) -> Shown:
    """Press reload until the figure has moved; that is at most two seconds after the deed."""
    since = time.monotonic()
    while True:
        reporting.open("/")
        took, shown = time.monotonic() - since, Shown.on(reporting, code)
        assert took <= SOON, f"{code} still shows {shown} after {took:.1f} s"
        if moved(shown):
            return shown


def _watch(reporting: Desk, code: str, moved: Callable[[Shown], bool]) -> Shown:
    """Look at the page, which refreshes itself, until the figure has moved."""
    since = time.monotonic()
    while True:
        took, shown = time.monotonic() - since, Shown.on(reporting, code)
        if moved(shown):
            return shown
        assert took <= SOON, f"{code} still shows {shown} after {took:.1f} s"
        time.sleep(0.05)


def _decide(police: Desk, number: str) -> date:
    """Enter a person with a positive result and the decision on it, as the police clerk; return the day of the decision."""
    police.follow("Ghi nhận người")
    police.write(full_name=NAME, sex="MALE", birth_date="1995", ethnic_group="KINH", id_type="CCCD", id_number=number)
    police.save()
    assert police.main.get_by_role("heading", level=1).inner_text() == NAME.upper()

    police.follow("Ghi kết quả xét nghiệm")
    today = _today(police)
    police.write(
        taken_on=f"{today:%d/%m/%Y}",
        taken_time="00:00",
        reason_code="A",
        sample="MAU",
        result="POSITIVE",
        substances="HEROINE",
    )
    police.save()

    police.follow("Ra quyết định quản lý")
    police.write(document_number=f"5{number[-1]}/QĐ-CAP", signer_name="(minh hoạ)")
    signing = police.main.locator(".signing").inner_text()
    assert f"từ {today:%d/%m/%Y} đến {_a_year_after(today):%d/%m/%Y}" in signing
    assert "điểm a khoản 4 Điều 24 Luật Phòng, chống ma túy 2025" in signing
    police.save()
    assert f"5{number[-1]}/QĐ-CAP" in police.said()
    return today


def _a_year_after(day: date) -> date:
    leap_day = (2, 29)
    return day.replace(year=day.year + 1, day=28 if (day.month, day.day) == leap_day else day.day)


def _today(police: Desk) -> date:
    day, month, year = police.main.locator("form.entry [name=taken_on]").get_attribute("data-date").split("/")
    return date(int(year), int(month), int(day))


def _counsel(nurse: Desk, number: str) -> None:
    """Open a file for the same person by the same number, and counsel them; the systems never told each other the name."""
    nurse.open("/patients")
    nurse.follow("Mở hồ sơ")
    nurse.write(full_name=NAME, sex="MALE", birth_date="1995", personal_number=number)
    nurse.save()
    assert "Trong diện quản lý" in nurse.main.inner_text()

    nurse.follow("Ghi lượt tư vấn")
    assert nurse.answer_in("group") == "NGUOI_SDTP"
    nurse.write(kind="TAM_LY")
    nurse.save()
    assert "Đã ghi lượt tư vấn Tâm lý" in nurse.said()


def _found_a_group(culture: Desk, name: str) -> str:
    """Enter a residential group that was there in the last Action Month; return its name."""
    month = _action_month(culture)
    culture.open("/places/new")
    culture.write(kind="TDP", name=name, since_on=f"01/06/{month}")
    culture.save()
    return name


def _hold_an_activity(organisation: Desk, group: str) -> str:
    """Plan an activity of the Action Month in a group and enter its results, as an organisation; return its page."""
    year = _action_month(organisation)
    assert "chưa đạt" in organisation.main.get_by_role("row").filter(has_text=group).inner_text()
    organisation.follow("Lên kế hoạch hoạt động")
    organisation.write(
        kind="TUYEN_TRUYEN_TRUC_TIEP", subject="Tuyên truyền trực tiếp", organiser="MTTQ", planned_on=f"01/06/{year}"
    )
    organisation.main.get_by_label(group, exact=True).check()
    organisation.save()
    organisation.follow("Ghi kết quả")
    organisation.write(sessions="1", attendances="48")
    organisation.save()
    return organisation.page.url.removeprefix(organisation.address)


def _verify(culture: Desk, activity: str) -> None:
    """Vouch for what somebody else has entered, as the culture officer."""
    culture.open(activity)
    culture.follow("Xác nhận kết quả")
    culture.save()
    assert "Đã xác nhận" in culture.said()


def _action_month(desk: Desk) -> str:
    """Open the page of the last Action Month; return its year."""
    desk.open("/campaigns")
    desk.follow(JUNE)
    return JUNE.match(desk.main.get_by_role("heading", level=1).inner_text()).group(1)


def _events_behind(reporting: Desk, code: str) -> dict[str, str]:
    """Click the figure; return what its list of events says, by the identifier of the event."""
    reporting.open("/")
    reporting.page.locator(f"#figure-{code} a").click()
    reporting.page.get_by_role("heading", name="Những sự kiện làm nên số này").wait_for()
    rows = reporting.main.locator("section[aria-labelledby=events] tbody tr").all_inner_texts()
    reporting.open("/")
    return {row.split()[-1]: row for row in rows}
