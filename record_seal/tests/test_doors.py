import base64
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import human_size

from .test_security import SealCommon

MAIL = """From: Boss <boss@example.com>
To: catchall@example.com
Subject: Terms
Date: Wed, 01 Jan 2020 10:00:00 +0000
Message-Id: <%s@example.com>

I grant 90 days
"""


@tagged("post_install", "-at_install")
class TestDoors(SealCommon):
    """Doors beside the chatter: activities, the gateway, other people's files."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = new_test_user(cls.env, "clerk", groups="base.group_user")
        cls.admin = cls.env.ref("base.user_admin")
        cls.place = {"res_model": "res.partner", "res_id": cls.partner.id}
        cls.todo = cls.env.ref("mail.mail_activity_data_todo")

    def _foreign(self, **values):
        """A file that a colleague has not attached to anything yet."""
        files = self.env["ir.attachment"].with_user(self.admin)
        return files.create({"name": "secret", "raw": b"secret", **values})

    def _activity(self, user=None, **values):
        activities = self.env["mail.activity"].with_user(user or self.user)
        place = {
            "res_model_id": self.env["ir.model"]._get_id("res.partner"),
            "res_id": self.partner.id,
        }
        values = {"activity_type_id": self.todo.id, **place, **values}
        return activities.create({"user_id": activities.env.uid, **values})

    # === OTHER PEOPLE'S FILES === #

    def test_nobody_takes_a_file_that_they_may_not_read(self):
        for place in {}, {"res_model": "mail.compose.message"}:
            secret = self._foreign(**place)
            for how in "feedback", "posting", "method":
                own = self.partner.with_user(self.user)
                with self.subTest(how, **place), self.assertRaises(AccessError):
                    if how == "feedback":
                        self._activity().action_feedback(attachment_ids=secret.ids)
                    elif how == "posting":
                        own.message_post(attachment_ids=secret.ids)
                    else:
                        own.sudo().message_post(attachment_ids=secret.ids)
                self.assertFalse(secret.sudo().res_id)
                self.assertFalse(secret.with_user(self.user).has_access("read"))

    def test_a_file_that_one_may_read_is_attached_to_what_was_done(self):
        own = self._foreign().with_user(self.user).sudo().copy()
        self._activity().action_feedback(attachment_ids=own.ids)
        self.assertEqual((own.res_model, own.res_id), ("res.partner", self.partner.id))

    def test_a_file_with_a_notice_is_for_those_who_got_the_notice(self):
        secret = self._foreign()
        told = self.partner.with_user(self.admin).message_notify(
            body="Between us",
            partner_ids=self.clerk.partner_id.ids,
            attachment_ids=secret.ids,
        )
        self.assertFalse(secret.with_user(self.user).has_access("read"))
        self.assertTrue(secret.with_user(self.clerk).has_access("read"))
        with self.assertRaises(UserError):
            secret.raw = b"forged"
        self.assertEqual(told.attachment_ids, secret)

    # === THE SIZE IN PLACE OF THE CONTENT === #

    def test_the_size_of_a_document_is_not_its_content(self):
        for size in 1, 5, 1024500:
            content = b"x" * size
            document = self._document(raw=content, **self.place)
            for key in "bin_size", "bin_size_datas", "bin_size_raw":
                own = document.with_user(self.user).with_context(**{key: True})
                for name in "datas", "raw":
                    with self.subTest(size=size, key=key), self.assertRaises(UserError):
                        own.write({name: human_size(size)})
            self.assertEqual(document.raw, content)
            same = base64.b64encode(content).decode()
            document.with_context(bin_size=True).write({"datas": same})

    # === THE GATEWAY OF MAILS === #

    def _process(self, user, model="res.partner", thread=None):
        threads = self.env["mail.thread"].with_user(user)
        return threads.message_process(
            model, MAIL % f"{user.id}-{model}-{thread}", thread_id=thread
        )

    def test_nobody_says_that_a_mail_came_in(self):
        for user in self.user, self.clerk:
            for thread in self.partner.id, None:
                with self.subTest(user.login), self.assertRaises(AccessError):
                    self._process(user, thread=thread)
        reply = MAIL.replace(
            "Subject:", f"In-Reply-To: {self._said().message_id}\nSubject:"
        )
        with self.assertRaises(AccessError):
            self.env["mail.thread"].with_user(self.clerk).message_process(
                "res.partner.category", reply % "reply"
            )
        self.assertNotIn("90 days", self._notes())

    def test_a_mail_that_came_in_bears_the_time_of_its_receipt(self):
        for user in self.env.ref("base.user_root"), self.admin:
            self._process(user, thread=self.partner.id)
            message = self.partner.message_ids[0]
            self.assertIn("90 days", message.body)
            self.assertEqual(message.message_type, "email")
            self.assertEqual(message.email_from, '"Boss" <boss@example.com>')
            self.assertLess(fields.Datetime.now() - message.date, timedelta(hours=1))

    def test_mails_to_others_are_processed_as_before(self):
        with patch.object(type(self.seal), "_seals", lambda _seal, _name: False):
            self._process(self.user, thread=self.partner.id)
        message = self.partner.message_ids[0]
        self.assertEqual(message.date.year, 2020)

    # === ACTIVITIES === #

    def test_what_was_done_elsewhere_is_not_moved_onto_a_record(self):
        free = {"res_model_id": False, "res_id": False}
        place = {
            "res_model_id": self.env["ir.model"]._get_id("res.partner"),
            "res_id": self.partner.id,
        }
        for user in self.user, self.admin, self.env.user:
            done = self._activity(user, **free)
            done.active = False
            done.date_done = "2020-01-01"
            still_open = self._activity(user, **free)
            for activity, values in (
                (done, place),
                (still_open, place | {"active": False}),
            ):
                with self.subTest(user.login), self.assertRaises(UserError):
                    activity.write(values)
            still_open.write(place | {"date_done": "2020-01-01"})
            self.assertFalse(still_open.date_done)
            self.assertEqual(still_open.res_id, self.partner.id)

    def test_nobody_moves_an_activity_where_they_may_not_write(self):
        activity = self._activity(self.clerk, res_model_id=False, res_id=False)
        with self.assertRaises(AccessError):
            activity.write(
                {
                    "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                    "res_id": self.partner.id,
                }
            )

    # === WHO WAS TOLD === #

    def test_who_was_told_of_a_message_stays(self):
        message = self._said(partner_ids=self.clerk.partner_id.ids)
        told = message.sudo().notified_partner_ids
        self.assertTrue(told)
        for user in self.user, self.admin:
            for name in "notified_partner_ids", "notification_ids":
                for command in Command.clear(), Command.set([]):
                    with self.subTest(user.login), self.assertRaises(UserError):
                        message.with_user(user).write({name: [command]})
        invented = self.env["mail.message"].with_user(self.user)
        invented = invented.create(
            {
                "model": "res.partner",
                "res_id": self.partner.id,
                "body": "I told them",
                "notified_partner_ids": [Command.link(self.admin.partner_id.id)],
            }
        )
        self.assertFalse(invented.sudo().notified_partner_ids)
        self.assertEqual(message.sudo().notified_partner_ids, told)

    # === TARGETS AND MAILS === #

    def test_nothing_is_moved_onto_a_record(self):
        free = {"model": "res.partner.category", "res_id": self.free.id}
        messages = self.env["mail.message"].with_user(self.admin)
        forged = messages.create({**free, "body": "I grant", "author_id": 1})
        field = self.env["ir.model.fields"]._get("res.partner", "name")
        change = self.env["mail.tracking.value"].with_user(self.admin)
        change = change.create({"field_id": field.id, "mail_message_id": forged.id})
        mail = self.env["mail.mail"].with_user(self.admin)
        mail = mail.create({"mail_message_id": forged.id, "body_html": "I grant"})
        self._age(change)
        self._age(mail)
        sealed = self._age(self._said())
        self._age(forged)
        with self.assertRaises(UserError):
            mail.create({"mail_message_id": sealed.id, "body_html": "I grant"})
        target = {"model": "res.partner", "res_id": self.partner.id}
        for record, values in (
            (forged, target),
            (change, {"mail_message_id": sealed.id}),
            (mail, {"mail_message_id": sealed.id}),
        ):
            for sender in record, record.sudo():
                with (
                    self.subTest(record._name, su=sender.env.su),
                    self.assertRaises(UserError),
                ):
                    sender.write(values)

    def test_what_was_sent_of_a_record_stays(self):
        message = self._said()
        mail = self.env["mail.mail"].create(
            {
                "mail_message_id": message.id,
                "body_html": "I grant 30 days",
                "email_to": "shop@example.com",
            }
        )
        self._age(message)
        self._age(mail)
        free = self.env["mail.mail"].create({"body_html": "Hm", "state": "sent"})
        for state in "outgoing", "sent":
            mail.state = state
            for user in self.admin, self.env.user:
                own = mail.with_user(user)
                for values in (
                    {"body_html": "I grant 90 days"},
                    {"email_to": "other@example.com"},
                    {"email_cc": "other@example.com"},
                    {"recipient_ids": [Command.link(self.clerk.partner_id.id)]},
                    {"mail_message_id": free.mail_message_id.id},
                    {"headers": "{}"},
                    {"auto_delete": True},
                    {"is_notification": not mail.is_notification},
                ):
                    with self.subTest(state, **values), self.assertRaises(UserError):
                        own.write(values)
        mail.write({"body_html": mail.body_html, "failure_reason": False})
        self._age(free.mail_message_id)
        self._age(free).body_html = "Oh"

    # === THE COMPOSER === #

    def test_nobody_writes_to_many_of_records_that_they_may_not_write(self):
        for mode in "mass_mail", "comment":
            composer = self.env["mail.compose.message"].with_user(self.clerk)
            composer = composer.create(
                {
                    "model": "res.partner",
                    "res_ids": str(self.partner.ids),
                    "composition_mode": mode,
                    "subject": "Terms",
                    "body": "I grant 90 days",
                }
            )
            with self.subTest(mode), self.assertRaises(AccessError):
                composer.action_send_mail()
