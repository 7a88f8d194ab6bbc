"""deploy/new-secrets.sh: passwords that nobody else reads, made once."""

import subprocess
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]


def test_every_service_gets_its_own_password_which_only_its_owner_reads(secrets_folder: Path):
    files = {path.name: path for path in secrets_folder.iterdir()}
    services = {"registry", "health", "campaigns", "reporting", "administrator"}
    assert set(files) == {f"{name}.password" for name in services} | {"person_key.secret"}
    assert len({path.read_text() for path in files.values()}) == len(files)
    for path in files.values():
        assert len(bytes.fromhex(path.read_text())) == 32
        assert path.stat().st_mode & 0o077 == 0


def test_secrets_that_are_there_stay_and_a_new_agency_adds_one(secrets_folder: Path):
    before = {path.name: path.read_text() for path in secrets_folder.iterdir()}
    subprocess.run([CHECKOUT / "deploy/new-secrets.sh", secrets_folder, "shelters"], check=True)
    after = {path.name: path.read_text() for path in secrets_folder.iterdir()}
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == {"shelters.password"}
