from odoo import models
from odoo.tools import SQL


class CollectionTimeline(models.Model):
    """Where the moments of a timeline come from: one statement for each source."""

    _inherit = "collection.timeline"

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
