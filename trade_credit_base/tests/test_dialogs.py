from odoo.exceptions import UserError
from odoo.tests import TransactionCase, new_test_user, tagged

from ..models.guard.ir_default import builds_on_base


@tagged("post_install", "-at_install")
class TestDialogs(TransactionCase):
    """A dialog is for who opened it, and names only what they may read."""

    def _dialogs(self):
        return [
            model
            for model in self.env.values()
            if model._transient and builds_on_base(model._original_module)
        ]

    def test_each_dialog_is_for_who_opened_it(self):
        user = new_test_user(self.env, "opener", groups="base.group_user")
        for model in self._dialogs():
            with self.subTest(model=model._name):
                domain = (
                    self.env["ir.rule"]
                    .with_user(user)
                    ._compute_domain(model._name, "write")
                )
                self.assertIn("create_uid", {c.field_expr for c in _conditions(domain)})

    def test_a_superuser_and_other_models_are_as_before(self):
        rules = self.env["ir.rule"]
        for model in self._dialogs():
            domain = rules.sudo()._compute_domain(model._name)
            names = {each.field_expr for each in _conditions(domain)}
            self.assertNotIn("create_uid", names)


@tagged("post_install", "-at_install")
class TestSubstitute(TransactionCase):
    """What people write into their own preferences is looked at, too."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(cls.env, "away", groups="base.group_user")
        cls.other = new_test_user(cls.env, "there", groups="base.group_user")
        cls.portal = new_test_user(cls.env, "portal", groups="base.group_portal")

    def _stand_in(self, substitute, start="2026-03-01", until="2026-03-09", user=None):
        user = user or self.user
        user.with_user(user).write(
            {
                "trade_substitute_id": substitute,
                "trade_away_from": start,
                "trade_away_until": until,
            }
        )

    def test_a_colleague_stands_in(self):
        self._stand_in(self.other.id)
        self.assertEqual(self.user.trade_substitute_id, self.other)

    def test_what_cannot_be_meant_is_refused_in_words(self):
        for given in (
            (self.portal.id,),
            (10**9,),
            (self.other.id, "0001-01-01", "9999-12-31"),
            ([1],),
            (self.user.id,),
            (self.other.id, "2026-03-09", "2026-03-01"),
        ):
            with self.subTest(given=given), self.assertRaises(UserError):
                self._stand_in(*given)

    def test_portal_users_have_no_substitutes(self):
        with self.assertRaises(UserError):
            self._stand_in(self.other.id, user=self.portal)


def _conditions(domain):
    return list(domain.iter_conditions())
