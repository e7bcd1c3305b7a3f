from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .res_partner_abc import ABC


class RatingAbcService(models.Model):
    """What customers of a class get: a file, a named salesperson, visits."""

    _name = "rating.abc.service"
    _description = "Service Rule of an ABC Class"
    _inherit = ["trade.owned"]
    _order = "company_id, abc_class"
    _rec_name = "abc_class"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company.root_id,
        domain="[('parent_id', '=', False)]",
    )
    abc_class = fields.Selection(ABC, "Class", required=True)
    needs_file = fields.Boolean(
        "Needs a File", help="Customers of the class are listed until they have one."
    )
    needs_salesperson = fields.Boolean(
        "Needs a Salesperson",
        help="Customers of the class are listed until they have a named salesperson. "
        "One who has left does not count.",
    )
    visit_days = fields.Integer(
        "Visit Every (Days)",
        help="A visit is planned when the last one is so many days ago. 0: no visits.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Stand-in",
        domain="[('share', '=', False)]",
        help="Gets the visits of customers without a salesperson. If empty, none is "
        "planned for them.",
    )
    note = fields.Text("Further Service")
    customer_count = fields.Integer("Customers", compute="_compute_counts")
    without_file_count = fields.Integer("Without a File", compute="_compute_counts")
    without_salesperson_count = fields.Integer(
        "Without a Salesperson", compute="_compute_counts"
    )

    _class_unique = models.UniqueIndex(
        "(company_id, abc_class)", "This class already has its rule in this company."
    )
    _visit_days_positive = models.Constraint(
        "CHECK (visit_days >= 0)", "The days between visits cannot be negative."
    )

    # === COMPUTE METHODS === #

    @api.depends("company_id", "abc_class", "needs_file", "needs_salesperson")
    def _compute_counts(self):
        for rule in self:
            rule.customer_count = rule._count(Domain.TRUE)
            rule.without_file_count = (
                rule._count(rule._without_file()) if rule.needs_file else 0
            )
            rule.without_salesperson_count = (
                rule._count(rule._without_salesperson())
                if rule.needs_salesperson
                else 0
            )

    # === CONSTRAINT METHODS === #

    @api.constrains("company_id")
    def _check_company(self):
        for rule in self.filtered("company_id.parent_id"):
            raise ValidationError(
                self.env._(
                    "%(branch)s is a branch. Rules are those of %(company)s.",
                    branch=rule.company_id.name,
                    company=rule.company_id.root_id.name,
                )
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        self._plan_soon()
        return rules

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"visit_days", "user_id", "abc_class", "company_id"}:
            self._plan_soon()
        return result

    # === ACTION METHODS === #

    def action_open_customers(self):
        """Open the customers of the class."""
        return self._open(self.env._("Customers of the Class"), Domain.TRUE)

    def action_open_without_file(self):
        """Open the customers of the class who still need a file."""
        return self._open(self.env._("Customers without a File"), self._without_file())

    def action_open_without_salesperson(self):
        """Open the customers of the class without a named salesperson, to name one."""
        return self._open(
            self.env._("Customers without a Salesperson"), self._without_salesperson()
        )

    # === BUSINESS METHODS === #

    def _count(self, domain):
        return self._customers().search_count(self._of_class() & domain)

    def _open(self, name, domain):
        """Open customers by id: a class is another in another company."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "dealer_rating.rating_abc_customer_action"
        )
        customers = self._customers().search(self._of_class() & domain)
        return action | {
            "name": name,
            "display_name": name,
            "domain": [("id", "in", customers.ids)],
            "context": {},
        }

    def _customers(self):
        """Return the model of customers, as the rule's company sees it."""
        self.ensure_one()
        return self.env["res.partner"].with_company(self.company_id)

    def _of_class(self):
        """Return which customers have the class; to be asked of :meth:`_customers`."""
        return Domain("rating_abc_class", "=", self.abc_class)

    def _without_salesperson(self):
        return Domain("user_id", "=", False) | Domain("user_id.active", "=", False)

    def _without_file(self):
        """Return which customers have no file: here, are no rated dealers.

        Extend to ask for another kind of file. Of whichever class they are.

        :rtype: Domain
        """
        dealers = self.env["rating.dealer"].sudo()
        query = dealers._search([("company_id", "=", self.company_id.id)])
        return Domain("id", "not in", query.subselect("partner_id"))
