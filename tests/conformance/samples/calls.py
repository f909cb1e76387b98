"""Sample calls of every route, and how each must travel: the data of all namespaces."""

from __future__ import annotations

from tests.conformance.samples.account import ACCOUNT
from tests.conformance.samples.audience import AUDIENCE
from tests.conformance.samples.campaigns import CAMPAIGNS
from tests.conformance.samples.contacts import CONTACTS
from tests.conformance.samples.custom_data import CUSTOM_DATA
from tests.conformance.samples.events import EVENTS
from tests.conformance.samples.footers import FOOTERS
from tests.conformance.samples.forms import FORMS
from tests.conformance.samples.headers import HEADERS
from tests.conformance.samples.images import IMAGES
from tests.conformance.samples.imports import IMPORTS
from tests.conformance.samples.lists import LISTS
from tests.conformance.samples.logos import LOGOS
from tests.conformance.samples.media import MEDIA
from tests.conformance.samples.messages import MESSAGES
from tests.conformance.samples.pages import PAGES
from tests.conformance.samples.programs import PROGRAMS
from tests.conformance.samples.reports import REPORTS
from tests.conformance.samples.schema import SCHEMA
from tests.conformance.samples.segments import SEGMENTS
from tests.conformance.samples.seo import SEO
from tests.conformance.samples.subscriptions import SUBSCRIPTIONS
from tests.conformance.samples.transactional import TRANSACTIONAL

CALLS = [
    *ACCOUNT,
    *EVENTS,
    *LISTS,
    *CONTACTS,
    *SUBSCRIPTIONS,
    *LOGOS,
    *HEADERS,
    *FOOTERS,
    *IMAGES,
    *MEDIA,
    *FORMS,
    *PAGES,
    *PROGRAMS,
    *REPORTS,
    *MESSAGES,
    *CAMPAIGNS,
    *SEO,
    *TRANSACTIONAL,
    *AUDIENCE,
    *IMPORTS,
    *SCHEMA,
    *SEGMENTS,
    *CUSTOM_DATA,
]
"""At least one call of every route; where a route has options, one that gives them all."""
