import base64
import csv
import hashlib
import io
import zipfile
from unittest.mock import patch

from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools.pdf import PdfFileReader

from ..measure.test_measure import MeasureCommon


def _pdf(pages, text="as sent"):
    """A PDF of some pages, whose text can be found in it."""
    drawn = io.BytesIO()
    canvas = Canvas(drawn, pageCompression=0, invariant=1)
    for page in range(pages):
        canvas.drawString(100, 700, f"{text} {page + 1}")
        canvas.showPage()
    canvas.save()
    return drawn.getvalue()


@tagged("post_install", "-at_install")
class TestExport(MeasureCommon):
    """The whole case for counsel: nothing is missing, nothing is changed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        reports = type(cls.env["ir.actions.report"])
        cls.startClassPatcher(
            patch.object(reports, "_run_wkhtmltopdf", lambda *args, **kwargs: _pdf(2))
        )
        cls.case = cls.case.sudo()
        cls.stages["measures"].letter_kind = "measures"
        cls.letter = cls.env["collection.letter"].sudo()._build(cls.case.action_ids)
        cls.letter._render()

    def _attach(self, name, content, record=None):
        return (record or self.case).message_post(
            body="See the file", attachments=[(name, content)]
        )

    def _zip(self, user=None):
        content = self.case.with_user(user or self.collector)._export_zip()
        return zipfile.ZipFile(io.BytesIO(content))

    def _index(self, archive):
        text = archive.read("index.csv").decode("utf-8-sig")
        return {row["file"]: row for row in csv.DictReader(io.StringIO(text))}

    def test_every_file_is_in_the_index_with_its_hash(self):
        self._attach("slip.txt", b"paid?")
        archive = self._zip()
        index = self._index(archive)
        self.assertEqual(set(index) | {"index.csv"}, set(archive.namelist()))
        for name, row in index.items():
            content = archive.read(name)
            self.assertEqual(row["sha256"], hashlib.sha256(content).hexdigest())
            self.assertEqual(int(row["bytes"]), len(content))

    def test_letters_are_as_they_were_sent(self):
        archive = self._zip()
        name = f"letters/001-{self.letter.number.replace('/', '-')}.pdf"
        self.assertEqual(archive.read(name), self.letter.attachment_id.raw)
        self.assertEqual(self._index(archive)[name]["as_sent"], "yes")

    def test_a_letter_that_was_tampered_with_shows(self):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE collection_letter SET sha256 = 'x' WHERE id = %s", [self.letter.id]
        )
        self.env.invalidate_all()
        rows = self._index(self._zip()).values()
        self.assertIn("NO", [row["as_sent"] for row in rows])

    def test_documents_of_all_that_belongs_to_the_case_are_there(self):
        measure = self._propose().sudo()
        self._attach("claim.txt", b"claim", measure)
        self._attach("visit.txt", b"visit", self.case.action_ids)
        self._attach("same.txt", b"one")
        self._attach("same.txt", b"two")
        names = self._zip().namelist()
        for name in (
            "measures/002-claim.txt",
            "actions/003-visit.txt",
            "case/004-same.txt",
            "case/005-same.txt",
        ):
            self.assertIn(name, names)

    def test_names_fit_any_file_system(self):
        self._attach('../..\\etc: "pass|wd"?', b"x")
        for name in self._zip().namelist():
            self.assertNotIn("..", name.split("/"))
            self.assertLessEqual(name.count("/"), 1)
            self.assertFalse(set(name) & set('\\:*?"<>|'), name)

    def test_one_pdf_has_the_record_and_what_can_be_joined(self):
        picture = io.BytesIO()
        Image.new("RGB", (30, 20)).save(picture, "PNG")
        self._attach("contract.pdf", _pdf(3, "contract"))
        self._attach("shop.png", picture.getvalue())
        self._attach("slip.txt", b"paid?")
        self._attach("broken.pdf", b"%PDF-1.4 of which nothing is left")
        self._attach("broken.png", b"\x89PNG\r\n\x1a\n")
        content = self.case.with_user(self.collector)._export_pdf()
        pages = PdfFileReader(io.BytesIO(content)).getNumPages()
        self.assertEqual(pages, 2 + 2 + 3 + 1, "record, letter, contract, picture")

    def test_the_record_says_what_is_not_in_the_pdf(self):
        self._attach("slip.txt", b"paid?")
        documents = self.case._record_documents()
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "ar_collection.case_report",
            self.case.ids,
            data={"documents": documents, "joined": {documents[0].path}},
        )
        self.assertEqual(html.decode().count("(a file of its own)"), 1)

    def test_the_record_tells_everything_that_happened(self):
        self._propose().with_user(self.boss).action_approve()
        self.case.message_post(body="Spoke to the bookkeeper")
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "ar_collection.case_report", self.case.ids
        )
        text = html.decode()
        for said in (
            "Corner Shop",
            self.old.name,
            self.new.name,
            self.letter.number,
            self.letter.sha256,
            "Nothing else helped",
            "Spoke to the bookkeeper",
            "Measures",
        ):
            self.assertIn(said, text)

    def test_the_timeline_is_in_order_and_names_each_step(self):
        measure = self._propose()
        measure.with_user(self.boss).action_approve()
        measure.with_user(self.collector).action_carry_out()
        entries = self.case._record_timeline()
        days = [str(entry.on)[:10] for entry in entries]
        self.assertEqual(days, sorted(days))
        legal = [entry for entry in entries if "Legal action" in entry.said]
        self.assertEqual(
            [entry.what for entry in legal],
            ["Measure proposed", "Measure approved", "Measure carried out"],
        )
        self.assertIn("Nothing else helped", legal[0].said)
        self.assertEqual(legal[1].by, self.boss.name)

    def test_what_belongs_to_the_customer_or_to_many_cases_is_told_on_the_case(self):
        self.shop.user_id = self.salesman
        self.case.user_id = self.salesman
        statements = self.env["collection.statement"].with_user(self.collector)
        statement = statements._make(self.company, self.today, self.shop)
        statement.action_mark_sent()
        statement._contest(self.today, "Two crates were broken")
        handover = self.env["collection.handover"].with_user(self.collector)
        handover = handover._prepare(self.company, self.salesman, self.boss)
        handover.action_confirm()
        self.env.flush_all()
        told = {entry.what: entry for entry in self.case._record_timeline()}
        self.assertIn(statement.number, told["Statement of account sent"].said)
        self.assertIn("crates", told["Statement contested"].said)
        self.assertEqual(told["Statement contested"].by, self.collector.name)
        both = f"{self.salesman.name} → {self.boss.name}"
        self.assertIn(both, told["Handed over"].said)
        self.assertIn("Case opened", told)
        moments = self.case.with_user(self.collector).timeline_ids
        self.assertEqual(len(set(moments.ids)), len(moments))
        shared = moments.filtered(lambda moment: moment.kind == "contested")
        self.env.invalidate_all()
        self.assertEqual(shared.action_open()["res_id"], statement.id)

    def test_only_who_works_on_a_case_exports_it(self):
        with self.assertRaises(AccessError):
            self._zip(self.user)
        with self.assertRaises(AccessError):
            self.case.with_user(self.user).action_export()
        self.case.user_id = self.user
        self.assertTrue(self._zip(self.user).namelist())

    def test_an_export_is_downloaded_and_noted_on_the_case(self):
        wizards = self.env["collection.case.export"].with_user(self.collector)
        for kind in "pdf", "zip":
            wizard = wizards.create({"case_id": self.case.id, "kind": kind})
            action = wizard.action_export()
            self.assertIn(f".{kind}?download=true", action["url"])
            content = base64.b64decode(wizard.data)
            told = self.case.message_ids[:1].body
            self.assertIn(hashlib.sha256(content).hexdigest(), told)
