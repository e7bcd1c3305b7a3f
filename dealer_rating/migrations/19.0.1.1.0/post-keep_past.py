from openupgradelib import openupgrade

from odoo.addons.dealer_rating import _keep_past


@openupgrade.migrate()
def migrate(env, version):
    """Orders and invoices bear the rating of their day."""
    _keep_past(env)
