"""Help for people who are known here only by a reference."""

from chassis.errors import RuleBroken
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork
from contracts import campaigns as say
from services.campaigns import queries
from services.campaigns.commands import CloseSupportCase, OpenSupportCase
from services.campaigns.domain import check_closing
from services.campaigns.tables import SupportCase


def open_support_case(command: OpenSupportCase, uow: UnitOfWork) -> SupportCase:
    """Begin to help somebody who is known here only by a reference."""
    if queries.open_case(uow.session, command.referral_ref, command.need) is not None:
        raise RuleBroken(
            _("Mã giới thiệu này đang có hồ sơ hỗ trợ cùng nhu cầu."), code="already_open", field="referral_ref"
        )
    case = uow.add(
        SupportCase(
            case_id=uow.new_id(),
            referral_ref=command.referral_ref,
            need=command.need,
            organisation=command.organisation,
            opened_on=command.opened_on,
            details=command.details,
        )
    )
    uow.record(
        say.SupportCaseOpened(
            case_id=case.case_id, referral_ref=command.referral_ref, need=command.need, opened_on=command.opened_on
        )
    )
    uow.wrote("support_case.open", "support_case", case.case_id)
    return case


def close_support_case(command: CloseSupportCase, uow: UnitOfWork) -> SupportCase:
    """End the help, with its outcome."""
    case = uow.get(SupportCase, command.case_id)
    check_closing(opened_on=case.opened_on, closed_on=command.closed_on, already_closed=case.closed_on is not None)
    case.closed_on, case.outcome = command.closed_on, command.outcome
    case.details = {**case.details, **command.details}
    case.version += 1
    uow.record(say.SupportCaseClosed(case_id=case.case_id, closed_on=command.closed_on, outcome=command.outcome))
    uow.wrote("support_case.close", "support_case", case.case_id, outcome=command.outcome)
    return case
