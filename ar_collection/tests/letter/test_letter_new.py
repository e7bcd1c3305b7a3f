from odoo.fields import Command
from odoo.tests import tagged

from .test_letter import LetterCommon


@tagged("post_install", "-at_install")
class TestLetterNew(LetterCommon):
    """A letter names what is new with it, and the open letters before it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for stage in cls.procedure.stage_ids:
            stage.effect_ids = [Command.clear()]

    def _letters(self, days):
        """Run day after day.

        :return: {day: letter}
        """
        found = {}
        for day in days:
            actions = self._run(day)
            if letter := self.letters._build(actions):
                found[day] = letter
            self._perform()
        return found

    def _named(self, letter):
        """:return: the numbers asked for, and {earlier letter: its amount}"""
        open_ones = {
            earlier: sum(lines.mapped("residual"))
            for earlier, lines in letter.line_ids.grouped("earlier_id").items()
            if earlier
        }
        return letter._claims().mapped("number"), open_ones

    def test_a_mild_letter_does_not_ask_again_for_what_a_stricter_one_asked(self):
        old = self._invoice(500, late=-7)
        letters = self._letters(range(0, 38))
        measures = letters[37]
        self.assertEqual(self._named(measures), ([old.name], {}))
        new = self._invoice(300, late=-37)
        notice = self._letters([38])[38]
        self.assertEqual(notice.kind, "notice")
        self.assertEqual(self._named(notice), ([new.name], {measures: 500}))
        self.assertEqual((notice.amount, notice.overdue), (300, 300))
        self.assertEqual(notice.line_count, 1)
        html = self._html(notice)
        self.assertIn(measures.number, html)
        self.assertIn("500.00", html)
        self.assertIn("800.00", html)
        self.assertNotIn(old.name, html)

    def test_earlier_letters_are_named_the_oldest_first(self):
        self._invoice(500, late=-7)
        self._invoice(400, late=-7)
        letters = self._letters(range(0, 38))
        self._invoice(300, late=-37)
        notice = self._letters([38])[38]
        first, second = notice.line_ids.filtered("earlier_id")
        oldest = min(letters.values(), key=lambda each: each.id)
        self.assertEqual(first.earlier_id, letters[37])
        second.flush_recordset()
        self.env.cr.execute(
            "UPDATE collection_letter_line SET earlier_id = %s WHERE id = %s",
            (oldest.id, second.id),
        )
        self.env.invalidate_all()
        named = [letter for letter, _sum in notice._open_letters()]
        self.assertEqual(named, [oldest, letters[37]])

    def _html(self, letter):
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "ar_collection.collection_letter_report", letter.ids
        )
        return html.decode()

    def test_an_item_is_named_with_its_last_letter_and_what_is_left_of_it(self):
        old = self._invoice(500, late=-7)
        letters = self._letters(range(0, 15))
        self._paid(old, self.today, 100)
        self._invoice(300, late=-14)
        third = self._letters([15])[15]
        self.assertEqual(self._named(third)[1], {letters[14]: 400})

    def test_a_warning_lists_what_is_a_day_late_and_does_not_demand_it(self):
        old, new = self._invoice(500, late=-7), self._invoice(300, late=-21)
        warning = self._letters(range(0, 23))[22]
        self.assertEqual(self._named(warning)[0], [old.name])
        listed = warning._listed_lines() - warning._claims()
        self.assertEqual(listed.mapped("number"), [new.name])
        self.assertEqual(warning.amount, 500)
        self.assertIn("Listed for information", self._html(warning))
        second = self._letters(range(23, 29))[28]
        self.assertEqual(second.kind, "notice2")
        self.assertEqual(self._named(second), ([new.name], {warning: 500}))

    def test_what_is_paid_or_on_hold_is_not_named_as_open(self):
        paid, held = self._invoice(500, late=-7), self._invoice(200, late=-7)
        self._letters(range(0, 9))
        self._pay(paid)
        item = self.env["collection.item"].sudo().search([("move_id", "=", held.id)])
        case = item.case_id.with_user(self.collector)
        case._promise(200, self._day(12), item)
        new = self._invoice(300, late=-8)
        found = self._letters([9])
        self.assertEqual(self._named(found[9]), ([new.name], {}))

    def _day(self, days):
        return self.today.__class__.fromordinal(self.today.toordinal() + days)

    # === TO WHOM === #

    def _contact(self, name, **values):
        values = {"parent_id": self.shop.id, "type": "invoice", **values}
        return self.shop.create({"name": name, **values})

    def test_it_goes_where_the_invoices_went(self):
        self._contact("A Accounts")
        billed = self._contact("B Accounts")
        self._invoice(100, late=8, customer=billed)
        self.assertEqual(self.letters._build(self._run()).recipient_id, billed)

    def test_of_several_it_goes_where_most_of_it_was_billed(self):
        first, second = self._contact("A Accounts"), self._contact("B Accounts")
        self._invoice(100, late=8, customer=first)
        self._invoice(60, late=8, customer=second)
        self._invoice(50, late=8, customer=second)
        letter = self.letters._build(self._run())
        self.assertEqual((letter.recipient_id, letter.amount), (second, 210))

    def test_it_goes_to_no_address_that_is_not_used_any_more(self):
        first, second = self._contact("A Accounts"), self._contact("B Accounts")
        self._invoice(100, late=8, customer=second)
        second.active = False
        self.assertEqual(self.letters._build(self._run()).recipient_id, first)
