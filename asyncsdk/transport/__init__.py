"""Transport: retries, tokens, places in the limits, and HTTP over aiohttp, which only this package knows.

One attempt is one request: aiohttp's own repeat of a PUT or DELETE whose kept-alive connection was cut is
stopped, no redirect is followed, and no time is limited but connecting and waiting between two pieces.
"""
