"""What the scripts that measure have in common: words on the way, and how they end."""

import sys
from collections.abc import Callable, Sequence

from config.launch.child_processes import LauncherError


def say(words: str) -> None:
    """Beside what is printed in the end."""
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()


def leave_by(main: Callable[[Sequence[str]], int]) -> None:
    """Run it with what was typed, and leave with its status, or with the trouble in a sentence."""
    try:
        sys.exit(main(sys.argv[1:]))
    except LauncherError as trouble:
        sys.exit(str(trouble))
