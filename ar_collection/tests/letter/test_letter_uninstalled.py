from odoo.tests import Form, tagged

from .test_letter import LetterCommon


@tagged("post_install", "-at_install")
class TestLetterUninstalled(LetterCommon):
    """Letters are deleted with the app: the dialog says so, and how many."""

    def _said(self, addon):
        module = self.env["ir.module.module"].search([("name", "=", addon)])
        dialog = self.env["base.module.uninstall"]
        return Form(dialog.with_context(default_module_ids=module.ids)).trade_lost

    def test_the_dialog_counts_what_nobody_may_delete(self):
        self._letter()
        said = self._said("ar_collection")
        letters = self.letters.search_count([])
        self.assertIn(f"Collection Letter ({letters})", said)
        self.assertIn("Export it and its documents first.", said)
        self.assertNotIn("Line", said)

    def test_an_addon_that_takes_no_record_along_is_not_spoken_of(self):
        self.assertFalse(self._said("payment_demo"))
