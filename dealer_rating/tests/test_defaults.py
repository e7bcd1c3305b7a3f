from odoo.tests import tagged

from .common import RatingCommon


@tagged("post_install", "-at_install")
class TestDefaults(RatingCommon):
    """Anybody may keep defaults of his own for any field, and send any in a context.

    Neither reaches what only methods write.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop = cls._dealer("Shop")
        cls._give({cls.shop: "AA"}, "2024-10-01")

    def _keep(self, user, model, **values):
        """Keep defaults as the debug menu of any form does."""
        for name, value in values.items():
            self.env["ir.default"].with_user(user).set(model, name, value, user_id=True)

    def test_what_methods_store_begins_as_they_say(self):
        best = self.grades["AA"].id
        self._keep(
            self.manager,
            "dealer.quarter",
            state="confirmed",
            grade_id=best,
            proposal="keep",
        )
        self._keep(self.manager, "dealer.grading", quarter_id=self._old().id)
        cards = self._old().scorecard_ids
        cards.with_user(self.manager)._correct("Miscounted")
        again = self._old()
        self.assertEqual((again.version, again.state), (2, "open"))
        self.assertFalse(again.proposal)
        dealers = self.shop.with_user(self.manager)
        grading = dealers._downgrade(1, "Stopped", "manual")
        self.assertFalse(grading.quarter_id)

    def _old(self):
        return self._quarter(self.shop, self._date("2024-10-01"))

    def test_nobody_gives_by_default_what_nobody_may_give(self):
        partner = self.env["res.partner"].create({"name": "New", "is_company": True})
        bands = {"name": "Mine", "kind": "conduct", "band_a": 2, "band_b": 1}
        bands["company_id"] = self.company.id
        template = {"performance_template_id": self.template_performance.id}
        for model, vals, name, value in (
            ("rating.dealer", {"partner_id": partner.id}, "grade_id", 1),
            ("rating.scorecard.template", bands, "state", "active"),
            ("rating.abc", {}, "state", "applied"),
            ("rating.validation", {}, "auc", 0.99),
            ("rating.trial", template, "up_count", 7),
        ):
            if value == 1:
                value = self.grades["AA"].id
            self._keep(self.manager, model, **{name: value})
            records = self.env[model].with_user(self.manager)
            with self.subTest(model=model):
                record = records.create(vals)
                self.assertNotEqual(
                    record._fields[name].convert_to_write(record[name], record), value
                )

    def test_nobody_gives_a_customer_a_class_by_default(self):
        self._keep(self.manager, "res.partner", rating_abc_class="A", comment="Hi")
        manager = self.manager
        manager.group_ids += self.env.ref("base.group_partner_manager")
        partner = self.env["res.partner"].with_user(manager).create({"name": "New"})
        self.assertFalse(partner.rating_abc_class)
        self.assertIn("Hi", partner.comment)

    def test_what_a_user_may_give_has_his_own_default(self):
        self._keep(self.manager, "rating.abc", months=7)
        abc = self.env["rating.abc"].with_user(self.manager).create({})
        self.assertEqual(abc.months, 7)
