"""Test support: servers, clocks and data that tests of several packages share, and some of the benchmarks."""
