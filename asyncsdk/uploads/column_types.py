"""Column types: guesses what a heading of a list or a file means to Act-On."""

from __future__ import annotations

from typing import Final

from asyncsdk.models.lists import ColumnType

__all__ = ["guess_column_type"]

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


def guess_column_type(heading: str) -> ColumnType | None:
    """The system type that a heading is, or means; blanks, dashes and upper case do not count."""
    return _TYPES.get(heading) or _MEANINGS.get("".join(filter(str.isalnum, heading.casefold())))
