import re

from odoo.tests import tagged
from odoo.tools import html2plaintext

from .common import CreditCommon

CHINESE = re.compile(r"[\u4e00-\u9fff]")


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
        text = html2plaintext(text)
        people = self.env["res.users"].sudo().search([]).mapped("name")
        documents = self.customer.name, self.late.name, self.due_later.name
        for name in (*documents, *sorted(people, key=len, reverse=True)):
            text = text.replace(name, "")
        for line in filter(str.strip, text.splitlines()):
            self.assertRegex(line, CHINESE)
            self.assertNotRegex(line, r"[A-Za-z]{2}")
