"""Other site: a page of somebody else, which tries all that a page can on the emulator's console."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from aiohttp import web

__all__ = ["ATTACKS", "other_site"]

ATTACKS: Final = """async ([target, login]) => {
  const clock = `${target}/_emulator/clock/advance`;
  const hour = '{"seconds": 3600}';
  const add = (tag, attributes) => {
    const node = Object.assign(document.createElement(tag), attributes);
    const ended = new Promise((resolve) => {
      node.onload = () => resolve("loaded");
      node.onerror = () => resolve(null);
    });
    document.body.append(node);
    return ended;
  };
  const post = async (type) => {
    await add("iframe", { name: type, src: "about:blank" });
    const frame = document.getElementsByName(type)[0];
    const form = Object.assign(document.createElement("form"), { method: "post", action: clock, enctype: type });
    form.target = type;
    form.append(Object.assign(document.createElement("input"), { name: '{"seconds": 3600, "x": "', value: '"}' }));
    document.body.append(form);
    const answered = new Promise((resolve) => { frame.onload = resolve; });
    form.submit();
    await answered;
  };
  const stream = () => new Promise((resolve) => {
    const source = new EventSource(`${target}/_emulator/stream`);
    source.onmessage = source.onopen = () => resolve("opened");
    source.onerror = () => { source.close(); resolve(null); };
  });
  const text = async (url, options) => (await fetch(url, options)).text();
  const attempts = {
    read: () => text(`${target}/_emulator/overview`),
    page: () => text(`${target}/`),
    blind: () => text(clock, { method: "POST", mode: "no-cors", body: hour }),
    json: () => text(clock, { method: "POST", headers: { "Content-Type": "application/json" }, body: hour }),
    login: () => text(`${target}/token`, { method: "POST", mode: "no-cors", body: new URLSearchParams(login) }),
    call: () => text(`${target}/api/1/account`, { headers: { Authorization: "Bearer x" } }),
    remove: () => text(`${target}/_emulator/calls`, { method: "DELETE" }),
    beacon: async () => { navigator.sendBeacon(clock, new Blob([hour], { type: "text/plain" })); return null; },
    script: () => add("script", { src: `${target}/_emulator/overview` }),
    module: () => add("script", { src: `${target}/_emulator/assets/console.js` }),
    style: () => add("link", { rel: "stylesheet", href: `${target}/_emulator/assets/tokens.css` }),
    image: () => add("img", { src: `${target}/_emulator/assets/icon.svg` }),
    stream,
  };
  const got = {};
  for (const [name, attempt] of Object.entries(attempts)) got[name] = (await attempt().catch(() => null)) || null;
  await add("iframe", { id: "framed", src: `${target}/` });
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]) await post(type);
  return got;
}"""
"""JavaScript: does all of it, and gives what each attempt brought; null for nothing. It knows the credentials."""


@asynccontextmanager
async def other_site(link: str) -> AsyncIterator[int]:
    """A server with one page, which links to the console; gives its port."""

    async def page(_: web.BaseRequest) -> web.StreamResponse:
        text = f'<!doctype html><title>Other site</title><link rel=icon href="data:,"><a href="{link}">Go</a>'
        return web.Response(text=text, content_type="text/html")

    runner = web.ServerRunner(web.Server(page))
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()
