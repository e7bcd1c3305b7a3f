import re
from contextlib import contextmanager
from functools import partial
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged

from odoo.addons.trade_credit_base.tests.books_common import BooksCommon

from ...models.document.rating_document import ABC_CLASS, GRADE, KEPT_OF, KEPT_ON, SCORE
from ..common import RatingCommon

# A statement that keeps ratings with documents
KEEPING = re.compile(r"UPDATE.*rating_kept", re.DOTALL)


class DocumentCommon(RatingCommon, BooksCommon):
    """Orders and invoices of dealers that a company rates."""

    @classmethod
    def get_default_groups(cls):
        groups = super().get_default_groups()
        for name in (
            "dealer_rating.rating_group_manager",
            "dealer_rating.rating_group_finance",
            "dealer_rating.rating_group_marketing",
            "sales_team.group_sale_manager",
            "base.group_system",
        ):
            groups += cls.env.ref(name)
        return groups

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.good, cls.new = cls._dealer("Good Shop"), cls._dealer("New Shop")
        cls._give({cls.good: "BB"})
        cls.stranger = cls.env["res.partner"].create({"name": "Nobody's"})
        cls.article = cls.env["product.product"].create(
            {"name": "Crate", "list_price": 100, "invoice_policy": "order"}
        )

    @classmethod
    def _order(cls, partner, **values):
        return partner.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "company_id": cls.company.id,
                "order_line": [
                    Command.create({"product_id": cls.article.id, "product_uom_qty": 1})
                ],
                **values,
            }
        )

    @classmethod
    def _bill(cls, partner, post=True, day="2025-05-02", **values):
        move = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "company_id": cls.company.id,
                "invoice_date": day,
                "invoice_line_ids": [
                    Command.create({"product_id": cls.article.id, "price_unit": 100})
                ],
                **values,
            }
        )
        if post:
            move.action_post()
        return move

    @classmethod
    def _letters(cls, record, name="rating_grade_id"):
        """The grade of a document as ``BB``, empty for none."""
        grade = record[name]
        return (grade.performance or "") + (grade.conduct or "")

    @classmethod
    def _grades_of(cls, model, domain, by="rating_grade_id"):
        """:return: {letters: number of rows}, as a grouped list or report has it"""
        rows = cls.env[model]._read_group(domain, [by], ["__count"])
        return {
            (grade.performance or "") + (grade.conduct or ""): count
            for grade, count in rows
        }


@tagged("post_install", "-at_install")
class TestDocument(DocumentCommon):
    """What was known when it was agreed stays with an order and an invoice."""

    # === WHAT IS KEPT === #

    def test_an_order_is_live_until_it_is_confirmed(self):
        order = self._order(self.good.partner_id)
        self.assertEqual(self._letters(order), "BB")
        self.good._downgrade(1, "A warning", "manual")
        self.assertEqual(self._letters(order), "AC")
        order.action_confirm()
        self.good._downgrade(1, "Another warning", "manual")
        self.assertEqual(self._letters(order), "AC")
        self.assertEqual(self._letters(order, "rating_grade_now_id"), "CA")
        self.assertEqual(order.rating_shift, "worse")

    def test_an_order_shows_the_total_of_the_last_quarter(self):
        order = self._order(self.good.partner_id)
        total = self.good.confirmed_id.total
        self.assertGreater(total, 0)
        self.assertEqual(order.rating_total, total)
        order.action_confirm()
        order.invalidate_recordset()
        self.assertEqual(order.rating_total, total)

    def test_a_journey_of_three_grades(self):
        """Ordered at BB, invoiced at AC after a warning, BA by the next quarter."""
        order = self._order(self.good.partner_id)
        order.action_confirm()
        with freeze_time("2025-05-15"):
            self.good._downgrade(1, "A warning", "manual")
        invoice = order._create_invoices()
        invoice.action_post()
        self._give({self.good: "BA"}, "2025-04-01")
        partner = self.good.partner_id
        self.assertEqual(self._letters(order), "BB")
        self.assertEqual(self._letters(invoice), "AC")
        for today in order, invoice:
            self.assertEqual(self._letters(today, "rating_grade_now_id"), "BA")
        self.assertEqual(self._letters(partner), "BA")
        self.assertEqual((order.rating_shift, invoice.rating_shift), ("better",) * 2)
        # The lists, by filter and by group
        for model, records, letters in (
            ("sale.order", order, "BB"),
            ("account.move", invoice, "AC"),
            ("res.partner", partner, "BA"),
        ):
            own = [("id", "in", records.ids)]
            self.assertEqual(self._grades_of(model, own), {letters: 1})
            grade = self.grades[letters]
            found = [("rating_grade_id", "=", grade.id)]
            self.assertEqual(self.env[model].search([*own, *found]), records)
            by_name = [("rating_grade_id", "ilike", grade.name)]
            self.assertEqual(self.env[model].search([*own, *by_name]), records)
            other = [("rating_grade_id", "!=", grade.id)]
            self.assertFalse(self.env[model].search([*own, *other]))
        # Odoo's reports
        for model, documents, letters in (
            ("sale.report", [("name", "=", order.name)], "BB"),
            ("account.invoice.report", [("move_id", "=", invoice.id)], "AC"),
        ):
            self.assertEqual(self._grades_of(model, documents), {letters: 1})
            now = self._grades_of(model, documents, "rating_grade_now_id")
            self.assertEqual(now, {"BA": 1})

    def test_an_invoice_posted_again_keeps_the_first_grade(self):
        invoice = self._bill(self.good.partner_id)
        self.good._downgrade(1, "A warning", "manual")
        invoice.button_draft()
        invoice.action_post()
        self.assertEqual(self._letters(invoice), "BB")

    def test_an_invoice_readdressed_bears_the_other_customers_grade(self):
        other = self._dealer("Other Shop")
        self._give({other: "CC"})
        invoice = self._bill(self.good.partner_id)
        invoice.button_draft()
        invoice.partner_id = other.partner_id
        self.assertEqual(self._letters(invoice), "CC")
        invoice.action_post()
        self.assertEqual(self._letters(invoice), "CC")

    def test_an_invoice_that_is_written_to_while_a_draft_keeps_the_first_grade(self):
        invoice = self._bill(self.good.partner_id)
        self.good._downgrade(1, "A warning", "manual")
        invoice.button_draft()
        invoice.partner_id = self.good.partner_id
        invoice.action_post()
        self.assertEqual(self._letters(invoice), "BB")

    def test_an_order_that_is_confirmed_is_not_rated_by_saying_so_again(self):
        order = self._order(self.good.partner_id)
        order.action_confirm()
        self.good._downgrade(1, "A warning", "manual")
        order.write({"state": "sale"})
        self.assertEqual(self._letters(order), "BB")

    def test_an_order_of_another_customer_bears_the_others_grade(self):
        other = self._dealer("Other Shop")
        self._give({other: "CC"})
        order = self._order(self.good.partner_id)
        order.action_confirm()
        order.partner_id = other.partner_id
        self.assertEqual(self._letters(order), "CC")
        order.partner_id = self.stranger
        self.assertFalse(self._letters(order))

    def test_an_order_confirmed_again_bears_the_grade_of_then(self):
        order = self._order(self.good.partner_id)
        order.action_confirm()
        self.good._downgrade(1, "A warning", "manual")
        order._action_cancel()
        self.assertEqual(self._letters(order), "BB")
        order.action_draft()
        self.assertEqual(self._letters(order), "AC")
        order.action_confirm()
        self.assertEqual(self._letters(order), "AC")

    def test_a_credit_note_bears_a_grade_and_a_bill_of_a_vendor_none(self):
        partner = self.good.partner_id
        credit = self._bill(partner, move_type="out_refund")
        self.assertEqual(self._letters(credit), "BB")
        bill = self._bill(partner, move_type="in_invoice")
        self.assertFalse(bill.rating_grade_id)
        self.assertFalse(bill.rating_grade_now_id)
        found = self.env["account.move"].search(
            [("rating_grade_id", "!=", False), ("partner_id", "=", partner.id)]
        )
        self.assertEqual(found, credit)

    # === WHOSE === #

    def test_without_a_dealer_there_is_no_grade(self):
        order = self._order(self.stranger)
        order.action_confirm()
        self.assertFalse(order.rating_grade_id)
        self.assertFalse(order.rating_shift)
        none = self.env["sale.order"].search(
            [("rating_grade_id", "=", False), ("id", "=", order.id)]
        )
        self.assertEqual(none, order)

    def test_a_contact_buys_with_the_grade_of_its_company(self):
        contact = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": self.good.partner_id.id}
        )
        order = self._order(contact)
        order.action_confirm()
        self.assertEqual(self._letters(order), "BB")
        self.assertEqual(self._letters(contact), "BB")

    def test_an_invoice_to_another_entity_bears_the_payers_grade(self):
        payer = self._dealer("Head Office")
        self._give({payer: "CA"})
        order = self._order(
            self.good.partner_id, partner_invoice_id=payer.partner_id.id
        )
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.action_post()
        self.assertEqual(self._letters(order), "BB")
        self.assertEqual(self._letters(invoice), "CA")

    def test_a_grade_that_documents_bear_cannot_be_deleted(self):
        order = self._order(self.good.partner_id)
        order.action_confirm()
        with self.assertRaises(UserError):
            self.grades["BB"].sudo().unlink()

    def test_an_archived_dealer_has_a_past_and_no_today(self):
        order = self._order(self.good.partner_id)
        order.action_confirm()
        self.good.active = False
        self.assertEqual(self._letters(order), "BB")
        self.assertFalse(order.rating_grade_now_id)

    def test_dealers_merged_keep_what_their_orders_bear(self):
        order = self._order(self.stranger)
        order.action_confirm()
        merge = self.env["base.partner.merge.automatic.wizard"].create({})
        merge._merge((self.stranger + self.good.partner_id).ids, self.good.partner_id)
        self.assertEqual(order.partner_id, self.good.partner_id)
        self.assertFalse(self._letters(order))
        self.assertEqual(self._letters(order, "rating_grade_now_id"), "BB")

    # === COMPANIES === #

    def _shop_of(self, company):
        """The good shop as who works for another company, too, sees it."""
        self.env.user.company_ids += company
        both = (company + self.company).ids
        return self.good.partner_id.with_context(allowed_company_ids=both)

    def test_a_branch_bears_the_grade_of_its_head_company(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        order = self._order(self._shop_of(branch), company_id=branch.id)
        order.with_company(branch).action_confirm()
        self.assertEqual(self._letters(order), "BB")
        self.assertEqual(self._letters(order.partner_id), "BB")

    def test_another_companys_grade_never_shows(self):
        other = self.env["res.company"].create({"name": "Other Ltd"})
        order = self._order(self._shop_of(other), company_id=other.id)
        order.with_company(other).action_confirm()
        self.assertFalse(self._letters(order))
        self.assertFalse(self._letters(order, "rating_grade_now_id"))
        self.assertFalse(self._letters(order.partner_id))

    # === RIGHTS === #

    def _seller(self, login, groups="sales_team.group_sale_salesman_all_leads"):
        return self._user(login, groups)

    def test_a_salesperson_sees_the_grades_of_the_own_customers(self):
        seller = self._seller("document_seller")
        mine, theirs = (
            self._order(self.good.partner_id),
            self._order(self.good.partner_id),
        )
        other = self._dealer("Other Shop")
        self._give({other: "CC"})
        theirs.partner_id = other.partner_id
        (mine + theirs).action_confirm()
        self.good.partner_id.user_id = seller
        mine, theirs = mine.with_user(seller), theirs.with_user(seller)
        self.assertEqual(self._letters(mine), "BB")
        self.assertEqual(self._letters(mine, "rating_grade_now_id"), "BB")
        self.assertFalse(self._letters(theirs))
        self.assertFalse(self._letters(theirs, "rating_grade_now_id"))
        self.assertFalse(theirs.rating_shift)
        # Nor by asking
        Order = self.env["sale.order"].with_user(seller)
        both = [("id", "in", (mine + theirs).ids)]
        graded = Order.search([*both, ("rating_grade_id", "!=", False)])
        self.assertEqual(graded, mine)
        poor = Order.search([*both, ("rating_grade_id.conduct", "=", "C")])
        self.assertFalse(poor)
        groups = Order._read_group(both, ["rating_grade_id"], ["__count"])
        self.assertEqual(len(groups), 2)
        report = self.env["sale.report"].with_user(seller)
        rows = report._read_group(
            [("name", "in", (mine + theirs).mapped("name"))], ["rating_grade_id"]
        )
        self.assertEqual({grade.id for (grade,) in rows}, {self.grades["BB"].id, False})
        Partner = self.env["res.partner"].with_user(seller)
        own = [("id", "in", (self.good.partner_id + other.partner_id).ids)]
        found = Partner.search([*own, ("rating_grade_id", "!=", False)])
        self.assertEqual(found, self.good.partner_id)

    def test_another_customers_grade_is_not_seen_through_a_kept_one(self):
        """A contact that moved to a customer of theirs shows nothing of the former."""
        seller = self._seller("document_seller")
        other = self._dealer("Other Shop")
        other.partner_id.user_id = seller
        contact = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": self.good.partner_id.id}
        )
        order = self._order(contact)
        order.action_confirm()
        contact.parent_id = other.partner_id
        self.assertFalse(self._letters(order.with_user(seller)))
        self.assertEqual(self._letters(order), "BB")

    def test_nobody_else_sees_the_tenure(self):
        clerk = self._user("document_clerk", "account.group_account_invoice")
        with self.assertRaises(AccessError):
            self.good.partner_id.with_user(clerk).read(["rating_tenure"])

    def test_a_salesperson_sees_no_scores(self):
        seller = self._seller("document_seller")
        self.good.partner_id.user_id = seller
        order = self._order(self.good.partner_id).with_user(seller)
        with self.assertRaises(AccessError):
            order.read(["rating_total"])
        with self.assertRaises(AccessError):
            order.search([("rating_total", ">", 1)])
        with self.assertRaises(AccessError):
            order.partner_id.read(["rating_total"])

    def test_nobody_else_sees_a_grade(self):
        invoice = self._bill(self.good.partner_id)
        clerk = self._user("document_clerk", "account.group_account_invoice")
        with self.assertRaises(AccessError):
            invoice.with_user(clerk).read(["rating_grade_id"])
        with self.assertRaises(AccessError):
            invoice.with_user(clerk).search([("rating_grade_id", "!=", False)])
        self.assertFalse(self.good.partner_id.with_user(clerk).rating_grade_id)

    def test_nobody_writes_a_grade(self):
        seller = self._user(
            "document_boss",
            "sales_team.group_sale_manager,account.group_account_manager,"
            "rating_group_manager",
        )
        grade = self.grades["AA"]
        for document in (
            self._order(self.good.partner_id),
            self._bill(self.good.partner_id, post=False),
        ):
            own = document.with_user(seller)
            for name in (
                "rating_kept_grade_id",
                "rating_kept_total",
                "rating_kept_abc",
                "rating_kept_on",
            ):
                with self.assertRaises(AccessError):
                    own.write({name: False})
                with self.assertRaises(AccessError):
                    own.read([name])
            with self.assertRaises(AccessError):
                own.write({"rating_grade_id": grade.id})
            with self.assertRaises(AccessError):
                own.create({"partner_id": own.partner_id.id, "rating_shift": "better"})

    def test_no_default_gives_a_grade(self):
        grade = self.grades["AA"].id
        with self.assertRaises(AccessError):
            self._order(
                self.good.partner_id.with_context(default_rating_kept_grade_id=grade)
            )
        Default = self.env["ir.default"].sudo()
        for name, value in (
            ("rating_kept_grade_id", grade),
            ("rating_kept_on", "2025-01-01"),
        ):
            Default.set("account.move", name, value)
        invoice = self._bill(self.good.partner_id)
        self.assertEqual(self._letters(invoice), "BB")

    def test_a_copy_bears_nothing_of_its_source(self):
        order = self._order(self.good.partner_id)
        order.action_confirm()
        self.assertFalse(order.copy().sudo().rating_kept_on)

    # === FORMS === #

    def test_a_form_shows_the_grade_of_the_customer_that_is_chosen(self):
        env = self.env(
            user=self._user(
                "document_form", "sales_team.group_sale_manager,rating_group_user"
            )
        )
        with Form(env["sale.order"]) as form:
            form.partner_id = self.good.partner_id
            self.assertEqual(form.rating_grade_id, self.grades["BB"])
            form.partner_id = self.stranger
            self.assertFalse(form.rating_grade_id)
            form.partner_id = self.good.partner_id
        self.assertEqual(self._letters(form.record), "BB")

    # === WHAT IT COSTS === #

    def _cost(self, action):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        action()
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def _said(self, action):
        """:return: the statements of an action"""
        said = []
        self.env.invalidate_all()
        with contextmanager(self._patchExecute)(said):
            action()
        return said

    def _cost_of_keeping(self, make, agree):
        """What keeping the ratings of a hundred documents adds in statements.

        In a whole run of tests Odoo asks for something of its own in one turn and not
        in the other: what is kept is counted, of all else that no document has its own.
        """
        with patch.object(type(self.env["rating.document"]), "_rating_keep"):
            without = self._said(partial(agree, make(100)))
        documents = make(100)
        said = self._said(partial(agree, documents))
        self.assertLess(len(said) - len(without), 10)
        kept = set(documents.sudo().mapped("rating_kept_grade_id"))
        self.assertEqual(kept, {self.grades["BB"]})
        self.assertFalse(list(filter(KEEPING.search, without)))
        return len(list(filter(KEEPING.search, said)))

    def test_confirming_a_hundred_orders_costs_one_statement_more(self):
        def make(count):
            order = self._order(self.good.partner_id)
            values = order.copy_data()[0]
            return order.create([values] * count)

        added = self._cost_of_keeping(make, lambda orders: orders.action_confirm())
        self.assertEqual(added, 1)

    def test_posting_a_hundred_invoices_costs_one_statement_more(self):
        def make(count):
            move = self._bill(self.good.partner_id, post=False)
            values = move.copy_data({"invoice_date": "2025-05-02"})[0]
            return move.create([values] * count)

        added = self._cost_of_keeping(make, lambda moves: moves.action_post())
        self.assertEqual(added, 1)

    def test_a_list_costs_one_statement_for_its_grades(self):
        orders = self.env["sale.order"].union(
            *(self._order(self.good.partner_id) for _n in range(3))
        )
        orders.mapped("rating_grade_id.name")

        def read():
            orders.mapped(lambda order: (order.rating_grade_id.id, order.rating_shift))

        self.assertEqual(self._cost(read), 1)


@tagged("post_install", "-at_install")
class TestPast(DocumentCommon):
    """What was there before is given what was known on its day, and no more."""

    def _forget(self, records):
        kept = (GRADE, SCORE, ABC_CLASS, KEPT_ON, KEPT_OF)
        records.sudo().write(dict.fromkeys(kept, False))
        self.env.flush_all()

    def _known_from(self, quarters, day):
        """Let quarters be confirmed on a day of the past."""
        quarters.sudo().write({"confirmed_on": f"{day} 09:00:00"})
        self.env.flush_all()

    def test_an_invoice_is_given_the_grade_of_its_day(self):
        self._known_from(self._quarters(), "2025-04-10")
        days = "2025-03-31", "2025-04-05", "2025-04-10", "2025-06-30"
        invoices = [self._bill(self.good.partner_id, day=day) for day in days]
        self._forget(self.env["account.move"].union(*invoices))
        self.env["account.move"]._rating_keep_past()
        self.assertEqual(
            [self._letters(invoice) for invoice in invoices], ["", "", "BB", "BB"]
        )
        totals = [invoice.rating_total for invoice in invoices]
        self.assertEqual(totals[:2], [0, 0])
        self.assertEqual(totals[2], self.good.confirmed_id.total)

    def test_an_order_is_given_the_grade_of_its_day_where_the_company_is(self):
        self.company.partner_id.tz = "Asia/Shanghai"
        self._known_from(self._quarters(), "2025-04-10")
        order = self._order(self.good.partner_id)
        order.action_confirm()
        for moment, letters in (
            ("2025-04-09 15:00:00", ""),  # 23:00 of the ninth
            ("2025-04-09 16:30:00", "BB"),  # 00:30 of the tenth
        ):
            order.sudo().date_order = moment
            self._forget(order)
            self.env["sale.order"]._rating_keep_past()
            self.assertEqual(self._letters(order), letters, moment)

    def test_what_is_kept_is_not_touched(self):
        self._known_from(self._quarters(), "2025-04-10")
        invoice = self._bill(self.good.partner_id)
        invoice.sudo()[GRADE] = self.grades["CC"]
        draft = self._bill(self.good.partner_id, post=False)
        self.env.flush_all()
        self.env["account.move"]._rating_keep_past()
        self.assertEqual(self._letters(invoice), "CC")
        self.assertFalse(draft.sudo()[KEPT_ON])

    def test_a_class_is_given_from_the_classification_of_the_day(self):
        invoice = self._bill(self.good.partner_id, day="2025-05-02")
        abc = self.env["rating.abc"].create(
            {"company_id": self.company.id, "date": "2025-06-01"}
        )
        abc.action_compute()
        abc.with_user(self.manager).action_apply()
        abc.sudo().applied_on = "2025-06-01 10:00:00"
        later = self._bill(self.good.partner_id, day="2025-06-02")
        self._forget(invoice + later)
        self.env["account.move"]._rating_keep_past()
        (invoice + later).invalidate_recordset()
        self.assertFalse(invoice.rating_abc_class)
        self.assertEqual(later.rating_abc_class, self.good.abc_class)
        self.assertTrue(self.good.abc_class)
