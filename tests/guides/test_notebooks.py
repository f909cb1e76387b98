"""docs/guides/notebooks.md: its cells run in a kernel of Jupyter, which is interrupted and restarted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from attrs import frozen
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager

from asyncsdk.emulator import Hang
from tests.docs.documents import ROOT, blocks
from tests.docs.shell import environment_of
from tests.guides.home import PATIENCE, Home
from tests.support.stage import until

pytestmark = pytest.mark.slow

CELLS = [block for block in blocks(ROOT / "docs/guides/notebooks.md") if block.language == "python"]
OPENED, *MIDDLE, CLOSED = CELLS


@frozen
class Kernel:
    """A kernel that runs."""

    manager: AsyncKernelManager
    client: AsyncKernelClient

    async def run(self, cell: str) -> tuple[str, str | None]:
        """Run a cell; gives ``ok``, or the name of the error, and what is shown below the cell."""
        shown: list[str] = []

        def hear(message: dict[str, dict[str, dict[str, str]]]) -> None:
            if "data" in message["content"]:
                shown.append(message["content"]["data"]["text/plain"])

        reply = await self.client.execute_interactive(cell, output_hook=hear, timeout=PATIENCE)
        content = reply["content"]
        return content.get("ename", content["status"]), "".join(f"{each}\n" for each in shown) or None


@asynccontextmanager
async def kernel(home: Home) -> AsyncIterator[Kernel]:
    """Start a kernel as Jupyter does, in the folder."""
    manager = AsyncKernelManager()
    await manager.start_kernel(cwd=str(home.folder), env=environment_of(home.folder, home.variables))
    client = manager.client()
    client.start_channels()
    try:
        await client.wait_for_ready(timeout=PATIENCE)
        yield Kernel(manager, client)
    finally:
        client.stop_channels()
        await manager.shutdown_kernel(now=True)


async def test_the_cells_show_what_the_page_shows(home: Home) -> None:
    """One session serves all cells; one that is interrupted harms no other, and a restart costs no login."""
    async with kernel(home) as notebook:
        for cell in (OPENED, *MIDDLE):
            assert await notebook.run(cell.text) == ("ok", cell.printed)

        home.acton.faults.add(Hang(), on="contacts.find")
        hanging = asyncio.create_task(
            notebook.run('await acton.contacts.find("l-0001", email="person1@example.com")')
        )
        await until(lambda: home.acton.calls.of("contacts.find"), PATIENCE)
        await notebook.manager.interrupt_kernel()
        assert (await hanging)[0] in {"CancelledError", "KeyboardInterrupt"}
        assert await notebook.run(CLOSED.text) == ("ok", CLOSED.printed)

        await notebook.manager.restart_kernel(now=True)
        await notebook.client.wait_for_ready(timeout=PATIENCE)
        assert await notebook.run(OPENED.text) == ("ok", OPENED.printed)
    assert len(home.acton.calls.of("token")) == 1
