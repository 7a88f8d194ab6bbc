"""What a service does by itself again and again: at once, each time round, and whatever fails is tried again."""

from threading import Thread

import pytest

from chassis.errors import Unavailable
from chassis.timers import Clockwork, Stint, Timer


def a_clockwork(run, *, every=0.01):
    return Clockwork(Timer(name="rounds", every_seconds=every, run=run), runtime=None)


def test_a_timer_works_at_once_and_again_until_it_is_stopped():
    rounds = []

    def run(runtime):
        rounds.append(runtime)
        if len(rounds) == 3:
            clockwork.stop()

    clockwork = a_clockwork(run)
    thread = Thread(target=clockwork.run)
    thread.start()
    thread.join(timeout=5)

    assert not thread.is_alive()
    assert rounds == [None, None, None]


@pytest.mark.parametrize("failure", [Unavailable("away"), ValueError("a mistake")])
def test_a_round_that_fails_does_not_end_the_timer(failure, caplog):
    rounds = []

    def run(_runtime):
        rounds.append("round")
        if len(rounds) == 1:
            raise failure
        clockwork.stop()

    clockwork = a_clockwork(run)
    clockwork.run()

    assert rounds == ["round", "round"]
    assert any("timer" in record.getMessage() for record in caplog.records)


def test_a_stint_ends_after_its_seconds():
    stint = Stint(seconds=0.05)
    pieces = [stint.is_over()]
    while not pieces[-1]:
        pieces.append(stint.is_over())
    assert len(pieces) > 1
    assert Stint(seconds=0).is_over()
