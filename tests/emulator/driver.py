"""A plain HTTP client that knows nothing of the library."""

from __future__ import annotations

import json
from typing import Any

import aiohttp

from asyncsdk.emulator import Emulator

EMAIL = {"columnHeading": "Email", "columnType": "EMAIL", "columnIndex": "0"}
FIRST = {"columnHeading": "First Name", "columnType": "FIRSTNAME", "columnIndex": 1}
CITY = {"columnHeading": "City", "columnIndex": 2}


class Answered:
    """A status, headers and a body that was read."""

    def __init__(self, status: int, headers: Any, body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def told(self) -> tuple[int, Any]:
        """Status and body."""
        return self.status, self.json


class Raw:
    """Speaks HTTP to the emulator, with a bearer token that it was given."""

    def __init__(self, server: Emulator, http: aiohttp.ClientSession) -> None:
        self.server = server
        self.http = http
        self.bearer: str | None = server.issue_token()["access_token"]

    async def call(self, method: str, path: str, **options: Any) -> Answered:
        """Make one call."""
        headers = dict(options.pop("headers", {}))
        if self.bearer is not None:
            headers["Authorization"] = f"Bearer {self.bearer}"
        async with self.http.request(
            method, self.server.url + path, headers=headers, allow_redirects=False, **options
        ) as answer:
            return Answered(answer.status, answer.headers, await answer.read())

    async def get(self, path: str, **query: Any) -> Answered:
        """Read something."""
        return await self.call("GET", path, params=query)

    async def token(self, **fields: str) -> Answered:
        """Ask for a token, with the right credentials unless told otherwise."""
        credentials = self.server.credentials
        return await self.call("POST", "/token", data={**credentials, **fields})

    async def multipart(self, method: str, path: str, file: str | bytes | None, **fields: Any) -> Answered:
        """Send a multipart body; fields that are no text travel as JSON."""
        form = aiohttp.FormData(default_to_multipart=True)
        for name, value in fields.items():
            form.add_field(name, value if isinstance(value, str) else json.dumps(value))
        if file is not None:
            body = file.encode() if isinstance(file, str) else file
            form.add_field("file", body, filename="upload.csv", content_type="text/csv")
        return await self.call(method, path, data=form)

    async def create(self, file: str | bytes | None, specs: Any = (EMAIL, FIRST), **fields: Any) -> Answered:
        """Create a list."""
        given = {"listname": "Leads", "quotecharacter": "DOUBLE_QUOTE", "uploadspecs": list(specs), **fields}
        return await self.multipart("POST", "/api/1/list", file, **given)

    async def merge(self, list_id: str, file: str | None, specs: Any = (EMAIL, FIRST), **fields: Any) -> Answered:
        """Merge into a list."""
        merge = {"mergeMode": fields.pop("mode", "UPSERT"), "dstListId": list_id, "columnMap": []}
        if "key" in fields:
            merge["mergeKeyHeading"] = fields.pop("key")
        given = {
            "quotecharacter": "DOUBLE_QUOTE",
            "uploadspecs": list(specs),
            "mergespecs": [merge],
            **fields,
        }
        return await self.multipart("PUT", f"/api/1/list/{list_id}", file, **given)

    async def done(self, submitted: Answered) -> dict[str, Any]:
        """Let a job's time pass, and give its details."""
        assert submitted.status == 200, submitted.body
        self.server.clock.advance(2)
        answer = await self.get(f"/api/1/list/{submitted.json['jobId']}/status")
        details: dict[str, Any] = answer.json["details"]
        return details
