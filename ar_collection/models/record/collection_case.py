import csv
import hashlib
import io
import re
import zipfile
from typing import NamedTuple

from odoo import fields, models
from odoo.tools import html2plaintext
from odoo.tools.pdf import PdfFileReader, PdfReadError, merge_pdf, to_pdf_stream

from odoo.addons.trade_credit_base.windows import dialog_for

from .collection_timeline import AHEAD, Entry

UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')  # in the name of a file somewhere


class Document(NamedTuple):
    """A file that belongs to a case."""

    path: str  # inside the export, unique
    attachment: object  # ir.attachment, with all rights
    sha256: str
    intact: bool | None = None  # whether it is as it was sent, where that is known


JOINED = ("application/pdf", "image/png", "image/jpeg", "image/gif", "image/bmp")


class CollectionCase(models.Model):
    """The whole record of a case: what happened, and the documents that prove it."""

    _inherit = "collection.case"

    timeline_ids = fields.One2many(
        "collection.timeline", "case_id", domain=[("kind", "not in", AHEAD)]
    )

    # === WHAT BELONGS TO A CASE === #

    def _record_of(self):
        """Return what belongs to the case, all rights given.

        Extend to add records: their attachments are exported with them.

        :return: {folder of the export: recordset}, in the order of the export
        :rtype: dict
        """
        self.ensure_one()
        case = self.sudo()
        own = [("case_id", "=", case.id)]
        customer = [
            ("partner_id", "=", case.partner_id.id),
            ("company_id", "=", case.company_id.id),
        ]
        found = {
            folder: case.env[f"collection.{model}"].search(domain, order=order)
            for folder, model, domain, order in (
                ("letters", "letter", own, "date, number"),
                ("statements", "statement", customer, "date"),
                ("promises", "promise", own, "made_on, id"),
                ("disputes", "dispute", own, "raised_on, id"),
                ("measures", "measure", own, "proposed_on, id"),
                ("handovers", "handover.line", [*own, ("state", "=", "done")], None),
                ("actions", "action", own, "date, id"),
            )
        }
        found["handovers"] = found["handovers"].handover_id
        return {**found, "case": case, "invoices": case.item_ids.move_id}

    # === DOCUMENTS === #

    def _record_documents(self):
        """Return the files of a case, as they are kept.

        :rtype: list[Document]
        """
        documents, seen = [], self.env["ir.attachment"].sudo()
        record = self._record_of()
        sent = self._record_sent(record)
        for folder, records in record.items():
            found = self._record_attachments(records, folder) - seen
            seen += found
            for attachment in found.filtered("raw").sorted("id"):
                path = self._record_path(folder, attachment, len(documents) + 1)
                sha256 = hashlib.sha256(attachment.raw).hexdigest()
                known = sent.get(attachment.id)
                intact = known == sha256 if known else None
                documents.append(Document(path, attachment, sha256, intact))
        return documents

    def _record_attachments(self, records, folder):
        """:return: the files of records: named by a field, on a message, or attached"""
        attachments = self.env["ir.attachment"].sudo()
        if not records:
            return attachments
        own = [("res_model", "=", records._name), ("res_id", "in", records.ids)]
        if folder == "invoices":
            pdf = [("mimetype", "=", "application/pdf")]
            kept = ("res_field", "in", (False, "invoice_pdf_report_file"))
            return attachments.search([*own, *pdf, kept], order="id")
        for name, field in records._fields.items():
            if field.comodel_name == "ir.attachment" and field.store:
                attachments |= records[name]
        if "message_ids" in records._fields:
            attachments |= records.message_ids.attachment_ids
        return attachments | attachments.search(
            [*own, ("res_field", "=", False)], order="id"
        )

    def _record_path(self, folder, attachment, number):
        name = UNFIT.sub("-", attachment.name or "").strip(". ") or "file"
        return f"{folder}/{number:03}-{name}"

    def _record_sent(self, record):
        """:return: {attachment id: its hash when it was sent}"""
        return {
            each.attachment_id.id: each.sha256
            for records in record.values()
            if {"attachment_id", "sha256"} <= records._fields.keys()
            for each in records
            if each.sha256
        }

    # === WHAT HAPPENED === #

    def _record_timeline(self):
        """Return what happened on a case, the oldest first. What was written on it is
        listed apart, in full. Extend ``collection.timeline`` to add what an addon did.

        :rtype: list[Entry]
        """
        self.ensure_one()
        own = [("case_id", "=", self.id), ("kind", "!=", "message")]
        return self.env["collection.timeline"].sudo().search(own)._entries()

    def _record_messages(self):
        """:return: what was written on the case and its measures, the oldest first"""
        record = self._record_of()
        messages = record["case"].message_ids | record["measures"].message_ids
        messages |= record["actions"].message_ids
        return [
            Entry(
                message.date,
                message.subject or "",
                "\n".join(filter(None, self._record_said(message))),
                message.author_id.name or message.email_from or "",
            )
            for message in messages.sorted(lambda each: (each.date, each.id))
            if any(self._record_said(message))
        ]

    def _record_said(self, message):
        """:return: what a message says, and what it says was changed"""
        said = [html2plaintext(message.body or "").strip()]
        for value in message.tracking_value_ids:
            kind = value.field_id.ttype or (value.field_info or {}).get("type")
            old, new = (
                value._format_display_value(kind, new=after)[0]
                for after in (False, True)
            )
            name = value.field_id.field_description or ""
            said.append(
                f"{name}: {self._record_value(old)} → {self._record_value(new)}"
            )
        return said

    def _record_value(self, value):
        if isinstance(value, bool):
            return self.env._("Yes") if value else self.env._("No")
        return str(value or "–")

    # === EXPORT === #

    def action_export(self):
        """Ask how, then export the case."""
        self.ensure_one()
        self._check_may_export()
        wizard = self.env["collection.case.export"]
        return dialog_for(
            wizard, self.env._("For Counsel"), {"default_case_id": self.id}
        )

    def _check_may_export(self):
        """Let those export a case who may work on it.

        :raises AccessError: if the user neither owns the case nor is a collector
        """
        self.check_access("write")

    def _check_may_print(self):
        """Let those print a case who may export it: its record has everything on it."""
        self._check_may_export()

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
        return self._make_pdf({"documents": documents, "joined": joined})
