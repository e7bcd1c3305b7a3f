"""Make the addons' cores importable where there is no Odoo.

``from credit_control.core import decision`` would run ``credit_control/__init__.py``,
which imports Odoo. A stand-in for the addon that only knows its folder is enough to
find the core, and proves that the core needs no more. What the cores share is in the
base's; they import it by the name that it has in Odoo.
"""

import sys
import types
from pathlib import Path

from hypothesis import settings

ROOT = Path(__file__).resolve().parents[2]

sys.path.insert(0, str(ROOT / "tests"))  # where the references are

# The base's core is the others' as well: they name it as Odoo does
for name in "odoo", "odoo.addons":
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__path__ = []

for manifest in ROOT.glob("*/__manifest__.py"):
    stand_in = types.ModuleType(manifest.parent.name)
    stand_in.__path__ = [str(manifest.parent)]
    for prefix in "", "odoo.addons.":
        sys.modules[prefix + manifest.parent.name] = stand_in

# How long an example takes says how busy the machine is, not whether a law holds.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
