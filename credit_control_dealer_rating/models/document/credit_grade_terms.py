from odoo import api, models
from odoo.tools import SQL

READ = ("policy_id", "grade_id", "payment_term_id", "pricelist_id", "deposit")
READ += ("service_level_id",)


class CreditGradeTerms(models.Model):
    """What the grade of a customer gives, as documents read it in their statements."""

    _inherit = "credit.grade.terms"

    @api.model
    def _given_sql(self, customer, company, value):
        """Return an expression on what a customer's grade of today gives, by the
        policy in force: the row is named ``given``, the dealer ``dealer``.

        :param SQL customer: the id of a commercial entity
        :param SQL company: the id of a root company
        :param SQL value: what is asked; NULL where no grade gives anything
        """
        Dealer, File = self.env["rating.dealer"], self.env["credit.file"]
        return SQL(
            """(SELECT %(value)s
                  FROM rating_dealer AS dealer
                  JOIN res_company AS head ON head.id = dealer.company_id
             LEFT JOIN credit_file AS own
                    ON own.partner_id = dealer.partner_id
                   AND own.company_id = dealer.company_id AND own.active
                  JOIN credit_grade_terms AS given
                    ON given.policy_id
                       = COALESCE(own.policy_id, head.credit_default_policy_id)
                   AND given.grade_id = dealer.grade_id
                 WHERE dealer.partner_id = %(customer)s
                   AND dealer.company_id = %(company)s AND dealer.active)""",
            value=value,
            customer=customer,
            company=company,
            to_flush=[
                *(self._fields[name] for name in READ),
                *(Dealer._fields[name] for name in ("grade_id", "active")),
                *(File._fields[name] for name in ("policy_id", "active")),
            ],
        )

    @api.model
    def _in_use_sql(self, name):
        """Return the id of a record that terms name, NULL where it is archived, or of
        another company than the dealer: nobody can choose it.

        :param str name: a field of the terms
        """
        return SQL(
            """(SELECT used.id FROM %s AS used
                 WHERE used.id = given.%s AND used.active
                   AND COALESCE(used.company_id = dealer.company_id, TRUE))""",
            SQL.identifier(self.env[self._fields[name].comodel_name]._table),
            SQL.identifier(name),
        )

    @api.model
    def _list_sql(self, branch):
        """Return the id of the price list that terms name, NULL where nobody can use
        it: Odoo leaves the list of a head company to no branch.

        :param SQL branch: the id of the company that sells
        """
        return SQL(
            """(SELECT used.id FROM product_pricelist AS used
                 WHERE used.id = given.pricelist_id AND used.active
                   AND COALESCE(used.company_id = %s, TRUE))""",
            branch,
        )

    @api.model
    def _given_to(self, customers):
        """Return what grades give to customers today, by one statement; nothing to
        those whose rating the user may not see.

        :param customers: set of (id of the commercial entity, id of the root company,
            id of the company that sells)
        :return: {one of the set: (account.payment.term, product.pricelist)}
        """
        if not customers:
            return {}
        whose = SQL("asked.customer"), SQL("asked.root")
        seen = self.env["rating.dealer"]._seen_sql(whose[0])
        rows = self.env.execute_query(
            SQL(
                """SELECT asked.customer, asked.root, asked.branch,
                          CASE WHEN %s THEN %s END, CASE WHEN %s THEN %s END
                     FROM unnest(%s::int[], %s::int[], %s::int[])
                          AS asked (customer, root, branch)""",
                seen,
                self._given_sql(*whose, self._in_use_sql("payment_term_id")),
                seen,
                self._given_sql(*whose, self._list_sql(SQL("asked.branch"))),
                *map(list, zip(*customers, strict=True)),
            )
        )
        Term, Pricelist = (
            self.env["account.payment.term"],
            self.env["product.pricelist"],
        )
        return {
            tuple(key): (Term.browse(term), Pricelist.browse(pricelist))
            for *key, term, pricelist in rows
        }
