"""A process of a test that answers questions through the broker: `python -m tests.chassis.answer_process URL NAME FOLDER`."""

from chassis import bootstrap

bootstrap.boot()

import sys  # noqa: E402 - nothing may be imported before the patch
from dataclasses import replace  # noqa: E402
from pathlib import Path  # noqa: E402

import nameko  # noqa: E402
from nameko.runners import ServiceRunner  # noqa: E402

from chassis.messaging import AnswerRpc  # noqa: E402
from chassis.testing import running  # noqa: E402
from tests.chassis.answers import ANSWERS  # noqa: E402
from tests.chassis.parties import SPEAKER_METADATA, SPEAKER_TABLES, a_definition  # noqa: E402


def main(url: str, name: str, folder: Path) -> None:
    """Answer under this name until killed."""
    nameko.config.setup({"AMQP_URI": url})
    definition = replace(a_definition(name, SPEAKER_METADATA, SPEAKER_TABLES), answers=ANSWERS)
    with running(definition, database="sqlite", folder=folder) as runtime:
        runner = ServiceRunner()
        runner.add_service(type("Service", (AnswerRpc,), {"name": name, "runtime": runtime}))
        runner.start()
        print("ready", flush=True)
        runner.wait()


main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
