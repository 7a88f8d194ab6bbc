"""The commands of the one-process mode: run the programme, make up a ward."""

from pathlib import Path

import click


@click.command()
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), default=Path("var"), show_default=True)
@click.option("--units", default="09385", show_default=True, help="codes of the units, parted by commas")
@click.option("--demo/--no-demo", default=True, show_default=True, help="fill an empty ward with made-up people")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--base-port", default=8000, show_default=True, help="reporting; the others follow: +1, +2, +3")
def run(data: Path, units: str, demo: bool, host: str, base_port: int) -> None:
    """Run the four services in this process; data are kept in one folder, and nothing else is needed."""
    from chassis import bootstrap

    bootstrap.boot()
    from embedded.ward import run_ward

    run_ward(data=data, units=units, demo=demo, host=host, base_port=base_port)


@click.command()
@click.option("--unit", "unit_code", default="09385", show_default=True)
@click.option("--people", default=60, show_default=True, type=click.IntRange(1, 20_000))
@click.option("--months", default=14, show_default=True, type=click.IntRange(1, 120))
@click.option("--seed", default=1, show_default=True)
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), default=Path("var"), show_default=True)
def simulate(unit_code: str, people: int, months: int, seed: int, data: Path) -> None:
    """Make up a ward: plausible lives, lived through the services' own handlers. The same seed gives the same ward.

    Every page says that its people are made up; a folder with a real ward is refused.
    """
    from embedded.demo import mark_as_demo
    from embedded.simulator import Scale
    from embedded.ward import Ward

    with Ward.open(data=data, units=(unit_code,)) as ward:
        mark_as_demo(ward.runtimes)
        report = ward.simulate(unit_code, Scale(people=people, months=months, seed=seed))
    click.echo(report)
