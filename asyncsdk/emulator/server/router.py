"""Router: finds the route of a call; fixed words count before templates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import unquote

from attrs import field, frozen

from asyncsdk.emulator.call_names import unlisted_routes
from asyncsdk.emulator.http.request import ReceivedCall
from asyncsdk.files.upload import File
from asyncsdk.routing.markers import Location
from asyncsdk.routing.params import Param
from asyncsdk.routing.route import Route

__all__ = ["Match", "Router", "segments_of"]


def segments_of(raw_path: str) -> tuple[str, ...]:
    """A path's segments, decoded one by one; a slash at the end means nothing."""
    return tuple(unquote(segment) for segment in raw_path.strip("/").split("/"))


@frozen
class Match:
    """Routes that share a method and a path, with the values in the path."""

    routes: Sequence[Route]
    path: Mapping[str, str]

    def names(self, query: Mapping[str, str]) -> tuple[str, ...]:
        """Possible names of the call, before its body is read."""
        return tuple(route.name for route in self.routes if _asks(route, query))

    def unlisted_names(self, query: Mapping[str, str]) -> tuple[str, ...]:
        """The client's methods, not listed in the table, that make such a call, as ``lists.download_rows`` does."""
        first = self.routes[0]
        return tuple(
            route.name
            for route in unlisted_routes()
            if (route.method, route.path) == (first.method, first.path) and _asks(route, query)
        )

    def choose(self, received: ReceivedCall) -> Route:
        """The route that fits the call best."""
        fitting = [route for route in self.routes if _fits(route, received)]
        if fitting:
            return max(fitting, key=_marks)
        return min(self.routes, key=_marks)


def _asks(route: Route, query: Mapping[str, str]) -> bool:
    """Whether the route's fixed words and required parameters are in the query."""
    fixed = all(query.get(name, "").casefold() == word.casefold() for name, word in route.fixed.items())
    return fixed and all(
        param.wire in query for param in route.params if param.location is Location.QUERY and param.required
    )


def _fits(route: Route, received: ReceivedCall) -> bool:
    files = [param for param in route.params if param.annotation == File and param.required]
    return _asks(route, received.query) and all(param.wire in received.files for param in files)


def _marks(route: Route) -> int:
    return len(route.fixed) + sum(_tells(param) for param in route.params)


def _tells(param: Param) -> bool:
    return param.annotation == File or (param.location is Location.QUERY and param.required)


@frozen
class _Template:
    segments: tuple[str, ...]
    routes: list[Route] = field(factory=list[Route])

    @property
    def order(self) -> tuple[bool, ...]:
        return tuple(segment.startswith("{") for segment in self.segments)

    def match(self, segments: tuple[str, ...]) -> Mapping[str, str] | None:
        """Values of the names in the template; None if it is another path."""
        found: dict[str, str] = {}
        for wanted, given in zip(self.segments, segments, strict=True):
            if wanted.startswith("{"):
                found[wanted[1:-1]] = given
            elif wanted != given:
                return None
        return found


def _spellings(route: Route) -> Iterator[tuple[str, ...]]:
    """The path's template, and the shorter one where its last part may be left out."""
    segments = tuple(route.path.strip("/").split("/"))
    yield segments
    optional = {
        f"{{{param.name}}}" for param in route.params if param.location is Location.PATH and not param.required
    }
    if segments[-1] in optional:
        yield segments[:-1]


class Router:
    """Finds routes by method and path."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._templates: dict[tuple[str, int], list[_Template]] = {}
        spelled = [(route, segments) for route in routes for segments in _spellings(route)]
        for route, segments in spelled:
            templates = self._templates.setdefault((route.method, len(segments)), [])
            known = next((each for each in templates if each.segments == segments), None)
            if known is None:
                known = _Template(segments)
                templates.append(known)
            known.routes.append(route)
        for templates in self._templates.values():
            templates.sort(key=lambda template: template.order)

    def find(self, method: str, raw_path: str) -> Match | None:
        """The routes of a path, or None."""
        segments = segments_of(raw_path)
        for template in self._templates.get((method, len(segments)), ()):
            path = template.match(segments)
            if path is not None and all(path.values()):
                return Match(template.routes, path)
        return None
