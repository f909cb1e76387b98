"""Saying it: one request, one answer, over aiohttp. The only part of the client that knows aiohttp.

One attempt is one request: aiohttp's own repeat of a PUT or DELETE whose kept-alive connection was cut is
stopped, no redirect is followed, and no time is limited but connecting and waiting between two pieces.
"""

from asyncsdk.transport.connection import SHORT_ANSWER, ClientSession, Connection, Timeout

__all__ = ["SHORT_ANSWER", "ClientSession", "Connection", "Timeout"]
