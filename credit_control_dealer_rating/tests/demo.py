from odoo.modules.module import Manifest
from odoo.tools import convert_file

MODULES = ("credit_control", "dealer_rating", "credit_control_dealer_rating")


def load_demo(env):
    """Load the demo data of this addon and of those below it into the main company."""
    for module in MODULES:
        for name in Manifest.for_addon(module)["demo"]:
            convert_file(env, module, name, {}, "init", noupdate=True)
