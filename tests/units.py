"""The commands of the platform's processes, as the units in deploy/ start them."""

import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

UNITS = Path(__file__).resolve().parents[1] / "deploy" / "systemd"


def command_of(unit: str, changed: Mapping[str, str]) -> list[str]:
    """The command of a unit with this Python, but for the values of some options."""
    lines = (UNITS / f"consultations-{unit}.service").read_text().splitlines()
    (line,) = (line for line in lines if line.startswith("ExecStart="))
    # systemd reads %% as one sign.
    command = line.removeprefix("ExecStart=").replace("%%", "%")
    program, *arguments = shlex.split(command)
    for option, value in changed.items():
        arguments[arguments.index(option) + 1] = value
    return [sys.executable, "-m", Path(program).name, *arguments]
