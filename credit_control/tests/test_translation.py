import io
import re
from collections import Counter

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools import file_path
from odoo.tools.translate import trans_export

from .common import CreditCommon

MODULE = "credit_control"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[-+#0\d.]*[a-z%]")
TAG = re.compile(r"<[^>]+>")
WORD = re.compile(r"[A-Za-z]")
SAME_IN_CHINESE = {"ID"}  # what is the same, OCA's check wants empty


@tagged("post_install", "-at_install")
class TestCatalog(TransactionCase):
    """The Chinese catalog has every term that Odoo's exporter finds."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        exported = io.BytesIO()
        trans_export(None, [MODULE], exported, "po", cls.env)
        cls.terms = _terms(exported.getvalue().decode()).keys()
        cls.template = _terms(file_path(f"{MODULE}/i18n/{MODULE}.pot"))
        cls.chinese = _terms(file_path(f"{MODULE}/i18n/zh_CN.po"))

    def test_every_term_is_translated(self):
        missing = {
            msgid
            for msgid in self.terms - SAME_IN_CHINESE
            if WORD.search(PLACEHOLDER.sub("", TAG.sub("", msgid)))
            and not CHINESE.search(self.chinese.get(msgid, ""))
        }
        self.assertFalse(missing, "Translate these in zh_CN.po")

    def test_template_has_every_term(self):
        self.assertFalse(self.terms - self.template.keys(), "Export the template again")
        self.assertEqual(self.template.keys(), self.chinese.keys())

    def test_placeholders_and_tags_are_kept(self):
        broken = {
            msgid: msgstr
            for msgid, msgstr in self.chinese.items()
            for pattern in (PLACEHOLDER, TAG)
            if msgstr
            and Counter(pattern.findall(msgid)) != Counter(pattern.findall(msgstr))
        }
        self.assertFalse(broken)


@tagged("post_install", "-at_install")
class TestChinese(CreditCommon):
    """Who works in Chinese reads why an order waits, and what would help, in it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.policy.rule_ids = [
            cls._rule("overdue_amount", 100),
            cls._rule("overdue_share", 10),
            cls._rule("order_max", 5000),
        ]
        cls.late = cls._invoice(300, late=45)
        cls.due_later = cls._invoice(400, late=-10)

    def test_held_order_says_why_and_what_would_help(self):
        self.file._stop_supply("manual", "停产整顿")
        order = self._order(6000)
        order.action_confirm()
        self.assertHeld(
            order,
            *("hold", "limit", "order_max"),
            *("overdue_days", "overdue_amount", "overdue_share"),
        )
        order = order.with_context(lang="zh_CN")
        self.assertIn("信用额度", order.credit_reasons)
        self.assertEqual(order.credit_status, "信用冻结")
        self.assertChinese(order.credit_reasons)
        self.assertChinese(order.credit_cures)

    def test_quotation_tells_what_is_left(self):
        order = self._order(200).with_context(lang="zh_CN")
        self.assertIn("可用额度", order.credit_banner)
        self.assertChinese(order.credit_banner)

    def assertChinese(self, text):
        """Names and numbers of records are as they are; all else is Chinese."""
        for name in self.customer.name, self.late.name, self.due_later.name:
            text = text.replace(name, "")
        for line in text.splitlines():
            self.assertRegex(line, CHINESE)
            self.assertNotRegex(line, r"[A-Za-z]{2}")


def _terms(catalog):
    """
    :param catalog: its text, or the path of its file
    :return: {msgid: msgstr}
    """
    return {entry.msgid: entry.msgstr for entry in polib.pofile(catalog)}
