"""The pages about the library itself: for mkdocstrings, a line for each public name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Final

from names import by_module

import asyncsdk
import asyncsdk.models

__all__ = ["library_pages", "model_pages"]

_PAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "Session": ("session",),
    "Errors": ("errors",),
    "Settings": (
        "limits.policy",
        "limits.limiter",
        "limits.protocol",
        "http.retry_policy",
        "jobs.poll_schedule",
        "transport.connection",
    ),
    "Tokens and stores": (
        "auth.tokens",
        "auth.grants",
        "auth.token_store",
        "auth.memory_store",
        "auth.file_store",
        "http.hosts",
        "limits.tally",
    ),
    "Jobs": ("jobs.job",),
    "Lists in pages": ("pagination.paged_list", "pagination.page"),
    "Requests and files": ("http.messages", "limits.lanes", "files.upload"),
    "The table": ("api", "routing.route", "routing.params"),
}
"""Modules that belong together; one that is not named here has a page of its own."""

_MODELS: Final = "asyncsdk.models."

_PACKAGES: Final = (
    "asyncsdk.bulk",
    "asyncsdk.emulator",
    "asyncsdk.fleet",
    "asyncsdk.fleet.taskiq",
    "asyncsdk.otel",
    "asyncsdk.queue",
    "asyncsdk.telemetry",
    "asyncsdk.webhooks",
)
"""Packages that users import from: all that one exports is on a page of its own."""

_TESTING: Final = (
    "asyncsdk.testing.fixtures.acton_server",
    "asyncsdk.testing.fixtures.acton",
    "asyncsdk.testing.fixtures.acton_fast",
    "asyncsdk.testing.fixtures.acton_environment",
    "asyncsdk.testing.fast.fast",
    "asyncsdk.testing.environment.environment",
)
"""What tests use. It is named here, as the package is not imported: it needs pytest, which the site does not."""


def library_pages() -> Iterator[tuple[str, str, str]]:
    """Each page: its title, its path and its text."""
    modules = dict(by_module())
    pages = dict(_PAGES)
    named = {module for members in _PAGES.values() for module in members}
    packages = [import_module(name) for name in _PACKAGES]
    elsewhere = {module for package in (asyncsdk.models, *packages) for module in by_module(package)}
    for module in modules:
        short = module.removeprefix("asyncsdk.")
        if short not in named and module not in elsewhere:
            pages[short.rpartition(".")[2].capitalize()] = (short,)
    for title, members in pages.items():
        names = [name for member in members for name in modules.get(f"asyncsdk.{member}", ())]
        about = f"asyncsdk.{members[0]}" if len(members) == 1 else None
        yield title, f"reference/{title.lower().replace(' ', '-')}.md", _page(title, names, about)
    told = {f"asyncsdk.{member}" for member in named}
    for package in packages:
        title = package.__name__.removeprefix("asyncsdk.").capitalize()
        names = [name for module, members in by_module(package).items() if module not in told for name in members]
        yield title, f"reference/{title.lower()}.md", _page(title, names)
    yield "Testing", "reference/testing.md", _page("Testing", list(_TESTING), "asyncsdk.testing")


def model_pages() -> Iterator[tuple[str, str, str]]:
    """The pages about what calls take and give, one for each module of models."""
    for module, names in by_module(asyncsdk.models).items():
        short = module.removeprefix(_MODELS)
        yield short, f"reference/models/{short}.md", _page(f"Models: {short}", names)


def _page(title: str, names: list[str], about: str | None = None) -> str:
    """A page of these names; first what their module says of itself, where it is one."""
    lines = [f"# {title}"]
    if about is not None:
        lines.append(
            f"::: {about}\n    options:\n      members: false\n      show_root_heading: false"
            "\n      show_root_toc_entry: false"
        )
    return "\n\n".join([*lines, *(f"::: {name}" for name in names)])
