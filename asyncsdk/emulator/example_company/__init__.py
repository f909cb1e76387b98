"""Example company: data to look at and to try things on, such as the list ``l-0001`` of the guides.

Everything is invented: a small roastery of coffee, with leads, readers of its newsletter, and customers. The data
is the same each time, and its times go by the emulator's clock.
"""

from asyncsdk.emulator.example_company.loader import ExampleRefused, is_loaded, load

__all__ = ["ExampleRefused", "is_loaded", "load"]
