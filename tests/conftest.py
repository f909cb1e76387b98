"""Settings of all tests: hypothesis runs the same examples every time, and writes nothing beside the code."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

pytest_plugins = ["asyncsdk.testing", "tests.support.redis_test_count", "tests.support.redis_fixtures"]

settings.register_profile(
    "asyncsdk",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("asyncsdk")
