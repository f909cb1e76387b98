"""Routes of ``transactional``: transactional mail.

Source: Act-On developer documentation, Event-Triggered Email.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, cast

from asyncsdk import models
from asyncsdk.errors import InvalidArgument
from asyncsdk.http.messages import Effect
from asyncsdk.routing import decorators as route
from asyncsdk.routing.markers import EncodedBy, Location, MaxLength, Members, WireName
from asyncsdk.routing.resource import Resource
from asyncsdk.routing.route import Shape
from asyncsdk.routing.value_text import text_of

__all__ = ["Transactional"]

_TAG: Final = 48


def _tags(tag: Any) -> list[str]:
    """The list of tags, which takes one."""
    if not isinstance(tag, str):
        raise InvalidArgument(f"tag must be text, not {type(tag).__name__}.")
    if len(tag) > _TAG:
        raise InvalidArgument(f"tag has {len(tag)} characters; the API takes at most {_TAG}.")
    return [tag]


def _personalization(values: Any) -> dict[str, str]:
    if not isinstance(values, Mapping):
        raise InvalidArgument(f"personalization must be a mapping, not {type(values).__name__}.")
    members = cast("Mapping[object, object]", values)
    if not all(isinstance(part, str) for pair in members.items() for part in pair):
        raise InvalidArgument("personalization must map text to text.")
    return {str(text_of(name)): str(text_of(value)) for name, value in members.items()}


class Transactional(Resource):
    """Mail that one event sends to one person, such as an order confirmation."""

    @route.post(
        "/ete/v1/email/{account_id}/{template_id}",
        effect=Effect.UNSAFE,
        shape=Shape.DOCUMENTED,
        body=Location.JSON,
    )
    async def send(
        self,
        template_id: str,
        *,
        to: Annotated[str, WireName("envelope.toAddress")],
        cc: Annotated[Sequence[str] | None, WireName("envelope.ccAddressList"), Members(at_most=5)] = None,
        sender_email: Annotated[str | None, WireName("envelope.fromAddress")] = None,
        sender_name: Annotated[str | None, WireName("envelope.fromDisplayName")] = None,
        reply_to: Annotated[str | None, WireName("envelope.replyToAddress")] = None,
        subject: Annotated[str | None, WireName("content.subjectLine"), MaxLength(90)] = None,
        preview: Annotated[str | None, WireName("content.previewText"), MaxLength(240)] = None,
        personalization: Annotated[
            Mapping[str, str] | None, WireName("content.personalizationDataMap"), EncodedBy(_personalization)
        ] = None,
        transactional: Annotated[bool | None, WireName("metadata.transactional")] = None,
        external_id: Annotated[str | None, WireName("metadata.externalId"), MaxLength(128)] = None,
        tag: Annotated[str | None, WireName("metadata.tagList"), EncodedBy(_tags)] = None,
        track_opens: Annotated[bool, WireName("actions.trackOpens")] = True,
        track_clicks: Annotated[bool, WireName("actions.trackClicks")] = True,
        delivery_when_delayed: Annotated[bool | None, WireName("actions.deliveryWhenDelayed")] = None,
        account_id: str | None = None,
    ) -> models.TransactionalReceipt:
        """Send one mail, made from a template, to one person.

        It is never repeated once it may have reached the server: there is no idempotency key, so a repetition
        may send the mail twice. Where the recipient gets no mail, the call raises ``InvalidRequest``. The body
        has no root ``EmailDetails``, which one source describes.

        Args:
            template_id: the template, such as ``t-0003``; it must be made available to the API in Act-On.
            to: the recipient's address.
            cc: addresses of at most five others.
            sender_email: the address that it comes from, verified in the account; by default the template's.
            sender_name: whom it comes from, verified in the account.
            reply_to: the address that answers go to, verified in the account; by default the sender's.
            subject: the subject, at most 90 characters; by default the template's. Where in the body it belongs
                is taken from the order of the documentation's table.
            preview: the preview text, at most 240 characters; its place is taken from the same table.
            personalization: what to fill into the template, all of it: no list is looked at.
            transactional: True for transactional mail, which the account must have subscribed to; False for
                commercial mail, which does not go to addresses that opted out.
            external_id: an id of your own, at most 128 characters.
            tag: a tag, at most 48 characters; the API takes one.
            track_opens: whether opens are counted; always sent, because it is documented as required.
            track_clicks: whether clicks are counted; always sent, because it is documented as required.
            delivery_when_delayed: known from one public client, which sends False; what it does is not published.
            account_id: the account's number; by default the session's own.
        """
