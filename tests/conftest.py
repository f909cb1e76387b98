"""Settings of all tests: hypothesis runs the same examples every time, and writes nothing beside the code."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# No test asks a server of the internet: hundreds of processes need not read the certificates of this machine, which
# is a tenth of what each of them works until it does something.
os.environ["SSL_CERT_FILE"] = os.environ["SSL_CERT_DIR"] = os.devnull

pytest_plugins = ["asyncsdk.testing", "tests.support.redis_test_count", "tests.support.redis_fixtures"]

settings.register_profile(
    "asyncsdk",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("asyncsdk")
