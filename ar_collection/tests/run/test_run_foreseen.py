from datetime import timedelta

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import tagged

from ..common import CollectionCommon


@tagged("post_install", "-at_install")
class TestRunForeseen(CollectionCommon):
    """The next step of an item is what the run will do, floor and gap included."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for code, stage in cls.stages.items():
            stage.letter_kind = code
            stage.effect_ids = [Command.clear()]
        cls.procedure.write({"small_amount": 10, "letter_gap": 10})

    def _next(self, move, day=0):
        """:return: (stage code, days from today on) as foreseen on a day"""
        with freeze_time(f"{self.today + timedelta(day)} 12:00"):
            self.env.invalidate_all()
            items = self.env["collection.item"]
            items._sync(self.company, self.today + timedelta(day))
            item = items.search([("move_id", "=", move.id)])
            found, on = item.next_stage_id.code, item.next_on
        return found, on and (on - self.today).days

    def _took(self, move):
        """:return: [(stage code, days from today on)] of what was taken"""
        lines = self.env["collection.action.line"].search(
            [("item_id.move_id", "=", move.id), ("state", "=", "due")]
        )
        return [
            (line.stage_id.code, (line.action_id.date - self.today).days)
            for line in lines.sorted("id")
        ]

    def _days(self, days):
        for day in days:
            self._run(day)
            self._perform()

    def test_what_is_below_the_floor_takes_no_step(self):
        invoice = self._invoice(100, late=8)
        self._days([0])
        self._paid(invoice, self.today, 99.99)
        self.assertEqual(self._next(invoice), (False, False))

    def test_a_small_item_goes_along_with_the_larger_one(self):
        small, large = self._invoice(4, late=0), self._invoice(500, late=-7)
        self._days([0])
        seen = self._next(small)
        self.assertEqual(seen, ("notice", 8))
        self._days(range(1, 12))
        self.assertIn(seen, self._took(small))
        self.assertIn(seen, self._took(large))

    def test_small_items_go_together(self):
        moves = [self._invoice(4, late=late) for late in (0, -2, -4)]
        self._days([0])
        seen = [self._next(each) for each in moves]
        self._days(range(1, 8))
        for move, foreseen in zip(moves, seen, strict=True):
            self.assertEqual(foreseen[1], 5)
            self.assertIn(foreseen, self._took(move))

    def test_a_letter_that_is_no_stricter_keeps_its_gap(self):
        old = self._invoice(100, late=2)
        self._days([0])
        new = self._invoice(100, late=0)
        self.assertEqual(self._next(new), ("notice", 6), "with the other's second one")
        self._item(old).paused_since = self.today
        seen = self._next(new)
        self.assertEqual(seen, ("notice", 1), "what is on hold is nothing to spare")
        self._item(old).paused_since = False
        self.procedure.stage_ids.filtered(
            lambda stage: stage.code == "notice2"
        ).letter_kind = False
        seen = self._next(new)
        self.assertEqual(seen, ("notice", 10))
        self._days(range(1, 12))
        self.assertIn(seen, self._took(new))

    def _item(self, move):
        return self.env["collection.item"].sudo().search([("move_id", "=", move.id)])

    def test_a_stricter_letter_goes_at_once(self):
        old = self._invoice(100, late=2)
        self._days([0])
        seen = self._next(old)
        self.assertEqual(seen, ("notice2", 6))
        self._days(range(1, 8))
        self.assertIn(seen, self._took(old))
