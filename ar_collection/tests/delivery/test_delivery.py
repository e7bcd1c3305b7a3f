from unittest.mock import patch

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...core.letter import fingerprint
from .delivery_common import PDF, SENDING, DeliveryCommon

PERFORMING = "odoo.addons.ar_collection.models.action.collection_effect"


@tagged("post_install", "-at_install")
class TestDelivery(DeliveryCommon):
    """How letters leave: by mail, by post, or not at all."""

    def test_a_letter_goes_out_by_mail_with_its_pdf_as_kept(self):
        server = self._up()
        action = self._say()
        self.assertEqual((action.state, action.run_id.state), ("sending", "planned"))
        self._deliver()
        delivery = action.delivery_ids
        ((recipients, mail),) = server.mails
        self.assertEqual(recipients, ["shop@customers.example"])
        self.assertEqual(mail["To"], "Corner Shop <shop@customers.example>")
        self.assertIn("us@trade.example", mail["From"])
        self.assertIn(delivery.letter_id.number, mail["Subject"])
        (pdf,) = mail.iter_attachments()
        self.assertEqual(pdf.get_content_type(), "application/pdf")
        self.assertEqual(fingerprint(pdf.get_content()), delivery.letter_id.sha256)
        self.assertEqual((delivery.state, action.state), ("sent", "done"))
        self.assertEqual(action.run_id.state, "done")
        self.assertEqual(delivery.recipient, "shop@customers.example")
        self.assertTrue(delivery.sent_on)
        told = action.case_id.message_ids.filtered(
            lambda each: each == delivery.message_id
        )
        self.assertEqual(told.attachment_ids, delivery.letter_id.attachment_id)
        self.assertEqual(told.message_id, mail["Message-Id"])

    def test_before_anything_is_late_the_mail_is_on_the_action(self):
        self._send_by("reminder", "mail")
        server = self._up()
        action = self._say(late=-7)
        self._deliver()
        self.assertFalse(action.case_id)
        self.assertEqual(action.delivery_ids.message_id.model, "collection.action")
        self.assertEqual(len(server.mails), 1)

    def test_without_an_address_the_letter_is_posted_and_says_why(self):
        self.shop.email = False
        action = self._say()
        delivery = action.delivery_ids
        self.assertEqual((delivery.channel, delivery.instead_of), ("post", "no_email"))
        self._deliver()
        self.assertEqual((delivery.state, action.state), ("todo", "sending"))
        self.assertEqual(delivery.letter_id.state, "rendered", "ready to be printed")

    def test_it_goes_to_the_invoice_address_else_to_the_customer(self):
        address = {"type": "invoice", "is_company": False}
        mill = self._customer("Mill", email="mill@customers.example")
        for customer, email in (self.shop, False), (mill, "books@customers.example"):
            self._customer("Books", parent_id=customer.id, email=email, **address)
            self._invoice(100, 8, customer)
        for delivery in self._say(1).run_id.action_ids.delivery_ids:
            self.assertEqual(delivery.letter_id.recipient_id.name, "Books")
            used = (delivery.recipient_id.name, delivery.recipient)
            if delivery.partner_id == mill:
                self.assertEqual(used, ("Books", "books@customers.example"))
            else:
                self.assertEqual(used, ("Corner Shop", "shop@customers.example"))

    def test_a_warning_goes_by_mail_and_by_post_with_one_letter(self):
        self._up()
        action = self._say(late=15)
        self._deliver()
        mail, post = self._mail(action), self._post(action)
        self.assertEqual(len(action.letter_ids), 1)
        self.assertEqual((mail.state, post.state), ("sent", "todo"))
        self.assertEqual(action.state, "sending", "it is not posted yet")
        post.with_user(self.collector).action_print()
        self.assertEqual((post.state, post.user_id), ("sent", self.collector))
        self.assertEqual(action.state, "done")

    def test_a_second_performing_sends_nothing_twice(self):
        server = self._up()
        action = self._say(late=15)
        before = action.delivery_ids
        action.effect_ids.sudo().write({"state": "todo"})
        action.state = "planned"
        action._perform()
        self.assertEqual(action.delivery_ids, before)
        self._deliver()
        self._deliver()
        self.assertEqual((len(before), len(server.mails)), (2, 1))

    def test_no_step_overtakes_the_one_that_is_being_sent(self):
        action = self._say()
        self.assertFalse(self._run(7), "the warning waits for the second notice")
        self._up()
        self._deliver()
        self.assertEqual(action.state, "done")
        self.assertEqual(self._run(8).stage_id.code, "warning")

    def test_a_case_leads_to_what_went_out(self):
        action = self._say(late=15)
        self.assertEqual(action.case_id.delivery_count, 2)
        arch = self.env["collection.case"].get_view(view_type="form")["arch"]
        boxes = etree.fromstring(arch).xpath("//div[@name='button_box']")
        self.assertEqual(len(boxes), 1, "Odoo shows the first one only")
        self.assertEqual(len(boxes[0].xpath(".//field[@name='delivery_count']")), 1)

    # === PRINTING === #

    def test_printing_notes_who_when_and_where_to(self):
        self.shop.write({"street": "Market 1", "city": "Springfield"})
        post = self._post(self._say(late=30))
        shown = post.with_user(self.collector).action_print()
        self.assertEqual(shown["type"], "ir.actions.report")
        self.assertEqual(post.user_id, self.collector)
        self.assertIn("Market 1", post.recipient)
        self.assertTrue(post.sent_on)
        self.assertEqual(post.letter_id.state, "rendered")

    def test_printing_a_letter_again_changes_nothing(self):
        post = self._post(self._say(late=30))
        post.with_user(self.collector).action_print()
        first = post.read(["sent_on", "user_id", "recipient"])
        manager = self._user("boss", "ar_collection.collection_group_manager")
        post.letter_id.with_user(manager).action_print()
        post.with_user(manager).action_print()
        self.assertEqual(post.read(["sent_on", "user_id", "recipient"]), first)

    def test_the_letters_own_button_posts_it_too_for_whoever_may(self):
        post = self._post(self._say(late=30))
        reader = self._user("reader", "ar_collection.collection_group_user")
        post.letter_id.with_user(reader).action_print()
        self.assertEqual(post.state, "todo", "that was a copy")
        post.letter_id.with_user(self.collector).action_print()
        self.assertEqual(post.state, "sent")

    def test_only_collectors_and_owners_send(self):
        owner = self._user("owner", "ar_collection.collection_group_user")
        other = self._user("other", "ar_collection.collection_group_user")
        self.shop.user_id = owner
        post = self._post(self._say(late=30))
        for button in "action_print", "action_printed", "action_retry", "action_post":
            with self.subTest(button), self.assertRaises(AccessError):
                getattr(post.with_user(other), button)()
        post.with_user(owner).action_printed()
        self.assertEqual(post.user_id, owner)

    def test_mails_cannot_be_printed_for_the_post(self):
        with self.assertRaises(UserError):
            self._mail(self._say()).with_user(self.collector).action_print()

    # === WHAT IS PAID BEFORE === #

    def test_what_is_paid_before_it_goes_out_is_not_sent(self):
        server = self._up()
        for day, late in enumerate((8, 30)):
            with self.subTest(late):
                customer = self._customer("Prompt", email="prompt@customers.example")
                action = self._say(late, customer, day)
                item = action.line_ids.item_id
                self._pay(item.move_id)
                self._deliver()
                if late == 30:
                    action.delivery_ids.with_user(self.collector).action_print()
                self.assertEqual(action.delivery_ids.state, "settled")
                self.assertEqual(action.state, "settled")
        self.assertFalse(server.mails)

    def test_what_is_paid_while_the_server_is_down_is_not_sent(self):
        action = self._say()
        self._deliver()
        self.assertEqual(action.delivery_ids.state, "failed")
        self._pay(action.line_ids.item_id.move_id)
        server = self._up()
        self._deliver()
        self.assertEqual(action.delivery_ids.state, "settled")
        self.assertFalse(server.mails)
        self.assertEqual(action.delivery_ids.mail_id.state, "cancel")

    def test_what_is_paid_in_the_queue_of_mails_is_not_sent(self):
        server = self._up()
        action = self._say()
        self.env["collection.delivery"].sudo()._cron_deliver()
        mail = action.delivery_ids.mail_id
        self.assertEqual(
            (action.delivery_ids.state, mail.state), ("queued", "outgoing")
        )
        self._pay(action.line_ids.item_id.move_id)
        mail.sudo().send()
        self.assertEqual((action.delivery_ids.state, mail.state), ("settled", "cancel"))
        self.assertFalse(server.mails)

    def test_the_mail_of_a_letter_is_rewritten_by_nobody(self):
        action = self._say()
        self.env["collection.delivery"].sudo()._cron_deliver()
        mail = action.delivery_ids.mail_id
        admin = self._user("technician", "base.group_system")
        for values in {"body_html": "Never mind"}, {"email_to": "me@else.example"}:
            with self.subTest(values), self.assertRaises(AccessError):
                mail.with_user(admin).write(values)
        mail.with_user(admin).cancel()
        self.assertEqual(mail.state, "cancel")

    def test_what_is_paid_in_part_is_sent(self):
        self._invoice(70, late=9)
        action = self._say()
        self._pay(action.line_ids.item_id.move_id[:1])
        server = self._up()
        self._deliver()
        self.assertEqual(action.delivery_ids.state, "sent")
        self.assertEqual(len(server.mails), 1)

    def test_what_is_put_on_hold_before_it_goes_out_is_not_sent(self):
        action = self._say()
        action.line_ids.item_id.sudo().paused_since = self.today
        server = self._up()
        self._deliver()
        self.assertEqual(action.delivery_ids.state, "settled")
        self.assertFalse(server.mails)
        again = action.delivery_ids.with_user(self.collector)
        again.action_retry()
        self.assertEqual(action.delivery_ids.state, "settled", "it is on hold still")
        action.line_ids.item_id.sudo().paused_since = False
        again.action_retry()
        self.assertEqual(action.state, "sending")
        self._deliver()
        self.assertEqual((action.delivery_ids.state, action.state), ("sent", "done"))
        self.assertEqual(len(server.mails), 1)

    def test_a_letter_on_hold_is_not_posted_and_can_be_later(self):
        action = self._say(late=30)
        post = action.delivery_ids.with_user(self.collector)
        action.line_ids.item_id.sudo().paused_since = self.today
        post.action_print()
        self.assertEqual(post.state, "settled")
        action.line_ids.item_id.sudo().paused_since = False
        post.action_retry()
        post.action_print()
        self.assertEqual((post.state, action.state), ("sent", "done"))

    # === WHAT THE MAIL SAYS === #

    def test_it_speaks_the_customers_language(self):
        self.shop.lang = "zh_CN"
        template = self.env.ref("ar_collection.mail_template_notice2")
        template.with_context(lang="zh_CN").subject = "催款通知单"
        server = self._up()
        self._say()
        self._deliver()
        self.assertEqual(server.mails[0][1]["Subject"], "催款通知单")

    def test_a_stage_has_a_template_of_its_own_if_it_wants(self):
        self.stages["notice2"].effect_ids.mail_template_id = self.env[
            "mail.template"
        ].create(
            {
                "name": "Ours",
                "model_id": self.env["ir.model"]._get_id("collection.action"),
                "subject": "We, on {{ object.partner_id.name }}",
                "body_html": "<p>Pay!</p>",
                "email_layout_xmlid": "mail.mail_notification_light",
            }
        )
        server = self._up()
        self._say()
        self._deliver()
        mail = server.mails[0][1]
        self.assertEqual(mail["Subject"], "We, on Corner Shop")
        self.assertIn("Pay!", mail.get_body(["html"]).get_content())

    def test_every_shipped_template_renders(self):
        server = self._up()
        for code, stage in self.stages.items():
            self._send_by(code, "mail")
            customer = self._customer(code, email=f"{code}@customers.example")
            self._invoice(100, stage.day, customer)
        self._run()
        self._perform()
        self._deliver()
        self.assertEqual(len(server.mails), 5)
        for _to, mail in server.mails:
            text = mail.get_body(["html"]).get_content()
            self.assertIn("100.00", text)
            self.assertIn("CL/", mail["Subject"])

    def test_a_stage_without_a_letter_fails_and_says_what_to_do(self):
        self.stages["notice2"].letter_kind = False
        with self.assertLogs(PERFORMING, "WARNING"):
            action = self._say()
        self.assertEqual(action.state, "failed")
        self.assertIn("Choose one in the procedure", action.failure)

    def test_what_cannot_be_rendered_is_put_off_and_the_others_go(self):
        bad = self._customer("Bad", email="bad@customers.example")
        self._invoice(100, 8, bad)
        good = self._say(8)
        bad = self.env["collection.delivery"].search([("partner_id", "=", bad.id)])

        def fail_for_bad(_report, letter, _data=None):
            if letter == bad.letter_id:
                raise ValueError("no paper")
            return PDF

        report = type(self.env["ir.actions.report"])
        server = self._up()
        with patch.object(report, "_collection_pdf", fail_for_bad):
            with mute_logger(SENDING):
                self._deliver()
        self.assertEqual((bad.state, bad.failure), ("failed", "no paper"))
        self.assertEqual((good.delivery_ids.state, len(server.mails)), ("sent", 1))
        self._deliver()
        self.assertEqual((bad.state, len(server.mails)), ("sent", 2))

    # === BATCHES AND RIGHTS === #

    def test_any_number_of_letters_takes_the_same_statements(self):
        counts = []
        for customers in 1, 2, 30:
            for each in range(customers):
                self._invoice(
                    100,
                    8,
                    self._customer(f"Shop {customers} {each}", email="a@b.example"),
                )
            actions = self._run(len(counts))
            effects = actions._effects_to_do()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            effects._effect_mail()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(actions.delivery_ids), customers)
            self.env["collection.action"].sudo().search([]).state = "done"
        self.assertEqual(counts[1], counts[2])

    def test_each_delivery_costs_the_same_however_many_there_are(self):
        counts = []
        for day, customers in enumerate((2, 5, 25)):
            for each in range(customers):
                name = f"Shop {day} {each}"
                self._invoice(100, 8 - day, self._customer(name, email="a@b.example"))
            self._run(day)
            self._perform()
            deliveries = self.env["collection.delivery"].search(
                [("state", "=", "todo")]
            )
            self.assertEqual(len(deliveries), customers)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            deliveries.sudo()._cron_deliver()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(set(deliveries.mapped("state")), {"queued"})
            deliveries.sudo().mail_id.cancel()
            deliveries.sudo().state = "sent"
            self.env["collection.action"].sudo().search([]).state = "done"
        self.assertLessEqual((counts[2] - counts[1]) / 20, 20)

    def test_a_mail_taken_out_of_the_queue_waits_for_the_collector(self):
        action = self._say()
        action.delivery_ids.sudo().write({"state": "failed", "next_try": False})
        runs, waiting = action.run_id.sudo(), [("trade_wait", "=", "unsent")]
        runs._follow_all_waits(self.company)
        told = self.env["mail.activity"].sudo().search(waiting)
        self.assertEqual(told.user_id, self.collector)
        self.assertEqual(told.res_id, runs.id)
        action.delivery_ids.sudo().state = "sent"
        runs._follow_all_waits(self.company)
        self.assertFalse(told.exists())

    def test_nobody_writes_or_deletes_what_was_sent(self):
        delivery = self._say().delivery_ids
        for user in self.collector, self.env.ref("base.user_admin"):
            own = delivery.with_user(user)
            with self.assertRaises(AccessError):
                own.write({"state": "sent"})
            with self.assertRaises(AccessError):
                own.unlink()
            with self.assertRaises(AccessError):
                own.create({"action_id": delivery.action_id.id})
        with self.assertRaises(UserError):
            delivery.sudo().unlink()


@tagged("post_install", "-at_install")
class TestLetterSending(DeliveryCommon):
    """A letter says what became of it, in the list, a filter and a group alike."""

    def test_a_letter_says_what_became_of_it(self):
        self._invoice(100, late=15)
        self._seen_in_time()
        self._run()
        self._perform()
        letter = self.env["collection.letter"].sudo().search([])
        mail, post = letter.delivery_ids.sorted("channel")
        for states, sending in (
            (("todo", "todo"), "built"),
            (("sent", "todo"), "built"),
            (("failed", "sent"), "failed"),
            (("sent", "sent"), "sent"),
            (("bounced", "sent"), "sent"),
            (("bounced", "settled"), "bounced"),
            (("settled", "settled"), "settled"),
        ):
            with self.subTest(states=states):
                mail.state, post.state = states
                letter.invalidate_recordset()
                self.assertEqual(letter.sending, sending)
                found = letter.search([("sending", "=", sending)])
                self.assertEqual(found, letter)
                groups = letter._read_group([], ["sending"], ["__count"])
                self.assertEqual(groups, [(sending, 1)])
        mail.state = post.state = "queued"
        letter._render()
        self.assertEqual(letter.sending, "ready")
