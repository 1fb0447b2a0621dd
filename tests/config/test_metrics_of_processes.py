"""A web server of several processes: whichever is asked tells of all."""

from pathlib import Path

from tests.config.test_metrics import HEAD, TOKEN, value
from tests.room import Room
from tests.web_server import ask, platform


def test_all_processes_of_a_web_server_are_added_up(committed_room: Room, tmp_path: Path) -> None:
    """Two of them: whichever is asked tells of both."""
    environment = {"METRICS_TOKEN": TOKEN, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "metrics")}
    with platform(workers=2, **environment) as web:
        for _time in range(30):
            assert ask(f"{web.url}/account/login/", {}).status == 200
        said = ask(f"{web.url}/metrics/", HEAD).content.decode()
    assert value(said, "requests_total", view="account_login", method="GET", status="200") == 30
    assert value(said, "request_queued_seconds_count") >= 30
    assert len(list((tmp_path / "metrics").glob("counter_*.db"))) == 2
