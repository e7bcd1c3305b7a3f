from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..common import RatingCommon


@tagged("post_install", "-at_install")
class TestTargetRights(RatingCommon):
    """Who sets what a dealer is to buy, and who sees it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dealer = cls._dealer("Ours", user_id=cls.salesman.id)
        cls.stranger = cls._dealer("Not the Salesman's")
        cls.targets = cls.env["rating.target"].create(
            [
                {"dealer_id": dealer.id, "date": cls.START, "amount": 1000}
                for dealer in cls.dealer + cls.stranger
            ]
        )

    def test_finance_and_managers_set_targets(self):
        for user in self.finance, self.manager:
            self.targets.with_user(user).write({"amount": 2000})
        self.assertEqual(set(self.targets.mapped("amount")), {2000})

    def test_nobody_else_sets_them(self):
        for user in self.user, self.marketing, self.salesman:
            with self.subTest(user.login):
                target = self.targets[0].with_user(user)
                self.assertEqual(target.amount, 1000)
                with self.assertRaises(AccessError):
                    target.write({"amount": 1})
                with self.assertRaises(AccessError):
                    target.unlink()

    def test_a_salesperson_sees_those_of_the_own_dealers(self):
        found = self.env["rating.target"].with_user(self.salesman).search([])
        self.assertEqual(found.dealer_id, self.dealer)

    def test_another_companys_targets_are_not_seen(self):
        other = self.env["res.company"].create({"name": "Other Ltd"})
        manager = self._user("other_manager", "rating_group_manager", other)
        targets = self.targets.with_user(manager).with_context(
            allowed_company_ids=other.ids
        )
        self.assertFalse(targets.search([]))
        with self.assertRaises(AccessError):
            targets.write({"amount": 1})
