from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.trade_credit_base.lookups import count_lines
from odoo.addons.trade_credit_base.windows import form_of

from ...core.letter import WIDTH
from ...statements import stamp

PREFIX = "CL"

FEWEST_DAYS = 3  # to pay: nobody can keep a shorter one


# With a slip on which the customer confirms the receipt: it proves the service
WITH_SLIP = ("notice2", "warning", "measures")


class CollectionLetter(models.Model):
    """A letter as it was written to one customer: numbered, rendered once, then kept.

    :meth:`_build` writes letters, :meth:`_render` makes their PDFs. Nobody may write,
    create or delete one in another way.
    """

    _name = "collection.letter"
    _description = "Collection Letter"
    _inherit = [
        "collection.document.kept",
        "record.seal.mixin",
        "collection.case.record",
    ]
    _document_report = "ar_collection.collection_letter_report"
    _order = "company_id, year desc, sequence desc"
    _rec_name = "number"

    number = fields.Char(required=True, index="trigram")
    year = fields.Integer(required=True, aggregator=None)
    sequence = fields.Integer(required=True, aggregator=None)
    kind = fields.Selection("_select_kind", "Letter", required=True)
    action_id = fields.Many2one(
        "collection.action", required=True, ondelete="restrict", index=False
    )
    recipient_id = fields.Many2one(
        "res.partner",
        required=True,
        index=True,
        ondelete="restrict",
        help="Addressee: who the items asked for were billed to; of several, who was "
        "billed the most, or each of them with a letter of their own if the procedure "
        "says so. Else the customer's invoice address, if there is one.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Contact Person",
        ondelete="restrict",
        help="Person whom the customer is asked to contact: the owner of the case.",
    )
    date = fields.Date(required=True)
    pay_by = fields.Date(
        required=True, help="Day up to which the letter asks for the payment."
    )
    amount = fields.Monetary(
        "Asked For",
        help="Total of the items that the letter asks for, in company currency: what "
        "is new since the last letter. What is on hold, or takes an earlier step, is "
        "listed; what other letters asked for is named with them.",
    )
    overdue = fields.Monetary(help="Part that was overdue when the letter was written.")
    line_ids = fields.One2many("collection.letter.line", "letter_id", "Items")
    line_count = fields.Integer("Items Listed", compute="_compute_line_count")
    state = fields.Selection(
        [("built", "Written"), ("rendered", "Ready to Send")],
        default="built",
        required=True,
        index=True,
        help="A letter that is ready to send has its PDF, which stays as it is.",
    )
    mime = fields.Char(related="attachment_id.mimetype")
    document = fields.Binary("Letter as Sent", compute="_compute_document")
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
        "(action_id, recipient_id)",
        "There is a letter to this address for this contact already.",
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

    @api.depends("line_ids.earlier_id")
    def _compute_line_count(self):
        own = [("earlier_id", "=", False)]
        count_lines(self, "line_count", "line_ids", own)

    @api.depends("attachment_id")
    def _compute_document(self):
        for letter in self:
            letter.document = letter.attachment_id.datas

    # === ACTION METHODS === #

    def action_open_case(self):
        """Open the case that the letter belongs to."""
        return form_of(self.case_id)

    def action_open_action(self):
        """Open the contact that the letter was written for."""
        return form_of(self.action_id)

    def action_open_items(self):
        """List the items of the letter as they stand today."""
        return self._listed_lines().item_id._listed()

    # === BUSINESS METHODS === #

    def _claims(self):
        """:return: the lines that the letter asks for; the others are only listed"""
        return self.line_ids.filtered("is_claimed")

    def _listed_lines(self):
        """:return: the lines of the letter's own items: what is new with it"""
        return self.line_ids.filtered(lambda line: not line.earlier_id)

    # === WRITING === #

    @api.model
    def _build(self, actions):
        """Write the letters of actions: numbers, recipients and items, without PDFs.

        An action whose stage sends no letter, or of which nothing is owed any more, has
        none; one that has its letters already keeps them. Whose procedure says so has
        one for each address, the one that asks for most first. Items must be up to date
        with the books (``collection.item._sync``). One transaction at a time gives
        numbers in a company: commit soon, because the others wait for it.

        :param actions: collection.action records of any companies
        :return: the letters of these actions, old and new ones
        :raises psycopg2.errors.SerializationFailure: if another transaction gave
            numbers meanwhile: roll back and try again
        """
        self.env.flush_all()
        # Read together, wherever the caller has them from
        actions = actions.sudo().browse(actions.ids)
        for company in actions.company_id:
            own = actions.filtered(lambda each, own=company: each.company_id == own)
            rows = self.env.execute_query(self._build_sql(own, company))
            built = self.browse({letter for (letter,) in rows})
            self.env["trade.job"]._report(company, letters_built=built)
        self.env["collection.letter"].invalidate_model()
        self.env["collection.letter.line"].invalidate_model()
        self.env["collection.letter.series"].invalidate_model()
        letters = self.sudo().search([("action_id", "in", actions.ids)], order="id")
        return letters.sudo(self.env.su)

    def _build_sql(self, actions, company):
        """Numbers come from the company's series, whose row is raised by as many: it is
        locked until the end of the transaction, so a number is lost only with its
        letter."""
        return SQL(
            """
            WITH asked AS MATERIALIZED (%(asked)s),
                 named AS MATERIALIZED (%(named)s),
                 claim AS MATERIALIZED (%(addressed)s),
                 todo AS MATERIALIZED (%(todo)s),
                 series AS (
                 INSERT INTO collection_letter_series AS series (company_id, year, last)
                 SELECT %(company)s, year, COUNT(*) FROM todo GROUP BY year
                     ON CONFLICT (company_id, year)
                     DO UPDATE SET last = series.last + EXCLUDED.last
              RETURNING year, last),
                 written AS (%(written)s)
            INSERT INTO collection_letter_line (
                   letter_id, item_id, company_id, document_currency_id, number, date,
                   date_due, days_late, amount_currency, residual, residual_currency,
                   is_due, is_on_hold, is_claimed, earlier_id)
            SELECT written.id, claim.item_id, %(company)s, claim.document_currency_id,
                   claim.number, claim.date, claim.date_due, claim.days_late,
                   claim.amount_currency, claim.residual, claim.residual_currency,
                   claim.is_due, claim.is_on_hold, claim.is_claimed, claim.earlier_id
              FROM written JOIN claim USING (action_id, recipient_id)
             ORDER BY written.id, claim.date_due, claim.item_id
         RETURNING letter_id
            """,
            asked=self._asked_sql(actions, company),
            named=self._named_sql(company),
            addressed=self._address_sql(),
            todo=self._todo_sql(),
            written=self._written_sql(company),
            company=company.id,
        )

    def _asked_sql(self, actions, company):
        """Actions that shall have a letter and have none, with its day.

        A letter bears the day on which it is written, wherever its company is; an
        action that is played ahead of that bears its own.
        """
        return SQL(
            """
            SELECT action.id AS action_id, action.case_id, action.partner_id,
                   stage.day AS stage_day, stage.id AS stage_id,
                   stage.letter_kind AS kind,
                   COALESCE(own.user_id, action.user_id) AS user_id,
                   GREATEST(action.date, %(today)s::date) AS date,
                   procedure.letter_per_address AS per_address
              FROM collection_action AS action
              JOIN collection_stage AS stage ON stage.id = action.stage_id
              JOIN collection_procedure AS procedure
                ON procedure.id = stage.procedure_id
              LEFT JOIN collection_case AS own ON own.id = action.case_id
             WHERE action.id = ANY(%(ids)s) AND stage.letter_kind IS NOT NULL
               AND action.state NOT IN ('settled', 'held_out')
               AND NOT EXISTS (SELECT FROM collection_letter AS letter
                                WHERE letter.action_id = action.id)
            """,
            today=company._trade_day(),
            ids=actions.ids,
            to_flush=self.env["collection.procedure"]._fields["letter_per_address"],
        )

    def _named_sql(self, company):
        """Return the items that the letters of each action name: those that take a step
        with it, and those that earlier letters asked for and that are still open, with
        the last one of these, ``earlier_id``.

        It asks for what takes the letter's own step: a warning does not ask for what
        falls due or is late a day, and lists it. What is on hold is not asked for, as
        far as it is. An item's residual has the customer's credits taken off; in the
        document's currency as much of it is open.
        """
        return SQL(
            """
            SELECT asked.action_id, item.id AS item_id, item.number,
                   COALESCE(move.invoice_date, item.date) AS date, item.date_due,
                   asked.date - item.date_due AS days_late, running.residual,
                   COALESCE(owed.currency_id, %(currency)s) AS document_currency_id,
                   COALESCE(owed.booked_currency, item.residual) AS amount_currency,
                   COALESCE(ROUND((owed.amount_currency * running.residual / owed.amount
                                  )::numeric, money.decimal_places), running.residual)
                       AS residual_currency,
                   stepped.item_id IS NOT NULL AS is_due,
                   item.paused_since IS NOT NULL AS is_on_hold,
                   item.paused_since IS NULL AND stepped.days IS NOT NULL
                       AS is_claimed,
                   stepped.days - COALESCE(item.entered_days, 0) AS stage_days,
                   earlier.letter_id AS earlier_id, billed.id AS billed_id
              FROM asked
              JOIN collection_item AS item
                ON item.partner_id = asked.partner_id AND item.company_id = %(company)s
               AND item.state = 'open' AND item.residual > 0
               AND item.no_followup IS NOT TRUE
             CROSS JOIN LATERAL (
                   SELECT CASE WHEN item.paused_since IS NOT NULL THEN item.residual
                               ELSE item.residual - COALESCE(item.paused_amount, 0)
                               END AS residual) AS running
              LEFT JOIN LATERAL (
                   SELECT taken.item_id,
                          MAX(taken.days_late)
                          FILTER (WHERE stage.day >= asked.stage_day) AS days
                     FROM collection_action_line AS taken
                     JOIN collection_stage AS stage ON stage.id = taken.stage_id
                    WHERE taken.action_id = asked.action_id
                      AND taken.item_id = item.id AND taken.state = 'due'
                    GROUP BY taken.item_id) AS stepped ON TRUE
              LEFT JOIN LATERAL (
                   SELECT told.letter_id
                     FROM collection_letter_line AS told
                     JOIN collection_letter AS letter ON letter.id = told.letter_id
                     JOIN collection_action AS sent ON sent.id = letter.action_id
                    WHERE told.item_id = item.id AND told.is_due
                      AND letter.partner_id = asked.partner_id
                      AND sent.state != 'settled' AND stepped.item_id IS NULL
                      AND item.paused_since IS NULL AND item.date_due < asked.date
                    ORDER BY told.letter_id DESC LIMIT 1) AS earlier ON TRUE
              LEFT JOIN (%(owed)s) AS owed ON owed.line_id = item.line_id
              LEFT JOIN account_move AS move ON move.id = item.move_id
              LEFT JOIN res_partner AS billed
                ON billed.id = move.partner_id AND billed.active
               AND billed.commercial_partner_id = asked.partner_id
               AND billed.id != asked.partner_id
              LEFT JOIN res_currency AS money ON money.id = owed.currency_id
             WHERE running.residual > 0
               AND (stepped.item_id IS NOT NULL OR earlier.letter_id IS NOT NULL)
            """,
            company=company.id,
            currency=company.currency_id.id,
            owed=self._owed_sql(company),
        )

    def _owed_sql(self, company):
        """Return what the customers that get a letter owe, document by document."""
        reader = self.env["trade.receivable"]
        everybody = reader._of_company(company)
        theirs = SQL(
            """= ANY(ARRAY(SELECT contact.id FROM res_partner AS contact
                             JOIN asked
                               ON asked.partner_id = contact.commercial_partner_id))"""
        )
        return reader._open_sql(
            everybody._replace(partners=theirs), [company._trade_day()]
        )

    def _todo_sql(self):
        """Return the letters to write: sum, last day to pay, place among those of the
        year. A letter that claims nothing is not written.

        The last day to pay is the one that the stage gives, and comes before the next
        stage that sends a letter.
        """
        return SQL(
            """
            SELECT asked.*, EXTRACT(YEAR FROM asked.date)::int AS year,
                   summed.recipient_id, summed.amount, summed.overdue,
                   asked.date + GREATEST(%(fewest)s, LEAST(
                       COALESCE(stage.letter_days, 0), later.day - 1
                       - GREATEST(stage.day, summed.stage_days))) AS pay_by,
                   ROW_NUMBER() OVER (PARTITION BY EXTRACT(YEAR FROM asked.date)
                                      ORDER BY asked.action_id, summed.amount DESC,
                                               summed.recipient_id) AS place,
                   COUNT(*) OVER (PARTITION BY EXTRACT(YEAR FROM asked.date)) AS many
              FROM asked
              JOIN collection_stage AS stage ON stage.id = asked.stage_id
              JOIN (SELECT action_id, recipient_id, MAX(stage_days) AS stage_days,
                           SUM(residual) FILTER (WHERE is_claimed) AS amount,
                           SUM(residual) FILTER (WHERE is_claimed AND days_late > 0)
                               AS overdue
                      FROM claim GROUP BY action_id, recipient_id
                    HAVING BOOL_OR(is_due AND is_claimed)) AS summed
                   USING (action_id)
              LEFT JOIN LATERAL (
                   SELECT MIN(next.day) AS day FROM collection_stage AS next
                    WHERE next.procedure_id = stage.procedure_id
                      AND next.day > stage.day AND next.letter_kind IS NOT NULL
                   ) AS later ON TRUE
            """,
            fewest=FEWEST_DAYS,
        )

    def _written_sql(self, company):
        return SQL(
            """
            INSERT INTO collection_letter (
                   number, year, sequence, company_id, kind, action_id, case_id,
                   partner_id, recipient_id, user_id, lang, date, pay_by, amount,
                   overdue, state, create_uid, write_uid, create_date, write_date)
            SELECT %(prefix)s || '/' || year || '/'
                   || LPAD(place::text, GREATEST(%(width)s, LENGTH(place::text)), '0'),
                   year, place, %(company)s, kind, action_id, case_id, partner_id,
                   recipient_id, user_id, lang, date, pay_by, amount,
                   COALESCE(overdue, 0), 'built', %(uid)s, %(uid)s, %(now)s, %(now)s
              FROM (SELECT todo.action_id, todo.case_id, todo.partner_id, todo.kind,
                           todo.user_id, todo.date, todo.pay_by, todo.year,
                           todo.amount, todo.overdue, todo.recipient_id,
                           series.last - todo.many + todo.place AS place,
                           COALESCE(spoken.code, %(lang)s) AS lang
                      FROM todo
                      JOIN series USING (year)
                      JOIN res_partner AS partner ON partner.id = todo.partner_id
                      LEFT JOIN res_lang AS spoken
                        ON spoken.code = partner.lang AND spoken.active) AS numbered
             ORDER BY place
            RETURNING id, action_id, recipient_id
            """,
            prefix=PREFIX,
            width=WIDTH,
            company=company.id,
            **stamp(self.env),
            lang=company.partner_id.lang or self.env.lang or "en_US",
        )

    def _address_sql(self):
        """Return what each letter names and whom it goes to: the contact whom most of
        what the action asks for was billed to, or each contact with what was billed to
        them. What was billed to the customer itself goes to its address.

        What takes an earlier step, and was billed to who is asked for nothing, is
        listed where most is asked for.

        :return: SQL of the rows of ``named`` with their recipient_id
        """
        return SQL(
            """
            SELECT named.*, CASE WHEN per_address AND (asks OR NOT is_due)
                                 THEN own_id ELSE main_id END AS recipient_id
              FROM (SELECT summed.*, COALESCE(BOOL_OR(is_claimed)
                           OVER (PARTITION BY action_id, own_id), FALSE) AS asks,
                           FIRST_VALUE(own_id) OVER (PARTITION BY action_id
                               ORDER BY amount DESC NULLS LAST, own_id) AS main_id
                      FROM (SELECT named.*, asked.per_address, address.own_id,
                                   SUM(named.residual) FILTER (WHERE is_claimed)
                                   OVER (PARTITION BY action_id, own_id) AS amount
                              FROM named
                              JOIN asked USING (action_id)
                              JOIN res_partner AS partner
                                ON partner.id = asked.partner_id
                              JOIN LATERAL (%s) AS addressed ON TRUE
                             CROSS JOIN LATERAL (
                                   SELECT COALESCE(named.billed_id,
                                          addressed.recipient_id) AS own_id) AS address
                           ) AS summed) AS named
            """,
            self._addressed_sql(),
        )

    def _addressed_sql(self):
        """Return the address of ``partner`` for invoices: its invoice address, the
        nearest and then the first by name, as ``address_get`` finds it; else itself.

        :return: SQL of one row (recipient_id); ``partner`` is a commercial entity
        """
        return SQL(
            """
            SELECT COALESCE((
                   SELECT contact.id FROM res_partner AS contact
                    WHERE contact.commercial_partner_id = partner.id
                      AND contact.id != partner.id AND contact.active
                      AND contact.type = 'invoice' AND contact.is_company IS NOT TRUE
                    ORDER BY (contact.parent_id = partner.id) DESC,
                             contact.complete_name, contact.id DESC
                    LIMIT 1), partner.id) AS recipient_id
            """
        )

    # === THE PRINTED PAGE === #

    def _oldest_days(self):
        """:return: how many days the oldest item asked for is late; 0 if none is"""
        return max(0, *self._claims().mapped("days_late"), 0)

    def _first_due(self):
        """:return: the first day on which something that is not late falls due"""
        dates = self._claims().filtered(lambda line: line.days_late <= 0)
        return min(dates.mapped("date_due"), default=False)

    def _with_slip(self):
        """:return: whether the customer is asked to confirm the receipt"""
        return self.kind in WITH_SLIP

    def _earlier_letters(self):
        """:return: earlier letters that asked for an item of this one, oldest first"""
        self.ensure_one()
        lines = self.env["collection.letter.line"].search(
            [
                ("item_id", "in", self._claims().item_id.ids),
                ("letter_id", "<", self.id),
                ("is_claimed", "=", True),
            ]
        )
        return lines.letter_id.sorted("id")

    def _open_letters(self):
        """Return the earlier letters whose items were open and not asked for again when
        this one was written.

        :return: list of (collection.letter, its amounts as a text), oldest first
        """
        self.ensure_one()
        named = self.line_ids - self._listed_lines()
        return [
            (letter, self._sum_text(lines))
            for letter, lines in sorted(
                named.grouped("earlier_id").items(), key=lambda each: each[0].id
            )
        ]

    def _sum_of_all(self):
        """:return: what this letter asks for and earlier ones did, as a text"""
        return self._sum_text(self._claims() + self.line_ids.filtered("earlier_id"))

    @api.model
    def _address_lines(self, partner):
        """Return where somebody is, in the order of its country, without its name.

        :param partner: a res.partner
        :return: list of texts
        """
        address = partner._display_address(without_company=True)
        return [line.strip() for line in address.splitlines() if line.strip()]

    def _bank_account(self):
        """Return the account to pay into: one in the letter's currency if there is.
        Extend to choose another one.

        :rtype: res.partner.bank, empty if the company has none
        """
        self.ensure_one()
        currencies = self._claims().document_currency_id
        known = self.company_id.partner_id.bank_ids.filtered(
            lambda bank: not bank.company_id or bank.company_id == self.company_id
        )
        fitting = known.filtered(lambda bank: bank.currency_id == currencies)
        fitting = fitting or known.filtered(lambda bank: not bank.currency_id)
        return (fitting or known)[:1]

    def _qr_code(self):
        """Return a QR code that pays the letter, where Odoo offers one.

        :return: a data URI; None if the company shows none, or if the letter asks for
            several currencies
        """
        self.ensure_one()
        bank, sums = self._bank_account(), self._totals()
        if not (self.company_id.qr_code and bank and len(sums) == 1):
            return None
        [(currency, amount)] = sums
        return bank.build_qr_code_base64(
            amount, self.number, self.number, currency, self.partner_id
        )

    # === THE PDF === #

    def _rendered_values(self, attachment, sha256):
        return {
            **super()._rendered_values(attachment, sha256),
            "rendered_on": fields.Datetime.now(),
            "state": "rendered",
        }
