"""Every form of ours opens for a new record, as somebody who clicks *New* has it."""

from pathlib import Path

from odoo.tests import Form, TransactionCase, tagged

ROOT = Path(__file__).resolve().parents[1]
OURS = {manifest.parent.name for manifest in ROOT.glob("*/__manifest__.py")}


@tagged("post_install", "-at_install")
class TestNewForms(TransactionCase):
    """Defaults are asked for as a form does it: ``create`` does not exercise them."""

    def _models(self):
        """Yield our models that have a form and that somebody may create."""
        access = self.env["ir.model.access"].search([("perm_create", "=", True)])
        creatable = set(access.model_id.mapped("model"))
        views = self.env["ir.ui.view"].search(
            [("type", "=", "form"), ("mode", "=", "primary")]
        )
        for name in sorted(set(views.mapped("model")) & creatable):
            if self.env.registry[name]._original_module in OURS:
                yield name

    def test_every_form_opens_for_a_new_record(self):
        models = list(self._models())
        self.assertIn("credit.file", models)
        for name in models:
            with self.subTest(model=name):
                Form(self.env[name])
