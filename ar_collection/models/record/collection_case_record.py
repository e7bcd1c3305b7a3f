import hashlib
import re
from datetime import datetime
from typing import NamedTuple

from odoo import fields, models
from odoo.tools import html2plaintext

UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')  # in the name of a file somewhere


class Entry(NamedTuple):
    """Something that happened on a case."""

    on: object  # date or datetime (UTC)
    what: str
    said: str = ""
    by: str = ""

    @property
    def has_time(self):
        """Tell whether the time of the day is known."""
        return isinstance(self.on, datetime)


class Document(NamedTuple):
    """A file that belongs to a case."""

    path: str  # inside the export, unique
    attachment: object  # ir.attachment, with all rights
    sha256: str
    intact: bool | None = None  # whether it is as it was sent, where that is known


class CollectionCase(models.Model):
    """The whole record of a case: what happened, and the documents that prove it."""

    _inherit = "collection.case"

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
        lines = (
            self.env["collection.handover.line"]
            .sudo()
            .search([*own, ("state", "=", "done")])
        )
        return {
            "letters": self._record_search("collection.letter", own, "date, number"),
            "statements": self._record_search("collection.statement", customer, "date"),
            "promises": self._record_search("collection.promise", own, "made_on, id"),
            "disputes": self._record_search("collection.dispute", own, "raised_on, id"),
            "measures": self._record_search(
                "collection.measure", own, "proposed_on, id"
            ),
            "handovers": lines.handover_id,
            "actions": self._record_search("collection.action", own, "date, id"),
            "case": case,
            "invoices": case.item_ids.move_id,
        }

    def _record_search(self, model, domain, order):
        return self.env[model].sudo().search(domain, order=order)

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

    # === TIMELINE === #

    def _record_timeline(self):
        """Return what happened on a case, the oldest first.

        Extend to add what an addon did: return ``super()`` with more entries, sorted by
        ``_record_sorted``.

        :rtype: list[Entry]
        """
        self.ensure_one()
        record = self._record_of()
        entries = [Entry(self.opened_on, self.env._("Case opened"))]
        if self.closed_on:
            entries.append(Entry(self.closed_on, self.env._("Case closed")))
        for kind in (
            "letters",
            "statements",
            "promises",
            "disputes",
            "measures",
            "handovers",
            "actions",
        ):
            for each in record[kind]:
                entries += getattr(self, f"_record_{kind}")(each)
        return self._record_sorted(entries)

    def _record_sorted(self, entries):
        """:return: entries, the oldest first; a day's before what has a time on it"""

        def key(entry):
            if entry.has_time:
                return fields.Datetime.context_timestamp(self, entry.on).replace(
                    tzinfo=None
                )
            return datetime(entry.on.year, entry.on.month, entry.on.day)

        return sorted((each for each in entries if each.on), key=key)

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
