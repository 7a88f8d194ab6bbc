"""A person's history as the rules see it, made act by act; for tests that need no database."""

from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import count
from typing import Any

from chassis.clock import LOCAL_ZONE
from services.registry.domain.acts import Allowed, judge
from services.registry.domain.history import Circumstance, Draft, History, TestFacts
from services.registry.law import law

LONG_AFTER = datetime(2100, 1, 1, tzinfo=LOCAL_ZONE)


def at(text: str) -> datetime:
    """Return an instant in Việt Nam, or the morning of a day."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=LOCAL_ZONE)


def morning(day: date) -> datetime:
    return datetime.combine(day, time(9), LOCAL_ZONE)


class Life:
    """One person whose acts are judged one after the other."""

    def __init__(self, *, unit_code: str = "09385", birth_date: str = "1990-05-01") -> None:
        self.history = History(unit_code=unit_code, birth_date=birth_date)
        self._ids: Iterator[int] = count(1)

    def new_id(self) -> str:
        return f"id-{next(self._ids)}"

    def tested(self, moment: datetime, *, result: str = "POSITIVE", opens: bool = True) -> str:
        """Enter a test; unless told otherwise, a case opens on it."""
        test = TestFacts(test_id=self.new_id(), result=result, taken_at=moment, received_at=moment)
        self.history = History(**{**vars(self.history), "tests": (*self.history.tests, test)})
        if opens:
            self.act("A", "PositiveTest", moment, test_id=test.test_id)
        return test.test_id

    def is_now(self, kind: str, since: date) -> None:
        """Note a circumstance of the person's life."""
        added = Circumstance(kind=kind, since_on=since)
        self.history = History(**{**vars(self.history), "circumstances": (*self.history.circumstances, added)})

    def act(self, track: str, event: str, moment: datetime, *, now: datetime = LONG_AFTER, **answers: Any) -> Allowed:
        """Enter an act; what is no part of the paper is a fact. Raises what the law raises, and is then as before."""
        paper = {name: answers.pop(name) for name in ("signer_role", "document_number") if name in answers}
        draft = Draft(track=track, event=event, happened_at=moment, facts=answers, **paper)
        allowed = judge(law(), self.history, draft, now=now, new_id=self.new_id)
        self.history = allowed.history
        return allowed

    def case(self, track: str) -> Any:
        """Return the latest case of a track."""
        return self.history.cases_of(track)[-1]
