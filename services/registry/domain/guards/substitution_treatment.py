"""Conditions of track E: substitution treatment (NĐ141 Đ27 to Đ36; NĐ116 Đ28, Đ3; L120 Đ31 k6, Đ35 k1c)."""

from datetime import date

from chassis.i18n import _
from services.registry.domain.deadlines import due
from services.registry.domain.guards.several_tracks import NoSuchReason
from services.registry.domain.judgement import Attempt, RuleRefused

OPIOID_ARTICLE = "Điều 27 Nghị định 141/2024/NĐ-CP"
CONSENT_ARTICLE = "khoản 6 Điều 31 Luật Phòng, chống ma túy 2025; Điều 29 Nghị định 141/2024/NĐ-CP"


class NotForOpioids(RuleRefused):
    """Substitution treatment is for people dependent on opioids."""

    code = "not_for_opioids"


class NoConsent(RuleRefused):
    """Somebody under 18 is treated with the written consent of the parents."""

    code = "no_consent"


def opioid_dependence(attempt: Attempt) -> None:
    """Only dependence on opioids is treated by substitution."""
    if attempt.fact("opioid") is not True:
        raise NotForOpioids(
            _("Điều trị bằng thuốc thay thế chỉ dành cho người nghiện chất dạng thuốc phiện (%(article)s).",
              article=OPIOID_ARTICLE),
            article=OPIOID_ARTICLE, field="opioid",
        )  # fmt: skip


def minor_with_consent(attempt: Attempt) -> None:
    """12 to under 18: the parents consent in writing."""
    if attempt.history.is_minor_on(attempt.day) and attempt.fact("parental_consent") is not True:
        raise NoConsent(
            _("Người dưới 18 tuổi: phải có văn bản đồng ý của cha, mẹ hoặc người giám hộ (%(article)s).",
              article=CONSENT_ARTICLE),
            article=CONSENT_ARTICLE, field="parental_consent",
        )  # fmt: skip


def ost_violation_is_founded(attempt: Attempt) -> None:
    """R1–R3: away five working days or ten sessions in a row; a third one only during treatment (NĐ116 Đ3 k5; L120 Đ47 k4)."""
    reason, state = attempt.fact("reason"), attempt.case.state if attempt.case else ""
    if reason == "NOT_STARTED":
        founded = state in {"REGISTERED", "DECIDED"}
    elif reason == "SELF_TERMINATED":
        founded = state == "ACTIVE" and _away_long_enough(attempt)
    else:
        founded = state == "ACTIVE"
    if not founded:
        raise NoSuchReason(
            _("Lý do: hồ sơ chưa đủ căn cứ của vi phạm này (%(article)s).", article=attempt.article),
            article=attempt.article, field="reason",
        )  # fmt: skip


def running_treatment_gives_way(attempt: Attempt) -> None:
    """Health tells how a running treatment ends; the register closes it only where rehabilitation takes its place."""
    running = attempt.case is not None and attempt.case.state == "ACTIVE"
    if running and attempt.fact("reason") not in {"REHAB_INSTEAD", "COMPULSORY"}:
        raise NoSuchReason(
            _("Lý do: người này đang điều trị; chỉ ghi chuyển sang cai nghiện, việc khác do cơ sở điều trị thông báo "
              "(%(article)s).",
              article=attempt.article),
            article=attempt.article, field="reason",
        )  # fmt: skip


def _away_long_enough(attempt: Attempt) -> bool:
    sessions = attempt.law.deadlines["R1-OST-SESSIONS"].amount or 0
    if (attempt.fact("missed_sessions") or 0) >= sessions:
        return True
    since = attempt.fact("absent_since")
    if not isinstance(since, date):
        return False
    return attempt.day >= due(attempt.law.deadlines["R1-OST-SELFTERM"], since, attempt.law.calendar).day


GUARDS = (opioid_dependence, minor_with_consent, ost_violation_is_founded, running_treatment_gives_way)
