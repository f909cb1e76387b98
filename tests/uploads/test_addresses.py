"""E-mail addresses: what is usable."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from asyncsdk.uploads.addresses import address_problem, all_usable

PARTS = st.sampled_from(
    [*"aZ9éßΩ@@.-_+%'\",;([]\\ \t\n\r\x0b\x1c\x7f\x85\xad\u0661\u200b\u2028\ufeff", "..", "example"]
)
TEXTS = st.lists(PARTS | st.characters(max_codepoint=0x7F), max_size=12).map("".join)
LIKELY = st.builds("{}@{}.{}".format, TEXTS, TEXTS, TEXTS)


@given(st.lists(st.one_of(LIKELY, TEXTS, st.just("ada@example.com")), min_size=1, max_size=4))
def test_many_addresses_are_usable_where_each_one_is(addresses: list[str]) -> None:
    """A thousand addresses at once are judged as each of them alone is, in ASCII and in any other script."""
    assert all_usable(addresses) == all(address_problem(address) is None for address in addresses)


def test_each_character_of_ascii_is_judged_alike() -> None:
    """Each character of ASCII, in the name, in the domain and at either's ends, is judged at once as alone."""
    for character in map(chr, range(128)):
        for address in (f"a{character}b@example.com", f"{character}@example.com", f"a@ex{character}ample.com"):
            assert all_usable([address]) == (address_problem(address) is None), repr(address)
