"""Headers and footers. Nothing of their answers is published, so only what is kept is looked at."""

from __future__ import annotations

import pytest

from asyncsdk import APIError, NotFound
from tests.emulator.driver import Raw
from tests.support.stage import stage
from tests.support.virtual_time import virtual_time

KINDS = ["header", "footer"]


async def test_every_account_has_footer_0(raw: Raw) -> None:
    """Documented: it is there from the start."""
    assert (await raw.get("/api/1/footer/0")).status == 200
    assert (await raw.get("/api/1/header/0")).status == 404


async def test_the_headers_of_the_subscription_categories_are_there(raw: Raw) -> None:
    """A category tells a header's id and name, which are those of a header that can be read."""
    for category in (await raw.get("/api/1/subscription/category")).json:
        header = (await raw.get(f"/api/1/header/{category['headerid']}")).json
        assert header["title"] == category["headername"]


@pytest.mark.parametrize("kind", KINDS)
async def test_an_unknown_fragment(raw: Raw, kind: str) -> None:
    """It can neither be read nor changed nor deleted."""
    path = f"/api/1/{kind}/99"
    assert (await raw.get(path)).status == 404
    assert (await raw.call("PUT", path, data={"title": "x"})).status == 404
    assert (await raw.call("DELETE", path)).status == 404


@pytest.mark.parametrize("kind", KINDS)
async def test_a_slash_at_the_end_means_nothing(raw: Raw, kind: str) -> None:
    """The documentation posts to a path that ends with one."""
    assert (await raw.call("POST", f"/api/1/{kind}/", data={"title": "Spring"})).status == 200
    page = (await raw.get(f"/api/1/{kind}/")).json
    assert page["result"][-1]["title"] == "Spring"


@pytest.mark.parametrize("kind", KINDS)
async def test_a_fragment_travels_as_a_form(raw: Raw, kind: str) -> None:
    """JSON is not taken, whatever the documentation's machine-readable part says; a title is needed."""
    assert (await raw.call("POST", f"/api/1/{kind}", json={"title": "Spring"})).status == 415
    assert (await raw.call("POST", f"/api/1/{kind}", data={"text": "Spring"})).status == 422


@virtual_time
async def test_headers_through_a_session() -> None:
    """What is added can be listed, read, changed and deleted."""
    async with stage() as (_, acton):
        header_id = (await acton.headers.add(title="Spring", html="<p>ä&amp;b</p>", text="ä&b")).id
        assert header_id is not None
        header = await acton.headers.get(header_id)
        assert (header.id, header.title, header.html, header.text) == (
            header_id,
            "Spring",
            "<p>ä&amp;b</p>",
            "ä&b",
        )
        await acton.headers.update(header_id, text="", title="Summer")
        changed = await acton.headers.get(header_id)
        assert (changed.title, changed.html, changed.text) == ("Summer", "<p>ä&amp;b</p>", "")
        assert "Summer" in [each.title for each in await acton.headers.all()]
        assert (await acton.headers.delete(header_id)).status == "success"
        with pytest.raises(NotFound):
            await acton.headers.get(header_id)
        assert "Summer" not in [each.title async for each in acton.headers.all()]


@virtual_time
async def test_footers_through_a_session() -> None:
    """They are numbered in ascending order, and a deleted one's number is not given again."""
    async with stage() as (_, acton):
        first = (await acton.footers.add(title="Spring")).id
        await acton.footers.delete(first or "")
        second = (await acton.footers.add(title="Summer", html="<p>b</p>", text="b")).id
        assert (first, second) == ("1", "2")
        await acton.footers.update("2", html="<p>c</p>")
        footer = await acton.footers.get("2")
        assert (footer.title, footer.html, footer.text) == ("Summer", "<p>c</p>", "b")
        assert [each.id for each in await acton.footers.all()] == ["0", "2"]
        with pytest.raises(APIError):
            await acton.footers.get("1")
