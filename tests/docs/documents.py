"""The documents, and the blocks of code in them."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Final

from attrs import frozen

__all__ = ["DOCUMENTS", "ROOT", "Block", "blocks", "command_of", "name_of", "without_comment"]

ROOT: Final = Path(__file__).parents[2]
DOCUMENTS: Final = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

EXAMPLES: Final = frozenset(path.read_text(encoding="utf-8") for path in (ROOT / "examples").glob("*.py"))

_BLOCK: Final = re.compile(r"^```(\w*)\n(.*?)^```$(?:\n+```text\n(.*?)^```$)?", re.DOTALL | re.MULTILINE)


_COMMENT: Final = re.compile(r"\s+#\s.*$")


@frozen
class Block:
    """A block of code, and what it prints if the document shows that below it."""

    language: str
    text: str
    printed: str | None

    @property
    def is_program(self) -> bool:
        """Whether it is to be run as it is."""
        return self.language == "python" and "async def main" in self.text and not self.is_example

    @property
    def is_command(self) -> bool:
        """Whether it is for the shell."""
        return self.language == "sh"

    @property
    def is_test(self) -> bool:
        """Whether it is for pytest."""
        return self.language == "python" and "async def test_" in self.text

    @property
    def is_application(self) -> bool:
        """Whether it is a web application."""
        return self.language == "python" and "web.Application()" in self.text and not self.is_program

    @property
    def is_example(self) -> bool:
        """Whether it is a program of the folder ``examples``, which has tests of its own."""
        return self.language == "python" and self.text in EXAMPLES

    @property
    def is_cell(self) -> bool:
        """Whether it is a cell of a notebook: ``await`` stands outside of any function."""
        return self.language == "python" and any(_awaits(line) for line in ast.parse(self.text).body)

    @property
    def is_conftest(self) -> bool:
        """Whether it sets up pytest."""
        return self.language == "python" and "pytest_plugins" in self.text


def _awaits(statement: ast.stmt) -> bool:
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return False
    return any(isinstance(each, ast.Await) or getattr(each, "is_async", 0) for each in ast.walk(statement))


def blocks(document: Path) -> list[Block]:
    """The blocks of a document, in order."""
    found = _BLOCK.findall(document.read_text(encoding="utf-8"))
    return [Block(language, text, printed or None) for language, text, printed in found]


def command_of(document: Path, beginning: str) -> str:
    """The one command of a document that begins so, without the comment behind it."""
    lines = {without_comment(line) for line in document.read_text(encoding="utf-8").splitlines()}
    (command,) = (line for line in lines if line.startswith(beginning))
    return command


def without_comment(line: str) -> str:
    """A line of a shell, without what stands behind ``#``."""
    return _COMMENT.sub("", line)


def name_of(document: Path) -> str:
    """A document's path from the top of the project."""
    return document.relative_to(ROOT).as_posix()
