"""Testing: pytest fixtures for an emulator, a session on it, fast tests, and the environment of a program.

Ask for them in your ``conftest.py``, then use them in any async test; they work with ``pytest-asyncio``, in its
auto mode and in its strict mode::

    pytest_plugins = ["asyncsdk.testing"]

    async def test_a_lead_is_saved(acton, acton_server):
        leads = acton_server.add_list("Leads", [("Email", "EMAIL"), ("First Name", "FIRSTNAME")])

        await acton.contacts.upsert(leads, email="ada@example.com", data={"First Name": "Ada"})

        assert acton_server.rows(leads) == [["ada@example.com", "Ada"]]

One line in pytest's configuration makes all tests fast that use ``acton_server``: nothing waits for limits, jobs,
retries or queues. It can do so against that emulator only::

    [tool.pytest.ini_options]
    usefixtures = ["acton_fast"]

Without pytest, ``with fast(server):`` and ``with environment(server):`` do the same for any emulator.

Everything that ``acton_server`` can do, such as ``acton_server.faults`` and ``acton_server.clock``, is told
in ``asyncsdk.emulator``.
"""

from importlib.util import find_spec

from asyncsdk.testing.environment import environment
from asyncsdk.testing.fast import fast

if find_spec("pytest") is not None:  # the two above serve tests of unittest, too
    from asyncsdk.testing.fixtures import (
        acton,
        acton_environment,
        acton_fast,
        acton_server,
        pytest_collection_finish,
        pytest_configure,
        pytest_terminal_summary,
    )

__all__ = [
    "acton",
    "acton_environment",
    "acton_fast",
    "acton_server",
    "environment",
    "fast",
    "pytest_collection_finish",
    "pytest_configure",
    "pytest_terminal_summary",
]
