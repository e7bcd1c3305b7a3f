from datetime import timedelta

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import SQL

from .test_waiting import WaitingCommon


@tagged("post_install", "-at_install")
class TestDecidedFirst(WaitingCommon):
    """Nothing says that measures are taken before somebody approved them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        stage = cls.stages["measures"]
        stage.letter_kind = "measures"
        stage.effect_ids = [
            Command.clear(),
            Command.create({"code": "letter", "sequence": 1}),
            Command.create({"code": "activity", "sequence": 2}),
            Command.create({"code": "measures", "sequence": 2}),
        ]
        cls.shop.write({"street": "1 Main Street", "city": "Town"})
        cls._perform()
        cls.measure = cls.env["collection.measure"].search(
            [("case_id", "=", cls.case.id)]
        )
        cls.action = cls.measure.sudo().action_id

    def _letters(self):
        return self.action.letter_ids

    def test_the_letter_waits_for_the_approval(self):
        self.assertEqual(self.action.stage_id, self.stages["measures"])
        self.assertEqual(self.action.state, "waiting")
        self.assertFalse(self._letters())
        self.assertTrue(self._told(self.measure, "decide"))
        self.assertTrue(self._told(self.case, "step"), "the rest is done")
        self.assertFalse(self._run(2) & self.action.search([("state", "=", "planned")]))
        self.measure.with_user(self.boss).action_approve()
        self._perform()
        self.assertEqual(self.action.state, "sending")
        self.assertEqual(len(self._letters()), 1)

    def test_refused_it_goes_on_without_the_letter(self):
        self.measure.with_user(self.boss)._reject("They will pay")
        self._perform()
        self.assertEqual(self.action.state, "done")
        self.assertFalse(self._letters())
        self.action.run_id._finish()
        self.assertEqual(self.action.run_id.state, "done")

    def test_a_letter_that_a_decision_left_out_says_so_and_is_no_contact(self):
        def contacts():
            own = [("partner_id", "=", self.shop.id), ("state", "=", "done")]
            known = self.action.search(own)
            contact = self.env["collection.run"]._contact_sql(SQL("action"))
            self.env.flush_all()
            rows = self.env.execute_query(
                SQL(
                    "SELECT id FROM collection_action AS action WHERE id = ANY(%s)"
                    " AND %s",
                    known.ids,
                    contact,
                )
            )
            return [row[0] for row in rows]

        self.measure.with_user(self.boss)._reject("They will pay")
        self._perform()
        for _again in range(2):
            states = {each.code: each.state for each in self.action.effect_ids}
            self.assertEqual(
                states, {"letter": "left_out", "activity": "done", "measures": "done"}
            )
            left = self.action.effect_ids.filtered(lambda each: each.code == "letter")
            self.assertIn("Not sent", left.outcome)
            self.assertNotIn(self.action.id, contacts())
            self.action.state = "planned"
            self._perform()
        left.state = "done"
        self.assertIn(self.action.id, contacts())

    def test_paid_it_lapses_with_its_activity_and_the_step(self):
        self._pay(self.old + self.new)
        with self.assertRaisesRegex(UserError, "owed any more"):
            self.measure.with_user(self.boss).action_approve()
        self._follow()
        self.assertEqual(self.measure.state, "lapsed")
        self.assertFalse(self._told(self.measure))
        self._perform()
        self.assertEqual(self.action.state, "settled")
        self.assertFalse(self._letters())

    def test_what_was_approved_and_paid_since_is_not_carried_out(self):
        self.measure.with_user(self.boss).action_approve()
        self._pay(self.old + self.new)
        with self.assertRaisesRegex(UserError, "owed any more"):
            self.measure.with_user(self.collector).action_carry_out()
        self._follow()
        self.assertEqual(self.measure.state, "lapsed")
        self.assertFalse(self._told(self.measure))

    def test_a_write_off_that_is_paid_lapses_as_well(self):
        paid = self._propose("write_off", items=self._item(self.old))
        promised = self._propose("write_off", items=self._item(self.new))
        self._pay(self.old)
        case = self.case.with_user(self.collector)
        case._promise(60, self.today + timedelta(5), self._item(self.new))
        self._follow()
        self.assertEqual((paid.state, promised.state), ("lapsed", "proposed"))
        self.assertFalse(self._told(paid))
        promised.with_user(self.boss).action_approve()

    def test_a_promise_in_force_lets_it_lapse(self):
        case = self.case.with_user(self.collector)
        case._promise(160, self.today + timedelta(5), case.sudo().item_ids)
        self._follow()
        self.assertEqual(self.measure.state, "lapsed")
        self.assertIn("promised", self.measure.decision_note)

    def test_a_part_that_is_paid_is_shown_and_asked_about(self):
        self._pay(self.new)
        self._follow()
        self.assertEqual(self.measure.state, "proposed")
        form = Form(self.measure.with_user(self.boss))
        self.assertEqual((form.amount, form.owed_now), (160, 100))
        self.assertTrue(form.figures_changed)
