"""Uninstall the addon that UNINSTALL names, as a user does. Runs in an Odoo shell."""

import os

from odoo import fields


def grant_limits(env):
    """Give a customer limits that last, 140, and one that does not, 900."""
    customer = env["res.partner"].create({"name": "Corner Shop", "is_company": True})
    file = env["credit.file"].create({"partner_id": customer.id})
    file._grant(100)
    today = env.company._trade_day()
    short = {"date_from": today, "date_to": fields.Date.add(today, days=9)}
    given = {"file_id": file.id, "reason": "Season"}
    env["credit.limit"].create({**given, "kind": "base", "amount": 40})
    env["credit.limit"].create({**given, "kind": "temporary", "amount": 900, **short})
    assert customer.credit_limit == 940, customer.credit_limit


def uninstall(env, name):
    """Uninstall an addon, and what depends on it, from whatever was done with them."""
    grant_limits(env)
    env.cr.commit()
    modules = env["ir.module.module"]
    modules.search([("name", "=", name)]).button_immediate_uninstall()
    env.cr.commit()


uninstall(env, os.environ["UNINSTALL"])  # noqa: F821
