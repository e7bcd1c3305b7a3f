from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date
from odoo.tools.translate import LazyTranslate

from odoo.addons.trade_credit_base.core.given import said
from odoo.addons.trade_credit_base.models.waiting.trade_waiting import Wait
from odoo.addons.trade_credit_base.sentences import Refusal, Sentence
from odoo.addons.trade_credit_base.windows import dialog_for, form_of

from ...groups import COLLECTOR, FINANCE, MANAGER, require

_lt = LazyTranslate(__name__)

KINDS = [
    ("end_relationship", "End the relationship"),
    ("legal_action", "Legal action"),
    ("write_off", "Write-off"),
]

OWING = [("state", "=", "open"), ("residual", ">", 0)]
# Nothing is owed any more; or all that is, is on hold, and nobody decided yet. What is
# on hold may be written off all the same.
ENDED = Domain("item_ids", "not any", OWING) | (
    Domain("state", "=", "proposed")
    & Domain("kind", "!=", "write_off")
    & Domain("item_ids", "not any", [*OWING, ("paused_since", "=", False)])
)


class CollectionMeasure(models.Model):
    """A step that protects the company when letters did not help.

    Somebody on the case, or a stage of the procedure, proposes it; somebody else with
    authority for the amount decides; then it is carried out. Nobody has write access:
    each step has one method, and each is noted on the case. A measure is in force while
    it is approved or done and ``ended_on`` is empty.
    """

    _name = "collection.measure"
    _description = "Protective Measure"
    _inherit = [
        "mail.thread",
        "record.seal.mixin",
        "trade.approval.mixin",
        "collection.case.record",
    ]
    _mail_post_access = "read"
    _approval_managers = MANAGER
    _order = "id desc"

    case_id = fields.Many2one(required=True, index=True)
    action_id = fields.Many2one(
        "collection.action",
        "Proposed With",
        help="The step of the procedure that proposed it.",
    )
    kind = fields.Selection(KINDS, required=True)
    item_ids = fields.Many2many(
        "collection.item",
        "collection_measure_items",
        "measure_id",
        "item_id",
        string="Items",
    )
    amount = fields.Monetary(help="Total of the items when it was proposed.")
    reason = Sentence(required=True)
    state = fields.Selection(
        selection_add=[("done", "Done")], ondelete={"done": "cascade"}, tracking=True
    )
    done_by_id = fields.Many2one("res.users", "Carried Out By")
    done_on = fields.Date("Carried Out On")
    ended_on = fields.Date(
        help="From this day on the measure is not in force any more."
    )
    outcome = fields.Text(help="Result of the measure.")
    move_id = fields.Many2one("account.move", "Write-off Entry", readonly=True)
    written_off = fields.Monetary(
        readonly=True,
        help="Amount that the entry wrote off: at most the amount approved.",
    )

    _action_unique = models.UniqueIndex(
        "(action_id) WHERE action_id IS NOT NULL",
        "A step of the procedure proposes one measure.",
    )
    _open_unique = models.UniqueIndex(
        "(case_id, kind) WHERE state IN ('proposed', 'approved') "
        "AND kind != 'write_off'",
        "This measure waits on the case already.",
    )

    owed_now = fields.Monetary(
        "Owed Today",
        compute="_compute_owed_now",
        help="What is open of its items, as of the last look into the ledger.",
    )
    figures_changed = fields.Boolean(compute="_compute_owed_now")
    item_count = fields.Integer("Number of Items", compute="_compute_item_count")
    case_state = fields.Selection(related="case_id.state", string="State of the Case")

    # === COMPUTE METHODS === #

    @api.depends("kind", "partner_id")
    def _compute_display_name(self):
        for measure in self:
            kind = self._fields["kind"].convert_to_export(measure.kind, measure)
            measure.display_name = f"{kind}: {measure.partner_id.name}"

    @api.depends("amount", "item_ids.residual", "item_ids.state")
    def _compute_owed_now(self):
        for measure in self:
            items = measure.item_ids.filtered(lambda each: each.state == "open")
            measure.owed_now = sum(items.mapped("residual"))
            change = measure.currency_id.compare_amounts(
                measure.owed_now, measure.amount
            )
            waits = measure.state in ("proposed", "approved")
            measure.figures_changed = waits and bool(change)

    def _waits_words(self):
        """:return: since when this waits, and for whom, in a sentence"""
        told = {
            "measure": self._fields["kind"].convert_to_export(self.kind, self),
            "date": format_date(self.env, self.proposed_on),
            "people": self.waits_for,
        }
        if not self.waits_for:
            return self.env._(
                "%(measure)s, proposed on %(date)s, waits: nobody may decide on it.",
                **told,
            )
        return self.env._(
            "%(measure)s, proposed on %(date)s, waits for %(people)s.", **told
        )

    # === CRUD METHODS === #

    @api.model
    def _instead(self):
        return self.env._("Reject it with a reason.")

    # === ACTION METHODS === #

    def action_reject(self):
        """Ask why, then reject."""
        return self._ask_closing("reject", self.env._("Reject"))

    def action_end(self):
        """Ask how it ended, then end it."""
        return self._ask_closing("end", self.env._("How Did It End?"))

    def action_carry_out(self):
        """Carry approved measures out; a write-off posts its entry.

        :raises AccessError: if the user is no collector, for write-offs not of finance
        :raises UserError: if a measure is not approved
        """
        self.check_access("read")
        for measure in self:
            finance = measure.kind == "write_off"
            if not self.env.user.has_group(FINANCE if finance else COLLECTOR):
                raise AccessError(
                    self.env._("Only finance posts write-offs. Ask someone in finance.")
                    if finance
                    else self.env._(
                        "Only collectors carry out measures. Ask one of them."
                    )
                )
            if measure.state != "approved":
                raise UserError(
                    self.env._(
                        "%(measure)s has to be approved first.",
                        measure=measure.display_name,
                    )
                )
            if not finance and (why := measure.sudo()._whys_ended().get(measure)):
                raise Refusal(self.env, why)
        self.sudo()._carry_out()
        return True

    # === BUSINESS METHODS === #

    def _end(self, outcome):
        """End a measure in force: the matter is settled, won or lost.

        :param str outcome: how
        :raises AccessError: if the user is not a collector
        :raises UserError: if it is not in force, or the outcome is empty
        """
        self.ensure_one()
        self.check_access("read")
        why = self.env._("Only collectors end measures. Ask one of them.")
        require(self.env, COLLECTOR, why)
        if self.state != "done" or self.ended_on or self.kind == "write_off":
            raise UserError(
                self.env._("Only a measure that was carried out can be ended.")
            )
        if not said(outcome):
            raise UserError(self.env._("Write down how the measure ended."))
        today = self.company_id._trade_day()
        self.sudo().write({"ended_on": today, "outcome": outcome})
        self.sudo()._tell_case(
            self.env._("%(measure)s ended: %(outcome)s", **self._said(outcome=outcome))
        )

    def _whys_ended(self):
        """Say where nothing is owed any more, or all is promised or contested: there is
        no reason to end anything or to sue."""
        items = self.env["collection.item"]
        for company, own in self.grouped("company_id").items():
            items._sync(company, company._trade_day(), own.partner_id)
        unpaid = self.filtered_domain([("item_ids", "any", OWING)])
        ended = super()._whys_ended()
        for measure in self.filtered_domain(ENDED):
            ended[measure] = (
                _lt("All of it is promised, or in a dispute that is valid.")
                if measure in unpaid
                else _lt("Nothing of it is owed any more.")
            )
        return ended

    def _after_lapse(self):
        self._tell_case(
            self.env._(
                "%(measure)s over %(amount)s lapsed: %(note)s",
                **self._said(note=self.decision_note),
            )
        )
        self.case_id.action_ids._go_on()

    @api.model
    def _lapse_ended(self, company):
        """Let proposals of a company lapse whose reason ended.

        :param company: a root company; its items follow the ledger
        """
        own = Domain("company_id", "=", company.id)
        pending = Domain("state", "in", ("proposed", "approved"))
        self.search(own & pending & ENDED)._lapse()

    def _after_decision(self):
        said = self._said(note=self.decision_note)
        self._tell_case(
            self.env._("%(measure)s over %(amount)s was approved.", **said)
            if self.state == "approved"
            else self.env._(
                "%(measure)s over %(amount)s was rejected: %(note)s", **said
            )
        )
        self.case_id.action_ids._go_on()

    def _carry_out(self):
        """Do what the kind says, for all of a kind together, then mark them. A kind
        that an addon adds extends ``_carry_out_<kind>``, which returns the values to
        write on each."""
        for kind, measures in self.grouped("kind").items():
            values = getattr(measures, f"_carry_out_{kind}", dict)()
            for measure in measures:
                measure.write(
                    {
                        "state": "done",
                        "done_by_id": self.env.uid,
                        "done_on": measure.company_id._trade_day(),
                        **values.get(measure, {}),
                    }
                )
                measure._tell_case(
                    self.env._(
                        "%(measure)s over %(amount)s was carried out.",
                        **measure._said(),
                    )
                )
        self._follow_waits()

    def _ask_closing(self, step, title):
        self.ensure_one()
        wizard = self.env["collection.measure.close"]
        context = {"default_measure_id": self.id, "default_step": step}
        return dialog_for(wizard, title, context)

    def _tell_case(self, body):
        self.case_id.message_post(body=body)

    def _said(self, **others):
        amount = self.currency_id.format(self.written_off or self.amount)
        return {"measure": self.display_name, "amount": amount, **others}

    # === WAYS TO RECORDS === #

    @api.depends("item_ids")
    def _compute_item_count(self):
        for measure in self:
            measure.item_count = len(measure.item_ids)

    def action_open_case(self):
        """Show the case."""
        return form_of(self.case_id)

    def action_open_move(self):
        """Show the entry that wrote it off."""
        return form_of(self.move_id)

    def action_open_items(self):
        """Show the items that the measure is about."""
        return self.item_ids._listed()

    # === AUTHORITY === #

    def _tiers(self):
        self.ensure_one()
        domain = [("company_id", "=", self.company_id.id), ("kind", "=", self.kind)]
        return self.env["collection.measure.authority"].sudo().search(domain)

    def _decides_without_tiers(self):
        return self.env.user.has_group(MANAGER)

    # === WHO IS ASKED === #

    @api.model
    def _waits(self):
        approved = [("state", "=", "approved")]
        measures = [*approved, ("kind", "!=", "write_off")]
        write_offs = [*approved, ("kind", "=", "write_off")]
        return [
            *super()._waits(),
            Wait("carry_out", measures, "decided_on", MANAGER, COLLECTOR),
            Wait("write_off", write_offs, "decided_on", MANAGER, FINANCE),
        ]

    def _wait_candidates(self, wait):
        if wait.code != "carry_out":
            return super()._wait_candidates(wait)
        return self.case_id.user_id | self.company_id.collection_collector_id

    def _wait_words(self, wait):
        if wait.code == "carry_out":
            return self.env._("Carry it out")
        if wait.code == "write_off":
            return self.env._("Post the write-off")
        return super()._wait_words(wait)

    @api.model
    def _before_waits(self, company):
        """What is paid or promised needs no measure."""
        self._lapse_ended(company)
        return super()._before_waits(company)

    # === PROPOSALS === #

    @api.model
    def _propose(self, values):
        """Write proposals down, tell their cases, ask those who decide.

        :param values: list of values, see ``collection.case._measure_values``
        :return: the measures
        """
        measures = self.with_context(mail_create_nolog=True).create(values)
        measures = measures.with_env(self.env)
        told = {
            case.id: Markup("<br/>").join(
                self.env._(
                    "%(measure)s over %(amount)s was proposed: %(reason)s",
                    **measure._said(reason=measure.reason),
                )
                for measure in own
            )
            for case, own in measures.grouped("case_id").items()
        }
        measures.case_id._message_log_batch(bodies=told)
        measures._follow_waits()
        return measures

    @api.model
    def _open_kinds(self, cases):
        """:return: {case id: kinds that wait or are in force}"""
        rows = self.sudo()._read_group(
            [
                ("case_id", "in", cases.ids),
                ("state", "in", ("proposed", "approved", "done")),
                ("ended_on", "=", False),
            ],
            ["case_id", "kind"],
        )
        kinds = {}
        for case, kind in rows:
            kinds.setdefault(case.id, set()).add(kind)
        return kinds
