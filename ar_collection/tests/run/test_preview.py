from base64 import b64encode
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import CollectionCommon


@tagged("post_install", "-at_install")
class TestPreview(CollectionCommon):
    """Tomorrow's run leads to case and letter, and leaves out whom it should."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for code, stage in cls.stages.items():
            stage.letter_kind = code
        cls.stages["notice2"].letter_kind = False
        cls._invoice(70, late=-60)
        cls._run()  # the first one waits for a person no more
        cls.other = cls._customer("Other")
        cls._invoice(100, late=0)
        cls._invoice(30, late=0, customer=cls.other)
        cls._seen()

    @classmethod
    def _seen(cls):
        cls.env["collection.item"].sudo()._sync(cls.company, cls.today)
        cls.env["collection.case"].sudo()._follow(cls.company, cls.today)

    def setUp(self):
        super().setUp()
        self.printed = self.startPatcher(
            patch.object(
                type(self.env["ir.actions.report"]),
                "_collection_pdf",
                lambda _report, letter, _data=None: (
                    f"%PDF {letter.kind} {letter.amount}".encode()
                ),
            )
        )

    def _rows(self, customer=None):
        self.env.invalidate_all()
        rows = self.env["collection.preview"].with_user(self.collector).search([])
        rows = rows.filtered(lambda row: row.state == "due")
        return rows.filtered(lambda row: row.partner_id == customer or not customer)

    def _leave_out(self, rows, reason="Pays by cheque", user=None):
        dialog = self.env["collection.leave.out"].with_user(user or self.collector)
        dialog = dialog.with_context(active_model=rows._name, active_ids=rows.ids)
        return dialog.create({"reason": reason}).action_leave_out()

    def test_ids_of_rows_may_be_sent_and_given(self):
        """However many items there are: 20 million with a hundred stages."""
        rows = self._rows()
        every = self.env["collection.stage"].sudo().with_context(active_test=False)
        stages = every.search_count([])
        for row in rows:
            self.assertLess(row.id, (row.item_id.id + 1) * stages * 2)

    def test_no_reason_is_none_however_it_looks(self):
        for reason in " ", "\u200b":
            with self.assertRaisesRegex(UserError, "Write down why"):
                self._rows(self.shop)._leave_out(reason)

    def test_a_row_stays_the_same_row_when_others_come_or_go(self):
        before = self._rows(self.shop)
        self._pay(self.env["account.move"].search([("partner_id", "=", self.other.id)]))
        self._seen()
        self.assertEqual(self._rows(), before)
        self.assertTrue(before)

    def test_a_row_opens_the_case_or_the_item_where_nothing_is_late(self):
        [row] = self._rows(self.shop)
        self.assertEqual(row.action_open()["res_model"], "collection.item")
        self._invoice(5, late=3)
        self._seen()
        row = self._rows(self.shop)[0]
        opened = row.action_open()
        self.assertEqual(
            (opened["res_model"], opened["res_id"]),
            ("collection.case", row.case_id.id),
        )

    def test_the_letter_is_shown_and_neither_kept_nor_numbered(self):
        letters = self.env["collection.letter"].sudo()
        series = self.env["collection.letter.series"].sudo()
        before = letters.search_count([]), series.search([]).mapped("last")
        [row] = self._rows(self.shop)
        shown = row.action_letter()
        draft = row.env[shown["res_model"]].browse(shown["res_id"])
        self.env.invalidate_all()
        self.assertEqual(draft.document, b64encode(b"%PDF notice 100.0"))
        after = letters.search_count([]), series.search([]).mapped("last")
        self.assertEqual(after, before)
        actions = self.env["collection.action"].sudo()
        self.assertFalse(actions.search([("date", ">", self.today)]))

    def test_a_step_without_a_letter_says_so(self):
        self.stages["notice"].letter_kind = False
        [row] = self._rows(self.shop)
        with self.assertRaisesRegex(UserError, "sends Corner Shop no letter"):
            row.action_letter()

    def test_who_is_left_out_is_not_contacted_and_the_others_are(self):
        self._leave_out(self._rows(self.shop))
        self.assertFalse(self._rows(self.shop))
        self.assertTrue(self._rows(self.other))
        contacted = self._run(1).filtered(lambda each: each.kind == "procedure")
        self.assertEqual(contacted.partner_id, self.other)
        # One run only, and nobody was contacted less for it
        again = self._run(2).filtered(lambda each: each.kind == "procedure")
        self.assertEqual(again.partner_id, self.shop)
        self.assertEqual(again.stage_id, self.stages["notice"])

    def test_it_is_on_record_with_who_and_why_and_can_be_taken_back(self):
        self._leave_out(self._rows(self.shop))
        actions = self.env["collection.action"].with_user(self.collector)
        kept = actions.search([("kind", "=", "left_out")])
        self.assertEqual(
            (kept.partner_id, kept.user_id, kept.note, kept.is_still_left_out),
            (self.shop, self.collector, "Pays by cheque", True),
        )
        kept.action_take_back()
        self.assertFalse(kept.is_still_left_out)
        self.assertIn(self.shop, self._run(1).partner_id)

    def test_what_is_over_is_not_taken_back(self):
        self._leave_out(self._rows(self.shop))
        actions = self.env["collection.action"].with_user(self.collector)
        kept = actions.search([("kind", "=", "left_out")])
        kept.sudo().date = self.today.replace(year=self.today.year - 1)
        kept.action_take_back()
        self.assertEqual(kept.state, "done")

    def test_only_collectors_leave_out_and_with_a_reason(self):
        rows = self._rows(self.shop)
        reader = self._user("reader", "ar_collection.collection_group_user")
        with self.assertRaises(AccessError):
            self._leave_out(rows, user=reader)
        with self.assertRaises(AccessError):
            rows.with_user(reader)._leave_out("Because")
        with self.assertRaisesRegex(UserError, "in words"):
            self._leave_out(rows, reason=" ")
        with self.assertRaisesRegex(UserError, "Select"):
            self._leave_out(rows.browse())
        self.assertFalse(
            self.env["collection.action"].search([("kind", "=", "left_out")])
        )


@tagged("post_install", "-at_install")
class TestPreviewOfFirstRun(CollectionCommon):
    """Who is left out of a first run stays so, on whatever day it is started."""

    def test_left_out_until_somebody_starts_it(self):
        self._invoice(100, late=3)
        other = self._customer("Other")
        self._invoice(30, late=3, customer=other)
        run = self.env["collection.run"].sudo()._begin(self.company, self.today)
        preview = self.env["collection.preview"].with_user(self.collector)
        rows = preview.search([("partner_id", "=", self.shop.id)])
        rows._leave_out("Pays by cheque")
        self.env.invalidate_all()
        self.assertEqual(preview.search([]).partner_id, other)
        self.assertEqual(run.action_count, 0)
        tomorrow = fields.Date.add(self.today, days=1)
        self.env["collection.run"].sudo()._begin(self.company, tomorrow)
        self.assertEqual(preview.search([]).partner_id, other)
        run.with_user(self.collector).action_start()
        contacted = run.action_ids.filtered(lambda each: each.kind == "procedure")
        self.assertEqual(contacted.partner_id, other)
