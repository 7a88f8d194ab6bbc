"""The fault tests in small: what `make faults` does for minutes, for seconds."""

from contextlib import closing

import pytest

from tests.faults.report import shortcomings, table
from tests.faults.runs import SMALL, a_stage

pytestmark = pytest.mark.broker


def test_nothing_is_lost_or_doubled_while_everything_goes_wrong(database, tmp_path):
    with a_stage(tmp_path, seed=7) as stage:
        if database == "sqlite":
            outcomes, caught = {"one process, SQLite": stage.in_one_process(SMALL.embedded)}, {}
            sagas = {"one process, SQLite": stage.determinations_in_one_process(SMALL.saga_embedded)}
            kills = SMALL.embedded.kills
        else:
            with closing(stage.services()) as services:
                outcomes = {"RabbitMQ and PostgreSQL": stage.over_the_broker(services, SMALL.broker)}
                sagas = {"RabbitMQ and PostgreSQL": stage.determinations(services, SMALL.saga)}
                caught = stage.mutations(services)
            kills = SMALL.broker.kills
    print(table(outcomes, sagas, caught))

    assert shortcomings(outcomes, sagas, caught, kills=kills, hits=SMALL.hits) == []
