from odoo.tests import tagged

from ..common import CreditCommon


@tagged("post_install", "-at_install")
class TestStoring(CreditCommon):
    """Decisions are stored by a statement of their own: nothing may tell."""

    def _values(self, order, **more):
        Checkpoint = self.env["credit.checkpoint"]
        case = Checkpoint._judge(Checkpoint._figures(order.ids), "confirmation")[0]
        Decision = self.env["credit.decision"].sudo()
        values = Decision._values(case, order, "confirmation", Decision.browse())
        return values | more

    def test_what_is_stored_is_what_create_stores(self):
        self._invoice(100.10, late=40)
        self._invoice(0.2, late=40)
        order = self._order(333.33)
        amounts = {"exposure": 0.1 + 0.2, "covered_amount": 333.333333}
        cases = [
            self._values(order, **amounts, state="passed"),
            self._values(order, **amounts, state="passed", asked=-0.004),
            self._values(self._order(99999), state="held"),
        ]
        Decision = self.env["credit.decision"].sudo()
        for values in cases:
            pair = []
            for store in Decision._insert, Decision.create:
                decision = store([values])
                known = self._read(decision)
                decision.invalidate_recordset()
                self.assertEqual(self._read(decision), known)
                pair.append(known)
                decision._close("superseded")
            with self.subTest(values=values):
                self.assertEqual(*pair)

    def _read(self, decision):
        names = [name for name, field in decision._fields.items() if field.store]
        return decision.read([*names, "reasons", "cures"])[0] | {"id": 0}

    def test_known_before_it_is_read_as_after(self):
        order = self._order(100).sudo()
        self.assertFalse(order.credit_decision_ids)
        values = self._values(order)
        decision = self.env["credit.decision"].sudo()._insert([values])
        with self.assertQueryCount(0):
            known = {name: decision[name] for name in values}
        self.assertEqual(order.credit_decision_ids, decision)
        self.assertEqual(self.file.decision_ids, decision)
        self.env.invalidate_all()
        self.assertEqual({name: decision[name] for name in values}, known)

    def test_hold_shows_at_once_on_an_order_that_was_looked_at(self):
        order = self._order(99999)
        self.assertFalse(order.credit_hold)
        order._credit_decide()
        self.assertTrue(order.credit_hold)

    def test_order_stands_on_nothing_that_was_closed_since(self):
        order = self._order(100)
        order.action_confirm()
        Decision = self.env["credit.decision"].sudo()
        decision = self._decision(order).sudo()
        self.assertEqual(Decision._live(order), {order: decision})
        decision._close("superseded")
        self.assertEqual(Decision._live(order), {})

    def test_order_stands_on_nothing_that_was_taken_back(self):
        order = self._order(100)
        Decision = self.env["credit.decision"].sudo()
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            order._credit_decide()
            self.assertTrue(Decision._live(order))
            raise ZeroDivisionError
        self.assertEqual(Decision._live(order), {})

    def test_order_stands_on_what_was_adopted_after(self):
        """A change past Odoo is seen too: the memory is no second truth."""
        order = self._order(100)
        order.action_confirm()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE credit_decision SET covered_amount = 1 WHERE order_id = %s",
            (order.id,),
        )
        first = self._decision(order)
        Decision = self.env["credit.decision"].sudo()
        Decision._adopt(self.file)
        second = self._decision(order)
        self.assertNotEqual(first, second)
        self.assertEqual(Decision._live(order), {order: second})
