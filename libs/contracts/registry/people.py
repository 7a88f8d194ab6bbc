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
