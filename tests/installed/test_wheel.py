"""An addon installs from its wheel alone, without this checkout.

The wheel puts the addon where Python finds it, below ``odoo.addons``; no folder of
addons needs to be configured.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "setup"))

import databases  # noqa: E402

WHERE = """
import odoo.addons.{addon} as addon
module = env["ir.module.module"].search([("name", "=", "{addon}")])
print("FOUND", module.state, *addon.__path__)
customer = env["res.partner"].create({{"name": "Corner Shop", "is_company": True}})
"""
# What each addon does at least, without the others
DOES = {
    "credit_control": """
file = env["credit.file"].create({"partner_id": customer.id})
file._grant(100)
print("DOES", env["credit.exposure"]._standings(file.ids)[file.id].limit)
""",
    "dealer_rating": """
customer.action_rate_as_dealer()
env["rating.scorecard"]._rate(env.company, env.company._trade_day())
print("DOES", env["rating.score"].search_count([("kind", "=", "conduct")]))
""",
    "ar_collection": """
case = env["collection.case"]._ensure(customer, env.company)
run = env["collection.run"]._begin(env.company, env.company._trade_day())
print("DOES", case.state, run.state)
""",
}
DONE = {
    "credit_control": "100.0",
    "dealer_rating": "8",
    "ar_collection": "closed waiting",
}


@pytest.fixture(params=DOES)
def addon(request):
    return request.param


@pytest.fixture
def site_packages(tmp_path, addon):
    """A folder with nothing but what the wheels of the addon and the base hold.

    Built from a copy: in a checkout, the wheel's number counts git's commits, and
    there may be none yet.
    """
    pip = [sys.executable, "-m", "pip", "--quiet"]
    wheel = [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir"]
    for name in {addon, *databases.read_manifest(ROOT / addon)["depends"]}:
        if (ROOT / name).is_dir():
            source = shutil.copytree(ROOT / name, tmp_path / name)
            subprocess.run([*wheel, tmp_path, source], check=True)
    built = tmp_path.glob("odoo_addon_*-19.0.*.whl")
    target = tmp_path / "site-packages"
    install = [*pip, "install", "--no-deps", "--no-index", "--target", target, *built]
    subprocess.run(install, check=True)
    return target


@pytest.fixture
def odoo(tmp_path, site_packages):
    """Run an Odoo that knows its own addons and the wheel, and not this checkout."""
    stage = databases.prepare()
    paths = stage.odoo.python_path, site_packages
    environ = stage.environ | {"PYTHONPATH": ":".join(map(str, paths))}
    own = f"--addons-path={','.join(map(str, stage.odoo.addons_paths))}"

    def run(command, *options, script=""):
        command = stage.command(command, database, own, "--no-http", *options)
        return subprocess.run(
            command,
            input=script,
            env=environ,
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )

    with databases.temporary("wheel", template=databases.BASE) as database:
        yield run


def test_addon_installs_from_its_wheel(odoo, addon, site_packages):
    installed = odoo("server", "-i", addon, "--stop-after-init")
    assert installed.returncode == 0, installed.stderr
    asked = odoo("shell", script=WHERE.format(addon=addon) + DOES[addon])
    lines = asked.stdout.splitlines()
    (found,) = [line for line in lines if line.startswith("FOUND")]
    expected = site_packages / "odoo" / "addons" / addon
    assert found == f"FOUND installed {expected}"
    assert f"DOES {DONE[addon]}" in lines, asked.stderr
