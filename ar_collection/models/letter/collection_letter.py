from odoo import api, fields, models


class CollectionLetter(models.Model):
    """A letter as it was written to one customer: numbered, rendered once, then kept.

    :meth:`_build` writes letters, :meth:`_render` makes their PDFs. Nobody may write,
    create or delete one in another way.
    """

    _name = "collection.letter"
    _description = "Collection Letter"
    _inherit = ["record.seal.mixin", "trade.record"]
    _order = "company_id, year desc, sequence desc"
    _rec_name = "number"

    number = fields.Char(required=True, index="trigram")
    year = fields.Integer(required=True, aggregator=None)
    sequence = fields.Integer(required=True, aggregator=None)
    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection("_select_kind", "Letter", required=True)
    action_id = fields.Many2one(
        "collection.action", required=True, ondelete="restrict", index=False
    )
    case_id = fields.Many2one(
        "collection.case", ondelete="restrict", index="btree_not_null"
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="restrict"
    )
    recipient_id = fields.Many2one(
        "res.partner",
        required=True,
        index=True,
        ondelete="restrict",
        help="Whom the letter is addressed to: the customer's invoice address, if it "
        "has one.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Contact Person",
        ondelete="restrict",
        help="Whom the customer is asked to turn to: the owner of the case.",
    )
    lang = fields.Char("Language", required=True)
    date = fields.Date(required=True)
    pay_by = fields.Date(
        required=True, help="Day up to which the letter asks for the payment."
    )
    amount = fields.Monetary(
        "Asked For",
        help="What the letter's items come to, in company currency. Items that are on "
        "hold or fall due later are listed and not asked for.",
    )
    overdue = fields.Monetary(help="What of it was late when the letter was written.")
    line_ids = fields.One2many("collection.letter.line", "letter_id", "Items")
    line_count = fields.Integer("Items Listed", compute="_compute_line_count")
    state = fields.Selection(
        [("built", "Written"), ("rendered", "Ready to Send")],
        default="built",
        required=True,
        index=True,
        help="A letter that is ready to send has its PDF, which stays as it is.",
    )
    attachment_id = fields.Many2one(
        "ir.attachment", "PDF", ondelete="restrict", index="btree_not_null"
    )
    mime = fields.Char(related="attachment_id.mimetype")
    document = fields.Binary("Letter as Sent", compute="_compute_document")
    sha256 = fields.Char(
        "SHA-256",
        help="Fingerprint of the PDF as it was sent: any change to it would show.",
    )
    rendered_on = fields.Datetime()
    served_on = fields.Date(
        index="btree_not_null", help="Day on which the customer was served the letter."
    )
    served_by_id = fields.Many2one("res.users", "Service Recorded By")
    served_how = fields.Char(help="Registered post with its number, courier, in person")
    service_proof_ids = fields.Many2many(
        "ir.attachment",
        "collection_letter_service_proof",
        "letter_id",
        "attachment_id",
        "Proof of Service",
    )
    delivery_ids = fields.One2many("collection.delivery", "letter_id", "Deliveries")

    _action_unique = models.UniqueIndex(
        "(action_id)", "There is a letter for this contact already."
    )
    _number_unique = models.UniqueIndex(
        "(company_id, year, sequence)", "A letter's number is given once."
    )
    _fixed = models.Constraint(
        "CHECK (state = 'built' OR (attachment_id IS NOT NULL AND sha256 IS NOT NULL))",
        "A letter that is ready to send has its PDF and the PDF's fingerprint.",
    )

    # === COMPUTE METHODS === #

    @api.model
    def _select_kind(self):
        """The kinds of letters are those that a stage may send."""
        stage = self.env["collection.stage"]._fields["letter_kind"]
        return stage._description_selection(self.env)

    @api.depends("line_ids")
    def _compute_line_count(self):
        counts = self.env["collection.letter.line"]._read_group(
            [("letter_id", "in", self.ids)], ["letter_id"], ["__count"]
        )
        by_letter = dict(counts)
        for letter in self:
            letter.line_count = by_letter.get(letter, 0)

    @api.depends("attachment_id")
    def _compute_document(self):
        for letter in self:
            letter.document = letter.attachment_id.datas

    # === ACTION METHODS === #

    def action_open_case(self):
        """Open the case that the letter belongs to."""
        return self._open(self.case_id)

    def action_open_action(self):
        """Open the contact that the letter was written for."""
        return self._open(self.action_id)

    def action_open_items(self):
        """List the items of the letter as they stand today."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_collection.collection_item_action"
        )
        return action | {
            "domain": [("id", "in", self.line_ids.item_id.ids)],
            "context": {},
        }

    def _open(self, record):
        record.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
        }

    # === BUSINESS METHODS === #

    def _claims(self):
        """:return: the lines that the letter asks for; the others are only listed"""
        return self.line_ids.filtered("is_claimed")
