from odoo.tests import TransactionCase, tagged

from ..models.guard.ir_default import builds_on_base


@tagged("post_install", "-at_install")
class TestDefaults(TransactionCase):
    """Whose models no default of a user's own reaches through a method."""

    def test_what_builds_on_the_base_is_ours(self):
        ours = self.env["ir.module.module"].search(
            [
                ("state", "=", "installed"),
                ("dependencies_id.name", "=", "trade_credit_base"),
            ]
        )
        for name in ("trade_credit_base", *ours.mapped("name")):
            with self.subTest(name):
                self.assertTrue(builds_on_base(name))

    def test_what_is_not_there_or_builds_on_others_is_not(self):
        for name in ("base", "account", "no_such_addon"):
            with self.subTest(name):
                self.assertFalse(builds_on_base(name))
