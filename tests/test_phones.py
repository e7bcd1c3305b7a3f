"""What is a list on a desk is a stack of cards on a phone."""

from pathlib import Path

from odoo.tests import TransactionCase, tagged

ROOT = Path(__file__).resolve().parents[1]
OURS = {manifest.parent.name for manifest in ROOT.glob("*/__manifest__.py")}


@tagged("post_install", "-at_install")
class TestPhones(TransactionCase):
    """A table is cut on a phone. Odoo takes the kanban view there, if the window has
    one, and makes one of the name alone if nobody wrote any."""

    def _windows(self):
        """Yield our windows that open with records of ours."""
        for name, [xml_id] in self._ids("ir.actions.act_window").items():
            window = self.env["ir.actions.act_window"].browse(name)
            model = self.env.registry[window.res_model]
            if not model._transient and model._original_module in OURS:
                yield xml_id, window

    def _ids(self, model):
        found = self.env["ir.model.data"].search(
            [("model", "=", model), ("module", "in", list(OURS))]
        )
        return {each.res_id: [each.complete_name] for each in found}

    def test_every_list_has_cards(self):
        windows = dict(self._windows())
        self.assertIn("credit_control.credit_file_action", windows)
        for xml_id, window in windows.items():
            kinds = [kind for _view, kind in window.views]
            with self.subTest(xml_id):
                self.assertEqual("list" in kinds, "kanban" in kinds)

    def test_a_card_says_more_than_a_name(self):
        models = {
            window.res_model
            for _xml_id, window in self._windows()
            if "list" in window.view_mode
        }
        for name in sorted(models):
            arch, _view = self.env[name]._get_view(view_type="kanban")
            with self.subTest(name):
                self.assertGreater(len(arch.findall(".//t//field")), 1)

    def test_a_card_is_made_of_the_columns(self):
        """The first column in bold, labels in the reader's language, and buttons."""
        reports = self.env["rating.stock.report"].with_context(lang="zh_CN")
        arch, _view = reports._get_view(view_type="kanban")
        shown = [each.get("name") for each in arch.iterfind(".//t//field")]
        self.assertEqual(shown[:2], ["date", "dealer_id"])
        self.assertNotIn("note", shown, "A column that is hidden at first")
        self.assertIn("经销商", "".join(arch.itertext()))
        self.assertEqual(
            [each.get("name") for each in arch.iterfind(".//button")],
            ["action_open_bought"],
        )

    def test_what_is_written_in_the_list_is_written_in_a_form(self):
        """A phone has no rows to type into."""
        arch, _view = self.env["collection.reason"]._get_view(view_type="form")
        shown = [each.get("name") for each in arch.iterfind(".//field")]
        self.assertEqual(shown, ["name", "kind", "company_id", "active"])
