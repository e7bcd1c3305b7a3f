"""Debian packages that tests and documents need: a browser, a renderer, a font."""

import functools
import os
import shutil
import subprocess

from environment import SetupError, locked, run_logged, say

# Odoo looks for these names of a browser, in this order.
BROWSERS = "google-chrome", "chromium", "chromium-browser", "google-chrome-stable"


def _has_any(*programs):
    return any(shutil.which(program) for program in programs)


def _has_chinese_font():
    """Tell whether Chinese characters can be drawn; without fontconfig, nothing can."""
    if not shutil.which("fc-list"):
        return False
    fonts = subprocess.run(["fc-list", ":lang=zh-cn"], capture_output=True)
    return bool(fonts.stdout)


PACKAGES = {
    "chromium": functools.partial(_has_any, *BROWSERS),
    "wkhtmltopdf": functools.partial(_has_any, "wkhtmltopdf"),
    "fonts-noto-cjk": _has_chinese_font,
}


def ensure_tools():
    """Install what is missing if we may, else say which command does.

    This never stops a run: a test that needs what is missing says so itself.
    """
    missing = [package for package, is_there in PACKAGES.items() if not is_there()]
    if not missing:
        return
    install = ["apt-get", "install", "--yes", "--no-install-recommends", *missing]
    if os.geteuid() or not shutil.which("apt-get"):
        say(f"missing for browser tests and documents, as root: {' '.join(install)}")
        return
    say(f"installing Debian's {', '.join(missing)} (log: .odoo/log/debian.log)")
    environ = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        with locked():
            run_logged("debian-update", ["apt-get", "update"], env=environ)
            run_logged("debian", install, env=environ)
    except SetupError as error:
        say(str(error))
