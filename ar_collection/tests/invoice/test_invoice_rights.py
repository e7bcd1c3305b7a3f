from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import new_test_user, tagged

from .invoice_common import OPEN, STEPS, InvoiceCommon

COLLECTION = "ar_collection.collection_group_user"
INVOICE = "account.group_account_invoice"
ORACLES = (
    ("search", lambda name: [[(name, "!=", False)]], {}),
    ("search", lambda name: [[]], {"order": "{}"}),
    ("formatted_read_group", lambda name: [[], [name], ["__count"]], {}),
    ("formatted_read_group", lambda name: [[], [], [f"{name}:count_distinct"]], {}),
    ("search_read", lambda name: [[], [name]], {}),
)


@tagged("post_install", "-at_install")
class TestInvoiceRights(InvoiceCommon):
    """One invoice that is warned of, and people who try to see it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._invoice(1000, late=20)
        cls._run().state = "done"

    def _call(self, user, model, method, args, **kwargs):
        self.env.flush_all()
        return call_kw(self.env[model].with_user(user), method, args, kwargs)

    def test_an_accountant_sees_what_is_open_and_nothing_of_collection(self):
        seen = self._seen(self.invoice, self.accountant)
        self.assertEqual([seen[name] for name in OPEN], [1000, 1000, 20])
        readable = seen.fields_get()
        self.assertEqual({*OPEN, *STEPS} & readable.keys(), {*OPEN})
        for name in STEPS:
            with self.subTest(name), self.assertRaises(AccessError):
                seen.read([name])

    def test_a_field_that_one_may_not_read_answers_no_question(self):
        for model, names in (
            ("account.move", STEPS),
            ("res.partner", ("collection_stage_id", "collection_case_id")),
            ("account.invoice.report", ("collection_stage_id",)),
        ):
            for name in names:
                for method, args, kwargs in ORACLES:
                    kwargs = {key: each.format(name) for key, each in kwargs.items()}
                    with self.subTest(model=model, name=name, method=method):
                        self.assertRefused(model, method, args(name), **kwargs)

    def assertRefused(self, model, method, args, **kwargs):
        try:
            found = self._call(self.accountant, model, method, args, **kwargs)
        except (AccessError, ValueError):
            return
        self.fail(f"{found} says something")

    def test_a_user_of_collection_who_invoices_sees_all_of_their_company(self):
        user = self._user("desk", f"{COLLECTION},{INVOICE}")
        seen = self._seen(self.invoice, user)
        self.assertEqual(seen.collection_stage_id, self.stages["warning"])
        self.assertEqual(seen.collection_case_id.partner_id, self.shop)

    def test_nobody_writes_what_is_shown(self):
        before = self._seen(self.invoice).read([*OPEN, *STEPS])
        fields = self.env["account.move"]._fields
        for name in (*OPEN, *STEPS):
            write = [self.invoice.ids, {name: False}]
            with self.subTest(name):
                if fields[name].related:  # there is no column that it could go to
                    self._call(self.collector, "account.move", "write", write)
                else:
                    with self.assertRaises(AccessError):
                        self._call(self.collector, "account.move", "write", write)
                self.assertEqual(self._seen(self.invoice).read([*OPEN, *STEPS]), before)
                if name in STEPS:
                    with self.assertRaises(AccessError):
                        self._call(self.accountant, "account.move", "write", write)
        with self.assertRaises(AccessError):
            write = [self.shop.ids, {"collection_overdue": 0}]
            self._call(self.collector, "res.partner", "write", write)

    def test_another_companys_collection_never_shows(self):
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "stranger",
            groups=f"ar_collection.collection_group_manager,{INVOICE}",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        shop = self._seen(self.shop, stranger)
        self.assertFalse(shop.collection_stage_id or shop.collection_overdue)
        self.assertFalse(shop.collection_case_id)
        for domain in (
            [("collection_overdue", ">", 0)],
            [("collection_case_id", "!=", False)],
            [("collection_stage_id", "!=", False)],
        ):
            self.assertNotIn(shop, shop.search(domain))
        self.assertFalse(
            self._found([("collection_stage_id", "!=", False)], user=stranger)
        )
        with self.assertRaises(AccessError):
            self._seen(self.invoice, stranger).read(["collection_stage_id"])

    def test_a_client_that_names_a_day_or_customers_sees_today_and_all(self):
        seen = self._seen(self.invoice).with_context(
            trade_day="2001-01-01", trade_customers=[]
        )
        self.assertEqual(seen.collection_open, 1000)
        domain = [("collection_overdue", ">", 0)]
        self.assertIn(seen, seen.search(domain))

    def test_a_branch_shows_its_invoices_with_the_head_companys_collection(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        self.cr.precommit.run()  # accounts of the branch
        user = new_test_user(
            self.env,
            "branch",
            groups=f"{COLLECTION},{INVOICE}",
            company_id=branch.id,
            company_ids=[Command.set(branch.ids)],
        )
        self.env.user.company_ids += branch
        invoice = self._invoice(
            300,
            late=8,
            company_id=branch.id,
            journal_id=self.company_data["default_journal_sale"].id,
        )
        self._run(1)
        seen = self._seen(invoice, user)
        self.assertEqual((seen.collection_open, seen.collection_days_late), (300, 8))
        self.assertEqual(seen.collection_stage_id, self.stages["notice2"])
        found = seen.search([("collection_overdue", ">", 0)])
        self.assertEqual(found, seen)
        self.assertEqual(self._seen(self.shop, user).collection_overdue, 1300)

    def test_the_portal_sees_nothing(self):
        portal = new_test_user(self.env, "buyer", groups="base.group_portal")
        portal.partner_id.parent_id = self.shop
        self.invoice.message_subscribe(portal.partner_id.ids)
        seen = self._seen(self.invoice, portal)
        self.assertEqual(seen.read(["name"])[0]["name"], self.invoice.name)
        for name in (*OPEN, *STEPS):
            with self.subTest(name), self.assertRaises(AccessError):
                seen.read([name])
        self.assertFalse({*OPEN, *STEPS} & seen.fields_get().keys())

    def test_who_reads_the_report_without_rights_on_items_sees_its_other_columns(self):
        reader = self._user("reader", "account.group_account_readonly")
        report = self._seen(self.env["account.invoice.report"], reader)
        found = report._read_group(
            [("move_id", "=", self.invoice.id)], [], ["price_subtotal:sum"]
        )
        self.assertEqual(found, [(1000,)])
