"""deploy/rabbitmq/definitions.sh on a real RabbitMQ: each service says and reads only what is its own."""

import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import amqp
import pytest
from sqlalchemy import make_url

from chassis.broker import EXCHANGE, declare_inbox
from tests.deploy.private_services import CHECKOUT, OwnServices

pytestmark = pytest.mark.broker

Connect = Callable[..., amqp.Channel]


@pytest.fixture(scope="module")
def passwords(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("passwords")
    subprocess.run([CHECKOUT / "deploy/new-secrets.sh", folder], check=True)
    return folder


@pytest.fixture(scope="module")
def definitions(passwords: Path) -> Path:
    written = passwords / "definitions.json"
    script = CHECKOUT / "deploy/rabbitmq/definitions.sh"
    written.write_bytes(subprocess.run(["sh", script, passwords], capture_output=True, check=True).stdout)
    return written


@pytest.fixture(scope="module")
def accounts(own_services: OwnServices, definitions: Path) -> None:
    imported = own_services.command("broker-ctl", "--", "import_definitions", str(definitions))
    assert imported.returncode == 0, imported.stdout + imported.stderr


@pytest.fixture
def channel_of(own_services: OwnServices, passwords: Path, accounts: None) -> Iterator[Connect]:
    """Opens a channel as a service, on a broker whose accounts come from the definitions."""
    opened = []

    def connect(service: str, password: str | None = None) -> amqp.Channel:
        address = make_url(own_services.amqp_url)
        connection = amqp.Connection(
            f"{address.host}:{address.port}",
            userid=service,
            password=password or (passwords / f"{service}.password").read_text(),
            confirm_publish=True,
        )
        connection.connect()
        opened.append(connection)
        return connection.channel()

    yield connect
    for connection in opened:
        connection.close()


def publish(channel: amqp.Channel, routing_key: str, exchange: str = EXCHANGE) -> None:
    channel.basic_publish(amqp.Message("{}"), exchange=exchange, routing_key=routing_key)


@pytest.mark.parametrize("service", ["registry", "health", "campaigns", "reporting"])
def test_a_service_declares_its_queues_and_binds_what_it_hears(channel_of: Connect, service: str):
    declare_inbox(channel_of(service), service=service, routing_keys=["*.health.#", "*.registry.person.registered.v1"])


def test_a_service_publishes_what_it_announces_and_the_listener_gets_it(channel_of: Connect):
    reporting = channel_of("reporting")
    queues = declare_inbox(reporting, service="reporting", routing_keys=["*.health.#"])
    reporting.queue_purge(queues.inbox)
    publish(channel_of("health"), "09385.health.counselling.held.v1")
    assert reporting.basic_get(queues.inbox, no_ack=True) is not None


@pytest.mark.parametrize(
    "routing_key",
    [
        "09385.registry.person.registered.v1",
        "09385.campaigns.activity.verified.v1",
        "health.counselling.held.v1",
        "09385.health.counselling.held.v1.registry",
        "0938.health.counselling.held.v1",
    ],
)
def test_a_service_cannot_publish_in_the_name_of_another(channel_of: Connect, routing_key: str):
    health = channel_of("health")
    declare_inbox(health, service="health", routing_keys=[])
    with pytest.raises(amqp.AccessRefused):
        publish(health, routing_key)


@pytest.mark.parametrize("queue", ["registry.inbox", "registry.parked", "rpc-registry", "anything"])
def test_a_service_can_neither_declare_nor_read_a_queue_of_another(channel_of: Connect, queue: str):
    declare_inbox(channel_of("registry"), service="registry", routing_keys=[])
    with pytest.raises(amqp.AccessRefused):
        channel_of("health").queue_declare(queue, durable=True, auto_delete=False)
    with pytest.raises((amqp.AccessRefused, amqp.NotFound)):
        channel_of("health").basic_get(queue)


def test_a_service_asks_any_feed_and_answers_only_its_own(channel_of: Connect):
    answers = str(uuid.uuid4())
    asking, answering = channel_of("reporting"), channel_of("health")
    for channel in (asking, answering):
        channel.exchange_declare("nameko-rpc", "topic", durable=True, auto_delete=False)
    asking.queue_declare(f"rpc.reply-asking-{answers}", arguments={"x-expires": 60000})
    asking.queue_bind(f"rpc.reply-asking-{answers}", "nameko-rpc", answers)
    answering.queue_declare("rpc-health", durable=True, auto_delete=False)
    answering.queue_bind("rpc-health", "nameko-rpc", "health.*")

    publish(asking, "health.feed", "nameko-rpc")
    assert answering.basic_get("rpc-health", no_ack=True) is not None
    publish(answering, answers, "nameko-rpc")
    assert asking.basic_get(f"rpc.reply-asking-{answers}", no_ack=True) is not None

    with pytest.raises(amqp.AccessRefused):
        channel_of("health").queue_bind("rpc-health", "nameko-rpc", "registry.*")
    with pytest.raises(amqp.AccessRefused):
        publish(channel_of("health"), "registry.something_else", "nameko-rpc")


def test_only_the_station_asks_the_registry_about_people(channel_of: Connect):
    channel_of("health").exchange_declare("nameko-rpc", "topic", durable=True, auto_delete=False)
    publish(channel_of("health"), "registry.answer", "nameko-rpc")
    for service in ("campaigns", "reporting"):
        with pytest.raises(amqp.AccessRefused):
            publish(channel_of(service), "registry.answer", "nameko-rpc")
    with pytest.raises(amqp.AccessRefused):
        publish(channel_of("health"), "campaigns.answer", "nameko-rpc")


def test_a_wrong_password_is_refused(channel_of: Connect):
    with pytest.raises(amqp.AccessRefused):
        channel_of("health", "wrong")


@pytest.mark.usefixtures("accounts")
def test_a_feed_is_asked_and_answered_by_the_services_own_code(own_services: OwnServices, passwords: Path):
    def process(task: str, service: str) -> subprocess.Popen[str]:
        server = make_url(own_services.amqp_url)
        url = f"amqp://{service}:{(passwords / f'{service}.password').read_text()}@{server.host}:{server.port}/"
        script = Path(__file__).with_name("feed_process.py")
        return subprocess.Popen([sys.executable, script, task, url], stdout=subprocess.PIPE, text=True)

    with process("answer", "health") as answering:
        try:
            assert answering.stdout is not None
            assert answering.stdout.readline() == "ready\n"
            with process("ask", "reporting") as asking:
                assert asking.communicate(timeout=30)[0] == "12\n"
        finally:
            answering.kill()


@pytest.fixture
def started_as_deployed(own_services: OwnServices, definitions: Path) -> Iterator[None]:
    """An empty broker that starts with the configuration of deploy/rabbitmq, its accounts in our file."""
    configuration = own_services.folder / "rabbitmq/rabbitmq.conf"
    before = configuration.read_text()
    deployed = (CHECKOUT / "deploy/rabbitmq/rabbitmq.conf").read_text()
    address = next(line for line in before.splitlines() if line.startswith("listeners.tcp"))
    configuration.write_text(deployed.replace("/run/binhan/definitions.json", str(definitions)) + address + "\n")
    assert own_services.command("broker-wipe").returncode == 0
    yield
    configuration.write_text(before)
    assert own_services.command("broker-wipe").returncode == 0


@pytest.mark.usefixtures("started_as_deployed")
def test_a_deployed_broker_has_the_accounts_of_the_password_files_and_no_other(own_services: OwnServices):
    listed = own_services.command("broker-ctl", "--", "list_users", "--silent", "--no-table-headers").stdout
    names = {line.split()[0] for line in listed.splitlines()}
    assert names == {"administrator", "registry", "health", "campaigns", "reporting"}
