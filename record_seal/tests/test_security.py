from datetime import datetime
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user, tagged


class SealCommon(TransactionCase):
    """Contacts are sealed for once; their tags are not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seal = cls.env["record.seal.mixin"]
        cls.startClassPatcher(
            patch.object(
                type(cls.seal), "_seals", lambda _seal, name: name == "res.partner"
            )
        )
        cls.user = new_test_user(
            cls.env, "writer", groups="base.group_user,base.group_partner_manager"
        )
        cls.people = cls.user, cls.env.ref("base.user_admin"), cls.env.user
        cls.partner = cls.env["res.partner"].create({"name": "Shop"})
        cls.free = cls.env["res.partner.category"].create({"name": "Free"})

    def _age(self, records):
        """Let records be of yesterday."""
        self.env.flush_all()
        self.env.cr.execute(
            f"""UPDATE {records._table}
                   SET create_date = create_date - interval '1 day',
                       write_date = write_date - interval '1 day'
                 WHERE id = ANY(%s)""",
            [records.ids],
        )
        self.env.invalidate_all()
        return records

    def _said(self, user=None, **values):
        partner = self.partner.with_user(user or self.user)
        return partner.message_post(body="He will pay", **values)

    def _document(self, **place):
        place = place or {"res_model": "res.partner", "res_id": self.partner.id}
        return self.env["ir.attachment"].create({"name": "a", "raw": b"1", **place})

    def _notes(self):
        return " ".join(self.partner.message_ids.mapped("body"))


@tagged("post_install", "-at_install")
class TestSeal(SealCommon):
    """What was said, attached and done stays as it was."""

    def test_nobody_backdates_what_they_say_by_a_default_of_their_own(self):
        defaults = self.env["ir.default"].with_user(self.user)
        defaults.set("mail.message", "date", "2020-01-01 00:00:00", user_id=True)
        self.assertGreater(self._said().date, datetime(2021, 1, 1))

    def test_nobody_speaks_for_another_by_a_context(self):
        boss = self.env.ref("base.partner_admin")
        context = {
            "default_model": "res.partner",
            "default_res_id": self.partner.id,
            "default_author_id": boss.id,
            "default_email_from": "boss@example.com",
            "default_date": "2020-01-01 00:00:00",
            "default_message_type": "email",
        }
        messages = self.env["mail.message"].with_user(self.user)
        said = messages.with_context(**context).create({"body": "I grant 90 days"})
        self.assertEqual(said.author_id, self.user.partner_id)
        self.assertEqual((said.res_id, said.message_type), (self.partner.id, "comment"))
        self.assertGreater(said.date, datetime(2021, 1, 1))

    def test_a_message_is_edited_and_deleted_by_nobody(self):
        message = self._age(self._said())
        for user in self.people:
            own = message.with_user(user)
            for values in (
                {"body": "He paid"},
                {"date": datetime(2020, 1, 1)},
                {"author_id": self.env.ref("base.partner_admin").id},
                {"model": False},
                {"res_id": 0},
                {"attachment_ids": [Command.create({"name": "late.txt"})]},
            ):
                with self.subTest(user.login, **values), self.assertRaises(UserError):
                    own.write(values)
            # As Odoo itself says it while it uninstalls
            for key in ({}, {"_force_unlink": True}):
                with self.subTest(user.login, **key), self.assertRaises(UserError):
                    own.with_context(**key).unlink()
        message.sudo().write({"body": message.body})
        self.assertIn("He will pay", message.body)

    def test_who_writes_writes_now_and_in_their_own_name(self):
        boss = self.env.ref("base.partner_admin")
        message = self.env["mail.message"].with_user(self.user)
        message = message.create(
            {
                "model": "res.partner",
                "res_id": self.partner.id,
                "body": "In whose name?",
                "message_type": "email",
                "author_id": boss.id,
                "date": datetime(2020, 1, 1),
            }
        )
        self.assertEqual(message.author_id, self.user.partner_id)
        self.assertEqual(message.message_type, "comment")
        self.assertGreater(message.date, datetime(2020, 1, 2))

    def test_what_is_attached_to_a_message_is_sealed_with_it(self):
        documents = self.env["ir.attachment"].with_user(self.user)
        place = {"res_model": "res.partner.category", "res_id": self.free.id}
        loose, composed, foreign = documents.create(
            [
                {"name": "a", "raw": b"1"},
                {"name": "b", "raw": b"2", "res_model": "mail.compose.message"},
                {"name": "c", "raw": b"3", **place},
            ]
        )
        message = self.env["mail.message"].with_user(self.user)
        message = message.create(
            {
                "model": "res.partner",
                "res_id": self.partner.id,
                "attachment_ids": (loose | composed | foreign).ids,
            }
        )
        kept = message.attachment_ids
        self.assertEqual(sorted(kept.mapped("raw")), [b"1", b"2", b"3"])
        for document in kept:
            with self.subTest(document.name), self.assertRaises(UserError):
                document.raw = b"forged"
            with self.subTest(document.name), self.assertRaises(UserError):
                document.unlink()
        foreign.raw = b"4"
        self.assertEqual(sorted(kept.mapped("raw")), [b"1", b"2", b"3"])

    def test_a_document_is_changed_and_deleted_by_nobody(self):
        message = self._said()
        for document in (
            self._document(),
            self._document(res_model="mail.message", res_id=message.id),
        ):
            for user in self.people:
                own = document.with_user(user).sudo()
                for values in (
                    {"raw": b"forged"},
                    {"name": "b"},
                    {"res_id": False, "res_model": False},
                    {"res_model": "res.partner.category", "res_id": self.free.id},
                    {"public": True},
                ):
                    with self.subTest(**values), self.assertRaises(UserError):
                        own.write(values)
                for key in ({}, {"_force_unlink": True}):
                    with self.subTest(**key), self.assertRaises(UserError):
                        own.with_context(**key).unlink()
            self.assertTrue(document.generate_access_token())
            document._migrate()
            self.assertEqual(document.raw, b"1")

    def test_what_changed_stays(self):
        message = self._said()
        field = self.env["ir.model.fields"]._get("res.partner", "name")
        value = self.env["mail.tracking.value"].create(
            {
                "field_id": field.id,
                "mail_message_id": message.id,
                "old_value_char": "Shop",
                "new_value_char": "Store",
            }
        )
        self._age(value)
        with self.assertRaises(UserError):
            value.new_value_char = "Stall"
        for key in ({}, {"_force_unlink": True}):
            with self.subTest(**key), self.assertRaises(UserError):
                value.with_context(**key).unlink()

    def test_a_done_activity_stays_and_a_cancelled_one_leaves_a_trace(self):
        schedule = self.partner.activity_schedule
        done = schedule("mail.mail_activity_data_todo", summary="Call")
        given_up = schedule("mail.mail_activity_data_todo", summary="Visit")
        done.action_feedback()
        self._age(done)
        with self.assertRaises(UserError):
            done.summary = "Wrote"
        for key in ({}, {"_force_unlink": True}):
            with self.subTest(**key), self.assertRaises(UserError):
                done.with_context(**key).unlink()
        given_up.unlink()
        self.assertIn("Cancelled: Visit", self._notes())

    def test_an_open_activity_is_not_archived_without_a_trace(self):
        schedule = self.partner.with_user(self.user).activity_schedule
        todo = "mail.mail_activity_data_todo"
        done, archived = schedule(todo, summary="Call"), schedule(todo, summary="Visit")
        archived.action_archive()
        self.assertIn("Cancelled: Visit", self._notes())
        done.action_feedback(feedback="Spoke to the owner")
        self.assertNotIn("Cancelled: Call", self._notes())
        self.assertIn("Spoke to the owner", self._notes())

    def test_an_open_activity_is_not_moved_away(self):
        activity = self.partner.activity_schedule("mail.mail_activity_data_todo")
        other = self.env["res.partner"].create({"name": "Other"})
        category = self.env["ir.model"]._get_id("res.partner.category")
        for user in self.people:
            for values in (
                {"res_id": other.id},
                {"res_model_id": category, "res_id": self.free.id},
                {"res_model": False},
            ):
                with self.subTest(user.login, **values), self.assertRaises(UserError):
                    activity.with_user(user).write(values)
        activity.write({"res_id": self.partner.id, "summary": "Call"})
        self.assertEqual(activity.summary, "Call")

    def test_nobody_says_when_an_activity_was_done(self):
        activity = self.partner.activity_schedule("mail.mail_activity_data_todo")
        activity.write({"active": False, "date_done": "2020-01-01"})
        made = activity.with_user(self.user).create(
            {
                "res_model_id": activity.res_model_id.id,
                "res_id": self.partner.id,
                "active": False,
                "date_done": "2020-01-01",
            }
        )
        still_open = made.copy({"active": True, "date_done": "2020-01-01"})
        today = fields.Date.today()
        self.assertEqual((activity | made).mapped("date_done"), [today, today])
        self.assertFalse(still_open.date_done)

    # === THE COMPOSER === #

    def _compose(self, **values):
        composer = self.env["mail.compose.message"].with_user(self.user)
        return composer.create(
            {
                "model": "res.partner",
                "res_ids": str(self.partner.ids),
                "subject": "Terms",
                "body": "I grant 90 days",
                "author_id": self.env.ref("base.partner_admin").id,
                "email_from": "boss@example.com",
                **values,
            }
        )

    def test_the_composer_writes_in_nobody_elses_name(self):
        for mode in ("comment", "mass_mail"):
            composer = self._compose(composition_mode=mode)
            context = {"default_date": "2020-01-01 00:00:00"}
            mails, messages = composer.with_context(**context)._action_send_mail()
            message = (messages or self.env["mail.message"]) | mails.mail_message_id
            with self.subTest(mode):
                self.assertEqual(len(message), 1)
                self.assertEqual(message.author_id, self.user.partner_id)
                self.assertEqual(message.email_from, self.user.email_formatted)
                self.assertGreater(message.date, datetime(2021, 1, 1))

    def test_what_is_posted_is_sent_in_ones_own_name(self):
        self.partner.message_subscribe(self.env.ref("base.partner_admin").ids)
        with patch.object(
            type(self.env["mail.thread"]), "_notify_thread", return_value=[]
        ) as sent:
            self._said(email_from="boss@example.com", subtype_xmlid="mail.mt_comment")
        values = sent.call_args.args[1]
        self.assertEqual(values["email_from"], self.user.email_formatted)

    # === TRACKED CHANGES === #

    def test_nobody_invents_a_tracked_change(self):
        field = self.env["ir.model.fields"]._get("res.partner", "name")
        change = {"field_id": field.id, "old_value_char": "A", "new_value_char": "B"}
        message = self._said(tracking_value_ids=[Command.create(change)])
        self.assertFalse(message.sudo().tracking_value_ids)
        message = self.env["mail.message"].with_user(self.user)
        message = message.create(
            {
                "model": "res.partner",
                "res_id": self.partner.id,
                "tracking_value_ids": [Command.create(change)],
            }
        )
        self.assertFalse(message.sudo().tracking_value_ids)
        values = self.env["mail.tracking.value"].with_user(
            self.env.ref("base.user_admin")
        )
        with self.assertRaises(UserError):
            values.create(change | {"mail_message_id": message.id})

    def test_changes_are_tracked_as_before(self):
        self.env.cr.precommit.run()  # else it is still being created
        note = self.env.ref("mail.mt_note")
        for subtype in (note, self.env["mail.message.subtype"]):
            with patch.object(
                type(self.partner), "_track_subtype", return_value=subtype
            ):
                self.partner.with_user(self.user).write(
                    {"email": f"{subtype.id}@a.com"}
                )
                self.env.cr.precommit.run()
            with self.subTest(subtype.name):
                change = self.env["mail.tracking.value"].search(
                    [("new_value_char", "=", self.partner.email)]
                )
                self.assertEqual(len(change), 1)
                self.assertEqual(change.mail_message_id.author_id, self.user.partner_id)

    def test_an_e_mail_that_is_the_only_trace_is_kept(self):
        message = self._said()
        other = message.copy({"model": "res.partner.category", "res_id": self.free.id})
        mails = self.env["mail.mail"].create(
            [
                {
                    "mail_message_id": each.id,
                    "auto_delete": True,
                    "is_notification": False,
                }
                for each in (message, other)
            ]
        )
        self.assertEqual(mails.mapped("auto_delete"), [False, True])

    def test_others_are_as_free_as_before(self):
        place = {"res_model": "res.partner.category", "res_id": self.free.id}
        document = self._document(**place)
        document.raw = b"2"
        document.unlink()
        message = self.env["mail.message"].create(
            {"model": place["res_model"], "res_id": self.free.id, "body": "Hm"}
        )
        self._age(message).body = "Oh"
        message.unlink()


@tagged("post_install", "-at_install")
class TestUnsealed(TransactionCase):
    """Nothing is sealed that did not ask for it."""

    def test_a_model_is_sealed_by_the_mixin_only(self):
        seal = self.env["record.seal.mixin"]
        for name in ("res.partner", "mail.thread", "no.such.model", False):
            with self.subTest(name):
                self.assertFalse(seal._seals(name))
        self.assertTrue(seal._seals("record.seal.mixin"))
