from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, plaintext2html

from odoo.addons.trade_credit_base.models.waiting.trade_waiting import Wait
from odoo.addons.trade_credit_base.windows import shipped

from ...groups import MANAGER, OFFICER
from .credit_decision import LIVE

HELD = [("state", "=", "held")]
# Fields of a document's form that every user reads
SHOWN = {"compute_sudo": True, "groups": "base.group_user"}
HOLD_SHOWN = {"compute": "_compute_credit_hold", **SHOWN}
STEP_SHOWN = {"compute": "_compute_credit_steps", **SHOWN}
BANNER_SHOWN = {"compute": "_compute_credit_banner", **SHOWN}
RELEASE_ACTIVITY = "credit_control.mail_activity_type_release"
CURE_ACTIVITY = "credit_control.mail_activity_type_cure"


class CreditDocument(models.AbstractModel):
    """What credit decides on: an order, an invoice, a transfer.

    A model that inherits this, beside ``mail.thread`` and ``mail.activity.mixin``,
    names the field of decisions that leads to it and the checkpoint that it comes to,
    has ``credit_decision_ids`` as the other end of that field, and answers the hooks.
    """

    _name = "credit.document"
    _description = "Credit Document"
    _inherit = ["trade.waiting"]

    _credit_link = ""
    _credit_checkpoint = ""

    credit_hold = fields.Boolean(search="_search_credit_hold", **HOLD_SHOWN)
    credit_status = fields.Char("Credit", **HOLD_SHOWN)
    credit_reasons = fields.Text(**HOLD_SHOWN)
    credit_rejected = fields.Boolean(**HOLD_SHOWN)
    credit_cures = fields.Html(**STEP_SHOWN)
    credit_steps = fields.Char(**STEP_SHOWN)
    credit_waits_for = fields.Text(**STEP_SHOWN)
    credit_rejection = fields.Text(**STEP_SHOWN)
    credit_asked_reason = fields.Char("Why It Is Asked", **STEP_SHOWN)
    credit_banner = fields.Text(**BANNER_SHOWN)
    credit_banner_level = fields.Char(**BANNER_SHOWN)

    # === COMPUTE METHODS === #

    @api.depends("credit_decision_ids.state")
    @api.depends_context("lang")
    def _compute_credit_hold(self):
        waiting = self._credit_standing()
        bullets = self.env["credit.wording"]._bullets
        statuses = {
            "held": self.env._("Credit hold"),
            "rejected": self.env._("Credit rejected"),
        }
        for document in self:
            decision = waiting.get(document._origin)
            document.credit_hold = bool(decision) and decision.state == "held"
            document.credit_rejected = bool(decision) and decision.state == "rejected"
            document.credit_status = statuses[decision.state] if decision else ""
            document.credit_reasons = bullets(decision.reasons) if decision else ""

    @api.depends("credit_decision_ids.state")
    @api.depends_context("lang", "uid")
    def _compute_credit_steps(self):
        waiting = self._credit_waiting()
        standing = self._credit_standing(waiting)
        for document in self:
            decision = standing.get(document._origin)
            held = bool(decision) and decision.state == "held"
            rejected = bool(decision) and not held
            asked = waiting.get(document._origin)
            document.credit_steps = asked.steps if asked else ""
            document.credit_cures = decision.cures_shown if decision else ""
            document.credit_waits_for = decision.waits_for if decision else ""
            document.credit_asked_reason = decision.asked_reason if held else ""
            document.credit_rejection = decision._rejection() if rejected else ""

    @api.depends("credit_decision_ids.state")
    @api.depends_context("lang", "uid")
    def _compute_credit_banner(self):
        """Show the room that is left while there is still something to negotiate.

        What is only observed is said to those who decide: to others nothing happens.
        """
        for document in self:
            document.credit_banner, document.credit_banner_level = "", ""
        told = {"enforce"}
        if self.env.user.has_group(OFFICER):
            told.add("observe")
        asked = self._credit_negotiated().filtered(
            lambda each: (
                each.company_id
                and not (each.credit_hold or each.credit_rejected)
                and each._credit_mode() in told
                and each._credit_is_checked()
            )
        )
        Checkpoint = self.env["credit.checkpoint"]
        for document, checkpoint, figures in asked._credit_previews():
            if figures.free:
                continue
            # Each one alone: none of them has taken anything yet.
            case = Checkpoint._judge([figures], checkpoint)[0]
            words = self.env["credit.wording"]._banner(case, document)
            document.credit_banner, document.credit_banner_level = words

    def _search_credit_hold(self, operator, value):
        if operator != "in":
            return NotImplemented
        Decision = self.env["credit.decision"].sudo()
        waiting = [
            *HELD,
            ("checkpoint", "!=", "growth"),
            (self._credit_link, "!=", False),
        ]
        enforced = [
            root.id
            for root in Decision._read_group(waiting, ["company_id"])
            for root in root
            if root._credit_checkpoint_mode(self._credit_checkpoint) == "enforce"
        ]
        held = Decision._search([*waiting, ("company_id", "in", enforced)])
        wanted = [("id", "in", held.subselect(self._credit_link))]
        if True in value and False in value:
            return []
        return wanted if True in value else ["!", *wanted]

    # === ACTION METHODS === #

    def action_credit_open_decisions(self):
        self.ensure_one()
        return shipped(
            self.env,
            "credit_control.credit_decision_action",
            domain=[(self._credit_link, "=", self.id)],
            context={},
        )

    def action_credit_ask(self):
        """Open the dialog that asks for a release."""
        self.ensure_one()
        return self._credit_ask_action()

    def action_credit_step(self):
        """Open what clears the hold; the button's context names the step."""
        self.ensure_one()
        self.check_access("read")
        decision = self.sudo()._credit_waiting().get(self.sudo())
        return decision and decision._open_step(self.env.context.get("step"))

    # === HOOKS === #

    def _credit_figures(self, day):
        """Return what each of these documents asks of whose credit.

        :param date day: for rates
        :return: list of Figures, see ``credit.checkpoint``; one for each document, with
            ``document`` naming it. What nobody checks has none.
        """
        raise NotImplementedError

    def _credit_negotiated(self):
        """:return: those of these documents of which it is worth to say what credit
        would do"""
        return self.browse()

    def _credit_previews(self):
        """Return what each of these documents would ask for, as it is on the screen.

        :return: list of (document, checkpoint, Figures)
        """
        return []

    def _credit_room_words(self, room, asked):
        """Return what room there is, and what a document asks for; both as amounts in
        words."""
        return self.env._(
            "Credit available: %(room)s. Needed: %(asked)s.", room=room, asked=asked
        )

    def _credit_release_ends(self, decision):
        """Return the last day of a release that names none, None if it has none."""
        return decision.company_id._trade_day(decision.closed_on)

    def _credit_need(self):
        """Return the amount, in the document's currency, that a decision has to
        cover."""
        raise NotImplementedError

    def _credit_name(self):
        """:return: what decisions call the document, in no language"""
        return self.display_name

    def _credit_title(self):
        """:return: what a refusal calls the document"""
        return self.display_name

    def _credit_currency(self):
        """:return: the currency of the document, its company's without one"""
        return self.currency_id or self.company_id.currency_id

    def _credit_owner(self):
        """:return: the user who has to mend what holds the document"""
        return self.user_id

    def _credit_hands(self):
        """:return: the users who had a hand in it: none of them releases it"""
        return self.create_uid | self._credit_owner()

    def _credit_awaits(self, decision):
        """Tell whether the document still waits for a decision."""
        raise NotImplementedError

    def _credit_is_as_decided(self, decision):
        """Tell whether the document is still about the same debt as a decision."""
        raise NotImplementedError

    def _credit_tells_amounts(self):
        """Tell whether whoever works on the document may know what the customer owes
        and may owe."""
        return True

    def _credit_is_done(self):
        """Tell whether it has gone the way that was decided on."""
        return False

    def _credit_let_go(self, decision):
        """Do what a document waited for, once its decision is cured or released; or
        tell whoever does it. In the language of whoever is told."""

    def _credit_cured(self, decision):
        """End a hold that nothing is left of, and let the document go."""
        decision._close("cured")
        self._credit_close_activities()
        self._credit_let_go(decision)

    # === BUSINESS METHODS === #

    def _credit_mode(self):
        """:return: ``off``, ``observe`` or ``enforce``, as the head company says"""
        root = self.company_id.sudo().root_id
        return root._credit_checkpoint_mode(self._credit_checkpoint)

    def _credit_is_checked(self):
        """Tell whether it spends credit. Extend to exempt documents."""
        self.ensure_one()
        return self._credit_mode() != "off"

    def _credit_standing(self, waiting=None):
        """Return the decisions that hold these documents, or turned them down; not
        those that would have let one grow."""
        waiting = self._credit_waiting() if waiting is None else waiting
        return {
            document: decision
            for document, decision in waiting.items()
            if decision.checkpoint != "growth"
        }

    def _credit_waiting(self):
        """Return the decision that lets nobody go on: one that is held, or the last
        one if it was rejected. Where credit is not enforced, none does.

        :return: {document: credit.decision}, as superuser
        """
        link = self._credit_link
        enforced = self._origin.filtered(lambda each: each._credit_mode() == "enforce")
        told = ("held", "rejected", "cured", *LIVE)
        found = (
            self.env["credit.decision"]
            .sudo()
            .search_fetch(
                [(link, "in", enforced.ids), ("state", "in", told)],
                [link, "state", "checkpoint"],
            )
        )
        newest = {}
        for decision in found.sorted(lambda each: each.state != "held"):
            newest.setdefault(decision[link], decision)
        return {
            document: decision
            for document, decision in newest.items()
            if decision.state in ("held", "rejected") and document.state != "cancel"
        }

    def _credit_ask(self, amount, reason, values=None):
        """Ask for a release of a document that credit holds, or would hold.

        :return: the held decision; empty if credit lets it go anyway
        """
        self.ensure_one()
        self.check_access("write")
        document = self.sudo()
        decision = document._credit_waiting().get(document)
        if not decision or decision.state != "held":
            decisions = self.env["credit.decision"].sudo()
            decision = decisions._take(document, self._credit_checkpoint)
        if decision.state != "held":
            return decision.browse()
        if not decision._is_awaited():
            raise UserError(
                self.env._("%s is not held any more.", document.display_name)
            )
        decision._say_why(reason)
        return decision

    def _credit_ask_action(self):
        dialog = "credit_control.credit_request_action"
        asked = {f"default_{self._credit_link}": self.id}
        return shipped(self.env, dialog, context=asked)

    def _credit_keep_hand(self):
        """Keep who changes these documents, or their lines: they release none of them.
        Who created one is known anyway."""
        user = self.env.user
        changed = self.sudo().filtered(lambda each: each.create_uid != user)
        if changed._origin and user._is_internal() and not user._is_superuser():
            hands = self._fields["credit_hand_ids"]
            self.env.cr.execute(
                SQL(
                    """INSERT INTO %s (%s, %s)
                       SELECT id, %s FROM unnest(%s) AS id ON CONFLICT DO NOTHING""",
                    SQL.identifier(hands.relation),
                    SQL.identifier(hands.column1),
                    SQL.identifier(hands.column2),
                    user.id,
                    changed._origin.ids,
                )
            )
            changed.invalidate_recordset(["credit_hand_ids"], flush=False)

    # === SCREENS === #

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Put what credit says of a document above its sheet: one part for all."""
        arch, view = super()._get_view(view_id, view_type, **options)
        sheet = arch.find(".//sheet") if view_type == "form" else None
        if sheet is not None:
            part = self.env.ref("credit_control.credit_document_view_part").sudo()
            for node in part._get_combined_arch():
                sheet.addprevious(node)
        return arch, view

    # === WAITING === #

    @api.model
    def _waits(self):
        held = [("credit_decision_ids", "any", HELD)]
        since = "credit_decision_ids.asked_on"
        wait = Wait("release", held, since, MANAGER, activity=RELEASE_ACTIVITY)
        return [*super()._waits(), wait]

    def _wait_filtered(self, wait):
        found = super()._wait_filtered(wait)
        if wait.code != "release":
            return found
        return found.filtered(lambda each: each._credit_mode() == "enforce")

    def _wait_since(self, wait):
        if wait.code != "release":
            return super()._wait_since(wait)
        held = self.credit_decision_ids.filtered_domain(HELD)
        return self.company_id._trade_day(min(held.mapped("asked_on")))

    def _wait_barred(self, wait):
        barred = super()._wait_barred(wait)
        for decision in self.credit_decision_ids.filtered_domain(HELD):
            if wait.code == "release":
                barred |= decision._involved()
        return barred

    def _wait_able(self, wait):
        if wait.code != "release":
            return super()._wait_able(wait)
        people = self.env["res.users"]
        for decision in self.credit_decision_ids.filtered_domain(HELD):
            people |= decision._releasers()
        return people

    def _wait_words(self, wait):
        if wait.code != "release":
            return super()._wait_words(wait)
        return self.credit_decision_ids.filtered_domain(HELD)[:1]._asked_words()

    def _wait_values(self, wait, user):
        values = super()._wait_values(wait, user)
        if wait.code == "release":
            held = self.credit_decision_ids.filtered_domain(HELD)[:1]
            why = held.asked_reason
            values["note"] = plaintext2html(why) if why else False
        return values

    # === TELLING === #

    def _credit_for_owner(self):
        """Return the document in the language of who has to mend it and reads its
        notes."""
        self.ensure_one()
        document = self.sudo()
        lang = document._credit_owner().lang or document.company_id.partner_id.lang
        return self.with_context(lang=lang or self.env.lang)

    def _credit_note(self, text):
        """Write a line on the documents, as the system and without mailing anyone."""
        documents = self.sudo()
        documents._message_log_batch(bodies=dict.fromkeys(documents.ids, text))

    def _credit_tell_owner(self, text):
        """Notify those who have to mend it, on the documents."""
        for document in self.sudo():
            document._credit_tell(document._credit_owner(), text)

    def _credit_tell(self, users, text):
        """Notify users, on the document."""
        self.message_post(
            body=text,
            partner_ids=users.partner_id.ids,
            subtype_xmlid="mail.mt_note",
            author_id=self.env.ref("base.partner_root").id,
        )

    def _credit_close_activities(self):
        self.sudo().activity_unlink([RELEASE_ACTIVITY, CURE_ACTIVITY])
