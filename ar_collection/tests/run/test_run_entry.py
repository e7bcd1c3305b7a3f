from datetime import timedelta

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..common import CollectionCommon


class EntryCommon(CollectionCommon):
    """Every stage but the first check sends the letter of its name, as shipped."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for code, stage in cls.stages.items():
            stage.letter_kind = code
        effect = Command.create({"code": "measures"})
        cls.stages["measures"].effect_ids = [effect]

    def _played(self, days):
        """:return: [(day, stage)] of the shop from today on"""
        found = []
        for day in days:
            found += [(day, action.stage_id.code) for action in self._run(day)]
            self._perform()
        return found

    def _item(self, invoice):
        own = [("move_id", "=", invoice.id)]
        return self.env["collection.item"].search(own)


@tagged("post_install", "-at_install")
class TestRunEntry(EntryCommon):
    """An item first seen late gets the letters one by one."""

    def test_an_item_first_seen_late_enters_at_the_first_notice_and_goes_on(self):
        invoice = self._invoice(100, late=60)
        actions = self._run()
        self.assertEqual(
            self._steps(actions),
            {invoice.name: {"reminder": "skipped", "notice": "due"}},
        )
        self.assertEqual(actions.line_ids.mapped("days_late"), [60, 60])
        self.assertEqual(self._item(invoice).days_late, 60, "it is as late as it is")
        self.assertEqual(self._item(invoice).entered_days, 59)
        self._perform()
        self.assertEqual(
            self._played(range(1, 40)),
            [(6, "notice2"), (14, "warning"), (29, "measures")],
        )

    def test_a_due_date_that_is_corrected_stalls_nothing(self):
        invoice = self._invoice(100, late=365)
        self._run()
        self._perform()
        self.assertEqual(self._item(invoice).entered_days, 364)
        [term] = invoice.line_ids.filtered("date_maturity")
        term.date_maturity = self.today - timedelta(10)
        self._run(1)
        self.assertEqual(self._item(invoice).entered_days, 9)
        term.date_maturity = self.today
        self.assertEqual(
            self._played(range(2, 40)),
            [(7, "notice2"), (15, "warning"), (30, "measures")],
        )

    def test_the_shipped_procedure_starts_with_a_notice_or_a_visit(self):
        standard = self.env.ref("ar_collection.procedure_standard").sudo()
        self.procedure.stage_ids.unlink()
        standard.stage_ids.copy({"procedure_id": self.procedure.id})
        self._invoice(100, late=200)
        home = self.env["res.country.state"].search([], limit=1)
        self.salesman.partner_id.state_id = home
        near = self._customer("Near", state_id=home.id)
        self._invoice(100, late=60, customer=near)
        actions = self._run()
        found = {each.partner_id: each.stage_id.code for each in actions}
        self.assertEqual(found, {self.shop: "notice", near: "visit"})
        actions.state = "done"
        later = {each.partner_id: each.stage_id.code for each in self._run(6)}
        self.assertEqual(later, {self.shop: "notice2", near: "notice2"})

    def test_the_company_chooses_where_old_items_enter(self):
        for day, code in enumerate(("reminder", "notice2", "warning")):
            with self.subTest(code):
                self.procedure.entry_stage_id = self.stages[code]
                customer = self._customer(code)
                self._invoice(100, late=60, customer=customer)
                found = {each.partner_id: each.stage_id for each in self._run(day)}
                self.assertEqual(found, {customer: self.stages[code]})
                self._perform()

    def test_old_items_never_enter_at_measures(self):
        with self.assertRaises(ValidationError):
            self.procedure.entry_stage_id = self.stages["measures"]
        self.procedure.entry_stage_id = self.stages["warning"]
        measures = {"code": "measures"}
        with self.assertRaises(ValidationError):
            self.stages["warning"].effect_ids = [Command.create(measures)]
        with self.assertRaises(ValidationError):
            self.stages["warning"].effect_ids.create(
                [measures | {"stage_id": self.stages["warning"].id}]
            )
        with self.assertRaises(ValidationError):
            self.stages["warning"].effect_ids.code = "measures"
        with self.assertRaises(ValidationError):
            self.stages["measures"].effect_ids[-1].stage_id = self.stages["warning"]
        other = self.procedure.copy({"is_default": False})
        self.assertFalse(other.entry_stage_id)
        with self.assertRaises(ValidationError):
            self.procedure.entry_stage_id = other.stage_ids[0]
        with self.assertRaises(ValidationError):
            self.stages["warning"].write({"procedure_id": other.id, "code": "moved"})

    def test_whom_the_entry_stage_is_not_for_gets_the_letter_before_it(self):
        warning = self.stages["warning"]
        self.procedure.entry_stage_id = warning
        tags = self.env["res.partner.category"].create({"name": "Chain"})
        for day, condition in enumerate(
            (
                {"amount_from": 1000},
                {"amount_from": 0, "company_level": True},
                {"company_level": False, "category_ids": tags.ids},
                {"category_ids": [Command.clear()], "region": "same"},
            )
        ):
            with self.subTest(condition):
                warning.write(condition)
                customer = self._customer(str(condition))
                self._invoice(100, late=60, customer=customer)
                [action] = self._run(day)
                self.assertEqual(action.partner_id, customer)
                self.assertEqual(action.stage_id, self.stages["notice2"])
                self._perform()
        self.assertEqual(
            {code for _day, code in self._played(range(4, 27))}, {"measures"}
        )

    def test_nobody_enters_at_measures_on_the_day_of_a_letter(self):
        self.procedure.entry_stage_id = self.stages["warning"]
        self.stages["measures"].write({"day": 15, "sequence": 1})
        self._invoice(100, late=60)
        self.assertEqual(self._run().stage_id, self.stages["warning"])

    def test_a_manager_chooses_it_on_the_procedure_and_nobody_else(self):
        manager = self._user("chief", "ar_collection.collection_group_manager")
        with Form(self.procedure.with_user(manager)) as form:
            form.entry_stage_id = self.stages["notice2"]
        self.assertEqual(self.procedure.entry_stage_id, self.stages["notice2"])
        with self.assertRaises(AccessError):
            self.procedure.with_user(self.collector).entry_stage_id = False

    def test_measures_wait_for_the_letters_before_them(self):
        self._invoice(100, late=60)
        self._run()
        self._perform()
        measures = self.env["collection.measure"]
        for day in range(1, 29):
            self._run(day)
            self._perform()
            self.assertFalse(measures.search([("partner_id", "=", self.shop.id)]))
        self._run(29)
        self._perform()
        self.assertTrue(measures.search([("partner_id", "=", self.shop.id)]))

    def test_after_two_weeks_without_a_run_the_next_letter_comes(self):
        self._invoice(100, late=1)
        self.assertEqual(self._run().stage_id.code, "notice")
        self._perform()
        self.assertEqual(
            self._played((14, 15, 21, 22, 37)),
            [(14, "notice2"), (22, "warning"), (37, "measures")],
        )

    def test_a_weekend_moves_no_later_stage(self):
        invoice = self._invoice(100, late=-7)
        self._run()
        self._perform()
        self.assertEqual(self._played((10, 14)), [(10, "notice"), (14, "notice2")])
        self.assertFalse(self._item(invoice).entered_days)

    def test_a_pause_stops_the_days_of_an_item_that_entered_too(self):
        invoice = self._invoice(100, late=60)
        self._run()
        self._perform()
        self._item(invoice).sudo().paused_days = 3
        self.assertEqual(self._played(range(1, 10)), [(9, "notice2")])

    def test_what_was_on_hold_when_it_entered_enters_later(self):
        invoice = self._invoice(100, late=60)
        self._run()
        item = self._item(invoice)
        item.sudo().paused_since = self.today
        self._perform()
        item.sudo().write({"paused_since": False, "paused_days": 1})
        self.assertEqual(self._played((3, 8, 9)), [(3, "notice"), (9, "notice2")])

    def test_whom_the_draw_leaves_alone_goes_on_by_the_same_days(self):
        self.stages["notice"].holdout_share = 100
        invoice = self._invoice(100, late=60)
        self.assertEqual(self._run().state, "held_out")
        self.assertEqual(self._item(invoice).entered_days, 59)
        self.assertFalse(self._item(invoice).stage_id)
        self.assertEqual(self._played(range(1, 7)), [(6, "notice2")])

    def test_the_next_step_that_is_shown_is_the_one_that_comes(self):
        old, new = self._invoice(100, late=60), self._invoice(50, late=3)
        items = self._item(old) | self._item(new)
        self.env["collection.item"].sudo()._sync(self.company, self.today)
        items = self._item(old) | self._item(new)
        notice = self.stages["notice"]
        self.assertEqual(items.next_stage_id, notice)
        self._run()
        self._perform()
        items.invalidate_recordset()
        self.assertEqual(items.next_stage_id, self.stages["notice2"])
        self.assertEqual(set(items.mapped("next_on")), {self.today + timedelta(6)})

    def test_the_letter_asks_for_the_money_before_the_next_one_comes(self):
        self._invoice(100, late=60)
        letter = self.env["collection.letter"].sudo()._build(self._run())
        self.assertEqual((letter.pay_by - letter.date).days, 5)
        self.assertEqual(letter.line_ids.days_late, 60)
