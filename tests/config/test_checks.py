"""What `./run check` looks at."""

from config.checks import checks


def test_the_security_check_looks_at_every_file_of_every_room() -> None:
    command = dict(checks())["security"]
    rooms = command[command.index("-r") + 1 :]
    assert rooms == ["comments", "config", "consultations", "delegations", "drafts"]
