"""Build the documentation: python docs/site/build.py [--pages-only] [--source FOLDER] [--into FOLDER].

The hand-written pages are gathered, the pages about the endpoints and the library are made beside them, and
Zensical builds the site of both. Every warning of any of these is an error.
"""

from __future__ import annotations

import argparse
import logging
import shutil
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from diagrams import with_diagrams
from endpoints import endpoint_pages
from library import library_pages, model_pages
from linking import linked_names

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parents[1]

Entry = tuple[str, str]
"""A title, and the path of a page."""


def gather(source: Path, pages: Path) -> None:
    """Copy the hand-written pages, with links to the reference and diagrams, and the images beside them."""
    for page in source.rglob("*.md"):
        path = page.relative_to(source)
        text = linked_names(page.read_text(encoding="utf-8"), path.as_posix())
        _target(pages, path).write_text(with_diagrams(text, page.parent), encoding="utf-8")
    for image in source.rglob("*.svg"):
        shutil.copy(image, _target(pages, image.relative_to(source)))


def _target(pages: Path, path: Path) -> Path:
    """Where a file of the site is written; its folder is made."""
    target = pages / path
    target.parent.mkdir(parents=True, exist_ok=True)
    return target


def generate(made: Iterable[tuple[str, str, str]], pages: Path) -> Iterator[Entry]:
    """Write the pages that are made from the library; gives what the navigation needs."""
    for title, path, text in made:
        _target(pages, Path(path)).write_text(f"{text}\n", encoding="utf-8")
        yield title, path


def configuration(pages: Path) -> str:
    """Zensical's settings, with the pages that are made here in the navigation."""
    text = (HERE / "zensical.toml").read_text(encoding="utf-8")
    made = {"@endpoints": endpoint_pages(), "@models": model_pages(), "@library": library_pages()}
    for mark, each in made.items():
        entries = generate(each, pages)
        listed = ", ".join(f'{{ "{title}" = "{path}" }}' for title, path in entries)
        text = text.replace(f'"{mark}"', f"[{listed}]")
    return text.replace("@root", ROOT.as_posix())


def unlisted_or_missing(settings: str, pages: Path) -> list[str]:
    """What Zensical does not look at: whether the navigation and the pages are the same."""
    listed = set(_paths(tomllib.loads(settings)["project"]["nav"]))
    there = {page.relative_to(pages).as_posix() for page in pages.rglob("*.md")}
    return [
        *(f"{path} is in the navigation, and is not there" for path in sorted(listed - there)),
        *(f"{path} is there, and is not in the navigation" for path in sorted(there - listed)),
    ]


def _paths(nav: Any) -> Iterator[str]:
    if isinstance(nav, str):
        yield nav
    elif isinstance(nav, dict):
        yield from _paths(list(nav.values()))
    else:
        for entry in nav:
            yield from _paths(entry)


class Heard(logging.Handler):
    """Counts what is logged as a warning: Zensical's strict mode does not know of these."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.count = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Count a warning, and show it."""
        self.count += 1
        print(f"{record.levelname.lower()}: {record.getMessage()}", file=sys.stderr)


def site(folder: Path) -> int:
    """Have Zensical build the site of what was gathered; gives the number of warnings that it did not see."""
    from zensical import build

    heard = Heard()
    logging.getLogger().addHandler(heard)
    build(str(folder / "zensical.toml"), {"strict": True, "clean": True})
    return heard.count


def main() -> int:
    """Build, and tell what is wrong."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pages-only", action="store_true", help="make the pages, and no site of them")
    options.add_argument("--source", type=Path, default=HERE.parent, help="the hand-written pages")
    options.add_argument("--into", type=Path, default=ROOT / "build/docs", help="where to build")
    given = options.parse_args()
    pages = given.into / "pages"
    shutil.rmtree(given.into, ignore_errors=True)
    gather(given.source, pages)
    shutil.copytree(HERE / "assets", pages / "assets")
    settings = configuration(pages)
    (given.into / "zensical.toml").write_text(settings, encoding="utf-8")
    problems = unlisted_or_missing(settings, pages)
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    if given.pages_only or problems:
        return bool(problems)
    if site(given.into):
        return 1
    print(f"The documentation is built. Open {given.into / 'site/index.html'}, or serve it with `make docs-serve`.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
