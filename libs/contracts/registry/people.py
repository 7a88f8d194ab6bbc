"""What the commune police announce of people and of their tests."""

from datetime import date
from typing import Annotated

from contracts.base import Code, Key, Year, code, event

Sex = Annotated[str, code("MALE", "FEMALE")]
EthnicGroup = Annotated[str, code("KINH", "KHAC")]
TestResult = Annotated[str, code("POSITIVE", "NEGATIVE")]


@event("registry.person.registered.v1", subject="person_key", on="registered_on")
class PersonRegistered:
    """A person was entered in the register of the commune.

    Not sent when details of somebody already entered are put right: that is `corrected`.
    """

    person_key: Key
    sex: Sex
    birth_year: Year | None
    ethnic_group: EthnicGroup
    registered_on: date


@event("registry.person.corrected.v1", subject="person_key", on="corrected_on")
class PersonCorrected:
    """What statistics may know of a person was put right; the values here replace the earlier ones.

    Not sent when only a name, a number or an address changed: these never leave the registry.
    """

    person_key: Key
    sex: Sex
    birth_year: Year | None
    ethnic_group: EthnicGroup
    corrected_on: date


@event("registry.person.withdrawn.v1", subject="person_key", on="withdrawn_on")
class PersonWithdrawn:
    """A person who had been entered by mistake, with a list that was taken back, is in the register no longer.

    Not sent for somebody about whom anything else was recorded meanwhile: such a person stays.
    """

    person_key: Key
    withdrawn_on: date


@event("registry.person.merged.v1", subject="person_key", on="merged_on")
class PersonMerged:
    """Two records were found to be one person: what was said under ``person_key`` is said anew under ``into_key``.

    Not sent for a person who only moved to another commune.
    """

    person_key: Key
    into_key: Key
    merged_on: date


@event("registry.person.parted.v1", subject="person_key", on="parted_on")
class PersonParted:
    """A merge was a mistake: the two records are two people again, and what went over is said anew under ``person_key``.

    Not sent when only a detail of one of them was put right.
    """

    person_key: Key
    from_key: Key
    parted_on: date


@event("registry.test_result.recorded.v1", subject="test_id", on="taken_on")
class TestResultRecorded:
    """A test for drugs in the body was taken and its result entered.

    Not sent for a test without a result, nor when test kits are used up: health announces those.
    """

    # Its name starts with Test, and pytest would otherwise take it for one.
    __test__ = False

    test_id: Key
    person_key: Key
    taken_on: date
    result: TestResult
    substances: tuple[Code, ...]


@event("registry.test_result.withdrawn.v1", subject="test_id", on="withdrawn_on")
class TestResultWithdrawn:
    """A test was entered by mistake: what `registry.test_result.recorded` said of it is no fact.

    Not sent when only an act that followed from the test is annulled: the case is corrected then.
    """

    __test__ = False

    test_id: Key
    person_key: Key
    withdrawn_on: date
