"""Tasks for many workers with taskiq: a broker that loses none, and what tasks with a session need.

    broker = DurableBroker("redis://cache:6379/0", queue="imports")

It needs ``pip install "asyncsdk[taskiq]"``. Names are imported with their first use: who only looks at a queue does
not load taskiq.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

for _distribution, _name in (("taskiq", "taskiq"), ("taskiq-redis", "taskiq_redis")):
    if find_spec(_name) is None:
        raise ModuleNotFoundError(
            f'asyncsdk.fleet.taskiq needs {_distribution}: pip install "asyncsdk[taskiq]".', name=_name
        )

if TYPE_CHECKING:
    from asyncsdk.fleet.taskiq.broker import DurableBroker
    from asyncsdk.fleet.taskiq.dead_letter import DeadLetter
    from asyncsdk.fleet.taskiq.dead_letters import DeadLetters
    from asyncsdk.fleet.taskiq.ready_tasks import ReadyTasks
    from asyncsdk.fleet.taskiq.retries import ActOnRetries
    from asyncsdk.fleet.taskiq.retry_rules import RULES, Rule
    from asyncsdk.fleet.taskiq.sessions import Sessions
    from asyncsdk.fleet.taskiq.source_file import FetchBounds

__all__ = [
    "RULES",
    "ActOnRetries",
    "DeadLetter",
    "DeadLetters",
    "DurableBroker",
    "FetchBounds",
    "ReadyTasks",
    "Rule",
    "Sessions",
]

_MODULES: Final = {
    "ActOnRetries": "retries",
    "DeadLetter": "dead_letter",
    "DeadLetters": "dead_letters",
    "DurableBroker": "broker",
    "FetchBounds": "source_file",
    "RULES": "retry_rules",
    "ReadyTasks": "ready_tasks",
    "Rule": "retry_rules",
    "Sessions": "sessions",
}


def __getattr__(name: str) -> object:
    if (module := _MODULES.get(name)) is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{module}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
