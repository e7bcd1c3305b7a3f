from datetime import datetime, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import tagged

from ..measure.test_measure import MeasureCommon

# What a manager sets up; everything else stored is a record
SETTINGS = {
    "collection.measure.authority",
    "collection.procedure",
    "collection.reason",
    "collection.stage",
    "collection.stage.effect",
}
# What its model lets through, and nothing else
ALLOWED = {
    "collection.case": {"write"},  # a few fields
}


@tagged("post_install", "-at_install")
class TestRecord(MeasureCommon):
    """Nothing of a case is edited or deleted afterwards, by anyone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case = cls.case.sudo()
        cls.admin = cls.env.ref("base.user_admin")
        cls.admin.company_ids += cls.company
        cls.admin.company_id = cls.company

    def _said(self, record=None, **values):
        """A message of yesterday."""
        message = (record or self.case).message_post(body="He will pay", **values)
        self._age("mail_message", message)
        return message

    def _age(self, table, records):
        self.env.flush_all()
        self.env.cr.execute(
            f"""UPDATE {table} SET create_date = create_date - interval '1 day',
                       write_date = write_date - interval '1 day'
                 WHERE id = ANY(%s)""",
            [records.ids],
        )
        self.env.invalidate_all()

    def test_no_record_can_be_written_made_or_deleted(self):
        everybody = (self.user, self.collector, self.clerk, self.boss, self.admin)
        stored = [
            model
            for name, model in self.env.items()
            if model._original_module == "ar_collection"
            and name not in SETTINGS
            and not model._transient
            and not model._abstract
            and model._auto
        ]
        self.assertGreater(len(stored), 10)
        for model in stored:
            operations = {"create", "unlink", "write"} - ALLOWED.get(model._name, set())
            for user in everybody:
                for operation in operations:
                    with self.subTest(model._name, who=user.login, what=operation):
                        self.assertFalse(model.with_user(user).has_access(operation))

    def test_a_message_is_edited_by_nobody(self):
        message = self._said()
        for user in (
            self.collector,
            self.boss,
            self.admin,
            self.env.ref("base.user_root"),
        ):
            for values in (
                {"body": "He paid"},
                {"date": datetime(2020, 1, 1)},
                {"author_id": self.shop.id},
                {"model": False},
                {"res_id": 0},
                {"subject": "Another"},
                {"attachment_ids": [Command.create({"name": "late.txt"})]},
            ):
                with self.subTest(user.login, **values):
                    with self.assertRaises(UserError):
                        message.with_user(user).write(values)
        self.assertIn("He will pay", message.body)
        self.assertEqual(message.model, "collection.case")

    def test_a_message_is_deleted_by_nobody(self):
        message = self._said()
        for records in message.with_user(self.admin), message.sudo():
            with self.assertRaises(UserError):
                records.unlink()
        for values in ({"message_ids": [(2, message.id)]}, {"message_ids": [(5,)]}):
            with self.assertRaises(UserError):
                self.case.write(values)
        self.assertTrue(message.exists())

    def test_the_web_client_edits_and_empties_no_message(self):
        message = self._said(attachments=[("slip.txt", b"paid?")])
        case = self.case.with_user(self.admin)
        for content in ({"body": "He paid"}, {"body": "", "attachment_ids": []}):
            with self.subTest(**content), self.assertRaises(UserError):
                case._message_update_content(
                    message.with_user(self.admin), strict=False, **content
                )
        self.assertIn("He will pay", message.body)
        self.assertTrue(message.attachment_ids)

    def test_what_changes_nothing_goes_through(self):
        """The mail queue writes the Message-ID that the message has already."""
        message = self._said()
        message.write({"message_id": message.message_id, "body": message.body})
        message.with_user(self.admin).toggle_message_starred()
        self.assertTrue(message.with_user(self.admin).starred)

    def test_messages_of_others_are_as_free_as_before(self):
        message = self._said(self.shop)
        message.write({"body": "Something else"})
        message.unlink()

    def test_nobody_backdates_what_he_says(self):
        call_kw(
            self.env["collection.case"].with_user(self.collector),
            "message_post",
            [self.case.ids],
            {"body": "He promised", "date": "2020-01-01 00:00:00", "context": {}},
        )
        message = self.case.message_ids[:1]
        self.assertIn("He promised", message.body)
        self.assertGreater(message.date, datetime.now() - timedelta(days=2))

    def test_what_was_tracked_stays(self):
        tracked = self.case.with_context(tracking_disable=False, mail_notrack=False)
        tracked.user_id = self.boss
        self.env.flush_all()
        self.cr.flush()
        self.env.invalidate_all()
        value = self.case.message_ids.tracking_value_ids
        self.assertTrue(value)
        self._age("mail_tracking_value", value)
        with self.assertRaises(UserError):
            value.with_user(self.admin).write({"new_value_char": "Somebody"})
        with self.assertRaises(UserError):
            value.with_user(self.admin).unlink()
        value.write({"field_info": {"desc": "Owner", "name": "user_id"}})

    def test_done_activities_stay_and_cancelled_ones_leave_a_trace(self):
        done, dropped = (
            self.case.activity_schedule(summary=what, user_id=self.collector.id)
            for what in ("Call the owner", "Visit the shop")
        )
        done.action_feedback(feedback="Nobody answered")
        self._age("mail_activity", done)
        with self.assertRaises(UserError):
            done.write({"feedback": "He answered"})
        with self.assertRaises(UserError):
            done.with_user(self.admin).unlink()
        dropped.with_user(self.collector).unlink()
        told = " ".join(self.case.message_ids.mapped("body"))
        self.assertIn("Nobody answered", told)
        self.assertIn("Cancelled: Visit the shop", told)

    def test_documents_of_a_case_stay(self):
        message = self._said(attachments=[("slip.txt", b"paid?")])
        attachment = message.attachment_ids
        for values in ({"raw": b"paid!"}, {"name": "x"}, {"res_id": 0}):
            with self.subTest(**values), self.assertRaises(UserError):
                attachment.write(values)
        with self.assertRaises(UserError):
            attachment.with_user(self.admin).unlink()
        with self.assertRaises(UserError):
            message.write({"attachment_ids": [(3, attachment.id)]})
        self.assertEqual(message.attachment_ids.raw, b"paid?")

    def test_documents_of_an_activity_stay_once_it_is_done(self):
        activity = self.case.activity_schedule(summary="Visit")
        attachment = self.env["ir.attachment"].create(
            {
                "name": "photo.txt",
                "raw": b"shop is closed",
                "res_model": "mail.activity",
                "res_id": activity.id,
            }
        )
        activity.action_feedback(feedback="Shop is closed")
        self._age("ir_attachment", attachment)
        with self.assertRaises(UserError):
            attachment.write({"raw": b"shop is open"})
        with self.assertRaises(UserError):
            attachment.unlink()

    def test_an_email_of_a_case_is_kept_after_it_is_sent(self):
        mails = self.env["mail.mail"].create(
            [
                {
                    "body_html": "Pay",
                    "email_to": "shop@example.com",
                    "auto_delete": True,
                    "model": record._name,
                    "res_id": record.id,
                }
                for record in (self.case, self.shop)
            ]
        )
        self.assertEqual(mails.mapped("auto_delete"), [False, True])
        with self.assertRaises(UserError):
            mails[0].unlink()

    def test_nobody_deletes_a_case_or_what_belongs_to_it(self):
        measure = self._propose().sudo()
        handover = self.env["collection.handover"].sudo()
        for record in (
            self.case,
            self.case.item_ids,
            self.case.action_ids,
            self.case.action_ids.line_ids,
            measure,
            handover,
        ):
            with self.subTest(record._name):
                if record:
                    with self.assertRaises(UserError):
                        record.unlink()
                with self.assertRaises(AccessError):
                    record.with_user(self.admin).check_access("unlink")

    def test_a_notice_is_for_those_who_got_it(self):
        self.case.with_user(self.boss).message_notify(
            body="Between us", partner_ids=self.collector.partner_id.ids
        )
        self.case.with_user(self.boss).message_post(body="For all")
        self.env.flush_all()
        own = [("case_id", "=", self.case.id), ("kind", "=", "message")]
        moments = self.env["collection.timeline"].with_user(self.user)
        told = " ".join(moments.search(own).mapped("note"))
        printed = " ".join(entry.said for entry in self.case._record_messages())
        for said in told, printed:
            self.assertIn("For all", said)
            self.assertNotIn("Between us", said)

    def test_a_message_is_not_written_by_way_of_the_case(self):
        said = {"body": "I grant", "author_id": self.boss.partner_id.id}
        with self.assertRaises(UserError):
            self.case.with_user(self.collector).write(
                {"message_ids": [Command.create(said)]}
            )

    def test_moments_are_asked_for_by_numbers(self):
        moments = self.env["collection.timeline"].with_user(self.collector)
        with self.assertRaises(UserError):
            moments.search([("id", "in", ["x"])])

    def test_a_message_is_read_as_it_was_meant(self):
        amount = self.company.currency_id.format(1234.5)
        self.case.message_post(body=f"“A & B's” owe {amount} < 2 weeks")
        [note] = self.case.timeline_ids.filtered(
            lambda moment: moment.kind == "message" and "owe" in (moment.note or "")
        ).mapped("note")
        said = amount.replace("\N{NO-BREAK SPACE}", " ")
        self.assertEqual(note, f"“A & B's” owe {said} < 2 weeks")
