from odoo.exceptions import AccessError
from odoo.models import BaseModel
from odoo.service.model import call_kw
from odoo.tests import TransactionCase, new_test_user, tagged

ADDON = "trade_credit_base"
READERS = ("trade.receivable", "trade.match", "trade.settlement")
RIGHTS = ("perm_create", "perm_read", "perm_write", "perm_unlink")


@tagged("post_install", "-at_install")
class TestAccess(TransactionCase):
    """Access to the base's own models, also to those that are added one day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        registry = cls.env.registry
        ours = [n for n, m in registry.items() if m._original_module == ADDON]
        cls.abstract = [name for name in ours if registry[name]._abstract]
        cls.stored = [name for name in ours if not registry[name]._abstract]
        cls.user = new_test_user(cls.env, "base_user", groups="base.group_user")

    def _lines(self, names):
        return self.env["ir.model.access"].search([("model_id.model", "in", names)])

    def test_a_model_without_a_table_has_no_access_line(self):
        self.assertIn("trade.receivable", self.abstract)
        self.assertFalse(self._lines(self.abstract).mapped("name"))

    def test_a_stored_model_gives_rights_to_groups_only(self):
        for name in self.stored:
            lines = self._lines([name])
            with self.subTest(name):
                self.assertTrue(lines)
                self.assertFalse(lines.filtered(lambda line: not line.group_id))

    def test_a_stored_model_of_a_company_has_a_rule_for_everybody(self):
        for name in self.stored:
            if "company_id" in self.env[name]._fields:
                rules = self.env["ir.rule"].search([("model_id.model", "=", name)])
                with self.subTest(name):
                    self.assertTrue(rules.filtered("global"))

    def test_only_who_may_write_companies_moves_the_day(self):
        company = self.env.company.with_user(self.user)
        with self.assertRaises(AccessError):
            company.trade_timezone = "Pacific/Kiritimati"

    def test_a_client_reaches_no_method_of_a_reader(self):
        """Receivables are read past record rules: for methods, not for clients."""
        for name in READERS:
            model = self.env[name].with_user(self.user)
            own = {
                method
                for base in type(model).mro()
                if vars(base).get("_module") == ADDON
                for method in vars(base)
                if callable(getattr(base, method))
            }
            own -= set(dir(BaseModel))
            self.assertTrue(own)
            for method in sorted(own):
                with self.subTest(name, method=method), self.assertRaises(AccessError):
                    call_kw(model, method, [], {})

    def test_a_client_reads_no_table_of_a_reader(self):
        for name in READERS:
            model = self.env[name].with_user(self.user)
            for right in ("create", "read", "write", "unlink"):
                with self.subTest(name, right=right):
                    self.assertFalse(model.has_access(right))


@tagged("post_install", "-at_install")
class TestOwnDefaults(TransactionCase):
    """Defaults that people keep for themselves, and models built on the base."""

    def test_a_default_of_ones_own_reaches_no_method_of_ours(self):
        user = new_test_user(self.env, "base_defaults", groups="base.group_user")
        defaults = self.env["ir.default"].with_user(user)
        defaults.set("res.partner", "comment", "mine", user_id=True)
        for sudo in (False, True):
            found = defaults.sudo(sudo)._get_model_defaults("res.partner")
            with self.subTest(sudo=sudo):
                self.assertEqual(found.get("comment"), "mine", "Odoo's own model")
        ours = next(
            name
            for name, model in self.env.registry.items()
            if model._original_module == ADDON
        )
        self.assertEqual(defaults.sudo()._get_model_defaults(ours), {})
