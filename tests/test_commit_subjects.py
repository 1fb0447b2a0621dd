"""The hook that checks the subject of a commit."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def hook_result(subject: str, folder: Path) -> tuple[int, str]:
    message = folder / "COMMIT_EDITMSG"
    message.write_text(f"{subject}\n\nThe body: as long as it needs to be.\n", encoding="utf-8")
    done = subprocess.run(
        [ROOT / ".ci" / "check-subject", message], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stderr.split("\n")[0]


@pytest.mark.parametrize(
    "subject",
    [
        "comments: freeze members of the day",
        "docs: say how to run one test",
        f"tests: {'é' * 65}",
        "Merge branch 'front'",
        'Revert "config: keep test servers"',
    ],
)
def test_a_good_subject_passes(subject: str, tmp_path: Path) -> None:
    assert hook_result(subject, tmp_path) == (0, "")


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("Freeze members of the day", "Begin with the app"),
        ("kitchen: freeze members of the day", "Begin with the app"),
        ("comments:freeze members", "Begin with the app"),
        ("", "Begin with the app"),
        ("comments: Freeze members of the day", "Go on in lower case after the app"),
        ("comments: freeze members of the day.", "Leave out the full stop"),
        (f"tests: {'é' * 66}", "Keep the subject within 72 characters, these are 73"),
    ],
)
def test_another_is_refused_in_one_sentence(subject: str, words: str, tmp_path: Path) -> None:
    status, sentence = hook_result(subject, tmp_path)
    assert status == 1
    assert sentence.startswith(words)


def test_the_hook_knows_every_app() -> None:
    hook = (ROOT / ".ci" / "check-subject").read_text(encoding="utf-8")
    known = hook.split('apps="')[1].split('"')[0].split("|")
    assert set(known) == {path.parent.name for path in ROOT.glob("*/__init__.py")} | {"docs"}
