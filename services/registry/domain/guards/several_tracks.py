"""Conditions that several tracks share: age, other communes, the end of a term, and what is on record of death or prison."""

from collections.abc import Mapping
from datetime import date, timedelta

from chassis.i18n import _
from services.registry.domain.codes import CIRCUMSTANCES
from services.registry.domain.history import CRIMINAL_CASE, DECEASED, IMPRISONED, IN_EDUCATION, MISSING
from services.registry.domain.judgement import Attempt, RuleRefused
from services.registry.domain.rehabilitation import COURT_HAS_DECIDED, NEW_LAW
from services.registry.domain.terms import add_months
from services.registry.domain.use import unsettled_use
from services.registry.domain.violations import breaches_behind, stands_on_breaches

REHAB_YEARS = 12
DAYS_OF_NOTICE = 30
BORNE_OUT_BY: Mapping[str, tuple[str, ...]] = {
    "PRISON": (IMPRISONED,),
    "CRIMINAL": (CRIMINAL_CASE,),
    "CSGD_TRUONG_GD": (IN_EDUCATION,),
    "DEAD_OR_MISSING": (DECEASED, MISSING),
}
"""Reasons that stand on a circumstance of the person's life, and the kinds of which one must be on record."""

USE_WITHIN_TERM: Mapping[str, tuple[str, str]] = {
    "D": ("khoản 2 Điều 32 Luật Phòng, chống ma túy 2021", "điểm b khoản 1 Điều 35 Luật Phòng, chống ma túy 2025"),
    "G": (
        "điểm d khoản 1 Điều 27 Luật Phòng, chống ma túy 2021",
        "điểm d khoản 1 Điều 31, điểm d khoản 1 Điều 35 Luật Phòng, chống ma túy 2025",
    ),
}
"""What is to be done about use within the term of a track: under the law of 2021, and under that of 2025."""

BESIDE: Mapping[str, Mapping[str, frozenset[str]]] = {
    "D": {"F": COURT_HAS_DECIDED, "E": frozenset({"ACTIVE"})},
    "E": {"F": COURT_HAS_DECIDED, "D": frozenset({"IN_REHAB", "BETWEEN"})},
}
"""What a measure does not run beside: other tracks in these states."""


class TooYoung(RuleRefused):
    """Invariant 5: the law knows no rehabilitation of children under 12."""

    code = "too_young"


class SameCommune(RuleRefused):
    """A move within the commune changes no manager."""

    code = "same_commune"


class OutsideTerm(RuleRefused):
    """The day lies outside the term, or before its end."""

    code = "outside_term"


class UseUnsettled(RuleRefused):
    """Use within the term was found, and nothing was decided on it yet."""

    code = "use_unsettled"


class UnderAnotherMeasure(RuleRefused):
    """Another measure runs, beside which the law does not know this one."""

    code = "under_another_measure"


class NoSuchReason(RuleRefused):
    """What is known of the person does not bear the reason out."""

    code = "no_such_reason"


def at_least_twelve(attempt: Attempt) -> None:
    """INV-5: no track of rehabilitation under 12 (L120 Đ28, Đ35, Đ36)."""
    age = attempt.history.age_on(attempt.day)
    if age is not None and age < REHAB_YEARS:
        raise TooYoung(
            _("Người chưa đủ 12 tuổi: luật không có biện pháp này (INV-5, %(article)s).", article=attempt.article),
            article=attempt.article,
        )


def not_under_another_measure(attempt: Attempt) -> None:
    """Rehabilitation, treatment, and what the court decided exclude one another: one case is closed before the other opens."""
    for track, states in BESIDE[attempt.track.track].items():
        running = attempt.history.open_case(track)
        if running is not None and running.state in states:
            other = attempt.law.tracks[track]
            raise UnderAnotherMeasure(
                _("Người này có hồ sơ «%(track)s» ở bước «%(state)s»; phải kết thúc hồ sơ đó trước (%(article)s).",
                  track=str(other.name), state=str(other.states[running.state].name), article=attempt.article),
                article=attempt.article, field=attempt.transition.on,
            )  # fmt: skip


def court_has_decided(attempt: Attempt) -> None:
    """A case gives way to compulsory rehabilitation only after the court decided it."""
    compulsory = attempt.history.open_case("F")
    if attempt.fact("reason") != "COMPULSORY" or (compulsory and compulsory.state in COURT_HAS_DECIDED):
        return
    raise NoSuchReason(
        _("Lý do: chưa ghi quyết định cai nghiện bắt buộc của Tòa án (%(article)s).", article=attempt.article),
        article=attempt.article, field="reason",
    )  # fmt: skip


def to_other_commune(attempt: Attempt) -> None:
    """A case is handed over only to another commune."""
    _other(attempt, "to_commune", _("Nơi chuyển đến"))


def from_other_commune(attempt: Attempt) -> None:
    """A case is taken over only from another commune."""
    _other(attempt, "from_commune", _("Nơi chuyển đi"))


def has_an_end(attempt: Attempt) -> None:
    """The end of the term is known, and the notice of it comes before the term is over."""
    ends_on = attempt.known("ends_on")
    if not isinstance(ends_on, date):
        raise OutsideTerm(
            _("Chưa có ngày hết thời hạn nên chưa thông báo được (%(article)s).", article=attempt.article),
            article=attempt.article,
        )
    if attempt.day < add_months(ends_on, -6):
        raise OutsideTerm(
            _("Thông báo sắp hoàn thành: thời hạn đến ngày %(day)s, còn hơn 06 tháng (%(article)s).",
              day=f"{ends_on:%d/%m/%Y}", article=attempt.article),
            article=attempt.article, field=attempt.transition.on,
        )  # fmt: skip


def at_the_end(attempt: Attempt) -> None:
    """The full term: what is certified in its last 30 days counts from its last day; earlier there is nothing to certify."""
    ends_on = attempt.known("ends_on")
    if not isinstance(ends_on, date):
        raise OutsideTerm(
            _("Chưa có ngày hết thời hạn nên chưa xác nhận hoàn thành được (%(article)s).", article=attempt.article),
            article=attempt.article,
        )
    if attempt.day < ends_on - timedelta(days=DAYS_OF_NOTICE):
        raise OutsideTerm(
            _("Thời hạn đến hết ngày %(day)s; chưa xác nhận hoàn thành được (%(article)s).",
              day=f"{ends_on:%d/%m/%Y}", article=attempt.article),
            article=attempt.article, field=attempt.transition.on,
        )  # fmt: skip


def old_term_runs(attempt: Attempt) -> None:
    """What is taken over still runs, and began before it ends."""
    starts_on, ends_on = attempt.fact("original_starts_on"), attempt.fact("original_ends_on")
    if not isinstance(starts_on, date) or not isinstance(ends_on, date):
        return
    if starts_on > attempt.day or ends_on < attempt.day:
        raise OutsideTerm(
            _("Thời hạn của quyết định cũ phải đang chạy; quyết định ghi đến ngày %(day)s (%(article)s).",
              day=f"{ends_on:%d/%m/%Y}", article=attempt.article),
            article=attempt.article, field="original_ends_on",
        )  # fmt: skip


def closing_is_founded(attempt: Attempt) -> None:
    """A case closed or interrupted for death, prison, a criminal case or a facility of education has that on record."""
    kinds = BORNE_OUT_BY.get(attempt.fact("reason") or attempt.transition.gives.get("reason", ""), ())
    if not kinds or any(attempt.history.is_so(kind, attempt.day) for kind in kinds):
        return
    if DECEASED in kinds and attempt.history.is_gone(attempt.day):
        return
    raise NoSuchReason(
        _("Lý do: nhân thân của người này chưa ghi «%(what)s» vào ngày %(day)s; hãy ghi tình tiết nhân thân đó kèm văn bản "
          "chứng minh trước (%(article)s).",
          what=" / ".join(str(CIRCUMSTANCES[kind]) for kind in kinds), day=f"{attempt.day:%d/%m/%Y}",
          article=attempt.article),
        article=attempt.article, field="reason" if attempt.fact("reason") else attempt.transition.on,
    )  # fmt: skip


def breach_is_on_record(attempt: Attempt) -> None:
    """L120 Đ47: who is said to have breached monitoring, or the rules a third time, has those minutes in the book."""
    reason = attempt.fact("reason")
    if attempt.case is None or not stands_on_breaches(reason):
        return
    if breaches_behind(attempt.history, attempt.case, reason=reason, day=attempt.day):
        return
    reasons = [each for each in attempt.transition.reasons if attempt.regime.code in each.regimes]
    article = next(each.article for each in reasons if each.code == reason)
    borne_out = [
        each for each in reasons if breaches_behind(attempt.history, attempt.case, reason=each.code, day=attempt.day)
    ]
    if borne_out:
        raise NoSuchReason(
            _("Lý do: sổ biên bản vi phạm của hồ sơ này không có căn cứ cho lý do đã chọn, mà có căn cứ cho lý do «%(other)s»; "
              "hãy chọn lý do đó (%(article)s).",
              other=str(borne_out[0].name), article=borne_out[0].article),
            article=borne_out[0].article, field="reason",
        )  # fmt: skip
    raise NoSuchReason(
        _("Lý do: sổ biên bản vi phạm của hồ sơ này chưa có vi phạm đến mức phải lập hồ sơ đề nghị cai nghiện bắt buộc; "
          "hãy ghi biên bản vào sổ trước (%(article)s).",
          article=article),
        article=article, field="reason",
    )  # fmt: skip


def no_use_unsettled(attempt: Attempt) -> None:
    """A term is certified only when each positive test in it was followed by a determination; minutes close the case.

    L120 Đ35 k1b, Đ31 k1d; L73 Đ32 k2: use within the term leads to minutes or to a determination, never past them.
    """
    case = attempt.case
    found_on = unsettled_use(attempt.history, case, attempt.day) if case else None
    if found_on is None:
        return
    article = USE_WITHIN_TERM[attempt.track.track][attempt.regime.code == NEW_LAW]
    raise UseUnsettled(
        _("Có kết quả dương tính ngày %(day)s trong thời hạn mà chưa giải quyết; hãy lập biên bản vi phạm, hoặc đề nghị xác định "
          "tình trạng nghiện và ghi kết quả, rồi mới xác nhận hoàn thành (%(article)s).",
          day=f"{found_on:%d/%m/%Y}", article=article),
        article=article, field=attempt.transition.on,
    )  # fmt: skip


def absence_counted_already(attempt: Attempt, since: date, until: date) -> bool:
    """Tell whether days of this absence have moved the end of the term before."""
    acts = attempt.case.acts if attempt.case else ()
    earlier = [act.facts for act in acts if act.event == "AbsenceRecorded" and "absent_from" in act.facts]
    return any(since < facts["absent_until"] and facts["absent_from"] < until for facts in earlier)


def _other(attempt: Attempt, name: str, label: object) -> None:
    if attempt.fact(name) == attempt.history.unit_code:
        raise SameCommune(
            _("%(label)s: vẫn trong địa bàn này nên không chuyển hồ sơ; hãy ghi xã khác (%(article)s).",
              label=str(label), article=attempt.article),
            article=attempt.article, field=name,
        )  # fmt: skip


GUARDS = (
    at_least_twelve, not_under_another_measure, court_has_decided, to_other_commune, from_other_commune, has_an_end,
    at_the_end, old_term_runs, closing_is_founded, breach_is_on_record, no_use_unsettled,
)  # fmt: skip
