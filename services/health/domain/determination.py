"""How a determination goes on: its stages, what the criteria lead to, who signs, who gets the result."""

from collections.abc import Collection, Mapping
from datetime import date

from chassis.errors import NotUnderstood, RuleBroken
from chassis.i18n import _
from services.health.domain.errors import OutOfOrder
from services.health.domain.regimes import DeterminationRules

CRITERIA = ("c1", "c2", "c3", "c4", "c5", "c6")
HARM_KNOWN = "c6"
"""The criterion that counts for nothing when it stands beside only one other."""

NO, MONTH, REPEATED, SHORTER = "NO", "MONTH", "REPEATED", "SHORTER"
LONG_ENOUGH = frozenset({MONTH, REPEATED})
"""For a month or longer, or shorter but again and again within twelve months (circular 18/2021/TT-BYT, article 3.4)."""

ADDICTED, NOT_ADDICTED, INCONCLUSIVE = "ADDICTED", "NOT_ADDICTED", "INCONCLUSIVE"
ENOUGH = 3
IN_DOUBT = 2

IN_EXAMINATION, TO_OBSERVE, IN_OBSERVATION, TO_CONCLUDE = (
    "IN_EXAMINATION",
    "TO_OBSERVE",
    "IN_OBSERVATION",
    "TO_CONCLUDE",
)
FOR_SIGNATURE, FOR_APPROVAL, CONCLUDED, RETURNED, CANCELLED = (
    "FOR_SIGNATURE",
    "FOR_APPROVAL",
    "CONCLUDED",
    "RETURNED",
    "CANCELLED",
)
UNDER_WAY = (IN_EXAMINATION, TO_OBSERVE, IN_OBSERVATION, TO_CONCLUDE, FOR_SIGNATURE, FOR_APPROVAL)
WITH_RESULT = (CONCLUDED, RETURNED)

REQUESTER, PERSON, PARENTS = "REQUESTER", "PERSON", "PARENTS"
CHILD_FROM, ADULT_FROM = 12, 18

NOT_THE_SAME = _(
    "Số định danh: không khớp với người trong đề nghị; hãy xem lại giấy đề nghị, nếu đúng người thì ghi lý do."
)

Marks = Mapping[str, str]
"""Each criterion with what was found: not there, for a month, again and again, or shorter."""


def outcome_of(marks: Marks, *, simultaneous: bool, unclear: bool = False) -> str:
    """Return what step 3 leads to (circular 18/2021/TT-BYT, articles 3.4 and 4.3).

    Three criteria at the same time, for long enough: addicted. One, or two with the sixth: not addicted. Two without the
    sixth, or anything unclear (three that are too short or not at the same time are): to be observed.
    """
    if unclear:
        return INCONCLUSIVE
    if _is_addicted(marks, simultaneous=simultaneous):
        return ADDICTED
    present = {name for name in CRITERIA if marks[name] != NO}
    if len(present) >= ENOUGH or (len(present) == IN_DOUBT and HARM_KNOWN not in present):
        return INCONCLUSIVE
    return NOT_ADDICTED


def outcome_after_observation(marks: Marks, *, simultaneous: bool) -> str:
    """Return what step 4 leads to: after the observation there is a result."""
    return ADDICTED if _is_addicted(marks, simultaneous=simultaneous) else NOT_ADDICTED


def _is_addicted(marks: Marks, *, simultaneous: bool) -> bool:
    return simultaneous and sum(marks[name] in LONG_ENOUGH for name in CRITERIA) >= ENOUGH


def check_stage(stage: str, allowed: Collection[str], sentence: str) -> None:
    """Refuse a step that does not follow on the stage of the determination."""
    if stage not in allowed:
        raise RuleBroken(sentence, code="wrong_stage")


def check_reception(*, received_on: date, requested_on: date | None, withdrawn: bool, closed: bool) -> None:
    """Refuse to receive somebody for a request that is no longer there, or before it was made."""
    if withdrawn or closed:
        raise RuleBroken(
            _("Đề nghị này đã được rút hoặc đã đóng; không tiếp nhận theo đề nghị này nữa."), code="closed"
        )
    if requested_on is None:
        raise RuleBroken(_("Chưa nhận được nội dung đề nghị này; hãy chờ Công an gửi lại."), code="not_requested")
    if received_on < requested_on:
        raise OutOfOrder(
            _("Ngày tiếp nhận: hãy ghi từ ngày đề nghị (%(day)s) trở đi.", day=f"{requested_on:%d/%m/%Y}"),
            field="received_on",
        )


def check_not_before(day: date, earliest: date, *, field: str) -> None:
    """Refuse a step that is dated before the one that it follows."""
    if day < earliest:
        raise OutOfOrder(
            _("Hãy ghi từ ngày %(day)s trở đi, là ngày của bước trước.", day=f"{earliest:%d/%m/%Y}"), field=field
        )


def check_conclusion(conclusion: str, outcome: str, article: str) -> None:
    """Refuse a conclusion that the criteria do not lead to."""
    if outcome == INCONCLUSIVE:
        raise RuleBroken(
            _("Chưa đủ căn cứ để kết luận; phải theo dõi thêm (%(article)s).", article=article), code="inconclusive"
        )
    if conclusion != outcome:
        raise RuleBroken(
            _("Kết luận không khớp với các tiêu chí đã ghi (%(article)s).", article=article),
            code="against_the_criteria",
            field="conclusion",
        )


def check_doctor(rules: DeterminationRules, *, qualification: str, certificate: str | None) -> None:
    """Refuse a doctor whom the law does not let determine addiction."""
    known = rules.qualification(qualification)
    if known is None:
        raise NotUnderstood(
            _(
                "Chuyên môn của bác sĩ không thuộc diện được xác định tình trạng nghiện (%(article)s).",
                article=rules.qualification_article,
            ),
            code="not_qualified",
            field="qualification",
        )
    if known.needs_certificate and not certificate:
        raise NotUnderstood(
            _(
                "Chứng chỉ: bác sĩ này phải có chứng chỉ tập huấn về chẩn đoán, điều trị nghiện (%(article)s); hãy ghi số.",
                article=rules.qualification_article,
            ),
            code="certificate_missing",
            field="certificate_number",
        )


def check_signer(*, by: str, concluded_by: str) -> None:
    """Refuse a signature of somebody else than the doctor who came to the conclusion."""
    if by != concluded_by:
        raise RuleBroken(_("Kết luận do bác sĩ khác ghi; chính bác sĩ đó ký."), code="not_the_doctor")


def check_approver(*, by: str, signed_by: str, article: str) -> None:
    """Refuse an approval by the one who signed."""
    if by == signed_by:
        raise RuleBroken(
            _("Người duyệt không được là người đã ký kết luận (%(article)s).", article=article), code="same_person"
        )


def needs_approval(requester: str) -> bool:
    """Tell whether the head of the station approves the result: whenever an agency asked for it."""
    return requester != PERSON


def entitled_to_result(*, requester: str, birth_date: str | None, on: date) -> tuple[str, ...]:
    """Return who gets a copy: who asked, the person, and the parents of somebody from 12 to under 18 years."""
    asked = () if requester == PERSON else (REQUESTER,)
    return (*asked, PERSON, *((PARENTS,) if _is_child(birth_date, on) else ()))


def _is_child(birth_date: str | None, on: date) -> bool:
    """Tell whether somebody is from 12 to under 18; with only a year known, whether they may be."""
    if not birth_date:
        return False
    if len(birth_date) == len("1990"):
        return CHILD_FROM <= on.year - int(birth_date) <= ADULT_FROM
    born = date.fromisoformat(birth_date)
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    return CHILD_FROM <= age < ADULT_FROM
