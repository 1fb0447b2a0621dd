"""Each process of a web server reports the metrics of all its processes."""

from collections import Counter
from pathlib import Path

from config.launch.child_processes import wait_until
from tests.config.monitoring.test_metrics import HEAD, TOKEN, value
from tests.room import Room
from tests.web_server import ask, platform


def test_all_processes_of_a_web_server_are_added_up(committed_room: Room, tmp_path: Path) -> None:
    """Two of them: whichever is asked tells of both, from when both are there."""
    folder, statuses = tmp_path / "metrics", Counter[int]()
    environment = {"METRICS_TOKEN": TOKEN, "PROMETHEUS_MULTIPROC_DIR": str(folder)}

    def both_count() -> bool:
        statuses[ask(f"{web.url}/account/login/", {}).status] += 1
        return len(list(folder.glob("counter_*.db"))) == 2

    with platform(workers=2, **environment) as web:
        assert wait_until(both_count, patience=120)
        for _time in range(30):
            both_count()
        metrics = ask(f"{web.url}/metrics/", HEAD).content.decode()
    asked = statuses[200]
    assert statuses == {200: asked}
    assert (
        value(metrics, "requests_total", view="account_login", method="GET", status="200") == asked
    )
    assert value(metrics, "request_queued_seconds_count") >= asked
