from collections import namedtuple

from odoo import api, models
from odoo.tools import SQL

from .rating_document import SHOWN, TOTAL

ALL = "dealer_rating.rating_group_user"
OWN = "sales_team.group_sale_salesman"

Rated = namedtuple("Rated", "grade total abc")


class RatingDealer(models.Model):
    """The rating of a customer as others read it in their statements."""

    _inherit = "rating.dealer"

    @api.model
    def _seen_sql(self, customer):
        """Return whether the user may see how a customer is rated.

        The same as the record rules of dealers say: rating users see all, salespersons
        their own customers.

        :param SQL customer: the id of a commercial entity
        """
        if self.env.su or self.env.user.has_group(ALL):
            return SQL("TRUE")
        if not self.env.user.has_group(OWN):
            return SQL("FALSE")
        return SQL(
            "EXISTS (SELECT FROM res_partner AS entity"
            " WHERE entity.id = %s AND entity.user_id = %s)",
            customer,
            self.env.uid,
            to_flush=self.env["res.partner"]._fields["user_id"],
        )

    @api.model
    def _rated_sql(self, customer, company):
        """Return the expressions of a customer's rating as it is today.

        :param SQL customer: the id of a commercial entity
        :param SQL company: the id of a root company
        :return: a ``Rated`` of the id of the grade, the total of the last quarter that
            was confirmed, and the ABC class
        """
        written = [self._fields[name] for name in ("grade_id", "active", "partner_id")]
        grade = SQL(
            "(SELECT dealer.grade_id FROM rating_dealer AS dealer"
            " WHERE dealer.partner_id = %s AND dealer.company_id = %s"
            " AND dealer.active)",
            customer,
            company,
            to_flush=written,
        )
        total = SQL(
            """(SELECT quarter.total FROM dealer_quarter AS quarter
                  JOIN rating_dealer AS dealer
                    ON dealer.id = quarter.dealer_id AND dealer.active
                 WHERE dealer.partner_id = %s AND dealer.company_id = %s
                   AND quarter.is_current AND quarter.state = 'confirmed'
              ORDER BY quarter.date_from DESC LIMIT 1)""",
            customer,
            company,
            to_flush=[
                *written,
                *(
                    self.env["dealer.quarter"]._fields[name]
                    for name in ("state", "total")
                ),
            ],
        )
        letter = SQL(
            "(SELECT entity.rating_abc_class->>(%s)::text FROM res_partner AS entity"
            " WHERE entity.id = %s)",
            company,
            customer,
            to_flush=self.env["res.partner"]._fields["rating_abc_class"],
        )
        return Rated(grade, total, letter)

    @api.model
    def _shown_anew(self):
        """Have documents and contacts read their rating again: it was changed past what
        the ORM knows that they depend on."""
        names = ("rating_dealer_id", "rating_grade_id", "rating_total")
        self.env["res.partner"].invalidate_model(names, flush=False)
        for name in self.env.registry.descendants(["rating.document"], "_inherit"):
            model = self.env[name]
            if not model._abstract:
                model.invalidate_model((*SHOWN, TOTAL), flush=False)

    @api.model
    def _known_sql(self, customer, company, day):
        """Return a row of what was known on a day: grade_id, total, abc_class.

        A quarter is known from the day it was confirmed, whatever days it is about;
        the version that was corrected since is what was known until then.

        :param SQL customer: the id of a commercial entity
        :param SQL company: the id of a root company
        :param SQL day: the end of which day
        """
        return SQL(
            """SELECT grading.grade_id, quarter.total, class.abc_class
                 FROM (SELECT %(day)s + 1 AS until) AS asked
            LEFT JOIN rating_dealer AS dealer
                   ON dealer.partner_id = %(customer)s
                  AND dealer.company_id = %(company)s
    LEFT JOIN LATERAL (SELECT given.grade_id FROM dealer_grading AS given
                    LEFT JOIN dealer_quarter AS source
                           ON source.id = given.quarter_id
                        WHERE given.dealer_id = dealer.id
                          AND given.grade_id IS NOT NULL AND given.date < until
                          AND COALESCE(source.confirmed_on < until, TRUE)
                     ORDER BY given.date DESC, given.id DESC
                        LIMIT 1) AS grading ON TRUE
    LEFT JOIN LATERAL (SELECT done.total FROM dealer_quarter AS done
                        WHERE done.dealer_id = dealer.id
                          AND done.state = 'confirmed' AND done.confirmed_on < until
                     ORDER BY done.date_from DESC, done.version DESC
                        LIMIT 1) AS quarter ON TRUE
    LEFT JOIN LATERAL (SELECT line.abc_class FROM rating_abc_line AS line
                        WHERE line.partner_id = %(customer)s
                          AND line.abc_id = (
                              SELECT abc.id FROM rating_abc AS abc
                               WHERE abc.company_id = %(company)s
                                 AND abc.state = 'applied' AND abc.applied_on < until
                            ORDER BY abc.date DESC, abc.id DESC LIMIT 1)
                      ) AS class ON TRUE""",
            customer=customer,
            company=company,
            day=day,
        )
