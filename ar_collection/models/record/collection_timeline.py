from datetime import datetime
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from odoo.addons.trade_credit_base.sentences import Sentence
from odoo.addons.trade_credit_base.windows import form_of

# Tells the sources' ids apart: more than there will ever be sources
SOURCES = 32
# Tells apart the rows of a record that several cases show: more than there will be
SHARED = 2**24

TIMED = ("sent", "message")  # kinds of which the time of the day is known
# How a message writes what a page would take for its own; the last one last
ENTITIES = (
    ("&nbsp;", " "),
    ("\u00a0", " "),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&quot;", '"'),
    ("&#34;", '"'),
    ("&#39;", "''"),
    ("&amp;", "&"),
)
AHEAD = ("planned", "waiting", "settled", "held_out")  # steps that were not taken


class Entry(NamedTuple):
    """A moment as the record of a case prints it."""

    on: object  # date or datetime (UTC)
    what: str
    said: str = ""
    by: str = ""

    @property
    def has_time(self):
        """Tell whether the time of the day is known."""
        return isinstance(self.on, datetime)


class CollectionTimeline(models.Model):
    """Everything said and done on a case, in one list by day: the one source of what a
    case shows and of what its export prints.

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
        "collection.action.line": ["action_id", "number", "state"],
        "collection.case": ["closed_on", "opened_on", "partner_id"],
        "collection.dispute": ["case_id", "resolution", "state"],
        "collection.delivery": ["case_id", "recipient", "sent_on", "state"],
        "collection.handover": ["date", "from_id", "state", "to_id"],
        "collection.handover.line": ["case_id", "handover_id"],
        "collection.letter": ["case_id", "date", "number", "served_on"],
        "collection.measure": ["case_id", "state", "ended_on", "written_off"],
        "collection.promise": ["case_id", "state", "received"],
        "collection.statement": ["partner_id", "sent_on", "state"],
        "mail.message": ["body", "message_type", "model", "res_id"],
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
    whole = fields.Monetary(readonly=True, help="Total that the amount is a part of.")
    note = Sentence(readonly=True)
    detail = fields.Char(readonly=True, help="Codes, as field:value of the record.")
    about = fields.Char(compute="_compute_about")

    @api.depends("stage_id", "number", "until", "contact_id", "reason_id", "detail")
    def _compute_about(self):
        for moment in self:
            day = moment.until and format_date(self.env, moment.until)
            as_of = moment.res_model == "collection.statement"
            parts = (
                moment.stage_id.name,
                moment.number,
                day
                and (
                    self.env._("as of %(date)s", date=day)
                    if as_of
                    else self.env._("by %(date)s", date=day)
                ),
                moment.contact_id.name,
                moment.reason_id.name,
                *moment._details(),
            )
            moment.about = " · ".join(part for part in parts if part)

    def _details(self):
        """:return: what the codes of the row's record say, in the reader's language"""
        record_fields = self.env[self.res_model]._fields if self.detail else {}
        for code in (self.detail or "").split():
            name, value = code.split(":")
            yield dict(record_fields[name]._description_selection(self.env))[value]

    @property
    def _table_query(self):
        """:return: the moments of all sources, each with an id of its own"""
        columns = SQL(", ").join(map(SQL, self._columns()))
        return SQL(" UNION ALL ").join(
            SQL(
                "SELECT row_id * %s + %s AS id, %s FROM (%s) AS source_%s",
                SOURCES,
                place,
                columns,
                source,
                SQL(str(place)),
            )
            for place, source in enumerate(self._moments())
        )

    @api.model
    def _columns(self):
        """:return: {column of a source: its type}; ``row_id`` makes the row's id"""
        return {
            "row_id": "bigint",
            "case_id": "int",
            "company_id": "int",
            "date": "date",
            "moment": "timestamp",
            "kind": "varchar",
            "res_model": "varchar",
            "res_id": "int",
            "user_id": "int",
            "stage_id": "int",
            "contact_id": "int",
            "reason_id": "int",
            "number": "varchar",
            "until": "date",
            "amount": "numeric",
            "whole": "numeric",
            "note": "text",
            "detail": "varchar",
        }

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
                self._check_ids(wanted.value)
                rows = {each // SOURCES for each in wanted.value if each}
                rows |= {row % SHARED for row in rows if row >= SHARED}
                domain &= Domain("res_id", "in", rows)
        return super()._search(domain, *args, **kwargs)

    @api.model
    def _check_ids(self, ids):
        """:raises UserError: if these are no ids of rows"""
        if not all(isinstance(each, int) for each in ids):
            raise UserError(
                self.env._("Moments of a case are asked for by their numbers.")
            )

    @api.model
    def _select_kind(self):
        return self._kinds()

    # === ACTION METHODS === #

    def action_open(self):
        """Return the action that opens the record of which this is a moment.

        :rtype: dict
        """
        self.ensure_one()
        return form_of(self.env[self.res_model].browse(self.res_id))

    # === BUSINESS METHODS === #

    def _entries(self):
        """Return these moments as they are printed, the oldest first.

        :rtype: list[Entry]
        """
        kinds = dict(self._kinds())
        found = []
        for moment in self:
            timed = moment.kind in TIMED
            on = moment.moment if timed else moment.date
            local = timed and fields.Datetime.context_timestamp(self, on).date()
            entry = Entry(on, kinds[moment.kind], moment._said(), moment.user_id.name)
            found.append(((local or on, moment.moment, moment.id), entry))
        return [entry for _when, entry in sorted(found, key=lambda each: each[0])]

    def _said(self):
        """:return: what the row says beside its kind, as one text"""
        amount = self.currency_id.format(self.amount) if self.amount else ""
        if self.whole:
            whole = self.currency_id.format(self.whole)
            part = self.currency_id.format(self.amount)
            amount = self.env._("%(part)s of %(whole)s", part=part, whole=whole)
        return " · ".join(filter(None, (self.about, amount, self.note)))

    # === HOOKS === #

    @api.model
    def _kinds(self):
        """Return the kinds of moments as (code, label). Extend with ``_moments``."""
        return [
            ("opened", self.env._("Case opened")),
            ("closed", self.env._("Case closed")),
            ("procedure", self.env._("Procedure")),
            ("planned", self.env._("Step planned")),
            ("settled", self.env._("Step not needed any more")),
            ("held_out", self.env._("Step held out")),
            ("call", self.env._("Call")),
            ("visit", self.env._("Visit")),
            ("note", self.env._("Note")),
            ("left_out", self.env._("Left out of a run")),
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
            ("stated", self.env._("Statement of account sent")),
            ("acknowledged", self.env._("Statement acknowledged")),
            ("contested", self.env._("Statement contested")),
            ("proposed", self.env._("Measure proposed")),
            ("approved", self.env._("Measure approved")),
            ("rejected", self.env._("Measure rejected")),
            ("carried_out", self.env._("Measure carried out")),
            ("ended", self.env._("Measure ended")),
            ("handed_over", self.env._("Handed over")),
            ("message", self.env._("Message")),
        ]

    @api.model
    def _moments(self):
        """Return the sources of moments. Extend at the end: the place is in the ids.

        :return: list of SQL of rows with the columns of :meth:`_columns`; ``moment`` is
            a timestamp in UTC, ``kind`` one of :meth:`_kinds`, ``amount`` in company
            currency, ``note`` plain text; see :meth:`_source`
        """
        return [
            *self._cases_sql(),
            self._actions_sql(),
            *self._letters_sql(),
            *self._promises_sql(),
            *self._disputes_sql(),
            *self._statements_sql(),
            *self._measures_sql(),
            self._handovers_sql(),
            self._messages_sql(),
        ]

    # === SOURCES === #

    def _source(self, model, columns, where="TRUE", joined=None, same=""):
        """Return a source: what ``columns`` does not name is null.

        :param str model: the record's model; its table is ``own``
        :param dict columns: SQL text per column of a row
        :param str where: SQL text of a condition
        :param str same: names of columns that the record has under the same name
        :param str joined: SQL text of the join that brings ``shown``, the cases that
            show a record of which there is one for several
        """
        wanted = {
            **dict.fromkeys(self._columns(), "NULL"),
            "row_id": f"shown.id::bigint * {SHARED} + own.id" if joined else "own.id",
            "case_id": "shown.id" if joined else "own.case_id",
            "company_id": "own.company_id",
            "moment": "own.create_date",
            "res_id": "own.id",
            "res_model": f"'{model}'",
            **{name: f"own.{name}" for name in same.split()},
            **columns,
        }
        return SQL(
            "SELECT %s FROM %s AS own %s WHERE %s",
            SQL(", ").join(
                SQL("(%s)::%s AS %s", SQL(wanted[name]), SQL(kind), SQL(name))
                for name, kind in self._columns().items()
            ),
            SQL.identifier(self.env[model]._table),
            SQL(joined or ""),
            SQL(where),
        )

    def _cases_sql(self):
        opened = {"case_id": "own.id", "kind": "'opened'", "date": "own.opened_on"}
        closed = {"kind": "'closed'", "date": "own.closed_on", "moment": "write_date"}
        return [
            self._source("collection.case", opened),
            self._source("collection.case", opened | closed, "closed_on IS NOT NULL"),
        ]

    def _actions_sql(self):
        return self._source(
            "collection.action",
            {
                "kind": """CASE WHEN state = 'waiting' THEN 'planned'
                                WHEN state IN ('planned', 'settled', 'held_out')
                                THEN state ELSE kind END""",
                "detail": "'state:' || state",
                "number": """SELECT string_agg(number, ', ' ORDER BY date_due, id)
                               FROM collection_action_line
                              WHERE action_id = own.id AND state = 'due'""",
                "amount": "NULLIF(amount, 0)",
                "note": "COALESCE(note, failure)",
            },
            same="date user_id stage_id contact_id reason_id",
        )

    def _letters_sql(self):
        written = {
            "kind": "'letter'",
            "detail": "'kind:' || kind",
            "contact_id": "recipient_id",
        }
        served = {
            "date": "served_on",
            "moment": "write_date",
            "kind": "'served'",
            "user_id": "served_by_id",
            "contact_id": "recipient_id",
            "note": "served_how",
        }
        sent = {
            "date": "sent_on",
            "moment": "sent_on",
            "kind": "'sent'",
            "detail": "'channel:' || channel || ' state:' || state",
            "contact_id": "recipient_id",
            "number": """concat_ws(' · ', (SELECT number FROM collection_letter
                                            WHERE id = own.letter_id), recipient)""",
            "note": "failure",
        }
        letter, delivery = "collection.letter", "collection.delivery"
        is_served, is_sent = "served_on IS NOT NULL", "sent_on IS NOT NULL"
        return [
            self._source(letter, written, same="date user_id number amount"),
            self._source(letter, served, is_served, same="number"),
            self._source(delivery, sent, is_sent, same="user_id stage_id"),
        ]

    def _promises_sql(self):
        made = {"date": "made_on", "kind": "'promised'", "until": "date"}
        settled = {
            "date": "settled_on",
            "moment": "write_date",
            "kind": "state",
            "user_id": "cancelled_by_id",
            "until": "date",
            "amount": "received",
            "whole": "amount",
        }
        promise, over = "collection.promise", "state != 'open'"
        return [
            self._source(promise, made, same="user_id amount note"),
            self._source(promise, settled, over, same="note"),
        ]

    def _disputes_sql(self):
        raised = {
            "date": "raised_on",
            "kind": "'disputed'",
            "user_id": "raised_by_id",
            "number": """SELECT string_agg(item.number, ', ' ORDER BY item.id)
                           FROM collection_dispute_collection_item_rel AS about
                           JOIN collection_item AS item
                             ON item.id = about.collection_item_id
                          WHERE about.collection_dispute_id = own.id""",
            "note": "description",
        }
        judged = {
            **raised,
            "date": "judged_on",
            # After it was raised, also when that was on the same day
            "moment": "GREATEST(judged_on, create_date + interval '1 second')",
            "kind": "CASE WHEN state = 'invalid' THEN 'invalid' ELSE 'valid' END",
            "user_id": "judged_by_id",
            "note": "judgement",
        }
        resolved = {
            **raised,
            "date": "resolved_on",
            "moment": "write_date",
            "kind": "'resolved'",
            "detail": "'resolution:' || resolution",
            "user_id": "resolved_by_id",
            "number": "SELECT name FROM account_move WHERE id = own.credit_note_id",
            "note": "resolution_note",
        }
        return [
            self._source("collection.dispute", columns, where, same="reason_id amount")
            for columns, where in (
                (raised, "TRUE"),
                (judged, "judged_on IS NOT NULL"),
                (resolved, "resolved_on IS NOT NULL"),
            )
        ]

    def _statements_sql(self):
        """Statements are the customer's: each of its cases shows them."""
        sent = {
            "date": "own.sent_on",
            "kind": "'stated'",
            "user_id": "own.sent_by_id",
            "contact_id": "own.recipient_id",
            "number": "own.number",
            "until": "own.date",
            "amount": "own.amount",
        }
        answered = {
            **sent,
            "date": "COALESCE(own.acknowledged_on, own.contested_on)",
            "moment": "own.write_date",
            "kind": "own.state",
            "user_id": "own.answered_by_id",
            "note": "own.contested_reason",
        }
        cases = """JOIN collection_case AS shown ON shown.partner_id = own.partner_id
                    AND shown.company_id = own.company_id"""
        return [
            self._source("collection.statement", columns, where, cases)
            for columns, where in (
                (sent, "own.sent_on IS NOT NULL"),
                (answered, "own.state IN ('acknowledged', 'contested')"),
            )
        ]

    def _measures_sql(self):
        decided = "CASE WHEN state = 'rejected' THEN state ELSE 'approved' END"
        entry = "SELECT name FROM account_move WHERE id = own.move_id"
        steps = (
            ("'proposed'", "proposed_on", "proposed_by_id", "reason", "NULL"),
            (decided, "decided_on", "decided_by_id", "decision_note", "NULL"),
            ("'carried_out'", "done_on", "done_by_id", "NULL", entry),
            ("'ended'", "ended_on", "NULL", "outcome", "NULL"),
        )
        return [
            self._source(
                "collection.measure",
                {
                    "date": day,
                    # One after the other, also when that was on the same day
                    "moment": f"create_date + interval '{place} second'",
                    "kind": kind,
                    "detail": "'kind:' || kind",
                    "user_id": user,
                    "number": number,
                    "amount": "COALESCE(NULLIF(written_off, 0), amount)",
                    "note": note,
                },
                f"{day} IS NOT NULL",
            )
            for place, (kind, day, user, note, number) in enumerate(steps)
        ]

    def _handovers_sql(self):
        """A hand-over is of many cases, with a line each."""
        columns = {
            "date": "own.date",
            "moment": "COALESCE(own.confirmed_on, own.create_date)",
            "kind": "'handed_over'",
            "user_id": "own.confirmed_by_id",
            "note": """SELECT string_agg(partner.name, ' → '
                                         ORDER BY person.id = own.to_id)
                         FROM res_users AS person
                         JOIN res_partner AS partner ON partner.id = person.partner_id
                        WHERE person.id IN (own.from_id, own.to_id)""",
        }
        cases = """JOIN collection_handover_line AS line ON line.handover_id = own.id
                   JOIN collection_case AS shown ON shown.id = line.case_id"""
        done = "own.state = 'done'"
        return self._source("collection.handover", columns, done, cases)

    def _messages_sql(self):
        """Messages of the case, as text; what Odoo tracked has none and is left out,
        and a notice is for those who got it.
        """
        writer = "SELECT MIN(id) FROM res_users WHERE partner_id = own.author_id"
        text = "regexp_replace(own.body, '<[^>]*>', ' ', 'g')"
        for entity, char in ENTITIES:
            text = f"replace({text}, '{entity}', '{char}')"
        text = f"trim(regexp_replace({text}, '\\s+', ' ', 'g'))"
        columns = {
            "row_id": "own.id",
            "company_id": "shown.company_id",
            "date": "own.date",
            "moment": "own.date",
            "kind": "'message'",
            "user_id": writer,
            "contact_id": f"CASE WHEN ({writer}) IS NULL THEN own.author_id END",
            "number": "own.subject",
            "note": text,
        }
        return self._source(
            "mail.message",
            columns,
            f"""own.model = 'collection.case' AND {text} != ''
                AND own.message_type != 'user_notification'""",
            "JOIN collection_case AS shown ON shown.id = own.res_id",
        )
