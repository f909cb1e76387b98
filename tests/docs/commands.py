"""The commands in the documents: lines of blocks that are not for ``sh``, and what stands in the text."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from tests.docs.documents import blocks, without_comment

__all__ = ["PROGRAMS", "command_lines", "named_commands"]

PROGRAMS: Final = (
    "asyncsdk",
    "uvicorn",
    "gunicorn",
    "taskiq",
    "python",
    "curl",
    "docker",
    "redis-server",
    "ls",
    "pip",
)
"""What a line begins with that is a command."""

_FENCED: Final = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
_CRON: Final = re.compile(r"\d+ \d+ \* \* \*\s+")
_COMPOSE: Final = re.compile(r"\s+command: ")


def command_lines(document: Path) -> list[str]:
    """The commands of the blocks that are shown and not run as a script; a line of a crontab is one."""
    shown = [block for block in blocks(document) if block.language not in ("python", "sh")]
    texts = [text for block in shown for text in (block.text, block.printed or "")]
    lines = [without_comment(line) for text in texts for line in text.splitlines()]
    return [command for line in lines if (command := _command(line)) is not None]


def named_commands(document: Path) -> list[str]:
    """The commands of ``asyncsdk`` in the running text."""
    text = _FENCED.sub("", document.read_text(encoding="utf-8"))
    return [" ".join(each.split()) for each in re.findall(r"(?<!`)`(asyncsdk [^`]+)`(?!`)", text)]


def _command(line: str) -> str | None:
    if _CRON.match(line):
        return line
    stripped = _COMPOSE.sub("", line, count=1) if _COMPOSE.match(line) else line
    return stripped if stripped.split(" ", 1)[0] in PROGRAMS else None
