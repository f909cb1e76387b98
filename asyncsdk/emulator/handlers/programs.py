"""Handlers of ``programs.*``: automated programs."""

from __future__ import annotations

from typing import Any

from asyncsdk import api
from asyncsdk.emulator.examples.content import PROGRAMS, ExampleProgram
from asyncsdk.emulator.handlers.base import Handler
from asyncsdk.emulator.http.responses import Reply
from asyncsdk.models import ProgramType

__all__ = ["Programs"]


class Programs(Handler, api.Programs):
    """Carries out ``programs.*``."""

    async def all(self, *, type: ProgramType) -> Reply:
        """List the example programs; what comes without a type, or where there are none, is a guess."""
        programs = [self._body(program) for program in PROGRAMS.get(type, ())]
        folders = [{"id": -1, "name": "", "programs": programs}] if programs else []
        return {"folders": folders, "anyRunning": False}

    def _body(self, program: ExampleProgram) -> dict[str, Any]:
        made = self.platform.date_text(program.created, "%b %d %Y %I:%M %p %Z").replace(" 0", " ")
        return {
            "id": program.id,
            "name": program.name,
            "isFavorite": False,
            "description": "",
            "srcIds": [],
            "srcNames": [],
            "messageIds": [],
            "createdTS": program.created,
            "created": made,
            "modifiedTs": 0,
            "modified": made,
            "nextrunTS": 0,
            "nextrun": None,
            "progstate": "draft",
            "valid": False,
            "running": False,
            "active": 0,
            "tagNames": [],
            "scheduled": False,
        }
