"""Conditions of tracks F and K: compulsory rehabilitation, interim custody (L120 Đ35–39, ND163 Đ98–124; NĐ116 Đ40–43)."""

from datetime import date

from chassis.i18n import _
from services.registry.domain.deadlines import holds
from services.registry.domain.guards.several_tracks import NoSuchReason, OutsideTerm, closing_is_founded
from services.registry.domain.history import ADULT_YEARS
from services.registry.domain.judgement import Attempt, RuleRefused
from services.registry.domain.limitation import LIMITATION, violated_on
from services.registry.domain.rehabilitation import NEW_LAW
from services.registry.domain.terms import add_months, end_of_term, is_left

BARS = ("NO_CAPACITY", "PREGNANT", "CHILD_UNDER_36M")
COMPILING = frozenset({"DOSSIER_OPEN", "NOTICE_SERVED", "READING", "SENT_TO_COURT", "CLARIFICATION"})
THROUGH_DISTRICT = frozenset({"R1_L73", "R2_L73_BCA"})
VENUES = frozenset({"PUBLIC_FACILITY", "TRUONG_GIAO_DUONG"})


class NoGround(RuleRefused):
    """Nothing on record bears the ground out."""

    code = "no_ground"


class LimitationOver(RuleRefused):
    """The dossier is opened within three months from the last violation."""

    code = "limitation_over"


class Barred(RuleRefused):
    """Invariant 6: circumstances that bar compulsory rehabilitation of adults."""

    code = "barred"


class InTreatment(RuleRefused):
    """Who is in rehabilitation or treatment as the law asks gives no ground."""

    code = "in_treatment"


class TooEarly(RuleRefused):
    """A step before its time."""

    code = "too_early"


class WrongVenue(RuleRefused):
    """The law does not send the person there."""

    code = "wrong_venue"


def ground_is_true(attempt: Attempt) -> None:
    """What the ground says happened: nobody is sent away on a word (L120 Đ35 k1, Đ36 k1; L73 Đ32)."""
    ground = attempt.known("ground")
    if ground is None:
        raise NoGround(
            _("Căn cứ: hãy chọn căn cứ lập hồ sơ (%(article)s).", article=attempt.article),
            article=attempt.article,
            field="ground",
        )
    if violated_on(attempt, ground) is None:
        raise NoGround(
            _("Căn cứ: hồ sơ của người này chưa có việc đó (%(article)s).", article=attempt.article),
            article=attempt.article, field="ground",
        )  # fmt: skip


def violated_by_then(attempt: Attempt) -> None:
    """No limitation runs from a violation to come, nor from an evasion that still goes on."""
    given = attempt.fact("last_violation_on")
    if isinstance(given, date) and given > attempt.day:
        article = attempt.law.deadlines[LIMITATION].article
        raise TooEarly(
            _("Ngày vi phạm cuối cùng: không thể sau ngày %(day)s (%(article)s).",
              day=f"{attempt.day:%d/%m/%Y}", article=article),
            article=article, field="last_violation_on",
        )  # fmt: skip


def within_limitation(attempt: Attempt) -> None:
    """Reading 19: the dossier is opened within three months from the last violation; evasion restarts the time."""
    rule, since = attempt.law.deadlines[LIMITATION], attempt.known("last_violation_on")
    if not isinstance(since, date):
        raise NoGround(
            _("Ngày vi phạm cuối cùng: hãy ghi ngày này (%(article)s).", article=rule.article),
            article=rule.article, field="last_violation_on",
        )  # fmt: skip
    if attempt.regime.code not in rule.regimes:
        return
    last = end_of_term(since, rule.amount or 0, "MONTH")
    if attempt.day > last:
        raise LimitationOver(
            _("Thời hiệu 03 tháng đã hết ngày %(day)s (%(article)s).", day=f"{last:%d/%m/%Y}", article=rule.article),
            article=rule.article, field=attempt.transition.on,
        )  # fmt: skip


def no_bar_of_adults(attempt: Attempt) -> None:
    """INV-6 (L120 Đ35 k2): no capacity, pregnant, or raising a child under 36 months."""
    if attempt.history.is_minor_on(attempt.day):
        return
    if any(attempt.history.is_so(kind, attempt.day) for kind in BARS):
        article = "khoản 2 Điều 35 Luật Phòng, chống ma túy 2025" if attempt.regime.code == NEW_LAW else attempt.article
        raise Barred(
            _("Người này thuộc trường hợp không áp dụng cai nghiện bắt buộc (INV-6, %(article)s).", article=article),
            article=article,
        )


def not_in_treatment(attempt: Attempt) -> None:
    """A dossier is for somebody outside voluntary rehabilitation and treatment: their violation closes that case first."""
    if any(
        case.track in "DE" and case.state in {"IN_REHAB", "ACTIVE"} for case in attempt.history.cases if case.is_open
    ):
        raise InTreatment(
            _("Người này đang cai nghiện tự nguyện hoặc điều trị; phải lập biên bản vi phạm trước (%(article)s).",
              article=attempt.article),
            article=attempt.article,
        )  # fmt: skip


def within_reading_period(attempt: Attempt) -> None:
    """The file is read within three working days from the notice."""
    over = attempt.known("reading_over_on")
    if isinstance(over, date) and attempt.day > over:
        raise TooEarly(
            _("Thời gian đọc hồ sơ đã hết ngày %(day)s (%(article)s).", day=f"{over:%d/%m/%Y}", article=attempt.article),
            article=attempt.article, field=attempt.transition.on,
        )  # fmt: skip


def reading_period_over(attempt: Attempt) -> None:
    """The dossier goes on only after the person had three working days to read it (ND163 Đ102 k3–4; NĐ116 Đ42)."""
    over = attempt.known("reading_over_on")
    if isinstance(over, date) and attempt.day <= over:
        article = _reading_article(attempt)
        raise TooEarly(
            _("Chưa hết thời gian đọc hồ sơ (đến hết ngày %(day)s) nên chưa chuyển được (%(article)s).",
              day=f"{over:%d/%m/%Y}", article=article),
            article=article, field=attempt.transition.on,
        )  # fmt: skip


def through_the_district(attempt: Attempt) -> None:
    """Reading 4: until 30/06/2025 the district checked the dossier before the court had it."""
    if attempt.regime.code in THROUGH_DISTRICT and attempt.case is not None and attempt.case.state != "WITH_DISTRICT":
        raise TooEarly(
            _(
                "Hồ sơ phải qua cơ quan cấp huyện kiểm tra trước khi chuyển Tòa án (%(article)s).",
                article=attempt.article,
            ),
            article=attempt.article,
        )


def facility_was_assigned(attempt: Attempt) -> None:
    """Under the law of 2025 the provincial police designate the facility before anybody is taken there (ND163 Đ106)."""
    if attempt.regime.code == NEW_LAW and attempt.case is not None and attempt.case.state != "FACILITY_ASSIGNED":
        article = "Điều 106 Nghị định 163/2026/NĐ-CP"
        raise TooEarly(_("Chưa có văn bản chỉ định cơ sở cai nghiện (%(article)s).", article=article), article=article)


def other_measures_end_by_then(attempt: Attempt) -> None:
    """The admission ends voluntary rehabilitation and treatment; what was done in them on later days is put right first."""
    for track in "DE":
        case = attempt.history.open_case(track)
        latest = max(act.happened_on for act in case.acts) if case else attempt.day
        if latest > attempt.day:
            raise InTreatment(
                _("Hồ sơ «%(track)s» còn việc ghi ngày %(day)s; hãy kết thúc hoặc đính chính hồ sơ đó trước (%(article)s).",
                  track=str(attempt.law.tracks[track].name), day=f"{latest:%d/%m/%Y}", article=attempt.article),
                article=attempt.article, field=attempt.transition.on,
            )  # fmt: skip


def venue_of_compulsory(attempt: Attempt) -> None:
    """Compulsory rehabilitation is served in a public facility, by minors also in a reformatory."""
    venue = attempt.fact("venue")
    if venue is None:
        return
    if venue not in VENUES or (venue == "TRUONG_GIAO_DUONG" and not attempt.history.is_minor_on(attempt.day)):
        raise WrongVenue(
            _("Nơi cai nghiện: cai nghiện bắt buộc tại cơ sở công lập; trường giáo dưỡng chỉ dành cho người dưới 18 tuổi "
              "(%(article)s).",
              article=attempt.article),
            article=attempt.article, field="venue",
        )  # fmt: skip


def minor_admitted_under_old_law(attempt: Attempt) -> None:
    """T4: 12 to under 18, in a public facility since before 01/07/2026; with less than six months left they stay."""
    case, rule = attempt.case, attempt.law.transition_rules["T4"]
    ends_on, admitted = (case.ends_on, case.did("Admitted")) if case else (None, None)
    minor = attempt.history.is_minor_on(rule.boundary)
    if (
        admitted is None
        or admitted.happened_on >= rule.boundary
        or not minor
        or attempt.known("venue") == "TRUONG_GIAO_DUONG"
    ):
        raise WrongVenue(
            _(
                "Chỉ dành cho người dưới 18 tuổi đang ở cơ sở công lập từ trước ngày 01/7/2026 (%(article)s).",
                article=attempt.article,
            ),
            article=attempt.article,
        )
    stays = ends_on is not None and not is_left(
        int(rule.parameters["months_left_under"]), "MONTH", rule.boundary, ends_on
    )
    if stays and attempt.fact("choice_t4") == "MOVE":
        raise WrongVenue(
            _("Còn dưới 06 tháng tính đến ngày 01/7/2026: người này ở lại cơ sở công lập đến hết thời hạn (T4, %(article)s).",
              article=attempt.article),
            article=attempt.article, field="choice_t4",
        )  # fmt: skip


def eighteen_with_three_months_left(attempt: Attempt) -> None:
    """L120 Đ36 k4: turning 18 in a reformatory with three months or more left moves to a public facility."""
    rule, ends_on = attempt.law.deadlines["R4-CP-18"], attempt.known("ends_on")
    age = attempt.history.age_on(attempt.day)
    birthday = _eighteenth_birthday(attempt)
    left = isinstance(ends_on, date) and holds(rule, day=birthday or attempt.day, ends_on=ends_on)
    if attempt.known("venue") != "TRUONG_GIAO_DUONG" or age is None or age < ADULT_YEARS or not left:
        raise WrongVenue(
            _(
                "Chỉ chuyển khi người ở trường giáo dưỡng đủ 18 tuổi mà thời hạn còn từ 03 tháng (%(article)s).",
                article=rule.article,
            ),
            article=rule.article,
        )


def three_months_left(attempt: Attempt) -> None:
    """L120 Đ39 k3–4: after recovery the rest is served only when three months or more are left."""
    rule, ends_on = attempt.law.deadlines["R4-CP-SUSPEND"], attempt.known("ends_on")
    if isinstance(ends_on, date) and not holds(rule, day=attempt.day, ends_on=ends_on):
        raise OutsideTerm(
            _("Thời hạn còn dưới 03 tháng nên không phải chấp hành tiếp; hãy ghi miễn thời gian còn lại (%(article)s).",
              article=rule.article),
            article=rule.article, field=attempt.transition.on,
        )  # fmt: skip


def dossier_is_being_compiled(attempt: Attempt) -> None:
    """L120 Đ37: interim custody while the dossier is compiled, of nobody whom the law bars."""
    dossier = attempt.history.open_case("F")
    if dossier is None or dossier.state not in COMPILING:
        raise TooEarly(
            _(
                "Chỉ áp dụng trong thời gian lập hồ sơ đề nghị cai nghiện bắt buộc (%(article)s).",
                article=attempt.article,
            ),
            article=attempt.article,
        )
    no_bar_of_adults(attempt)


def compulsory_closing_is_founded(attempt: Attempt) -> None:
    """The dossier is dropped only for what is on record."""
    reason = attempt.fact("reason")
    closing_is_founded(attempt)
    begun = attempt.case is not None and attempt.case.did("Admitted") is not None
    if reason == "BARRED":
        founded = not begun and any(attempt.history.is_so(kind, attempt.day) for kind in BARS)
    elif reason == "LIMITATION":
        founded = attempt.case is not None and attempt.case.state == "GROUND_FOUND" and _limitation_is_over(attempt)
    else:
        founded = reason != "NO_GROUND" or (attempt.case is not None and attempt.case.did("CourtApproved") is None)
    if not founded:
        raise NoSuchReason(
            _("Lý do: hồ sơ chưa có căn cứ của lý do này (%(article)s).", article=attempt.article),
            article=attempt.article, field="reason",
        )  # fmt: skip


def _limitation_is_over(attempt: Attempt) -> bool:
    since, rule = attempt.known("last_violation_on"), attempt.law.deadlines[LIMITATION]
    return isinstance(since, date) and attempt.day > end_of_term(since, rule.amount or 0, "MONTH")


def _reading_article(attempt: Attempt) -> str:
    served = attempt.case.did("NoticeServed") if attempt.case else None
    regime = served.regime if served else attempt.regime.code
    return attempt.law.deadlines["R4-CP-READ" if regime == NEW_LAW else "R1-CP-READ"].article


def _eighteenth_birthday(attempt: Attempt) -> date | None:
    parts = (attempt.history.birth_date or "").split("-")
    if len(parts) != len(("year", "month", "day")):
        return None
    return add_months(date(int(parts[0]), int(parts[1]), int(parts[2])), ADULT_YEARS * 12)


GUARDS = (
    ground_is_true, violated_by_then, within_limitation, no_bar_of_adults, not_in_treatment, within_reading_period,
    reading_period_over, through_the_district, facility_was_assigned, other_measures_end_by_then, venue_of_compulsory,
    minor_admitted_under_old_law, eighteen_with_three_months_left, three_months_left, dossier_is_being_compiled,
    compulsory_closing_is_founded,
)  # fmt: skip
