"""Addons of the OCA that ours are measured and installed beside; none needs them."""

import os
import shutil

from environment import (
    HOME,
    PYTHON,
    ROOT,
    fingerprint,
    locked,
    read_mark,
    run_logged,
    say,
    write_mark,
)

PINNED = ROOT / "setup" / "requirements-peers.txt"
FOLDER = HOME / "peers"


def beside(stage):
    """Install the peers into a folder of their own, and return a stage that sees it.

    :param databases.Stage stage: one without them
    """
    with locked():
        mark = fingerprint(PINNED)
        if read_mark(FOLDER) != mark:
            say("installing OCA's addons into .odoo/peers (log: .odoo/log/peers.log)")
            shutil.rmtree(FOLDER, ignore_errors=True)
            pip = [PYTHON, "-m", "pip", "install", "--quiet", "--no-deps"]
            run_logged("peers", [*pip, "--target", FOLDER, "--requirement", PINNED])
            write_mark(FOLDER, mark)
    path = f"{stage.environ['PYTHONPATH']}{os.pathsep}{FOLDER}"
    return stage._replace(environ=stage.environ | {"PYTHONPATH": path})
