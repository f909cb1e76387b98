"""Console of the emulator: the page that a browser shows, and the same as JSON under ``/_emulator``.

``console`` takes every request: ``guards`` refuse other hosts' names and other sites' pages; then an ``endpoint``
of ``api/`` answers, or an asset is sent. ``assets/`` is the page: HTML, CSS and JavaScript as they are, without a
build step and without anything from elsewhere.
"""
