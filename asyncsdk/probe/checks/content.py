"""Checks of content: logos, headers, footers, images, media, forms and landing pages."""

from __future__ import annotations

from typing import Final

from asyncsdk.api import Footers, Forms, Headers, Images, LandingPages, Logos, Media
from asyncsdk.probe.checks.listing import Listing
from asyncsdk.probe.checks.one_call import asks, lists

__all__ = ["CHECKS", "FORMS", "MEDIA", "PAGES"]

_LOGOS: Final = Listing(Logos.all, "a logo")
_HEADERS: Final = Listing(Headers.all, "a header")
_FOOTERS: Final = Listing(Footers.all, "a footer")
_IMAGES: Final = Listing(Images.all, "an image")
MEDIA: Final = Listing(Media.all, "a media file")
FORMS: Final = Listing(Forms.all, "a form")
PAGES: Final = Listing(LandingPages.all, "a landing page")

_NO_FILE: Final = "f-00000000-0000-4000-8000-000000000000"
_NO_FORM: Final = "00000000-0000-4000-8000-000000000000"

LISTINGS: Final = (
    lists(_LOGOS, "What is told of a logo in the listing?"),
    lists(_HEADERS, "What is told of a header in the listing?"),
    lists(_FOOTERS, "What is told of a footer in the listing?"),
    lists(_IMAGES, "What is told of an image in the listing?"),
    lists(MEDIA, "What is told of a media file in the listing?"),
    lists(FORMS, "What is told of a form in the listing?"),
    lists(PAGES, "What is told of a landing page in the listing?"),
)

CHECKS: Final = (
    *LISTINGS,
    asks(Logos.get, "What is told of one logo?", logo_id=_LOGOS.first()),
    asks(Headers.get, "What is told of one header?", header_id=_HEADERS.first()),
    asks(Footers.get, "What is told of one footer?", footer_id=_FOOTERS.first()),
    asks(Images.get, "What is told of one image?", image_id=_IMAGES.first()),
    asks(Media.get, "What is told of one media file?", media_id=MEDIA.first()),
    asks(Forms.urls, "What is told of the URLs of a form?", form_id=FORMS.first()),
    asks(LandingPages.get, "What is told of one landing page?", page_id=PAGES.first()),
    asks(LandingPages.urls, "What is told of the URLs of a landing page?", page_id=PAGES.first()),
    asks(Logos.get, "How is an unknown logo refused?", "unknown logo", logo_id="i-99999999"),
    asks(Headers.get, "How is an unknown header refused?", "unknown header", header_id="99999999"),
    asks(Footers.get, "How is an unknown footer refused?", "unknown footer", footer_id="99999999"),
    asks(Images.get, "How is an unknown image refused?", "unknown image", image_id=_NO_FILE),
    asks(Media.get, "How is an unknown media file refused?", "unknown media file", media_id=_NO_FILE),
    asks(Forms.urls, "How is an unknown form refused?", "unknown form", form_id=_NO_FORM),
    asks(LandingPages.get, "How is an unknown landing page refused?", "unknown page", page_id="p-fffffff0"),
    asks(LandingPages.urls, "How are its URLs refused?", "unknown page", page_id="p-fffffff0"),
)
