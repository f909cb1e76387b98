"""Handlers of ``logos.*``: logos of messages."""

from __future__ import annotations

from typing import Any

from asyncsdk import api
from asyncsdk.emulator.handlers.base import Handler, page
from asyncsdk.emulator.http.responses import UNPUBLISHED, Reply, refusal, success
from asyncsdk.emulator.processing.file_types import IMAGE_TYPES, ending_of, file_name
from asyncsdk.emulator.state.logos import LogoRepository, LogoTexts, StoredLogo
from asyncsdk.emulator.state.media_library import CLUSTER
from asyncsdk.files.upload import File

__all__ = ["Logos"]


class Logos(Handler, api.Logos):
    """Carries out ``logos.*``."""

    @property
    def _logos(self) -> LogoRepository:
        return self.platform.repository(LogoRepository)

    def all(self) -> Reply:
        """List all logos at once."""
        told = [self._body(logo) for logo in self._logos.all()]
        return page(told, 0, len(told))

    async def get(self, logo_id: str) -> Reply:
        """Tell of a logo."""
        return self._body(self._known(logo_id, status=404))

    async def add(
        self,
        *,
        name: str,
        file: File | None = None,
        image_link: str | None = None,
        alt_text: str | None = None,
        tooltip: str | None = None,
        target_url: str | None = None,
    ) -> Reply:
        """Add a logo; what comes back where there is no picture is a guess."""
        picture = self._picture(file, image_link)
        if picture is None:
            raise refusal(UNPUBLISHED, "Either file or imagelink is needed")
        logo_id = self._logos.add(LogoTexts(name, alt_text, tooltip, target_url), *picture)
        return success("The logo has been uploaded", id=logo_id)

    async def update(
        self,
        logo_id: str,
        *,
        name: str | None = None,
        file: File | None = None,
        image_link: str | None = None,
        alt_text: str | None = None,
        tooltip: str | None = None,
        target_url: str | None = None,
    ) -> Reply:
        """Change a logo."""
        logo = self._known(logo_id, status=400)
        texts = LogoTexts(name, alt_text, tooltip, target_url)
        self._logos.change(logo, texts, self._picture(file, image_link))
        return success("The logo has been updated", id=logo_id)

    async def delete(self, logo_id: str) -> Reply:
        """Delete a logo."""
        self._logos.remove(self._known(logo_id, status=404).number)
        return success(f"Logo {logo_id} has been deleted")

    def _known(self, logo_id: str, *, status: int) -> StoredLogo:
        """The HTTP status of the refusal is not the same everywhere."""
        logo = self._logos.get(logo_id)
        if logo is None:
            raise refusal(10054, "The id is invalid", status=status)
        return logo

    def _picture(self, file: File | None, image_link: str | None) -> tuple[str, str] | None:
        """A new picture's ending and link; where both come, the file counts, which is a guess."""
        if file is not None:
            return ending_of(file_name(self.received), IMAGE_TYPES), ""
        return ("", image_link) if image_link else None

    def _body(self, logo: StoredLogo) -> dict[str, Any]:
        """A logo as the API tells it; that a picture elsewhere keeps its own address is a guess."""
        account = f"{self.platform.settings.account_id:x}"
        kept = f"https://{CLUSTER}.actonsoftware.com/acton/cx/{account}/logo{logo.number + 1}.{logo.ending}"
        url = logo.link or kept
        return {
            "url_str": url,
            "url_str_ts": f"{url}?ts={self.platform.clock.milliseconds()}",
            "alt_txt": logo.alt_text,
            "tool_tip": logo.tooltip,
            "target_url": logo.target_url,
            "id": logo.id,
            "title": logo.title,
        }
