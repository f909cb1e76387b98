"""Activity report of an e-mail address, in the shape that is documented."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from asyncsdk.emulator.state.account_state import AccountState

__all__ = ["facts_of"]

DAY = 86_400_000


def facts_of(platform: AccountState, email: str) -> dict[str, Any]:
    """The activity of an address; scores are not emulated and stay 0."""
    events = platform.events.of(email)
    now = platform.clock.milliseconds()
    activities = [_activity(title, happened, event_set, now) for title, happened, event_set, _ in events]
    sums: dict[str, Any] = {
        "ScorePeriod": "all time",
        "ScoreDetails": [],
        "score": 0,
        "entries": [],
        "EntryMonthsAvailable": sorted({_date(happened).strftime("%y%m") for _, happened, _, _ in events}),
        "HasProfileScore": False,
        "HasScoreSheet": True,
        "HasBehaviorScore": bool(events),
    }
    if events:
        sums["firstInbound"] = _ago(events[-1][1], now)
        sums["lastInbound"] = _ago(events[0][1], now)
    return {"activity": sums, "activitylist": activities}


def _activity(title: str, happened: int, event_set: str, now: int) -> dict[str, Any]:
    date = _date(happened)
    return {
        "Bin": "CUSTOM",
        "InScoreRange": True,
        "d": str(date.day),
        "WhenMillis": happened,
        "What": title,
        "Verb": "custom",
        "m": date.strftime("%b"),
        "ago": str(max(0, (now - happened) // DAY)),
        "Icon": "silk/star.png",
        "y": date.strftime("%y"),
        "Responses": [],
        "id": event_set,
        "idType": "custom",
    }


def _date(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _ago(happened: int, now: int) -> str:
    days = max(0, (now - happened) // DAY)
    return "Today" if days == 0 else "Yesterday" if days == 1 else f"{days} Days Ago"
