"""Load the demo data of our addons, and of no other. Runs in an Odoo shell.

``CREDIT_ADDONS`` names the addons. Odoo's own loader of demo data goes on after an
error; here an error in it ends the script, and with it the setup.
"""

import os

from odoo.modules.loading import load_data
from odoo.modules.module_graph import ModuleGraph


def load(env, names):
    """Load the demo files of the named addons in the order of their dependencies.

    As in an installation of all of them, those that are not loaded yet are to install:
    a story that several addons tell is played with the last of them.
    """
    modules = env["ir.module.module"].search([("state", "=", "installed")])
    graph = ModuleGraph(env.cr, mode="load")
    graph.extend(modules.mapped("name"))
    ours = modules.filtered(lambda module: module.name in names)
    ours.state = "to install"
    for package in graph:
        if package.name in names:
            load_data(env(su=True), {}, "init", kind="demo", package=package)
            module = ours.filtered(lambda each, name=package.name: each.name == name)
            module.write({"state": "installed", "demo": True})


load(env, os.environ["CREDIT_ADDONS"].split(","))  # noqa: F821
env.cr.commit()  # noqa: F821
