"""Control credit in one mode in all companies, also new ones (in an Odoo shell)."""

import os

mode = os.environ["CREDIT_MODE"]
env["res.company"].search([])._be_strict(mode)  # noqa: F821 (the shell's)
env["ir.config_parameter"].set_param("credit_for_all.mode", mode)  # noqa: F821
env.cr.commit()  # noqa: F821
