"""A test that could not run is not a test that passed; and which files take longest.

Odoo skips a browser test where the browser is missing. On a developer's machine that
is a convenience; in CI it would be a green run that tested nothing.
"""

import os
import re
from collections import Counter

import pytest

# What Odoo and our tests say when a tool that they need is missing.
MISSING_TOOL = re.compile(
    r"chrom|browser|websocket|wkhtmltopdf|renderer", re.IGNORECASE
)
NO_SERVER = "--odoo-http is not set"

FILES_SHOWN = 10
WORTH_SAYING = 10  # seconds


def _reason_not_to_skip(reason):
    """Return why a skipped test has to fail, or None if it may be skipped."""
    if NO_SERVER in reason:
        return "needs Odoo's server: run it with setup/test"
    if os.environ.get("CI") == "true" and MISSING_TOOL.search(reason):
        return "a tool is missing, and CI must not pass over that"
    return None


def _fail_if_not_to_skip(report):
    if not report.skipped or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
    objection = _reason_not_to_skip(reason)
    if objection:
        report.outcome = "failed"
        report.longrepr = f"{objection}\n{reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    report = yield
    _fail_if_not_to_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report():
    report = yield
    _fail_if_not_to_skip(report)
    return report


def pytest_terminal_summary(terminalreporter):
    """Say which files took longest: the durations of tests hide many short ones."""
    took = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if hasattr(report, "duration"):
                took[report.nodeid.partition("::")[0]] += report.duration
    longest = [each for each in took.most_common(FILES_SHOWN) if each[1] > WORTH_SAYING]
    if longest:
        terminalreporter.section(f"slowest {len(longest)} files")
        for name, seconds in longest:
            terminalreporter.write_line(f"{seconds:.0f}s {name}")
