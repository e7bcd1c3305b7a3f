"""Load the demo data of our addons, and of no other. Runs in an Odoo shell.

``CREDIT_ADDONS`` names the addons. Odoo's own loader of demo data goes on after an
error; here an error in it ends the script, and with it the setup.
"""

import os

from odoo.modules.loading import load_data
from odoo.modules.module_graph import ModuleGraph


def load(env, names):
    """Load the demo files of the named addons in the order of their dependencies."""
    graph = ModuleGraph(env.cr, mode="load")
    graph.extend(
        env["ir.module.module"].search([("state", "=", "installed")]).mapped("name")
    )
    for package in graph:
        if package.name in names:
            load_data(env(su=True), {}, "init", kind="demo", package=package)
    modules = env["ir.module.module"].search([("name", "in", names)])
    modules.demo = True


load(env, os.environ["CREDIT_ADDONS"].split(","))  # noqa: F821
env.cr.commit()  # noqa: F821
