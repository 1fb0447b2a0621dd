"""`manage.py COMMAND --help` says what the command does: what its file says of itself."""

import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands, load_command_class

# What a command says of itself otherwise: in a sentence of its own, or as Django does.
WITH_OTHER_WORDS = {"import_draft", "migrate"}


def _own_commands() -> dict[str, str]:
    """Each command of the project, with its room."""
    rooms = {path.parents[1].name for path in Path(settings.BASE_DIR).glob("*/management/commands")}
    return {name: app for name, app in get_commands().items() if app in rooms}


@pytest.mark.parametrize("name", sorted(_own_commands()))
def test_help_says_what_the_file_of_the_command_says(name: str) -> None:
    command = load_command_class(_own_commands()[name], name)
    said_in_file = sys.modules[type(command).__module__].__doc__
    assert said_in_file and command.help
    assert (command.help == said_in_file) is (name not in WITH_OTHER_WORDS)


def test_commands_are_found() -> None:
    assert {"begin", "erase_person", "help_person", *WITH_OTHER_WORDS} <= set(_own_commands())
