from odoo.modules.module import Manifest
from odoo.tools import convert_file

MODULE = "dealer_rating"


def load_demo(env):
    """Load the addon's demo data into the main company, as an installation would."""
    for name in Manifest.for_addon(MODULE)["demo"]:
        convert_file(env, MODULE, name, {}, "init", noupdate=True)
