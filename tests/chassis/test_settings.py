"""Settings: read once, and refused with one sentence per mistake that names the variable."""

import pytest

from chassis.settings import SettingsMistake, load_settings

ENOUGH = {
    "BINHAN_SERVICE": "health",
    "BINHAN_UNITS": "09385",
    "BINHAN_DATABASE_URL": "sqlite:///var/health.db",
    "BINHAN_KEYS": "var/keys/health",
}


def mistakes(environment):
    with pytest.raises(SettingsMistake) as refused:
        load_settings(environment)
    return str(refused.value).splitlines()


def test_little_is_enough():
    settings = load_settings(ENOUGH)

    assert (settings.service, settings.units, settings.port) == ("health", ("09385",), 8002)
    assert settings.amqp_url is None
    assert settings.host == "127.0.0.1"
    assert not settings.demo


def test_several_units_are_parted_by_commas():
    assert load_settings(ENOUGH | {"BINHAN_UNITS": "09385, 09400"}).units == ("09385", "09400")


@pytest.mark.parametrize("service", ["registry", "health", "campaigns", "reporting"])
def test_each_agency_has_a_port_of_its_own(service):
    ports = {"reporting": 8000, "registry": 8001, "health": 8002, "campaigns": 8003}

    assert load_settings(ENOUGH | {"BINHAN_SERVICE": service}).port == ports[service]


def test_each_mistake_has_one_sentence_that_names_its_variable():
    lines = mistakes(
        {
            "BINHAN_SERVICE": "Health!",
            "BINHAN_UNITS": "9385",
            "BINHAN_DATABASE_URL": "mysql://localhost",
            "BINHAN_PORT": "99999",
            "BINHAN_LOG_LEVEL": "LOUD",
        }
    )

    assert sorted(line.split(":")[0] for line in lines) == [
        "BINHAN_DATABASE_URL",
        "BINHAN_KEYS",
        "BINHAN_LOG_LEVEL",
        "BINHAN_PORT",
        "BINHAN_SERVICE",
        "BINHAN_UNITS",
    ]


def test_nothing_at_all_says_everything_that_is_needed():
    assert sorted(line.split(":")[0] for line in mistakes({})) == [
        "BINHAN_DATABASE_URL",
        "BINHAN_KEYS",
        "BINHAN_SERVICE",
        "BINHAN_UNITS",
    ]


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("BINHAN_UNITS", "9385", "each unit is a code of five digits, such as 09385"),
        ("BINHAN_UNITS", "09385;09400", "each unit is a code of five digits, such as 09385"),
        ("BINHAN_UNITS", ",", "name at least one unit"),
        ("BINHAN_DATABASE_URL", "oracle://x", "must begin with sqlite:// or postgresql://"),
        ("BINHAN_AMQP_URL", "http://localhost", "must begin with amqp://"),
        ("BINHAN_PORT", "0", "must be a port from 1 to 65535"),
        ("BINHAN_PORT", "eighty", "Not a valid integer"),
        ("BINHAN_RECONCILE_SECONDS", "0", "Must be greater than or equal to 1"),
        ("BINHAN_DEMO", "perhaps", "Not a valid boolean"),
    ],
)
def test_a_wrong_value_is_refused_with_a_sentence(variable, value, sentence):
    [line] = mistakes(ENOUGH | {variable: value})

    assert line.startswith(f"{variable}: ")
    assert sentence in line


def test_a_mistake_does_not_repeat_a_password():
    [line] = mistakes(ENOUGH | {"BINHAN_DATABASE_URL": "mysql://binhan:very-secret@localhost/x"})

    assert "very-secret" not in line


def test_a_file_gives_what_the_environment_does_not(tmp_path):
    file = tmp_path / "health.yml"
    file.write_text("service: registry\nunits: ['09385']\ndatabase_url: sqlite:///x.db\nkeys: keys\nport: 9001\n")

    settings = load_settings({"BINHAN_SETTINGS": str(file), "BINHAN_PORT": "9002"})

    assert (settings.service, settings.units, settings.port) == ("registry", ("09385",), 9002)


def test_what_is_handed_in_wins_over_the_environment():
    assert load_settings(ENOUGH, port=9003).port == 9003


def test_a_file_that_is_not_there_is_named(tmp_path):
    [line] = mistakes({"BINHAN_SETTINGS": str(tmp_path / "none.yml")})

    assert line.startswith("BINHAN_SETTINGS: ")
    assert "none.yml" in line


@pytest.mark.parametrize("content", ["- a\n- b\n", "just words\n"])
def test_a_file_of_another_kind_is_refused(tmp_path, content):
    file = tmp_path / "settings.yml"
    file.write_text(content)

    assert "name: value" in mistakes({"BINHAN_SETTINGS": str(file)})[0]


def test_a_broken_file_is_refused_with_its_name(tmp_path):
    file = tmp_path / "settings.yml"
    file.write_text("units: [")

    assert "settings.yml" in mistakes({"BINHAN_SETTINGS": str(file)})[0]


def test_an_unknown_setting_in_the_file_is_named(tmp_path):
    file = tmp_path / "settings.yml"
    file.write_text("service: health\nunits: ['09385']\ndatabase_url: sqlite:///x.db\nkeys: keys\nprot: 9001\n")

    [line] = mistakes({"BINHAN_SETTINGS": str(file)})
    assert line.startswith("BINHAN_PROT: ")


def test_a_file_that_is_no_text_is_refused_with_its_name(tmp_path):
    file = tmp_path / "settings.yml"
    file.write_bytes(b"\xff\xfe\x00")

    assert "settings.yml" in mistakes({"BINHAN_SETTINGS": str(file)})[0]


def test_a_unit_named_twice_counts_once():
    assert load_settings(ENOUGH | {"BINHAN_UNITS": "09385,09400,09385"}).units == ("09385", "09400")
