"""Questions that one service puts to another about a person: the only road on which identity moves.

A service declares what it answers, to whom and for which purpose; everything else is refused. Who asked, why and on what
legal basis is in the audit log of both sides, under the same correlation id, also when the answer was no.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from chassis.actors import Actor
from chassis.errors import NotAllowed, NotFound, ProgrammeError, RuleBroken
from chassis.i18n import _
from chassis.unit_of_work import UnitOfWork

Give = Callable[[UnitOfWork, Mapping[str, str]], Mapping[str, Any]]
"""Answers one question in a unit of work that only reads; what it gives is plain JSON."""

Carry = Callable[[str, str, Mapping[str, Any], Mapping[str, str]], Mapping[str, Any]]
"""Takes (service, question, asking, arguments) to another service and brings back a reply, see :func:`reply_to`."""

ASKED, ANSWERED, REFUSED = "question.ask", "question.answer", "question.refuse"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One question that a service answers: how, to which services, for which purposes."""

    give: Give
    to: tuple[str, ...]
    purposes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Asking:
    """Who asks, for which unit, why and on what legal basis; purpose and basis are codes."""

    service: str
    unit: str
    account_id: str
    roles: tuple[str, ...]
    purpose: str
    legal_basis: str
    correlation_id: str

    @property
    def actor(self) -> Actor:
        """Return the one who asks, as the audit log of the other side names them; they may do nothing there."""
        return Actor(
            account_id=self.account_id,
            username="",
            display_name="",
            unit=self.unit,
            service=self.service,
            roles=frozenset(self.roles),
            channel="question",
        )

    def written(self) -> dict[str, Any]:
        """Return the asking as it travels."""
        return asdict(self) | {"roles": list(self.roles)}

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> "Asking":
        """Return the asking that arrived. Raises :class:`NotAllowed` for one that lacks a part."""
        try:
            return cls(**{**written, "roles": tuple(written["roles"])})
        except (KeyError, TypeError):
            raise NotAllowed(_INCOMPLETE, code="asking_incomplete") from None


_CODE = re.compile(r"[A-Za-z0-9_.:\-]{0,64}")
_LONGEST_WORD = 36
_INCOMPLETE = _("Câu hỏi giữa các cơ quan phải nêu người hỏi, đơn vị, mục đích và căn cứ pháp lý.")


def check_codes(asking: Asking, arguments: Mapping[str, object]) -> None:
    """Refuse a question with anything but codes and keys in it: it is written into logs that many may read."""
    words = (asking.service, asking.unit, asking.account_id, asking.purpose, asking.legal_basis, *asking.roles)
    codes = (*words, asking.correlation_id, *arguments, *arguments.values())
    if not all(_is_code(word) for word in codes) or any(len(word) > _LONGEST_WORD for word in words):
        raise NotAllowed(_INCOMPLETE, code="asking_incomplete")


def check_asking(asking: Asking, arguments: Mapping[str, object]) -> None:
    """Refuse a question that does not say who asks, for which unit, why, and on what legal basis."""
    check_codes(asking, arguments)
    if not (asking.account_id and asking.unit and asking.purpose and asking.legal_basis):
        raise NotAllowed(_INCOMPLETE, code="asking_incomplete")


def check_answer(answer: Answer | None, asking: Asking, arguments: Mapping[str, object]) -> Answer:
    """Return the answer that this service may give to this asker; raise :class:`NotAllowed` for every other one."""
    check_asking(asking, arguments)
    if answer is None or asking.service not in answer.to or asking.purpose not in answer.purposes:
        raise NotAllowed(_("Cơ quan này không cung cấp thông tin đó cho mục đích đã nêu."), code="answer_refused")
    return answer


def _is_code(word: object) -> bool:
    return isinstance(word, str) and _CODE.fullmatch(word) is not None


_KINDS: Mapping[str, type[ProgrammeError]] = {each.__name__: each for each in (NotFound, NotAllowed, RuleBroken)}


def reply_to(ask: Callable[[], Mapping[str, Any]]) -> dict[str, Any]:
    """Return what travels back: the answer, or which situation refused it."""
    try:
        return {"answer": dict(ask())}
    except ProgrammeError as error:
        kind = type(error).__name__ if type(error).__name__ in _KINDS else NotAllowed.__name__
        return {"refused": {"kind": kind, "code": error.code, "message": str(error.message)}}


def answer_in(reply: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer of a reply; raise the situation that refused it."""
    refused = reply.get("refused")
    if refused is None:
        return dict(reply["answer"])
    raise _KINDS.get(refused["kind"], NotAllowed)(refused["message"], code=refused["code"])
