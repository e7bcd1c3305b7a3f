from odoo import api, models
from odoo.tools import SQL


class CreditFile(models.Model):
    """The credit file of a customer as others read it in their statements."""

    _inherit = "credit.file"

    @api.model
    def _of_customer_sql(self, customer, company, value):
        """Return an expression on the file in use of a customer, named ``own``.

        :param SQL customer: the id of a commercial entity
        :param SQL company: the id of a root company
        :param SQL value: what is asked of the file; NULL where there is none
        """
        return SQL(
            """(SELECT %(value)s FROM credit_file AS own
                 WHERE own.partner_id = %(customer)s AND own.company_id = %(company)s
                   AND own.active)""",
            value=value,
            customer=customer,
            company=company,
            to_flush=[
                self._fields[name] for name in ("partner_id", "company_id", "active")
            ],
        )

    @api.model
    def _hold_sql(self):
        """Return whether supply by ``own`` is stopped, on it or on a group above it."""
        return SQL(
            """EXISTS (SELECT FROM credit_file AS above
                        WHERE above.on_hold AND above.id = ANY(string_to_array(
                              trim(TRAILING '/' FROM own.parent_path), '/')::int[]))""",
            to_flush=[self._fields["on_hold"], self._fields["parent_path"]],
        )

    @api.model
    def _granted_sql(self):
        """Return the amount of the limit in force of ``own``, NULL where none is."""
        Limit = self.env["credit.limit"]
        granted = Limit._in_force_sql(
            self.env["res.company"]._trade_day(), SQL("file_id = own.id")
        )
        return SQL(
            "(SELECT granted.amount FROM (%s) AS granted)",
            granted,
            to_flush=[Limit._fields[name] for name in ("amount", "date_to", "ends_id")],
        )

    @api.model
    def _without_limit(self, company):
        """Return the files of a head company on which no limit is in force, nor on a
        group above: one statement for any number."""
        Limit = self.env["credit.limit"]
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                WITH granted AS MATERIALIZED (%(granted)s)
                SELECT file.id FROM credit_file AS file
                 WHERE file.company_id = %(company)s AND file.active
                   AND NOT EXISTS (
                       SELECT FROM unnest(string_to_array(trim(TRAILING '/'
                              FROM file.parent_path), '/')::int[]) AS step
                        WHERE step IN (SELECT file_id FROM granted))
                """,
                granted=Limit._in_force_sql(
                    company._trade_day(), SQL("company_id = %s", company.id)
                ),
                company=company.id,
            )
        )
        return self.browse(file for (file,) in rows)

    @api.model
    def _available_to(self, customers):
        """Return what is available to customers, by one statement for any number.

        The same for everybody who may ask: exposure depends on nobody's rights.

        :param customers: {key: (commercial entity, root company)}
        :return: {key: amount}, without those that have no file
        """
        if not customers:
            return {}
        files = self.sudo().search(
            [
                (
                    "partner_id",
                    "in",
                    [entity.id for entity, _root in customers.values()],
                ),
                ("company_id", "in", [root.id for _entity, root in customers.values()]),
            ]
        )
        known = {(file.partner_id.id, file.company_id.id): file for file in files}
        return {
            key: known[entity.id, root.id].available
            for key, (entity, root) in customers.items()
            if (entity.id, root.id) in known
        }
