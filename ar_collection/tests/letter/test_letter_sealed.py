import base64
from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ...core.letter import fingerprint
from .test_letter import LetterCommon

PDF = b"%PDF-1.4 as it was sent"


class SealedCommon(LetterCommon):
    """One letter, ready to send; its PDF is a few bytes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._invoice(100, 8)
        cls.letter = cls.letters._build(cls._run())
        cls.letter._set_rendered(PDF)
        cls.user = cls._user("desk", "ar_collection.collection_group_user")
        cls.admin = cls.env.ref("base.user_admin")


@tagged("post_install", "-at_install")
class TestSealed(SealedCommon):
    """What is kept with a case stays as it is, whoever comes."""

    def test_nobody_changes_or_deletes_a_kept_pdf(self):
        attachment = self.letter.attachment_id
        changes = (
            {"raw": b"forged"},
            {"datas": base64.b64encode(b"forged")},
            {"name": "forged.pdf"},
            {"res_id": self.letter.id + 1},
            {"res_model": "res.partner"},
            {"res_id": False, "res_model": False},
            {"mimetype": "text/plain"},
            {"public": True},
            {"type": "url", "url": "https://example.com"},
        )
        for env in (
            self.env(user=self.collector),
            self.env(user=self.admin),
            self.env(su=True),
        ):
            own = attachment.with_env(env)
            for change in changes:
                with self.assertRaises(UserError), env.cr.savepoint():
                    own.write(change)
            with self.assertRaises(UserError), env.cr.savepoint():
                own.unlink()
        attachment.invalidate_recordset()
        self.assertEqual((attachment.raw, attachment.res_id), (PDF, self.letter.id))
        self.assertEqual(self.letter.sha256, fingerprint(attachment.raw))

    def test_a_sealed_document_can_be_linked_to_and_moved_between_storages(self):
        attachment = self.letter.attachment_id.sudo()
        self.assertTrue(attachment.generate_access_token())
        attachment._migrate()
        attachment.write({"name": attachment.name, "datas": base64.b64encode(PDF)})
        self.assertEqual(attachment.raw, PDF)

    def test_documents_of_every_part_of_a_case_are_sealed(self):
        documents = self.env["ir.attachment"].sudo()
        case = self.letter.case_id
        seal = self.env["record.seal.mixin"]
        sealed = {name for name in self.env if seal._seals(name)} - {seal._name}
        self.assertLessEqual(
            {
                "collection.action",
                "collection.case",
                "collection.dispute",
                "collection.handover",
                "collection.letter",
                "collection.measure",
                "collection.promise",
                "collection.statement",
            },
            sealed,
        )
        for model in sealed:
            scan = documents.create(
                {"name": "scan", "raw": b"1", "res_model": model, "res_id": case.id}
            )
            with self.assertRaises(UserError):
                scan.raw = b"2"
        mine = self.env["ir.attachment"].with_user(self.collector)
        added = mine.create(
            {
                "name": "photo",
                "raw": b"1",
                "res_model": "collection.case",
                "res_id": case.id,
            }
        )
        with self.assertRaises(UserError):
            added.unlink()

    def test_other_documents_stay_free(self):
        scan = self.env["ir.attachment"].create(
            {
                "name": "scan",
                "raw": b"1",
                "res_model": "res.partner",
                "res_id": self.shop.id,
            }
        )
        scan.raw = b"2"
        loose = self.env["ir.attachment"].create(
            {"name": "upload", "raw": b"1", "res_model": "collection.letter"}
        )
        loose.write({"name": "renamed"})
        (scan | loose).unlink()
        self.assertFalse((scan | loose).exists())


@tagged("post_install", "-at_install")
class TestService(SealedCommon):
    """That a letter was served is said once, by a collector, with its proof."""

    def _upload(self, name="slip.pdf", user=None, **values):
        values = {"res_model": "collection.letter.service", "res_id": 0} | values
        attachments = self.env["ir.attachment"].with_user(user or self.collector)
        return attachments.create({"name": name, "raw": name.encode(), **values})

    def _wizard(self, letters, user=None, **values):
        wizard = self.env["collection.letter.service"].with_user(user or self.collector)
        wizard = wizard.with_context(
            active_model="collection.letter", active_ids=letters.ids
        )
        return wizard.create({"served_on": self.today, **values})

    def test_a_collector_records_the_service_with_its_proof(self):
        slip = self._upload()
        wizard = self._wizard(
            self.letter, how="RR 1", proof_ids=[Command.set(slip.ids)]
        )
        self.assertEqual(wizard.letter_ids.ids, self.letter.ids)
        wizard.action_confirm()
        self.assertEqual(
            (self.letter.served_on, self.letter.served_by_id, self.letter.served_how),
            (self.today, self.collector, "RR 1"),
        )
        self.assertEqual(self.letter.service_proof_ids.ids, slip.ids)
        self.assertEqual(
            (slip.res_model, slip.res_id), (self.letter._name, self.letter.id)
        )
        with self.assertRaises(UserError):
            slip.sudo().unlink()
        told = self.letter.case_id.message_ids[0]
        self.assertIn(self.letter.number, told.body)
        self.assertEqual(told.author_id, self.collector.partner_id)

    def test_it_is_recorded_once(self):
        self._wizard(self.letter, proof_ids=[Command.set(self._upload().ids)])
        self.letter.with_user(self.collector)._serve(self.today, self._upload())
        with self.assertRaises(UserError):
            self.letter.with_user(self.collector)._serve(self.today, self._upload())
        self.assertEqual(len(self.letter.service_proof_ids), 1)

    def test_it_needs_a_proof_a_day_that_can_be_and_a_letter_that_was_sent(self):
        letter = self.letter.with_user(self.collector)
        nothing = self.env["ir.attachment"]
        with self.assertRaises(UserError):
            letter._serve(self.today, nothing)
        for days in -1, 1:
            with self.assertRaises(UserError):
                letter._serve(self.today + timedelta(days), self._upload())
        self._invoice(10, 8, self._customer("Other"))
        unsent = self.letters._build(self._run(1)).with_user(self.collector)
        with self.assertRaises(UserError):
            unsent._serve(self.today, self._upload())
        self.assertFalse(self.letter.served_on)

    def test_only_collectors_record_it(self):
        mine = self._upload(user=self.user)
        with self.assertRaises(AccessError):
            self.letter.with_user(self.user)._serve(self.today, mine)
        with self.assertRaises(AccessError):
            self._wizard(self.letter, user=self.user)

    def test_a_proof_about_several_letters_is_kept_with_each(self):
        self._perform()
        self._invoice(10, 8, self._customer("Other"))
        with patch.object(type(self.company), "_trade_day", lambda own: self.day):
            self.day = self.today + timedelta(1)
            other = self.letters._build(self._run(1))
            other._set_rendered(PDF)
            both = (self.letter | other).with_user(self.collector)
            slip = self._upload()
            both._serve(self.day, slip)
        self.assertEqual(len(both.service_proof_ids), 2)
        for letter in both:
            proof = letter.service_proof_ids
            self.assertEqual((proof.res_id, proof.raw), (letter.id, b"slip.pdf"))

    def test_a_document_of_something_else_is_copied(self):
        scan = self._upload(
            res_model="res.partner", res_id=self.shop.id, user=self.admin
        )
        self.letter.with_user(self.collector)._serve(self.today, scan)
        self.assertEqual((scan.res_model, scan.res_id), ("res.partner", self.shop.id))
        self.assertNotEqual(self.letter.service_proof_ids, scan)
        self.assertEqual(self.letter.service_proof_ids.raw, scan.raw)
