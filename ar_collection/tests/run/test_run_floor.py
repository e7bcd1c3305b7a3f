from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import CollectionCommon


@tagged("post_install", "-at_install")
class TestRunFloor(CollectionCommon):
    """What is too little to be asked for, and how often a customer is written to."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for code, stage in cls.stages.items():
            stage.letter_kind = code
            stage.effect_ids = [Command.clear()]
        cls.procedure.write({"small_amount": 10, "letter_gap": 10})

    def _days(self, days):
        """Run day after day.

        :return: {day: highest stage}
        """
        found = {}
        for day in days:
            if actions := self._run(day):
                self._perform()
                self.assertEqual(len(actions), 1)
                found[day] = actions.stage_id.code
        return found

    def test_a_cent_that_is_left_over_brings_no_letter(self):
        invoice = self._invoice(100, late=8)
        self.assertEqual(self._days([0]), {0: "notice"})
        self._paid(invoice, self.today, 99.99)
        self.assertFalse(self._days(range(1, 40)))
        item = self.env["collection.item"].search([("move_id", "=", invoice.id)])
        self.assertEqual((item.state, item.residual), ("open", 0.01))

    def test_a_cent_brings_no_measures_for_what_is_a_day_late(self):
        invoice = self._invoice(100, late=-7)
        self._days(range(0, 24))
        self._paid(invoice, self.today, 99.99)
        self._invoice(500, late=-22)
        self.assertEqual(
            self._days(range(24, 45)), {24: "notice", 30: "notice2", 38: "warning"}
        )

    def test_many_small_items_are_chased_together(self):
        for late in (3, 2, 1):
            self._invoice(4, late=late)
        self.assertEqual(self._days([0]), {0: "notice"})
        lines = self.env["collection.action.line"].search(
            [("action_id.partner_id", "=", self.shop.id), ("state", "=", "due")]
        )
        self.assertEqual(len(lines), 3)

    def test_a_small_item_waits_until_it_goes_along(self):
        self._invoice(500, late=-7)
        self._days(range(0, 24))
        self._invoice(5, late=-23)
        self.assertFalse(self._days(range(24, 37)))
        self.assertEqual(self._days([37]), {37: "measures"})

    def test_what_is_paid_meanwhile_down_to_a_cent_is_left(self):
        invoice = self._invoice(100, late=8)
        actions = self._run()
        self._paid(invoice, self.today, 99.99)
        self._perform()
        self.assertEqual(actions.state, "settled")

    def test_nobody_hears_of_a_stage_whose_item_was_paid_meanwhile(self):
        paid, other = self._invoice(500, late=-7), self._invoice(300, late=-21)
        self.procedure.letter_gap = 0
        self._days(range(0, 22))
        actions = self._run(22)
        self.assertEqual(actions.stage_id.code, "warning")
        codes = set(actions.line_ids.mapped("stage_id.code"))
        self.assertEqual(codes, {"notice", "warning"})
        self._pay(paid)
        self._perform()
        self.assertEqual(actions.state, "settled")
        self.assertEqual(self._days([23]), {23: "notice"})
        self.assertTrue(other.amount_residual)

    def test_a_further_item_is_written_about_with_the_first_one(self):
        self._invoice(500, late=-7)
        self.assertEqual(
            self._days(range(0, 15)), {0: "reminder", 8: "notice", 14: "notice2"}
        )
        self._invoice(300, late=-17)
        self.assertEqual(
            self._days(range(15, 50)),
            {22: "warning", 32: "notice2", 37: "measures", 47: "warning"},
        )

    def test_two_small_items_of_one_letter_keep_the_next_one_back(self):
        for _item in range(2):
            self._invoice(6)
        self._invoice(300, late=-1)
        self.assertEqual(
            self._days(range(0, 8)), {0: "reminder", 1: "notice", 7: "notice2"}
        )

    def test_a_visit_keeps_no_letter_back(self):
        self.procedure.letter_gap = 15
        self.stages["reminder"].letter_kind = False
        self.stages["measures"].day = 300
        self.stages["notice2"].write({"letter_kind": False, "day": 20})
        self.stages["warning"].amount_from = 600
        self._invoice(500)
        self._invoice(300, late=-22)
        found = self._days(range(0, 39))
        self.assertEqual(
            (found[1], found[20], found[23]), ("notice", "notice2", "notice")
        )
        self.assertEqual(found.get(37), "warning", found)

    def test_a_cent_leads_nobody_to_measures_beside_what_is_a_day_late(self):
        old = self._invoice(100, late=-7)
        self._days(range(0, 37))
        new = self._invoice(500, late=-36)
        actions = self._run(37)
        self.assertEqual(actions.stage_id.code, "measures")
        self.assertEqual(len(actions.line_ids.item_id), 2)
        self._paid(old, self.today, 99.99)
        self._perform()
        self.assertEqual(actions.state, "settled")
        self.assertTrue(new.amount_residual)

    def test_a_stricter_letter_goes_at_once(self):
        self._invoice(500, late=-7)
        days = {0: "reminder", 8: "notice", 14: "notice2", 22: "warning"}
        days[37] = "measures"
        self.assertEqual(self._days(range(0, 60)), days)

    def test_who_has_paid_the_first_is_not_spared_for_the_second(self):
        paid = self._invoice(500, late=-7)
        self._invoice(300, late=-13)
        self._days(range(0, 9))
        self._pay(paid)
        self.assertEqual(
            self._days(range(9, 40)), {14: "notice", 20: "notice2", 28: "warning"}
        )

    def test_the_floor_is_proposed_by_the_currency(self):
        procedures = self.env["collection.procedure"]
        values = {"name": "Other", "company_id": self.company.id}
        self.assertEqual(procedures.create(values).small_amount, 10)
        yen = self.env.ref("base.JPY")
        other = self.env["res.company"].create({"name": "Tokyo", "currency_id": yen.id})
        self.assertEqual(
            procedures.create({**values, "company_id": other.id}).small_amount, 1000
        )
        self.procedure._set_up(other.create({"name": "Osaka", "currency_id": yen.id}))
        copied = procedures.search([("company_id.name", "=", "Osaka")])
        self.assertEqual(copied.small_amount, 1000)

    @mute_logger("odoo.sql_db")
    def test_a_floor_below_zero_is_refused(self):
        with self.assertRaisesRegex(Exception, "zero or more|violates check"):
            self.procedure.small_amount = -1
            self.env.flush_all()
