"""Rate limit policy: the limits as settings, and what is spent of them."""

from __future__ import annotations

from attrs import asdict, field, fields, frozen

from asyncsdk.validators import number, number_or_none, whole_number

__all__ = ["Limits", "Usage"]


@frozen
class Limits:
    """Rate limits of an account: what Act-On lets through, of all processes that share them; times are in seconds.

    Source: Act-On API overview, "usage and rate limits".
    """

    calls_per_second: float = field(default=5, validator=number(at_least=0.001))
    """Calls in any second, as the server counts them, of all processes that share a ``FileStore``, or a Redis by
    ``asyncsdk.fleet``. Fewer than 5 leave the rest to programs that share neither. Below 1 it is one call in more
    than a second: 0.5 is one in any two seconds. Above 1 only whole calls count, 2 of 2.5: two programs could else
    make 3 each at once."""

    calls_per_day: int = field(default=30_000, validator=whole_number(0))
    """Calls in any 24 hours; 1,000 on the free tier."""

    grants_per_hour: int = field(default=5, validator=whole_number(0))
    """Logins, by password or code, in any hour; refreshes do not count."""

    upload_bytes: int = field(default=400_000_000, validator=whole_number(0))
    """The longest file."""

    max_wait: float | None = field(default=None, validator=number_or_none(above=0))
    """Seconds that a caller waits at most for its place in the second; None: as long as it takes."""

    longest_pause: float = field(default=120.0, validator=number(at_least=0))
    """Seconds that callers wait at most for the end of a pause: one that the server asks for by ``Retry-After``,
    or one before ``/token`` is asked again while it is in trouble. In a longer one they are refused at once, by
    ``QuotaExhausted`` or ``TokenUnavailable``."""

    answer_bytes: int = field(default=64_000_000, validator=whole_number(1))
    """The longest answer that is read whole, decompressed. The longest documented ones are pages of 1,000 records
    of 255 fields: 64,000,000 leave 250 bytes to each. Streams and exports may be of any length; of an error and of
    an answer with a token 1,000,000 bytes are read."""

    @property
    def period(self) -> float:
        """Seconds in which there are ``places`` calls at most."""
        return max(1.0, 1.0 / self.calls_per_second)

    @property
    def places(self) -> int:
        """Calls in any ``period`` at most."""
        return max(1, int(self.calls_per_second))


@frozen
class Usage:
    """Usage of the limits: what is spent and what is left, as far as ``source`` knows; times are in seconds."""

    calls_made: int
    """Calls in the last 24 hours."""

    calls_left: int
    """Calls that the day still lets through."""

    calls_reset_in: float
    """Seconds until the oldest of the calls made stop counting; 0 if there are none."""

    logins_left: int
    """Logins that the hour still lets through."""

    logins_reset_in: float
    """Seconds until the oldest login stops counting; 0 if there is none."""

    source: str = "this process"
    """Who counted, in words: this process and its store, or the processes that share a coordinator."""

    processes: int = 1
    """Processes that share the limits, as far as they were seen in the last 30 seconds."""

    unreachable_for: float | None = None
    """Seconds for which the coordinator, such as Redis, has not been reached; None: it is, or there is none."""

    def __getstate__(self) -> dict[str, object]:
        return asdict(self)

    def __setstate__(self, state: dict[str, object]) -> None:
        # A pickle of an earlier version has no fields but the first five.
        for each in fields(Usage):
            object.__setattr__(self, each.name, state.get(each.name, each.default))
