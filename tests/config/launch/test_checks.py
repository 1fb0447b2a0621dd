"""What `./run check` looks at."""

from config.launch.checks import check_commands


def test_the_security_check_looks_at_every_file_of_every_room() -> None:
    command = dict(check_commands())["security"]
    rooms = command[command.index("-r") + 1 :]
    assert rooms == ["comments", "config", "consultations", "delegations", "drafts"]
