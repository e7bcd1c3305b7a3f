import csv
import hashlib
import io
import zipfile

from odoo import models
from odoo.tools.pdf import PdfFileReader, PdfReadError, merge_pdf, to_pdf_stream

REPORT = "ar_collection.collection_case_report"
JOINED = ("application/pdf", "image/png", "image/jpeg", "image/gif", "image/bmp")


class CollectionCase(models.Model):
    """A case for counsel: one PDF, or a zip with every document as it is kept."""

    _inherit = "collection.case"

    def action_export(self):
        """Ask how, then export the case."""
        self.ensure_one()
        self._check_may_export()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("For Counsel"),
            "res_model": "collection.case.export",
            "view_mode": "form",
            "target": "new",
            "context": {"default_case_id": self.id},
        }

    def _check_may_export(self):
        """Let those export a case who may work on it.

        :raises AccessError: if the user neither owns the case nor is a collector
        """
        self.check_access("write")

    def _export_pdf(self):
        """Return the whole case as one PDF: its record, then its documents.

        A document that is neither PDF nor picture, or that cannot be read, is named in
        the record with its hash and left out.

        :rtype: bytes
        """
        self.ensure_one()
        self._check_may_export()
        documents = self._record_documents()
        pages = {each.path: self._export_pages(each.attachment) for each in documents}
        joined = {path for path, content in pages.items() if content}
        record = self._export_record(documents, joined)
        return merge_pdf([record, *filter(None, pages.values())])

    def _export_pages(self, attachment):
        """:return: a document as PDF that can be joined, or None"""
        if attachment.mimetype not in JOINED:
            return None
        try:
            content = to_pdf_stream(attachment).getvalue()
            if PdfFileReader(io.BytesIO(content), strict=False).getNumPages():
                merge_pdf([content])
                return content
        except (PdfReadError, OSError, ValueError, KeyError, TypeError, AttributeError):
            return None  # damaged, locked, or no picture at all
        return None

    def _export_zip(self):
        """Return the whole case as a zip: the record, every document, an index.

        :rtype: bytes
        """
        self.ensure_one()
        self._check_may_export()
        documents = self._record_documents()
        record = self._export_record(documents, None)
        result = io.BytesIO()
        with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("case.pdf", record)
            for document in documents:
                archive.writestr(document.path, document.attachment.raw)
            archive.writestr("index.csv", self._export_index(documents, record))
        return result.getvalue()

    def _export_index(self, documents, record):
        """:return: the files with their hash, as a spreadsheet reads it"""
        text = io.StringIO()
        rows = csv.writer(text)
        rows.writerow(["file", "sha256", "bytes", "attached_on_utc", "as_sent"])
        rows.writerow(["case.pdf", hashlib.sha256(record).hexdigest(), len(record)])
        said = {True: "yes", False: "NO", None: ""}
        for document in documents:
            attachment = document.attachment
            rows.writerow(
                [
                    document.path,
                    document.sha256,
                    len(attachment.raw),
                    attachment.create_date.isoformat(sep=" ", timespec="seconds"),
                    said[document.intact],
                ]
            )
        # The mark tells spreadsheets that this is UTF-8
        return text.getvalue().encode("utf-8-sig")

    def _export_record(self, documents, joined):
        """Render the record of a case.

        :param documents: list of Document
        :param joined: paths of those that follow in the same PDF; None if they are
            files of their own
        :rtype: bytes
        """
        report = self.env.ref(REPORT).sudo()
        return report._collection_record_pdf(
            self, {"documents": documents, "joined": joined}
        )
