"""Routes of ``imports``: imports of contacts into the audience. Source: Act-On developer documentation, Import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, cast, get_args

import attrs

from asyncsdk import models
from asyncsdk.errors import InvalidArgument
from asyncsdk.files.upload import File, Upload
from asyncsdk.http.messages import Effect, Json
from asyncsdk.jobs.job import Job
from asyncsdk.routing import decorators as route
from asyncsdk.routing.markers import Flag, InJson, InQuery, Location, WireName
from asyncsdk.routing.resource import Resource
from asyncsdk.routing.route import Shape

__all__ = ["Imports"]

LONGEST_FILE: Final = 200_000_000
"""Bytes: what this endpoint documents, half of what Act-On takes elsewhere."""


def _makes_sense(arguments: Mapping[str, Any]) -> None:
    """Refuse a definition that the API documents as impossible, before it is sent."""
    definition = arguments["definition"]
    if not isinstance(definition, models.ImportDefinition):
        raise InvalidArgument(f"definition must be an ImportDefinition, not {type(definition).__name__}.")
    for name, value, choices in (
        ("merge_strategy", definition.merge_strategy, get_args(models.MergeStrategy)),
        ("delimiter", definition.delimiter, get_args(models.ImportDelimiter)),
        ("quote", definition.quote, get_args(models.ImportQuote)),
    ):
        if value not in choices:
            raise InvalidArgument(f"The definition's {name} must be one of {', '.join(choices)}; it is {value!r}.")
    if definition.merge_strategy == "EXTERNAL_ID" and not definition.object_type:
        raise InvalidArgument("A definition that merges by EXTERNAL_ID must say its object_type.")
    if not definition.name:
        raise InvalidArgument("A definition must have a name.")
    if isinstance(definition.segment_ids, str):
        raise InvalidArgument("The definition's segment_ids must be a sequence of ids, not one text.")
    _check_mappings(cast("object", definition.mappings))


def _check_mappings(mappings: object) -> None:
    if not isinstance(mappings, Sequence) or not mappings:
        raise InvalidArgument("A definition's mappings must be a sequence, and not empty.")
    for mapping in cast("Sequence[object]", mappings):
        if not isinstance(mapping, models.ImportMapping):
            raise InvalidArgument(f"Each of the mappings must be an ImportMapping, not {type(mapping).__name__}.")
        if not mapping.csv_column or not mapping.acton_column:
            raise InvalidArgument("Each of the mappings must name a csv_column and an acton_column.")
        if not isinstance(cast("object", mapping.overwrite), bool):
            raise InvalidArgument(f"overwrite of {mapping.csv_column!r} must be True or False.")


def _with_account(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """The definition with the account's number, which its body must repeat, and without an id of its own."""
    definition: models.ImportDefinition = arguments["definition"]
    account_id: str | None = arguments["account_id"]
    if definition.account_id not in {None, account_id}:
        raise InvalidArgument(
            f"The definition belongs to account {definition.account_id}, and the call goes to {account_id}:"
            " leave out one of the two."
        )
    return {**arguments, "definition": attrs.evolve(definition, id=None, account_id=account_id)}


def _is_short_enough(arguments: Mapping[str, Any]) -> None:
    file: File = arguments["file"]
    (file if isinstance(file, Upload) else Upload(file)).check(LONGEST_FILE)


class Imports(Resource):
    """Imports of contacts into the audience: a definition says what to do with a file, an import does it."""

    @route.get("/ucl/v2/{account_id}/import/definition", shape=Shape.GUESSED)
    async def definitions(self, *, account_id: str | None = None) -> list[models.ImportDefinition]:
        """List the definitions; the shape of the answer is not published.

        Args:
            account_id: the account's number; by default the session's own.
        """

    @route.post(
        "/ucl/v2/{account_id}/import/definition",
        effect=Effect.UNSAFE,
        shape=Shape.DOCUMENTED,
        body=Location.JSON,
        check=_makes_sense,
        complete=_with_account,
    )
    async def define(
        self, *, definition: InJson[models.ImportDefinition], account_id: str | None = None
    ) -> models.ImportDefinition:
        """Create a definition: which column of a CSV file goes into which field of a contact.

        Args:
            definition: what to do with a file.
            account_id: the account's number; by default the session's own.
        """

    @route.get("/ucl/v2/{account_id}/import/definition/{definition_id}", shape=Shape.GUESSED)
    async def definition(self, definition_id: str, *, account_id: str | None = None) -> models.ImportDefinition:
        """Read a definition; its shape is taken from the answer to ``define``.

        Args:
            definition_id: the definition's id, decimal digits.
            account_id: the account's number; by default the session's own.
        """

    @route.put(
        "/ucl/v2/{account_id}/import/definition/{definition_id}",
        effect=Effect.IDEMPOTENT,
        shape=Shape.GUESSED,
        body=Location.JSON,
        check=_makes_sense,
        complete=_with_account,
    )
    async def redefine(
        self,
        definition_id: str,
        *,
        definition: InJson[models.ImportDefinition],
        account_id: str | None = None,
    ) -> models.ImportDefinition:
        """Replace a definition; the shape of the answer is taken from the one to ``define``.

        Args:
            definition_id: the definition's id, decimal digits.
            definition: what to do with a file from now on.
            account_id: the account's number; by default the session's own.
        """

    @route.delete(
        "/ucl/v2/{account_id}/import/definition/{definition_id}", effect=Effect.IDEMPOTENT, shape=Shape.GUESSED
    )
    async def delete_definition(self, definition_id: str, *, account_id: str | None = None) -> Json:
        """Delete a definition; the shape of the answer is not published.

        Args:
            definition_id: the definition's id, decimal digits.
            account_id: the account's number; by default the session's own.
        """

    @route.post(
        "/ucl/v2/{account_id}/import/contacts/{definition_id}",
        effect=Effect.UNSAFE,
        shape=Shape.DOCUMENTED,
        body=Location.MULTIPART,
        check=_is_short_enough,
    )
    async def start(
        self,
        definition_id: str,
        *,
        file: File,
        cleanup: Annotated[InQuery[bool | None], WireName("cleanupImportDefinition"), Flag("true", "false")] = None,
        account_id: str | None = None,
    ) -> Job[models.ImportReport]:
        """Import a CSV file of contacts as a definition says.

        Args:
            definition_id: the definition's id, decimal digits.
            file: the CSV file with headings, at most 200 MB long, as this endpoint says; other pages say 400 MB
                or 1 GB.
            cleanup: whether the definition is deleted after the import; by default it is not.
            account_id: the account's number; by default the session's own.
        """

    @route.get("/ucl/v2/{account_id}/import/status/{import_id}", shape=Shape.DOCUMENTED)
    async def status(
        self, import_id: str, *, account_id: str | None = None
    ) -> models.JobStatus[models.ImportReport]:
        """Look once at an import.

        Args:
            import_id: the import's id.
            account_id: the account's number; by default the session's own.
        """
