"""What can be known of the image and of docker-compose.yml without Docker."""

import json
import os
import re
import shlex
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from wpsnetwork.processes import free_port, start, stop

ROOT = Path(__file__).parent.parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
PORTAL = ["migrate", "web", "worker", "worker-newsletter", "beat"]
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", "")
STEPS = [line.split(maxsplit=1) for line in DOCKERFILE.splitlines() if re.match("[A-Z]+ ", line)]
# Given in the image, or of use on a machine of one's own only.
ELSEWHERE = {"PORTAL_VAR", "STATIC_ROOT", "MEDIA_ROOT"}


def test_the_services_are_these():
    assert set(SERVICES) == {*PORTAL, "db", "redis", "mail-catcher"}


def test_the_parts_of_the_portal_are_one_image_and_wait_for_what_they_need():
    for name in PORTAL:
        service = SERVICES[name]
        assert service["image"] == "wps-portal"
        assert service["cap_drop"] == ["ALL"]
        assert "files:/var/lib/portal" in service["volumes"]
        if name != "migrate":
            waits_for = service["depends_on"]
            assert waits_for["migrate"]["condition"] == "service_completed_successfully"
            assert waits_for["redis"]["condition"] == "service_healthy"
    assert SERVICES["migrate"]["depends_on"]["db"]["condition"] == "service_healthy"


def test_every_queue_has_its_worker():
    queues = {}
    for name in ("worker", "worker-newsletter"):
        command = SERVICES[name]["command"]
        queues[command[command.index("-Q") + 1]] = command
    assert set(queues) == set(settings.QUEUES)
    assert "threads" in queues["newsletter"]
    routed = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()}
    assert routed | {settings.CELERY_TASK_DEFAULT_QUEUE} <= set(queues)


def test_beat_runs_once_and_migrations_run_before():
    assert [name for name in PORTAL if "beat" in SERVICES[name].get("command", [])] == ["beat"]
    steps = [step.strip() for step in SERVICES["migrate"]["command"][-1].split("&&")]
    assert steps == [
        "python manage.py load_network --check-only",  # refuses the database of a demonstration
        "python manage.py migrate --no-input",
        "python manage.py load_network",
    ]


def test_tasks_of_beat_expire_before_the_next_ones_come():
    for name, entry in settings.CELERY_BEAT_SCHEDULE.items():
        assert 0 < entry["options"]["expires"] <= entry["schedule"], name


def test_every_variable_of_the_settings_is_named():
    source = (ROOT / "wpsnetwork" / "settings.py").read_text()
    wanted = set(re.findall(r'\benv\.\w+\(\s*"([A-Z_]+)"', source)) - ELSEWHERE
    assert {"SECRET_KEY", "DATABASE_URL", "REDIS_URL"} <= wanted
    assert wanted - set(SERVICES["web"]["environment"]) == set()


def test_secrets_have_no_value_in_the_file():
    environment = SERVICES["web"]["environment"]
    assert environment["SECRET_KEY"].startswith("${SECRET_KEY:?")
    assert "${POSTGRES_PASSWORD:?" in environment["DATABASE_URL"]
    assert SERVICES["db"]["environment"]["POSTGRES_PASSWORD"].startswith("${POSTGRES_PASSWORD:?")
    assert environment["DEBUG"] == environment["DEMONSTRATION"] == "false"


def test_data_are_kept_on_volumes_and_nothing_is_open_to_the_network():
    assert set(COMPOSE["volumes"]) == {"files", "database"}
    assert SERVICES["db"]["volumes"] == ["database:/var/lib/postgresql"]
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert len(ports) == 2
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_every_service_has_a_health_check_but_the_step_that_ends():
    for name, service in SERVICES.items():
        if name == "migrate":
            assert service["healthcheck"] == {"disable": True}
        elif name != "web":  # the image's own, which the next test looks at
            assert service["healthcheck"]["test"]


PRODUCTION = {
    "ALLOWED_HOSTS": "portal.example",
    "DEMONSTRATION": "false",
    "SITE_URL": "https://portal.example",
}


@contextmanager
def web(log):
    """The image's own command, on a port of this machine; gives that port."""
    port = free_port()
    command = json.loads(STEPS[-1][1].replace("0.0.0.0:8000", f"127.0.0.1:{port}"))
    process = start([sys.executable, "-m", *command], log, env=os.environ | PRODUCTION)
    try:
        yield port
    finally:
        stop(process)


def ask_as_the_image_does(port):
    check = dict(STEPS)["HEALTHCHECK"].partition(" CMD ")[2]
    command = json.loads(check.replace("127.0.0.1:8000", f"127.0.0.1:{port}"))
    assert command[0] == "python"
    return subprocess.run(
        [sys.executable, *command[1:]], capture_output=True, text=True, check=False
    )


def test_the_health_check_of_the_image_finds_production_well(tmp_path):
    with web(tmp_path / "log") as port:
        deadline = time.monotonic() + 60
        while "refused" in (done := ask_as_the_image_does(port)).stderr:
            assert time.monotonic() < deadline, (tmp_path / "log").read_text()
            time.sleep(0.2)
    assert (done.returncode, done.stderr) == (0, "")


def test_other_names_are_refused_and_other_pages_want_tls(client, settings):
    code = "from django.conf import settings; print(settings.ALLOWED_HOSTS)"
    python = [sys.executable, "-c", code]
    env = os.environ | PRODUCTION
    done = subprocess.run(python, env=env, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['portal.example', 'localhost']"
    settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = ["portal.example", "localhost"], True
    assert client.get("/healthz", headers={"host": "localhost"}).status_code == 200
    assert client.get("/members/", headers={"host": "localhost"}).status_code == 301
    assert client.get("/healthz", headers={"host": "other.example"}).status_code == 400


def test_the_image_is_made_in_two_stages_and_runs_as_nobody_special():
    words = [step[0] for step in STEPS]
    assert words.count("FROM") == 2
    assert STEPS[len(words) - 1 - words[::-1].index("USER")][1] == "portal"
    assert words.index("USER") < words.index("CMD")
    assert "/healthz" in dict(STEPS)["HEALTHCHECK"]
    assert "--require-hashes" in DOCKERFILE
    assert "requirements-dev" not in DOCKERFILE


def test_the_image_holds_the_rooms_of_the_house_and_every_library():
    copied = {shlex.split(rest)[0] for word, rest in STEPS if word == "COPY"}
    for room in ("wpsnetwork", "members", "meetings", "newsletter", "templates", "static"):
        assert room in copied
        assert f"!{room}" in (ROOT / ".dockerignore").read_text().splitlines()
    for package in ("libpango-1.0-0", "libharfbuzz-subset0", "libmagic1t64", "fonts-noto-core"):
        assert package in DOCKERFILE


@pytest.mark.parametrize("target", ["run", "test", "check", "bench"])
def test_the_makefile_sets_up_before_each_target(target):
    makefile = (ROOT / "Makefile").read_text()
    assert re.search(rf"^{target}: setup(-tests)?$", makefile, re.MULTILINE)


def test_continuous_integration_calls_the_two_commands():
    script = (ROOT / ".ci" / "run").read_text()
    assert re.search("^make check$", script, re.MULTILINE)
    assert re.search("^make test$", script, re.MULTILINE)
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o100
