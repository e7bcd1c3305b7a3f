import csv
import hashlib
import io
import re
import zipfile
from datetime import datetime
from typing import NamedTuple

from odoo import fields, models
from odoo.tools import format_date, html2plaintext
from odoo.tools.pdf import PdfFileReader, PdfReadError, merge_pdf, to_pdf_stream

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


JOINED = ("application/pdf", "image/png", "image/jpeg", "image/gif", "image/bmp")


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

    # === HOW RECORDS READ === #

    def _record_actions(self, action):
        what = self._record_label(action, "kind")
        if action.stage_id:
            what = f"{what}: {action.stage_id.name}"
        parts = [self._record_label(action, "state"), action.note, action.documents]
        parts.append(action.reason_id.name)
        if action.amount:
            parts.append(action.currency_id.format(action.amount))
        return [Entry(action.date, what, self._record_join(parts), action.user_id.name)]

    def _record_letters(self, letter):
        amount = letter.currency_id.format(letter.amount)
        what = self.env._(
            "%(kind)s %(number)s",
            kind=self._record_label(letter, "kind"),
            number=letter.number,
        )
        written = self.env._(
            "Written to %(recipient)s over %(amount)s.",
            recipient=letter.recipient_id.display_name,
            amount=amount,
        )
        entries = [Entry(letter.date, what, written, letter.user_id.name)]
        for delivery in letter.delivery_ids.filtered("sent_on"):
            sent = [
                self._record_label(delivery, "channel"),
                delivery.recipient,
                self._record_label(delivery, "state"),
                delivery.failure,
            ]
            entries.append(Entry(delivery.sent_on, what, self._record_join(sent)))
        if letter.served_on:
            served = self.env._("Served: %(how)s", how=letter.served_how or "–")
            by = letter.served_by_id.name
            entries.append(Entry(letter.served_on, what, served, by))
        return entries

    def _record_statements(self, statement):
        what = self.env._(
            "Statement of account as of %(date)s",
            date=format_date(self.env, statement.date),
        )
        amount = statement.currency_id.format(statement.amount)
        said = [
            (statement.sent_on, self.env._("Sent"), statement.sent_by_id),
            (
                statement.acknowledged_on,
                self.env._("Acknowledged by the customer"),
                statement.answered_by_id,
            ),
            (
                statement.contested_on,
                self.env._(
                    "Contested by the customer: %(why)s",
                    why=statement.contested_reason or "–",
                ),
                statement.answered_by_id,
            ),
        ]
        return [
            Entry(on, what, f"{text} ({amount})", by.name)
            for on, text, by in said
            if on
        ]

    def _record_promises(self, promise):
        said = self.env._(
            "%(amount)s promised for %(date)s.",
            amount=promise.currency_id.format(promise.amount),
            date=format_date(self.env, promise.date),
        )
        what = self.env._("Promise to pay")
        said = self._record_join([said, promise.note])
        entries = [Entry(promise.made_on, what, said, promise.user_id.name)]
        if promise.settled_on:
            state = self._record_label(promise, "state")
            entries.append(Entry(promise.settled_on, what, f"{state}. {said}"))
        return entries

    def _record_disputes(self, dispute):
        what = self.env._("Dispute")
        amount = dispute.currency_id.format(dispute.amount)
        about = [dispute.reason_id.name, amount]
        about += [", ".join(dispute.item_ids.mapped("number")), dispute.description]
        raised = self._record_join(about)
        entries = [Entry(dispute.raised_on, what, raised, dispute.raised_by_id.name)]
        if dispute.judged_on:
            valid = dispute.state == "valid" or bool(dispute.resolution)
            verdict = self.env._("Valid") if valid else self.env._("Not valid")
            said = self._record_join(
                [verdict, dispute.reason_id.name, dispute.judgement]
            )
            by = dispute.judged_by_id.name
            entries.append(Entry(dispute.judged_on, what, said, by))
        if dispute.resolved_on:
            said = [
                self._record_label(dispute, "resolution"),
                dispute.credit_note_id.name,
                dispute.resolution_note,
            ]
            by = dispute.resolved_by_id.name
            said = self._record_join(said)
            entries.append(Entry(dispute.resolved_on, what, said, by))
        return entries

    def _record_measures(self, measure):
        what = self._record_label(measure, "kind")
        amount = measure.currency_id.format(measure.amount)
        rejected = measure.state == "rejected"
        decided = self.env._("Rejected") if rejected else self.env._("Approved")
        done = [self.env._("Carried out"), measure.move_id.name]
        steps = [
            (
                measure.proposed_on,
                [self.env._("Proposed"), amount, measure.reason],
                measure.proposed_by_id,
            ),
            (
                measure.decided_on,
                [decided, amount, measure.decision_note],
                measure.decided_by_id,
            ),
            (measure.done_on, done, measure.done_by_id),
            (
                measure.ended_on,
                [self.env._("Ended"), measure.outcome],
                self.env["res.users"],
            ),
        ]
        return [
            Entry(on, what, self._record_join(said), by.name)
            for on, said, by in steps
            if on
        ]

    def _record_handovers(self, handover):
        said = self.env._(
            "From %(giver)s to %(taker)s.",
            giver=handover.from_id.name,
            taker=handover.to_id.name,
        )
        what = self.env._("Handed over")
        return [Entry(handover.date, what, said, handover.confirmed_by_id.name)]

    # === HELPERS === #

    def _record_label(self, record, name):
        """:return: what a selection says, in the reader's language"""
        labels = dict(record._fields[name]._description_selection(self.env))
        return labels.get(record[name]) or ""

    def _record_join(self, parts):
        return " · ".join(filter(None, parts))

    # === EXPORT === #

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
        return self._make_pdf({"documents": documents, "joined": joined})
