import io

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools.pdf import PdfFileReader, PdfFileWriter

from ..delivery.delivery_common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestLetterAddress(DeliveryCommon):
    """Where the procedure says so, each address gets a letter of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.procedure.letter_per_address = True
        cls.letters = cls.env["collection.letter"].sudo()
        cls.north = cls._contact("North", "north@customers.example")
        cls.south = cls._contact("South", "south@customers.example")

    @classmethod
    def _contact(cls, name, email):
        values = {"parent_id": cls.shop.id, "type": "invoice", "email": email}
        return cls.shop.create({"name": name, **values})

    def _asked(self, late=8, days=0):
        """Let both addresses be asked, the south for most.

        :return: the action, the letter to the north, the letter to the south
        """
        for amount, contact in (100, self.north), (60, self.south), (50, self.south):
            self._invoice(amount, late, contact)
        self._seen_in_time()
        action = self._run(days)
        self._perform()
        return action, *self._by_address(action)

    def _by_address(self, action):
        found = action.letter_ids.grouped("recipient_id")
        return [found[each] for each in (self.north, self.south)]

    def _named(self, letter):
        return sorted(letter.line_ids.mapped("residual"))

    def test_each_address_is_asked_for_what_was_billed_to_it(self):
        action, north, south = self._asked()
        self.assertEqual(len(action.letter_ids), 2)
        self.assertEqual((north.amount, self._named(north)), (100, [100]))
        self.assertEqual((south.amount, self._named(south)), (110, [50, 60]))
        self.assertEqual(action.amount, 210)
        self.assertEqual(action.letter_id, south, "most is asked for with the first")
        self.assertEqual(north.sequence, south.sequence + 1)
        again = self.letters._build(action)
        self.assertEqual(again, action.letter_ids.sorted("id"))

    def test_without_the_setting_one_letter_asks_for_all(self):
        self.procedure.letter_per_address = False
        self._invoice(100, 8, self.north)
        self._invoice(110, 8, self.south)
        self._seen_in_time()
        letter = self.letters._build(self._run())
        self.assertEqual((letter.recipient_id, letter.amount), (self.south, 210))

    def test_what_was_billed_to_the_customer_goes_to_its_own_address(self):
        self._invoice(100, 8)
        self._invoice(110, 8, self.south)
        self._seen_in_time()
        letters = self.letters._build(self._run())
        self.assertEqual(letters.recipient_id, self.north | self.south)

    def test_an_earlier_step_of_who_is_asked_for_nothing_is_listed_with_the_most(self):
        self._invoice(100, 8, self.north)
        self._invoice(30, -7, self.south)
        self._seen_in_time()
        letter = self.letters._build(self._run())
        self.assertEqual((letter.recipient_id, letter.amount), (self.north, 100))
        self.assertEqual(self._named(letter), [30, 100])

    def test_earlier_letters_are_named_to_whom_they_were_sent(self):
        west = self._contact("West", "west@customers.example")
        self._invoice(500, 1, west)
        _action, north, south = self._asked(late=1)
        self._deliver_all()
        self.procedure.letter_gap = 0
        self._invoice(7, -2, self.north)
        self._invoice(8, -2, self.south)
        self._seen_in_time()
        action = self._run(3)
        self._perform()
        for earlier, letter in zip(
            (north, south), self._by_address(action), strict=True
        ):
            self.assertEqual(letter.line_ids.earlier_id, earlier)
        self.assertEqual(self._named(letter), [8, 50, 60])
        self.assertEqual(len(action.letter_ids), 2, "the west is asked for nothing new")

    def _deliver_all(self):
        deliveries = self.env["collection.delivery"].sudo().search([])
        deliveries.state = "sent"
        deliveries.action_id._close_delivered()

    # === ON THEIR WAY === #

    def test_each_letter_is_mailed_to_its_address_and_named_in_its_mail(self):
        server = self._up()
        action, north, south = self._asked()
        self._deliver()
        self.assertEqual(set(action.delivery_ids.mapped("state")), {"sent"})
        self.assertEqual(action.state, "done")
        mails = {recipients[0]: mail for recipients, mail in server.mails}
        self.assertEqual(set(mails), {self.north.email, self.south.email})
        for contact, letter in (self.north, north), (self.south, south):
            mail = mails[contact.email]
            self.assertIn(letter.number, mail["Subject"])
            [html] = [p for p in mail.walk() if p.get_content_type() == "text/html"]
            self.assertIn(f"{letter.amount:.2f}", html.get_content())
            self.assertEqual(len(list(mail.iter_attachments())), 1)

    def test_both_are_printed_and_the_action_waits_for_both(self):
        self.shop.email = self.north.email = self.south.email = False
        action, north, south = self._asked()
        self._deliver()
        north.with_user(self.collector).action_print()
        self.assertEqual(action.state, "sending")
        self.assertEqual(south.delivery_ids.state, "todo")
        south.with_user(self.collector).action_print()
        self.assertEqual(action.state, "done")

    def test_one_that_comes_back_is_posted_and_the_other_is_not(self):
        self._up()
        action, north, south = self._asked()
        self._deliver()
        north.delivery_ids._came_back("550 no such user")
        action.delivery_ids._tell_bounces()
        bounced = north.delivery_ids
        bounced.with_user(self.collector).action_post()
        self.assertEqual(
            sorted(north.delivery_ids.mapped("channel")), ["email", "post"]
        )
        self.assertEqual(south.delivery_ids.mapped("channel"), ["email"])
        self.assertEqual(action.state, "sending")

    def test_what_is_paid_before_it_goes_is_left_and_the_other_goes(self):
        server = self._up()
        action, north, south = self._asked()
        self._pay(self.env["account.move"].search([("partner_id", "=", self.north.id)]))
        self._deliver()
        self.assertEqual((north.sending, south.sending), ("settled", "sent"))
        [(recipients, _mail)] = server.mails
        self.assertEqual(recipients, ["south@customers.example"])
        self.assertEqual(action.state, "done")

    def test_what_is_on_hold_takes_its_step_when_it_goes_on(self):
        self._up()
        action, north, south = self._asked()
        item = north.line_ids.item_id
        case = action.case_id.with_user(self.collector)
        promise = case._promise(100, self.today, item)
        self._deliver()
        states = {line.item_id: line.state for line in action.line_ids}
        self.assertEqual((north.sending, states.pop(item)), ("settled", "dropped"))
        self.assertEqual(set(states.values()), {"due"})
        promise.sudo().state = "broken"
        item.sudo().write({"paused_since": False, "paused_amount": 0})
        north.delivery_ids.with_user(self.collector).action_retry()
        self.assertEqual(action.state, "sending")
        self.assertEqual(set(action.line_ids.mapped("state")), {"due"})
        self._deliver()
        self.assertEqual((north.sending, action.state), ("sent", "done"))

    def test_a_text_message_goes_once(self):
        if "sms.sms" not in self.env:
            self.skipTest("Text messages are not installed")
        self.shop.phone = "+15550100"
        self.stages["notice2"].effect_ids = [Command.create({"code": "sms"})]
        action, _north, south = self._asked()
        text = action.delivery_ids.filtered(lambda each: each.channel == "sms")
        self.assertEqual(text.letter_id, south)
        text._insert_sms(action)
        self.assertEqual(len(action.delivery_ids), 3)

    def test_tomorrow_shows_the_letters_in_one_document(self):
        written = io.BytesIO()
        writer = PdfFileWriter()
        writer.addBlankPage(200, 200)
        writer.write(written)
        kind = type(self.env["ir.actions.report"])
        self.patch(kind, "_collection_pdf", lambda *_args: written.getvalue())
        self._invoice(70, -60)
        self._run()  # the first one waits for a person no more
        self._invoice(100, 0, self.north)
        self._invoice(60, 0, self.south)
        self.env["collection.item"].sudo()._sync(self.company, self.today)
        rows = self.env["collection.preview"].with_user(self.collector).search([])
        pdf = rows.filtered(lambda row: row.state == "due")[0]._drafted()
        self.assertEqual(PdfFileReader(io.BytesIO(pdf)).getNumPages(), 2)
