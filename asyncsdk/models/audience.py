"""Models of ``audience``: contacts of the whole account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from attrs import field, frozen

from asyncsdk.http.messages import Json
from asyncsdk.models.fields import REST, nothing, wire
from asyncsdk.redaction import masked_repr

__all__ = ["AudienceContact", "CreateContactMethod", "UpsertContactPolicy"]

CreateContactMethod: TypeAlias = Literal["EMAIL", "EXTERNAL_ID"]
"""What identifies a contact that is added: its address, or its id in another system."""

UpsertContactPolicy: TypeAlias = Literal[
    "OLDEST_CONTACT",
    "NEWEST_CONTACT",
    "ADD_NEW_CONTACT",
    "ALL_CONTACTS",
    "SKIP_EXISTING_CONTACT",
    "SKIP_NEW_CONTACT",
]
"""Which of the contacts that match is updated, and whether one is added; what each does is not written down."""


@frozen(kw_only=True)
class AudienceContact:
    """A contact of the whole account, to read and to write; what is None is not written.

    Act-On documents these keys for what is sent. What is read is taken to have the same; the shape of the
    answers is not published.
    """

    id: str | None = None
    """Act-On's id of the contact."""

    email: str | None = field(default=None, repr=masked_repr)
    """The address; several contacts may have the same."""

    first_name: str | None = field(default=None, repr=masked_repr, metadata=wire("firstName"))
    """The first name."""

    middle_name: str | None = field(default=None, repr=masked_repr, metadata=wire("middleName"))
    """The middle name."""

    last_name: str | None = field(default=None, repr=masked_repr, metadata=wire("lastName"))
    """The last name."""

    company: str | None = field(default=None, repr=masked_repr)
    """The company's name."""

    title: str | None = field(default=None, repr=masked_repr)
    """The job title."""

    department: str | None = field(default=None, repr=masked_repr)
    """The department."""

    business_phone: str | None = field(default=None, repr=masked_repr, metadata=wire("businessPhone"))
    """The business phone number."""

    business_fax: str | None = field(default=None, repr=masked_repr, metadata=wire("businessFax"))
    """The business fax number."""

    business_street: str | None = field(default=None, repr=masked_repr, metadata=wire("businessStreet"))
    """The street of the business address."""

    business_city: str | None = field(default=None, repr=masked_repr, metadata=wire("businessCity"))
    """The city of the business address."""

    business_state: str | None = field(default=None, repr=masked_repr, metadata=wire("businessState"))
    """The state of the business address."""

    business_zip: str | None = field(default=None, repr=masked_repr, metadata=wire("businessZip"))
    """The zip code of the business address."""

    business_country: str | None = field(default=None, repr=masked_repr, metadata=wire("businessCountry"))
    """The country of the business address."""

    business_website: str | None = field(default=None, repr=masked_repr, metadata=wire("businessWebsite"))
    """The business website."""

    mobile_phone: str | None = field(default=None, repr=masked_repr, metadata=wire("mobilePhone"))
    """The mobile phone number."""

    home_phone: str | None = field(default=None, repr=masked_repr, metadata=wire("homePhone"))
    """The home phone number."""

    personal_street: str | None = field(default=None, repr=masked_repr, metadata=wire("personalStreet"))
    """The street of the personal address."""

    personal_city: str | None = field(default=None, repr=masked_repr, metadata=wire("personalCity"))
    """The city of the personal address."""

    personal_state: str | None = field(default=None, repr=masked_repr, metadata=wire("personalState"))
    """The state of the personal address."""

    personal_zip: str | None = field(default=None, repr=masked_repr, metadata=wire("personalZip"))
    """The zip code of the personal address."""

    personal_country: str | None = field(default=None, repr=masked_repr, metadata=wire("personalCountry"))
    """The country of the personal address."""

    personal_website: str | None = field(default=None, repr=masked_repr, metadata=wire("personalWebsite"))
    """The personal website."""

    date_of_birth: str | None = field(default=None, metadata=wire("dateOfBirth"))
    """The date of birth, as ``YYYY-MM-DD``."""

    timezone: str | None = None
    """The time zone."""

    picture: str | None = field(default=None, repr=masked_repr)
    """The address of a picture of the contact, a URL."""

    primary_score: str | None = field(default=None, metadata=wire("actonPrimaryScore"))
    """Act-On's primary score of the contact."""

    external_id: str | None = field(default=None, repr=masked_repr, metadata=wire("externalId"))
    """The contact's id in another system."""

    object_type: str | None = field(default=None, metadata=wire("objectType"))
    """What the contact is in that other system."""

    legacy_record_id: str | None = field(default=None, metadata=wire("legacyRecordId"))
    """The contact's legacy record id."""

    created_date: str | None = field(default=None, metadata=wire("createdDate"))
    """When the contact was created; how that is written is not published."""

    updated_date: str | None = field(default=None, metadata=wire("updatedDate"))
    """When the contact was last updated; how that is written is not published."""

    custom_fields: Mapping[str, Json] | None = field(default=None, repr=masked_repr, metadata=wire("customFields"))
    """The values of the account's own columns, by the column's index as text; ``schema.get`` tells the indexes."""

    rest: Mapping[str, Json] = field(factory=nothing, repr=masked_repr, metadata=REST)
    """Whatever else a contact holds."""
