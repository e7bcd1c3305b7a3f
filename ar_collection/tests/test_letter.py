from odoo.tests import tagged

from .common import CollectionCommon


class LetterCommon(CollectionCommon):
    """Every stage sends the letter of its name."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for code, stage in cls.stages.items():
            stage.letter_kind = code
        cls.letters = cls.env["collection.letter"].sudo()

    def _letter(self, late=8, amount=100, **values):
        """:return: the letter of a run that found one item ``late`` days overdue"""
        self._invoice(amount, late, **values)
        return self.letters._build(self._run())


@tagged("post_install", "-at_install")
class TestLetter(LetterCommon):
    """What a letter says, to whom, and under which number."""

    def test_a_letter_is_of_the_kind_of_its_stage(self):
        for late, kind in (-7, "reminder"), (1, "notice"), (7, "notice2"):
            self._invoice(100, late, self._customer(kind))
        for late, kind in (15, "warning"), (30, "measures"):
            self._invoice(100, late, self._customer(kind))
        letters = self.letters._build(self._run())
        self.assertEqual(len(letters), 5)
        self.assertEqual(letters.mapped("kind"), letters.partner_id.mapped("name"))

    def test_a_letter_lists_whatever_is_due_and_what_takes_a_step(self):
        due = self._invoice(100, late=8)
        late = self._invoice(70, late=3)
        today = self._invoice(60, late=0)
        soon = self._invoice(50, late=-7)
        self._invoice(40, late=-20)
        letter = self.letters._build(self._run())
        self.assertEqual(
            {line.number: (line.days_late, line.is_due) for line in letter.line_ids},
            {
                due.name: (8, True),
                late.name: (3, True),
                today.name: (0, True),
                soon.name: (-7, True),
            },
        )
        self.assertEqual((letter.amount, letter.overdue), (280, 170))
