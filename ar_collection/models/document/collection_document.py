from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from ...core.letter import fingerprint, totals

AT_ONCE = 50  # documents without PDF that one click may print: each takes a second


class CollectionDocument(models.AbstractModel):
    """A record that prints as a whole document of its own, one at a time.

    A model inherits this and names its report; see ``ir.actions.report`` for the rest.
    """

    _name = "collection.document"
    _description = "Printed Record"

    _document_report = None  # xml id of the report

    def _make_pdf(self, data=None):
        """Return the record as PDF, made now.

        :param dict data: for the report's template
        :rtype: bytes
        """
        self.ensure_one()
        report = self.env.ref(self._document_report).sudo()
        return report._collection_pdf(self, data)

    def _check_may_print(self):
        """Let those print records who may read them.

        :raises AccessError: if the user may not
        """
        self.check_access("read")

    def _page_name(self):
        """:return: the name on each page of the PDF, in ASCII"""
        return str(self.id)

    def _kept_pdfs(self):
        """:return: {record id: ir.attachment} of records whose PDF is kept"""
        return {}


class CollectionDocumentKept(models.AbstractModel):
    """A numbered document with lines, whose PDF is made once and then kept.

    The model brings ``number`` and ``line_ids``.
    """

    _name = "collection.document.kept"
    _description = "Kept Document"
    _inherit = ["collection.document"]

    lang = fields.Selection("_select_lang", "Language", required=True)
    attachment_id = fields.Many2one(
        "ir.attachment", "PDF", ondelete="restrict", index="btree_not_null"
    )
    sha256 = fields.Char(
        "SHA-256",
        help="Fingerprint of the PDF as it was sent: any change to it would show.",
    )

    # === DEFAULTS === #

    @api.model
    def _select_lang(self):
        """:return: all languages: one that is not spoken any more was written in"""
        languages = self.env["res.lang"].sudo().with_context(active_test=False)
        return [(lang.code, lang.name) for lang in languages.search([])]

    # === ACTION METHODS === #

    def action_print(self):
        """Print documents: each as it was or will be sent, joined into one PDF.

        Extend to note that they were printed.

        :raises UserError: if too many have no PDF yet
        """
        self._check_may_print()
        missing = len(self.filtered(lambda each: not each.attachment_id))
        if missing > AT_ONCE:
            raise UserError(
                self.env._(
                    "%(missing)s of these documents have no PDF yet. Print at most "
                    "%(limit)s new ones at once; what is sent in the background gets "
                    "its PDF there.",
                    missing=missing,
                    limit=AT_ONCE,
                )
            )
        report = self.env.ref(self._document_report)
        ordered = self.sorted(lambda each: (each.company_id.id, each.number))
        return report.report_action(ordered, config=False)

    # === BUSINESS METHODS === #

    def _claims(self):
        """:return: the lines that the document asks for"""
        return self.line_ids

    def _totals(self, claims=None):
        """Return what the document asks for, currency by currency.

        :param claims: lines to add up; None for all that it asks for
        :return: list of (res.currency, amount in it), by the currencies' names
        """
        self.ensure_one()
        claims = self._claims() if claims is None else claims
        currencies = {each.name: each for each in claims.document_currency_id}
        sums = totals(
            (
                (line.document_currency_id.name, line.residual_currency)
                for line in claims
            ),
            {name: each.rounding for name, each in currencies.items()},
        )
        return [(currencies[name], float(amount)) for name, amount in sums.items()]

    def _sum_text(self, claims=None):
        """:return: the sums as one text, as in "€ 100.00 + $ 50.00" """
        sums = self._totals(claims)
        return " + ".join(format_amount(self.env, amount, own) for own, amount in sums)

    def _page_name(self):
        return self.number

    def _kept_pdfs(self):
        self._render()
        return {each.id: each.attachment_id for each in self.sudo()}

    def _render(self):
        """Make the PDFs of documents that have none, one at a time, and keep them.

        What is rendered stays as it is, with its hash: a second call changes nothing.
        Commit between documents if there are many; a transaction that another one
        overtakes fails as a whole and leaves no PDF.

        :return: the documents that were rendered now
        :raises UserError: if the PDF cannot be made
        """
        todo = self.sudo().filtered(lambda each: not each.attachment_id)
        for document in todo:
            document._set_rendered(document._make_pdf())
        return todo.sudo(self.env.su)

    def _set_rendered(self, pdf):
        """Keep a document's PDF. Extend :meth:`_rendered_values` to note more.

        :param bytes pdf: the document as it is sent
        """
        kept = self._keep("pdf", pdf, "application/pdf")
        self.write(self._rendered_values(kept, fingerprint(pdf)))

    def _rendered_values(self, attachment, sha256):
        return {"attachment_id": attachment.id, "sha256": sha256}

    def _keep(self, suffix, content, kind):
        """:return: an attachment of the record, named as the customer sees it"""
        self.ensure_one()
        return self.env["ir.attachment"].create(
            {
                "name": f"{self.number.replace('/', '-')}.{suffix}",
                "raw": content,
                "mimetype": kind,
                "res_model": self._name,
                "res_id": self.id,
            }
        )
