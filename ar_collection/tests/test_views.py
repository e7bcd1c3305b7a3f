from datetime import timedelta

from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.trade_credit_base.tests.demo_common import ClickCase
from odoo.addons.trade_credit_base.tests.sizes import sized

from ..models.procedure.collection_procedure import QUIET

# Opens a form after the other; each has to show a text of its own.
FORMS = """
(async () => {
    const action = odoo.__WOWL_DEBUG__.root.env.services.action;
    const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    for (const [model, id, text] of %s) {
        await action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
        for (let tries = 0; ; tries++) {
            const form = document.querySelector(".o_action_manager .o_form_view");
            if (form?.textContent.includes(text)) {
                break;
            }
            if (tries === 50) {
                console.error(`The form of ${model} does not show ${text}`);
                return;
            }
            await wait(100);
        }
    }
    console.log("test successful");
})();
"""


@tagged("post_install", "-at_install")
class TestViews(ClickCase):
    """One customer is late and was contacted today, another is reminded tomorrow."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company.root_id
        cls.today = cls.company._trade_day()
        cls.procedure = cls.env["collection.procedure"].search(
            [("company_id", "=", cls.company.id), ("is_default", "=", True)]
        )
        # Today and tomorrow are no quiet days, whenever this is run
        cls.procedure.write(dict.fromkeys(QUIET, False))
        cls.late = cls._customer("Late Mill", late=20)
        cls.soon = cls._customer("Early Bird", late=-8)
        cls.day_run = cls.env["collection.run"]._begin(cls.company, cls.today)
        if cls.day_run.state == "waiting":
            cls.day_run.action_start()
        cls.day_run.action_ids._perform()

    @classmethod
    def _customer(cls, name, late):
        """Return a customer with an invoice that is ``late`` days overdue."""
        customer = cls.env["res.partner"].create({"name": name, "is_company": True})
        due = cls.today - timedelta(days=late)
        invoice = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": customer.id,
                "invoice_date": due - timedelta(days=30),
                "invoice_date_due": due,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Goods",
                            "price_unit": 100,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        invoice.action_post()
        return customer

    def test_every_menu_view_and_filter_opens(self):
        light = sized(True, False)
        self.click_through("ar_collection.collection_menu_root", light=light)

    def test_every_form_opens_and_says_what_it_is_about(self):
        case = self.env["collection.case"].search([("partner_id", "=", self.late.id)])
        action = case.action_ids
        promise = case._promise(50, self.today)
        reason = self.env.ref("ar_collection.reason_price")
        dispute = case._dispute(case.item_ids, reason)
        shown = [
            (promise._name, promise.id, "Late Mill"),
            (dispute._name, dispute.id, "Price or discount"),
            (case._name, case.id, "Timeline"),
            (action._name, action.id, "Skipped"),
            ("collection.delivery", action.delivery_ids.id, "No e-mail address"),
            ("collection.item", case.item_ids.id, "Late Mill"),
            (self.day_run._name, self.day_run.id, "Late Mill"),
            (self.procedure._name, self.procedure.id, "Second collection notice"),
            ("collection.stage", self.procedure.stage_ids[0].id, "Conditions"),
            ("res.partner", self.late.id, "Collection"),
        ]
        script = FORMS % [list(each) for each in shown]
        self.browser_js("/odoo", script, "odoo.isReady === true", login="admin")

    def test_tomorrow_is_previewed_before_it_happens(self):
        reader = new_test_user(
            self.env,
            login="reader",
            groups="ar_collection.collection_group_user",
            company_id=self.company.id,
        )
        preview = self.env["collection.preview"].with_user(reader)
        rows = preview.search([("partner_id", "in", (self.late + self.soon).ids)])
        self.assertRecordValues(
            rows,
            [
                {
                    "partner_id": self.soon.id,
                    "stage_id": self.env.ref("ar_collection.stage_reminder").id,
                    "state": "due",
                    "days": -7,
                    "residual": 100,
                }
            ],
        )
        self.assertEqual(rows.currency_id, self.company.currency_id)

    def test_a_customer_leads_to_its_case(self):
        case = self.env["collection.case"].search([("partner_id", "=", self.late.id)])
        person = self.env["res.partner"].create(
            {"name": "Bookkeeper", "parent_id": self.late.id}
        )
        self.assertEqual(person.collection_case_count, 1)
        self.assertEqual(person.action_open_collection_cases()["res_id"], case.id)
        self.assertEqual(self.soon.collection_case_count, 0)

    def test_an_action_names_what_took_a_step_once(self):
        """Stages that were skipped have lines of their own; they are not told twice."""
        action = self.day_run.action_ids.filtered(
            lambda each: each.partner_id == self.late
        )
        item = action.case_id.item_ids
        self.assertGreater(len(action.line_ids), 1)
        self.assertEqual(action.documents, item.number)
        self.assertEqual(item.days_late, 20)
