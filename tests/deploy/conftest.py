"""A database and a broker of this folder's own: the tests here make accounts on them."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.private_services import CHECKOUT, OwnServices, dev


@pytest.fixture(scope="session")
def own_services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnServices]:
    folder = tmp_path_factory.mktemp("services")
    started = dev("--folder", str(folder), "up")
    assert started.returncode == 0, started.stderr
    variables = dict(line.split("=", 1) for line in (folder / "env").read_text().splitlines())
    yield OwnServices(folder, variables["BINHAN_TEST_DATABASE_URL"], variables["BINHAN_TEST_AMQP_URL"])
    ended = dev("--folder", str(folder), "down")
    assert ended.returncode == 0, ended.stderr
    assert not folder.exists()


@pytest.fixture
def secrets_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "secrets"
    subprocess.run([CHECKOUT / "deploy/new-secrets.sh", folder], check=True)
    return folder
