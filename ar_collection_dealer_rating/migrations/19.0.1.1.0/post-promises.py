"""Promises to pay kept are measured, from the next cards on."""

from odoo import SUPERUSER_ID, api

from odoo.addons.ar_collection_dealer_rating import _measure_promises


def migrate(cr, version):
    """Do what an installation does by now."""
    _measure_promises(api.Environment(cr, SUPERUSER_ID, {}))
