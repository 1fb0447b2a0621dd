"""The checks of `./run check`, each with its tool."""

import shutil
import subprocess
import sys
from pathlib import Path

from config.launch.demo_processes import LOCAL, LOGS, ROOT

# Biome looks at scripts and styles (biome.json). It comes by npm, in this version.
BIOME_VERSION = "2.6.8"
# The check of types takes as long as all others together, and runs beside them.
TYPE_CHECK_COMMAND = [sys.executable, "-m", "mypy", "."]
NO_BIOME_REASON = f"there is no npm here, or it cannot fetch Biome {BIOME_VERSION}."


def check_commands() -> list[tuple[str, list[str]]]:
    """The name and the command of each check but those of types, and of scripts and styles."""
    python = [sys.executable, "-m"]
    scripts_folder = Path(sys.executable).parent
    package_names = [path.parent.name for path in sorted(ROOT.glob("*/__init__.py"))]
    apps = [name for name in package_names if name != "tests"]
    templates = [str(path) for path in sorted(ROOT.glob("*/templates/**/*.html"))]
    return [
        ("format", [*python, "ruff", "format", "--check", "."]),
        ("lint", [*python, "ruff", "check", "."]),
        ("templates", [str(scripts_folder / "djade"), "--check", *templates]),
        # Which package may import which; see docs/architecture.md.
        ("floors", [str(scripts_folder / "lint-imports")]),
        ("security", [*python, "bandit", "-q", "-ll", "-c", "pyproject.toml", "-r", *apps]),
        ("migrations", [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"]),
        # Whether the last release can run on a database after the new migrations.
        ("upgrades", [*python, "tests.migrations.safety"]),
    ]


def fetch_biome() -> str | None:
    """The linter for scripts and styles, fetched on the first call; None where that cannot be."""
    folder = LOCAL / f"biome-{BIOME_VERSION}"
    program = folder / "node_modules" / ".bin" / "biome"
    if program.exists():
        return str(program)
    if shutil.which("npm") is None:
        return None
    LOGS.mkdir(parents=True, exist_ok=True)
    install_command = ["npm", "install", "--prefix", str(folder), f"@biomejs/biome@{BIOME_VERSION}"]
    install_command += [
        "--save-exact",
        "--no-package-lock",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
    ]
    with (LOGS / "npm.log").open("wb") as log:
        subprocess.run(
            install_command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False
        )
    return str(program) if program.exists() else None
