import base64

from odoo.tests import tagged

from .common import SupplyCommon


@tagged("post_install", "-at_install")
class TestOpening(SupplyCommon):
    def test_opening_receivables_are_looked_at_the_same_day(self):
        cron = self.env.ref("ar_collection.collection_cron")
        before = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        text = "Customer,Invoice,Date,Due,Amount\nShop,1,2024-01-10,2024-02-09,9"
        content = base64.b64encode(text.encode())
        self.env["credit.ledger.import"].create({"content": content}).action_import()
        now = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertEqual(len(now - before), 1)
