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


@tagged("post_install", "-at_install")
class TestSignatures(TransactionCase):
    """A signature is written by the method that checked it, and by nothing else."""

    def test_no_access_line_lets_anybody_write_what_is_signed(self):
        mixin = self.env.registry["trade.approval.mixin"]
        signed = [
            name
            for name, model in self.env.registry.items()
            if issubclass(model, mixin) and not model._abstract
        ]
        lines = self.env["ir.model.access"].search([("model_id.model", "in", signed)])
        for line in lines:
            with self.subTest(line.name):
                rights = line.perm_write, line.perm_create, line.perm_unlink
                self.assertEqual(rights, (False, False, False))
