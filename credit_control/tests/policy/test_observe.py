from lxml import etree

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import CreditCommon

QUIET = "off", "observe"
TOLD = {"credit_hold", "credit_status", "credit_outcome", "credit_released"}
TOLD |= {"credit_undecided", "credit_decided_on", "credit_released_by_id"}


@tagged("post_install", "-at_install")
class TestObserve(CreditCommon):
    """Who does not look after credit sees Odoo as it is, until somebody enforces."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.account_use_credit_limit = True
        cls.clerk = cls._user("clerk", "credit_control.credit_group_user")

    def _as(self, user, record):
        self.env.invalidate_all()
        return record.with_user(user)

    def _names(self, user, model, kind):
        self.env.registry.clear_cache("templates")
        self.env.invalidate_all()
        views = self.env[model].with_user(user).get_views([(False, kind)])
        arch = etree.fromstring(views["views"][kind]["arch"])
        return set(arch.xpath("//field/@name | //filter/@name"))

    # === QUOTATIONS === #

    def test_a_salesperson_reads_the_banner_of_odoo_alone(self):
        for mode in QUIET:
            with self.subTest(mode=mode):
                self.company.credit_mode = mode
                order = self._as(self.salesman, self._order(9000))
                self.assertFalse(order.credit_banner)
                self.assertFalse(order.credit_checked)
                self.assertIn("1,000.00", order.partner_credit_warning)

    def test_where_ours_shows_that_of_odoo_does_not(self):
        order = self._as(self.salesman, self._order(9000))
        self.assertIn("9,000.00", order.credit_banner)
        self.assertFalse(order.partner_credit_warning)
        order.action_confirm()
        self.env.invalidate_all()
        self.assertTrue(order.credit_hold)
        self.assertFalse(order.partner_credit_warning)

    def test_where_ours_does_not_show_that_of_odoo_does(self):
        free = self._customer("Free")
        free.with_company(self.company).credit_limit = 50
        order = self._as(self.salesman, self._order(100, free))
        self.assertFalse(order.credit_banner)
        self.assertIn("50.00", order.partner_credit_warning)

    def test_who_decides_reads_that_it_is_observing(self):
        self.company.credit_mode = "observe"
        order = self._as(self.officer, self._order(9000))
        self.assertIn("Observing: it would be held", order.credit_banner)
        self.assertIn("9,000.00", order.credit_banner)
        self.assertNotIn("To clear the hold", order.credit_banner)
        self.assertEqual(order.credit_banner_level, "warning")
        self.assertFalse(order.partner_credit_warning)
        small = self._as(self.officer, self._order(10))
        self.assertIn("would pass", small.credit_banner)
        self.assertEqual(small.credit_banner_level, "info")
        # Who only reads sees records, and no banner
        order = self._as(self.clerk, order)
        self.assertFalse(order.credit_banner)
        self.assertTrue(order.credit_checked)

    def test_an_invoice_has_the_banner_of_odoo_in_every_mode(self):
        for mode in (*QUIET, "enforce"):
            self.company.credit_mode = mode
            draft = self._invoice(5000, post=False)
            self.env.invalidate_all()
            self.assertIn("1,000.00", draft.partner_credit_warning)

    def test_a_warning_is_written_on_orders_where_it_is_enforced(self):
        self.policy.rule_ids.filtered(lambda r: r.kind == "limit").action = "warn"
        for mode, written in ("observe", False), ("enforce", True):
            self.company.credit_mode = mode
            order = self._order(5000)
            order.action_confirm()
            notes = str(order.sudo().message_ids.mapped("body"))
            self.assertEqual("Credit warning" in notes, written)

    # === WHAT WAS DECIDED === #

    def test_what_is_only_recorded_is_read_by_who_looks_after_credit(self):
        self.company.credit_mode = "observe"
        order = self._order(9000)
        order.action_confirm()
        domain = [("id", "=", order.id), ("credit_outcome", "=", "observed")]
        report = [("order_reference", "=", f"sale.order,{order.id}")]
        for user, outcome in (self.salesman, False), (self.clerk, "observed"):
            seen = self._as(user, order)
            self.assertEqual(seen.credit_outcome, outcome)
            self.assertEqual(bool(seen.credit_decided_on), bool(outcome))
            self.assertEqual(bool(seen.search(domain)), bool(outcome))
            groups = self._as(self.salesman, self.env["sale.report"])._read_group(
                report, ["credit_outcome"]
            )
            self.assertEqual(groups, [(False,)])
        self.company.credit_mode = "enforce"
        self.assertEqual(self._as(self.salesman, order).credit_outcome, "observed")

    def test_lists_and_filters_are_those_of_odoo(self):
        for mode in QUIET:
            self.company.credit_mode = mode
            for model, kind in (
                ("sale.order", "list"),
                ("sale.order", "search"),
                ("sale.report", "search"),
            ):
                found = self._names(self.salesman, model, kind)
                self.assertFalse(found & TOLD, (mode, model, kind))
                self.assertTrue(self._names(self.officer, model, kind) & TOLD)
            for kind in "list", "search":
                found = self._names(self.salesman, "res.partner", kind)
                self.assertNotIn("credit_on_hold", found)
            fields = self._as(self.salesman, self.env["sale.order"]).fields_get()
            self.assertFalse(fields["credit_outcome"]["searchable"])
        self.company.credit_mode = "enforce"
        self.assertTrue(self._names(self.salesman, "sale.order", "list") & TOLD)
        self.assertTrue(self._names(self.salesman, "sale.report", "search") & TOLD)
        found = self._names(self.salesman, "res.partner", "search")
        self.assertIn("credit_on_hold", found)
        fields = self._as(self.salesman, self.env["sale.order"]).fields_get()
        self.assertTrue(fields["credit_outcome"]["searchable"])

    def test_a_hold_of_before_is_over_at_once(self):
        order = self._order(9000)
        order.action_confirm()
        self.assertTrue(order.credit_hold)
        for mode in QUIET:
            self.company.credit_mode = mode
            self.env.invalidate_all()
            self.assertFalse(order.credit_hold)
            self.assertFalse(order.credit_reasons)
            self.assertNotIn(order, order.search([("credit_hold", "=", True)]))

    # === CONTACTS === #

    def test_a_stop_that_stops_nothing_is_seen_by_who_looks_after_credit(self):
        self.file._stop_supply("manual", "Owes too long")
        for mode in QUIET:
            self.company.credit_mode = mode
            seen = self._as(self.salesman, self.customer)
            self.assertFalse(seen.credit_on_hold)
            self.assertFalse(seen.credit_hold_words)
            self.assertFalse(seen.search([("credit_on_hold", "=", True)]))
            seen = self._as(self.officer, self.customer)
            self.assertTrue(seen.credit_on_hold)
            self.assertIn("Owes too long", seen.credit_hold_words)
            self.assertIn(self.company.credit_mode_words, seen.credit_hold_words)
            self.assertIn("no", self._as(self.officer, self.file).mode_words)
        self.company.credit_mode = "enforce"
        self.assertTrue(self._as(self.salesman, self.customer).credit_on_hold)

    def test_a_stop_in_several_companies_tells_the_mode_of_none(self):
        self.company.credit_mode = "observe"
        other = self.env["res.company"].create({"name": "Other"})
        abroad = self.env["credit.file"].create(
            {"partner_id": self._customer("Abroad").id, "company_id": other.id}
        )
        Stop = self.env["credit.stop"]
        one = Stop.create({"file_ids": self.file.ids, "reason": "Late"})
        self.assertEqual(one.mode_words, self.company.credit_mode_words)
        both = Stop.create({"file_ids": (self.file | abroad).ids, "reason": "Late"})
        self.assertFalse(both.credit_mode or both.mode_words)

    # === ASKING, AND REFUSING === #

    def test_a_release_is_asked_for_where_somebody_is_asked(self):
        free = self._order(10, self._customer("Free"))
        ours, quotation = self._order(10), self._order(10)
        (free + ours).action_confirm()
        for mode, shown in ("off", False), ("observe", False), ("enforce", True):
            self.company.credit_mode = mode
            self.env.invalidate_all()
            self.assertEqual(ours.credit_askable, shown)
            self.assertFalse(free.credit_askable)
            self.assertFalse(quotation.credit_askable)
        self.company.credit_without_file = "cash"
        self.env.invalidate_all()
        self.assertTrue(free.credit_askable)

    def test_lines_are_linked_by_hand_as_in_odoo(self):
        seller = self._user(
            "seller", "sales_team.group_sale_manager,account.group_account_readonly"
        )
        order = self._order(10).with_user(seller)
        line = self._invoice(5).invoice_line_ids
        linked = {"invoice_lines": [Command.link(line.id)]}
        more = {"order_id": order.id, "product_id": self.product.id, **linked}
        for mode in QUIET:
            self.company.credit_mode = mode
            order.order_line.write(linked)
            order.order_line.create(more)
        self.company.credit_mode = "enforce"
        free = self._order(10, self._customer("Free"))
        free.with_user(seller).order_line.write(linked)
        with self.assertRaises(AccessError):
            order.order_line[:1].write(linked)
        with self.assertRaises(AccessError):
            order.order_line.create(more)

    def test_a_customer_on_file_becomes_a_contact_where_nothing_is_held(self):
        group = self._customer("Group")
        with self.assertRaises(ValidationError), mute_logger("odoo.sql_db"):
            self.customer.write({"parent_id": group.id, "is_company": False})
        self.env.invalidate_all()
        self.company.credit_mode = "observe"
        self.customer.write({"parent_id": group.id, "is_company": False})
        overview = self.env["credit.overview"].browse(self.company.id)
        self.assertIn("Corner Shop", overview.missing)
