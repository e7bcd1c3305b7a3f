from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

# Tells the sources' ids apart: more than there will ever be sources
SOURCES = 32


class CollectionTimeline(models.Model):
    """Everything said and done on a case, in one list by day.

    Nothing is kept here: each row is one moment of a record that is. Other addons add
    theirs in :meth:`_moments`.
    """

    _name = "collection.timeline"
    _description = "Timeline of a Case"
    _auto = False
    _order = "date desc, moment desc, id desc"
    _rec_name = "kind"
    _depends = {
        "collection.action": ["case_id", "date", "kind", "note", "state"],
        "collection.dispute": ["case_id", "state"],
        "collection.delivery": ["case_id", "recipient", "sent_on"],
        "collection.letter": ["case_id", "date", "number", "served_on"],
        "collection.promise": ["case_id", "state", "received"],
        "mail.message": ["body", "model", "res_id"],
    }

    case_id = fields.Many2one("collection.case", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(readonly=True)
    moment = fields.Datetime(readonly=True)
    kind = fields.Selection("_select_kind", "What", readonly=True)
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)
    user_id = fields.Many2one("res.users", "Who", readonly=True)
    stage_id = fields.Many2one("collection.stage", readonly=True)
    contact_id = fields.Many2one("res.partner", readonly=True)
    reason_id = fields.Many2one("collection.reason", readonly=True)
    number = fields.Char(readonly=True)
    until = fields.Date(readonly=True)
    amount = fields.Monetary(readonly=True)
    note = fields.Text(readonly=True)
    about = fields.Char(compute="_compute_about")

    @api.depends("stage_id", "number", "until", "contact_id", "reason_id")
    def _compute_about(self):
        for moment in self:
            parts = (
                moment.stage_id.name,
                moment.number,
                moment.until
                and self.env._("by %(date)s", date=format_date(self.env, moment.until)),
                moment.contact_id.name,
                moment.reason_id.name,
            )
            moment.about = " · ".join(part for part in parts if part)

    @property
    def _table_query(self):
        """:return: the moments of all sources, each with an id of its own"""
        columns = SQL(
            "case_id, company_id, date, moment, kind, res_model, res_id, user_id, "
            "stage_id, contact_id, reason_id, number, until, amount, note"
        )
        return SQL(" UNION ALL ").join(
            SQL(
                "SELECT res_id::bigint * %s + %s AS id, %s FROM (%s) AS source_%s",
                SOURCES,
                place,
                columns,
                source,
                SQL(str(place)),
            )
            for place, source in enumerate(self._moments())
        )

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Find rows that are asked for by id by the records that they come from.

        An id is computed: PostgreSQL would compute that of each moment of all cases.
        """
        domain = Domain(domain)
        conditions = list(domain.iter_conditions())
        if len(conditions) == 1 and conditions[0].field_expr == "id":
            [wanted] = conditions
            if wanted.operator == "in" and not domain.is_false():
                sources = {each // SOURCES for each in wanted.value if each}
                domain &= Domain("res_id", "in", sources)
        return super()._search(domain, *args, **kwargs)

    @api.model
    def _select_kind(self):
        return self._kinds()

    # === ACTION METHODS === #

    def action_open(self):
        """Return the action that opens the record of which this is a moment.

        :rtype: dict
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

    # === HOOKS === #

    @api.model
    def _kinds(self):
        """Return the kinds of moments as (code, label). Extend with ``_moments``."""
        return [
            ("procedure", self.env._("Procedure")),
            ("call", self.env._("Call")),
            ("visit", self.env._("Visit")),
            ("note", self.env._("Note")),
            ("letter", self.env._("Letter")),
            ("sent", self.env._("Letter sent")),
            ("served", self.env._("Letter served")),
            ("promised", self.env._("Promise")),
            ("kept", self.env._("Promise kept")),
            ("broken", self.env._("Promise broken")),
            ("cancelled", self.env._("Promise cancelled")),
            ("disputed", self.env._("Dispute")),
            ("valid", self.env._("Dispute valid")),
            ("invalid", self.env._("Dispute not valid")),
            ("resolved", self.env._("Dispute resolved")),
            ("message", self.env._("Message")),
        ]

    @api.model
    def _moments(self):
        """Return the sources of moments. Extend at the end: the place is in the ids.

        :return: list of SQL of rows (case_id, company_id, date, moment, kind,
            res_model, res_id, user_id, stage_id, contact_id, reason_id, number,
            until, amount, note); ``moment`` is a timestamp in UTC, ``kind`` one of
            :meth:`_kinds`, ``amount`` in company currency, ``note`` plain text
        """
        return [
            self._actions_sql(),
            self._letters_sql(),
            self._sent_sql(),
            self._served_sql(),
            self._promised_sql(),
            self._settled_sql(),
            self._disputed_sql(),
            self._judged_sql(),
            self._resolved_sql(),
            self._messages_sql(),
        ]

    # === SOURCES === #

    def _source(self, model, columns, where="TRUE"):
        """Return a source: what ``columns`` does not name is null.

        :param str model: the record's model
        :param dict columns: SQL text per column of a row
        :param str where: SQL text of a condition
        """
        wanted = {
            "case_id": "case_id",
            "company_id": "company_id",
            "date": "NULL::date",
            "moment": "create_date",
            "kind": "NULL::varchar",
            "res_id": "id",
            "user_id": "NULL::int",
            "stage_id": "NULL::int",
            "contact_id": "NULL::int",
            "reason_id": "NULL::int",
            "number": "NULL::varchar",
            "until": "NULL::date",
            "amount": "NULL::numeric",
            "note": "NULL::text",
            **columns,
        }
        return SQL(
            "SELECT %s, %s AS res_model FROM %s WHERE %s",
            SQL(", ").join(
                SQL("%s AS %s", SQL(text), SQL.identifier(name))
                for name, text in wanted.items()
            ),
            model,
            SQL.identifier(self.env[model]._table),
            SQL(where),
        )

    def _actions_sql(self):
        return self._source(
            "collection.action",
            {
                "date": "date",
                "kind": "kind",
                "user_id": "user_id",
                "stage_id": "stage_id",
                "contact_id": "contact_id",
                "reason_id": "reason_id",
                "amount": "NULLIF(amount, 0)",
                "note": "COALESCE(note, failure)",
            },
            "state IN ('done', 'sending', 'failed')",
        )

    def _letters_sql(self):
        return self._source(
            "collection.letter",
            {
                "date": "date",
                "kind": "'letter'",
                "contact_id": "recipient_id",
                "number": "number",
                "amount": "amount",
            },
        )

    def _sent_sql(self):
        return self._source(
            "collection.delivery",
            {
                "date": "sent_on::date",
                "moment": "sent_on",
                "kind": "'sent'",
                "user_id": "user_id",
                "contact_id": "recipient_id",
                "number": "recipient",
            },
            "sent_on IS NOT NULL",
        )

    def _served_sql(self):
        return self._source(
            "collection.letter",
            {
                "date": "served_on",
                "moment": "write_date",
                "kind": "'served'",
                "user_id": "served_by_id",
                "contact_id": "recipient_id",
                "number": "number",
                "note": "served_how",
            },
            "served_on IS NOT NULL",
        )

    def _promised_sql(self):
        return self._source(
            "collection.promise",
            {
                "date": "made_on",
                "kind": "'promised'",
                "user_id": "user_id",
                "until": "date",
                "amount": "amount",
                "note": "note",
            },
        )

    def _settled_sql(self):
        return self._source(
            "collection.promise",
            {
                "date": "settled_on",
                "moment": "write_date",
                "kind": "state",
                "user_id": "cancelled_by_id",
                "until": "date",
                "amount": "received",
            },
            "state != 'open'",
        )

    def _disputed_sql(self):
        return self._source(
            "collection.dispute",
            {
                "date": "raised_on",
                "kind": "'disputed'",
                "user_id": "raised_by_id",
                "reason_id": "reason_id",
                "amount": "amount",
                "note": "description",
            },
        )

    def _judged_sql(self):
        return self._source(
            "collection.dispute",
            {
                "date": "judged_on",
                # After it was raised, also when that was on the same day
                "moment": "GREATEST(judged_on, create_date + interval '1 second')",
                "kind": "CASE WHEN state = 'invalid' THEN 'invalid' ELSE 'valid' END",
                "user_id": "judged_by_id",
                "reason_id": "reason_id",
                "amount": "amount",
                "note": "judgement",
            },
            "judged_on IS NOT NULL",
        )

    def _resolved_sql(self):
        return self._source(
            "collection.dispute",
            {
                "date": "resolved_on",
                "moment": "write_date",
                "kind": "'resolved'",
                "user_id": "resolved_by_id",
                "reason_id": "reason_id",
                "amount": "amount",
                "note": "resolution_note",
            },
            "state = 'resolved'",
        )

    def _messages_sql(self):
        """Messages of the case, as text; what Odoo tracked has none and is left out."""
        return SQL(
            """
            SELECT message.res_id AS case_id, own.company_id,
                   message.date::date AS date, message.date AS moment,
                   'message' AS kind, message.id AS res_id, writer.id AS user_id,
                   NULL::date AS until, NULL::int AS stage_id,
                   CASE WHEN writer.id IS NULL THEN message.author_id END AS contact_id,
                   NULL::int AS reason_id, message.subject AS number,
                   NULL::numeric AS amount, said.note, 'mail.message' AS res_model
              FROM mail_message AS message
              JOIN collection_case AS own ON own.id = message.res_id
              LEFT JOIN LATERAL (
                   SELECT MIN(id) AS id FROM res_users
                    WHERE partner_id = message.author_id) AS writer ON TRUE
             CROSS JOIN LATERAL (
                   SELECT trim(regexp_replace(regexp_replace(
                       message.body, '<[^>]*>', ' ', 'g'), '\\s+', ' ', 'g')) AS note
                   ) AS said
             WHERE message.model = 'collection.case' AND said.note != ''
            """
        )
