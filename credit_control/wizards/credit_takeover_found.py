from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from ..core.takeover import (
    NOTHING,
    Found,
    Note,
    Period,
    Standing,
    Verdict,
    judge_found,
    source_of,
)
from ..models.overview.credit_overview import MONTHS
from .credit_takeover import Proposal

_lt = LazyTranslate(__name__)


class CreditTakeover(models.TransientModel):
    """The limits of the accounting app, and the customers as they stand here.

    A few statements, however many customers there are.
    """

    _inherit = "credit.takeover"

    @api.model
    def _found(self, company):
        """Return what is proposed for the limits that stand in the accounting app.

        :param company: a head company
        :return: list of :class:`Proposal`, by customer
        """
        sources = {
            partner_id: source
            for partner_id, found in self._in_accounting(company).items()
            if (source := source_of(found))
        }
        customers = self._readable(sources)
        standings = self._standings(company, customers)
        foreign = self._foreign(company, customers)
        own = company.sudo().currency_id
        rates = self._rates(company, foreign.values())
        return [
            self._propose_found(
                customer,
                sources[customer.id],
                standings[customer],
                foreign.get(customer, own),
                own,
                rates,
            )
            for customer in customers
        ]

    def _propose_found(self, customer, source, standing, currency, own, rates):
        verdict, rate = judge_found(source.amount, standing), rates.get(currency, 0.0)
        if not rate and verdict.action != NOTHING:
            verdict = Verdict(NOTHING, (Note("no_rate", currency.name),))
        limit, is_foreign = source.amount * rate, currency != own
        kind = source.kind
        return Proposal(
            source="oca" if is_foreign and kind in ("core", "default") else kind,
            partner=customer.id,
            customer=customer.name or customer.display_name,
            verdict=verdict._replace(notes=(*verdict.notes, *source.notes)),
            currency=currency,
            books=own,
            amount=source.amount,
            limit=own.round(limit),
            is_clear=source.is_clear,
            reason=_lt("Taken over from the accounting app"),
        )

    # === WHAT STANDS IN THE ACCOUNTING APP === #

    def _in_accounting(self, company):
        """:return: {commercial entity: core.Found}"""
        self.env.flush_all()
        branches = self.env["res.company"].sudo().with_context(active_test=False)
        tree = branches.search([("id", "child_of", company.id)])
        own, others, closed, contacts = {}, *(defaultdict(list) for _each in range(3))
        for partner_id, is_own, name, key, amount in self._typed_in(tree):
            if not is_own:
                contacts[partner_id].append((name, amount))
            elif key == company.id:
                own[partner_id] = amount
            else:
                branch = tree.browse(key)
                where = others if branch.active else closed
                where[partner_id].append((branch.name, amount))
        default = self._default_limit(company)
        by_default = self._active_customers(company) if default > 0 else ()
        return {
            each: Found(
                own.get(each),
                tuple(others[each]),
                tuple(closed[each]),
                tuple(contacts[each]),
                default if each in by_default else 0.0,
            )
            for each in {*own, *others, *closed, *contacts, *by_default}
        }

    def _typed_in(self, companies):
        """Return the limits that somebody typed in. Odoo keeps them for contacts too,
        where they count nowhere: they are told of where the customer has none.

        :return: rows (commercial entity, whether it is its own, name, company, amount)
        """
        return self.env.execute_query(
            SQL(
                """SELECT partner.commercial_partner_id, partner.id = entity.id,
                          partner.name, told.key::int, told.value::float
                     FROM res_partner AS partner
                     JOIN res_partner AS entity
                       ON entity.id = partner.commercial_partner_id
                    CROSS JOIN LATERAL jsonb_each_text(partner.credit_limit)
                       AS told (key, value)
                    WHERE told.key = ANY(%s) AND told.value IS NOT NULL
                      AND (partner.id = entity.id
                           OR partner.active AND entity.credit_limit->>told.key IS NULL)
                 ORDER BY partner.id, told.key""",
                [str(each) for each in companies.ids],
            )
        )

    def _default_limit(self, company):
        """:return: the limit of customers for whom nobody typed one in"""
        Partner = self.env["res.partner"].sudo().with_company(company)
        field = Partner._fields["credit_limit"]
        return float(field.get_company_dependent_fallback(Partner) or 0.0)

    def _active_customers(self, company):
        """Return the customers who owe something, or ordered in the last months:
        nobody needs a file for each contact of the address book."""
        buying = self.env["credit.file.opening"]._buying_sql(company, months=MONTHS)
        return {partner_id for (partner_id,) in self.env.execute_query(buying)}

    def _foreign(self, company, customers):
        """Return the customers whose limit OCA's account_financial_risk has in another
        currency, if it is installed.

        :return: {res.partner: res.currency}
        """
        if "risk_currency_id" not in customers._fields:
            return {}
        told = customers.sudo().with_company(company)
        others = told.filtered(lambda each: each.credit_currency != "company")
        return {
            each.with_env(self.env): each.risk_currency_id.with_env(self.env)
            for each in others
            if each.risk_currency_id and each.risk_currency_id != company.currency_id
        }

    def _rates(self, company, currencies):
        """:return: {res.currency: today's rate in company currency}, if it has one"""
        own, today = company.currency_id, company._trade_day()
        others = set(currencies) - {own}
        unrated = self._unrated({each.name for each in others}, company)
        Currency = self.env["res.currency"]
        return {own: 1.0} | {
            each: Currency._get_conversion_rate(each, own, company, today)
            for each in others
            if each.name not in unrated
        }

    # === THE CUSTOMERS HERE === #

    def _readable(self, partner_ids):
        """:return: the customers that the user may look at, archived ones too"""
        partners = self.env["res.partner"].with_context(active_test=False)
        names = ["name", "active", "company_id", "commercial_partner_id"]
        return partners.search_fetch([("id", "in", list(partner_ids))], names)

    def _standings(self, company, customers):
        """:return: {customer: its standing}"""
        today = company._trade_day()
        files = self.env["credit.file"].sudo().with_context(active_test=False)
        files = files.search(
            [("partner_id", "in", customers.ids), ("company_id", "=", company.id)]
        )
        file_of = {file.partner_id.id: file for file in files}
        limits = files._limits_in_force(today)
        permanent = files._limits_in_force(today, SQL("kind = 'permanent'"))
        coming = self._coming(files, today)
        limited = self._limited(files)
        own = company.sudo().currency_id
        standings = {}
        for customer in customers:
            file = file_of.get(customer.id, files.browse())
            owner = customer.company_id.sudo().root_id
            standings[customer] = Standing(
                is_active=customer.active,
                owner=owner.name if owner and owner != company else "",
                has_file=bool(file),
                is_file_active=file.active,
                has_limits=file in limited,
                limit=_rounded(own, limits.get(file.id)),
                permanent=_rounded(own, permanent.get(file.id)),
                coming=tuple(coming[file.id]),
            )
        return standings

    def _limited(self, files):
        """:return: the files that were ever granted a limit"""
        groups = self.env["credit.limit"]._read_group(
            [("file_id", "in", files.ids)], ["file_id"]
        )
        return files.browse(file.id for (file,) in groups)

    def _coming(self, files, today):
        """:return: {file id: the limits that begin or end after today}"""
        Limit = self.env["credit.limit"].sudo()
        ended = Limit.search([("file_id", "in", files.ids), ("kind", "=", "end")])
        found = Limit.search_fetch(
            [
                ("file_id", "in", files.ids),
                ("kind", "in", ("permanent", "temporary")),
                ("id", "not in", ended.ends_id.ids),
                "|",
                ("date_from", ">", today),
                ("date_to", ">=", today),
            ],
            ["file_id", "amount", "date_from", "date_to"],
        )
        coming = defaultdict(list)
        for each in found:
            period = Period(each.amount, each.date_from, each.date_to or None)
            coming[each.file_id.id].append(period)
        return coming


def _rounded(currency, amount):
    return None if amount is None else currency.round(amount)
