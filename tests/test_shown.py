"""What each screen has, whoever adds one: room for numbers, a menu that fits, and each
figure that somebody enters.

How they look is for people to say; these are what was forgotten before.
"""

import csv
from collections import defaultdict
from pathlib import Path

from lxml import etree

from odoo.tests import TransactionCase, tagged

from odoo.addons.trade_credit_base.models.guard.ir_default import builds_on_base

LISTS = Path(__file__).parent / "rights"
MOST = 7  # entries beside each other that fit on a screen of 1,280 pixels
ROOM = 110  # pixels of a document's number
# Numbers of versions and lines, not of documents
SHORT = {
    "credit_control.credit_policy_view_form",
    "dealer_rating.rating_indicator_view_list",
    "dealer_rating.rating_scorecard_template_view_form",
}


@tagged("post_install", "-at_install")
class TestShown(TransactionCase):
    """Laws about what the addons ship."""

    def _ours(self, model):
        data = self.env["ir.model.data"].sudo().search([("model", "=", model)])
        data = data.filtered(lambda each: builds_on_base(each.module))
        return self.env[model].sudo().browse(data.mapped("res_id"))

    def test_the_menu_fits_on_a_screen(self):
        for menu in self._ours("ir.ui.menu").filtered(lambda each: not each.parent_id):
            with self.subTest(menu.name):
                self.assertLessEqual(len(menu.child_id), MOST)

    def test_a_number_has_room(self):
        narrow = set()
        for view in self._ours("ir.ui.view"):
            arch = etree.fromstring(view.arch.encode())
            for column in arch.xpath("descendant-or-self::list/field[@name='number']"):
                if int(column.get("width", "0").removesuffix("px")) < ROOM:
                    narrow.add(view.xml_id)
        self.assertEqual(narrow, SHORT)

    def test_what_somebody_enters_is_on_a_screen(self):
        shown = defaultdict(set)
        for view in self._ours("ir.ui.view").filtered("model"):
            for field in etree.fromstring(view.arch.encode()).iter("field"):
                shown[view.model].add(field.get("name"))
        everywhere = set().union(*shown.values())
        missing = set()
        with (LISTS / "fields.csv").open() as file:
            for row in csv.DictReader(file):
                if row["right"]:
                    for name in row["fields"].split():
                        if name not in everywhere:
                            missing.add((row["model"], name))
        self.assertEqual(missing, set())

    def test_no_bar_shortens_a_percentage(self):
        short = [
            view.xml_id
            for view in self._ours("ir.ui.view")
            if 'widget="progressbar"' in view.arch
        ]
        self.assertEqual(short, [])
