from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

# Days of the week without contacts, from Monday on
QUIET = [f"quiet_{day}" for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")]


class CollectionProcedure(models.Model):
    """Steps for items that fall due, each on its day."""

    _name = "collection.procedure"
    _description = "Collection Procedure"
    _inherit = ["trade.owned", "trade.card"]
    _order = "company_id, is_default desc, sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company.root_id,
        domain="[('parent_id', '=', False)]",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    is_default = fields.Boolean(
        "Company's Procedure", help="For customers who have no other one."
    )
    category_ids = fields.Many2many(
        "res.partner.category",
        string="Customer Tags",
        help="For customers with one of these tags and no procedure of their own.",
    )
    stage_ids = fields.One2many("collection.stage", "procedure_id", "Stages", copy=True)
    entry_stage_id = fields.Many2one(
        "collection.stage",
        "Backlog Starts At",
        copy=False,
        domain="[('procedure_id', '=', id), ('letter_kind', '!=', 'measures')]",
        help="Items that are late already when they are first seen enter at this "
        "stage, or at the letter before it if it is not for the customer, and go on "
        "from there by the days between the stages, however old they are. Empty for "
        "the first notice.",
    )
    small_amount = fields.Monetary(
        "Floor",
        compute="_compute_small_amount",
        store=True,
        readonly=False,
        precompute=True,
        help="Items take a step once they come to this amount together, in company "
        "currency: a few cents that are left over bring no letter. They stay listed, "
        "and are written off in bulk. 0 for any amount.",
    )
    letter_gap = fields.Integer(
        "Days between Letters",
        default=10,
        help="A customer with several items gets a letter at most every so many days, "
        "with all that waits for one. A letter that is stricter than any they had for "
        "what is open goes at once. 0 for any.",
    )
    letter_per_address = fields.Boolean(
        "One Letter per Address",
        help="What was billed to several addresses of a customer is asked for with a "
        "letter to each of them, which names its own items. Else one letter asks for "
        "all, and goes where most of it was billed.",
    )
    max_per_week = fields.Integer(
        "Contacts a Week",
        default=3,
        help="At most so many contacts with a customer in seven days; 0 for any.",
    )
    quiet_mon = fields.Boolean("Monday")
    quiet_tue = fields.Boolean("Tuesday")
    quiet_wed = fields.Boolean("Wednesday")
    quiet_thu = fields.Boolean("Thursday")
    quiet_fri = fields.Boolean("Friday")
    quiet_sat = fields.Boolean("Saturday", default=True)
    quiet_sun = fields.Boolean("Sunday", default=True)

    _default_unique = models.UniqueIndex(
        "(company_id) WHERE is_default AND active",
        "A company has one procedure for all others. Take the mark off that one first.",
    )

    _floor_positive = models.Constraint(
        "CHECK (COALESCE(small_amount, 0) >= 0 AND COALESCE(letter_gap, 0) >= 0)",
        "The floor and the days between letters are zero or more.",
    )

    @api.depends("company_id.currency_id")
    def _compute_small_amount(self):
        """Propose the floor of the currency; another amount may be chosen."""
        for procedure in self:
            procedure.small_amount = procedure.company_id._trade_floor()

    # === CONSTRAINTS === #

    @api.constrains("entry_stage_id", "stage_ids")
    def _check_entry_stage(self):
        """Measures need the letters that lead to them, whoever chooses."""
        for procedure in self.filtered("entry_stage_id"):
            entry = procedure.entry_stage_id
            if entry.procedure_id != procedure or entry._is_measures():
                raise ValidationError(
                    self.env._(
                        "The backlog cannot start at “%(stage)s”. Choose a stage of "
                        "this procedure that proposes no protective measures.",
                        stage=entry.name,
                    )
                )

    # === BUSINESS METHODS === #

    @api.model
    def _chosen_sql(self, company, customers):
        """Return who is collected from by which procedure.

        :param SQL customers: rows (commercial entity) to look at
        :return: SQL of rows (partner_id: a commercial entity, procedure_id)
        """
        partners = self.env["res.partner"].with_company(company)
        own = partners._field_to_sql("partner", "collection_procedure_id")
        return SQL(
            """
            SELECT partner.id AS partner_id,
                   COALESCE(own.id, tagged.id, usual.id) AS procedure_id
              FROM res_partner AS partner
              LEFT JOIN collection_procedure AS own
                ON own.id = %(own)s AND own.active AND own.company_id = %(company)s
              LEFT JOIN (
                   SELECT DISTINCT ON (tag.partner_id) tag.partner_id, procedure.id
                     FROM collection_procedure AS procedure
                     JOIN collection_procedure_res_partner_category_rel AS meant
                       ON meant.collection_procedure_id = procedure.id
                     JOIN res_partner_res_partner_category_rel AS tag
                       ON tag.category_id = meant.res_partner_category_id
                    WHERE procedure.active AND procedure.company_id = %(company)s
                    ORDER BY tag.partner_id, procedure.sequence, procedure.id) AS tagged
                ON tagged.partner_id = partner.id
              LEFT JOIN collection_procedure AS usual
                ON usual.company_id = %(company)s AND usual.is_default AND usual.active
             WHERE partner.id IN (%(customers)s)
            """,
            own=own,
            company=company.id,
            customers=customers,
        )

    @api.model
    def _floors_sql(self, company, customers):
        """Return what is too little to be asked for.

        :param SQL customers: rows (commercial entity) to look at
        :return: SQL of rows (partner_id: a commercial entity, floor)
        """
        return SQL(
            """
            SELECT chosen.partner_id, COALESCE(procedure.small_amount, 0) AS floor
              FROM (%s) AS chosen
              LEFT JOIN collection_procedure AS procedure ON procedure.id = procedure_id
            """,
            self._chosen_sql(company, customers),
            to_flush=self._fields["small_amount"],
        )

    @api.model
    def _entry_sql(self):
        """Return where items enter that are late already when they are first seen: the
        stage that is chosen, or the first notice.

        :return: SQL of rows (procedure_id, stage_id, day), one a procedure at most
        """
        return SQL(
            """
            SELECT DISTINCT ON (procedure.id) procedure.id AS procedure_id,
                   stage.id AS stage_id, stage.day
              FROM collection_procedure AS procedure
              JOIN collection_stage AS stage ON stage.procedure_id = procedure.id
             WHERE CASE WHEN procedure.entry_stage_id IS NULL
                        THEN stage.letter_kind = 'notice'
                        ELSE stage.id = procedure.entry_stage_id END
             ORDER BY procedure.id, stage.day, stage.sequence, stage.id
            """,
            to_flush=(
                self._fields["entry_stage_id"],
                *(
                    self.env["collection.stage"]._fields[name]
                    for name in ("procedure_id", "day", "letter_kind", "sequence")
                ),
            ),
        )

    # === A COMPANY THAT CAME LATER === #

    @api.model
    def action_set_up_company(self):
        """Give the current company what it lacks of the standard procedure, as it is
        now in the company that has it, and show procedures.

        What it has already, archived or not, stays as it is.

        :raises AccessError: if the user is no collection manager
        """
        self.check_access("create")
        company = self.env.company.root_id
        every = self.sudo().with_context(active_test=False)
        standard = every.env.ref("ar_collection.procedure_standard", False)
        if standard and standard.company_id != company:
            standard._set_up(company)
        return self.env["ir.actions.act_window"]._for_xml_id(
            "ar_collection.collection_procedure_action"
        )

    def _set_up(self, company):
        """Give a company what it lacks of this procedure's company. Extend with more.

        :param company: another root company
        """
        if not self.search_count([("company_id", "=", company.id)], limit=1):
            self.copy(
                {
                    "company_id": company.id,
                    "is_default": True,
                    "active": True,
                    "small_amount": company._trade_floor(),
                }
            )
