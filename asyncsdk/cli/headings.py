"""What the headings of people's files mean to Act-On."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from asyncsdk.models import Column, ColumnType

__all__ = ["columns_of", "email_candidates"]

_KNOWN: Final[dict[ColumnType, tuple[str, ...]]] = {
    "EMAIL": ("email", "emailaddress", "mail", "mailaddress", "workemail", "businessemail", "primaryemail"),
    "FIRSTNAME": ("firstname", "givenname", "forename"),
    "MIDDLENAME": ("middlename",),
    "LASTNAME": ("lastname", "surname", "familyname"),
    "COMPANY": ("company", "companyname", "organization", "organisation", "accountname"),
    "JOBTITLE": ("jobtitle", "title", "position"),
    "DEPT": ("department", "dept"),
    "BIZ_STREET": ("businessstreet", "businessaddress", "street", "address", "streetaddress"),
    "BIZ_CITY": ("businesscity", "city", "town"),
    "BIZ_STATE": ("businessstate", "state", "region", "province"),
    "BIZ_ZIP": ("businesszip", "businesspostalcode", "zip", "zipcode", "postalcode", "postcode"),
    "BIZ_COUNTRY": ("businesscountry", "country"),
    "BIZ_PHONE": ("businessphone", "phone", "phonenumber", "telephone", "workphone"),
    "BIZ_FAX": ("businessfax", "fax"),
    "BIZ_WEB": ("businesswebsite", "website", "web", "url"),
    "HOME_STREET": ("homestreet", "homeaddress"),
    "HOME_CITY": ("homecity",),
    "HOME_STATE": ("homestate",),
    "HOME_ZIP": ("homezip", "homepostalcode"),
    "HOME_COUNTRY": ("homecountry",),
    "HOME_PHONE": ("homephone",),
    "HOME_FAX": ("homefax",),
    "HOME_WEB": ("homewebsite", "homepage"),
    "CELL_PHONE": ("cellphone", "mobile", "mobilephone", "cell"),
}
_TYPES: Final[dict[str, ColumnType]] = {kind: kind for kind in _KNOWN}
_MEANINGS: Final[dict[str, ColumnType]] = {name: kind for kind, names in _KNOWN.items() for name in names}


def email_candidates(headings: Sequence[str]) -> list[int]:
    """The places of the columns that by their heading hold e-mail addresses."""
    return [place for place, heading in enumerate(headings) if _type(heading) == "EMAIL"]


def columns_of(headings: Sequence[str], email_place: int) -> list[Column]:
    """The columns of an upload; of several that mean the same, only the first is typed."""
    taken: set[ColumnType] = {"EMAIL"}
    columns: list[Column] = []
    for place, heading in enumerate(headings):
        kind = "EMAIL" if place == email_place else _type(heading)
        if kind in taken and place != email_place:
            kind = None
        if kind is not None:
            taken.add(kind)
        columns.append(Column(heading, kind))
    return columns


def _type(heading: str) -> ColumnType | None:
    """The type that a heading is, or means; blanks, dashes and upper case do not count."""
    return _TYPES.get(heading) or _MEANINGS.get("".join(filter(str.isalnum, heading.casefold())))
