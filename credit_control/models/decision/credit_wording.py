from datetime import timedelta

from markupsafe import Markup

from odoo import api, models
from odoo.tools import format_amount, format_date, format_list

from odoo.addons.trade_credit_base.sentences import worded

from ...core.check import room
from ...core.facts import HOLD

NAMED_ITEMS = 5


class CreditWording(models.AbstractModel):
    """Words of verdicts, in the language of the reader.

    The core knows codes and figures only. A kind of rule is worded by a method
    ``_reason_<kind>(finding, facts, money)``, a cure by ``_cure_<code>(cure, facts,
    money)``; both return a sentence. Other addons add methods for theirs.
    """

    _name = "credit.wording"
    _description = "Credit Wording"

    @api.model
    def _reasons(self, facts, verdict, currency):
        """Return a sentence for each finding, strictest first; what only warns is set
        apart where something holds.

        :param facts: core Facts
        :param verdict: core Verdict
        :param currency: ``res.currency`` of the amounts
        :return: list of str
        """
        lines = []
        for finding in verdict.findings:
            line = self._sentence("_reason_", finding.kind, finding, facts, currency)
            if verdict.action == HOLD and finding.action != HOLD:
                line = self.env._("Also noticed: %(finding)s", finding=line)
            lines.append(line)
        return lines

    @api.model
    def _briefs(self, facts, verdict):
        """Return why something is held without an amount, for those who work on it but
        do not look after credit.

        :return: list of str, each once
        """
        kinds = dict(self.env["credit.decision"]._kinds())
        late = self.env._("The customer has overdue invoices.")
        briefs = {
            "limit": self.env._("The customer's credit limit is used up."),
            "no_limit": self.env._("No credit limit is in force for the customer."),
            "hold": self.env._("Supply to the customer is stopped."),
            "order_max": self.env._("It comes to more than is allowed at once."),
            **dict.fromkeys(("overdue_days", "overdue_amount", "overdue_share"), late),
        }
        return list(
            dict.fromkeys(
                briefs.get(finding.kind) or kinds.get(finding.kind, finding.kind)
                for finding in verdict.holding
            )
        )

    @api.model
    def _cures(self, facts, verdict, currency):
        """Return a sentence for each cure; one that is not enough alone says what it
        clears.

        :return: list of str
        """
        lines = []
        kinds = dict(self.env["credit.decision"]._kinds())
        for cure in verdict.cures:
            line = self._sentence("_cure_", cure.code, cure, facts, currency)
            if not cure.enough:
                line = self.env._(
                    "%(step)s (not enough alone: clears “%(kinds)s” only)",
                    step=line,
                    kinds=format_list(
                        self.env, [kinds.get(kind, kind) for kind in cure.heals]
                    ),
                )
            lines.append(line)
        return lines

    @api.model
    def _banner(self, case, document):
        """Return what a document's banner says and how loud. Where the company only
        observes it says so, and names no way out of a hold that will not be.

        :param case: Case of the document, alone
        :return: (text, ``info``, ``warning`` or ``danger``); empty where there is
            nothing to say
        """
        currency = document.company_id.sudo().root_id.currency_id
        observing = document._credit_mode() == "observe"
        available = room(case.facts)
        lines = []
        if available is not None and not case.facts.cash:
            lines.append(
                document._credit_room_words(
                    format_amount(self.env, available, currency),
                    format_amount(self.env, case.facts.asked, currency),
                )
            )
        lines += self._reasons(case.facts, case.verdict, currency)
        if observing and lines:
            lines.insert(0, self._observing(case.verdict))
        if case.verdict.cures and not observing:
            lines.append(self.env._("To clear the hold:"))
            lines += [
                f"• {line}" for line in self._cures(case.facts, case.verdict, currency)
            ]
        loudness = {"hold": "danger", "warn": "warning"}
        if observing:
            loudness = {"hold": "warning"}
        return "\n".join(lines), loudness.get(case.verdict.action, "info")

    def _observing(self, verdict):
        if verdict.action == HOLD:
            return self.env._("Observing: it would be held; it is not.")
        return self.env._("Observing: it would pass.")

    @api.model
    def _bullets(self, text):
        """Return lines of text with a mark before each."""
        return "\n".join(f"• {line}" for line in (text or "").splitlines())

    def _sentence(self, prefix, code, what, facts, currency):
        def money(amount):
            return format_amount(self.env, amount or 0.0, currency)

        method = getattr(type(self), prefix + code, None)
        return method(self, what, facts, money) if method else code

    def _level_name(self, facts, file_id):
        return next((lv.name for lv in facts.levels if lv.file == file_id), "")

    # === REASONS === #

    def _reason_limit(self, finding, facts, money):
        own = facts.levels[0].file == finding.file
        values = {
            "needed": money(finding.measured),
            "allowed": money(finding.threshold),
            "excess": money(finding.measured - finding.threshold),
            "group": self._level_name(facts, finding.file),
        }
        if finding.action != HOLD:
            return self.env._(
                "%(group)s would owe %(needed)s, above the mark of %(allowed)s.",
                **values,
            )
        if own:
            return self.env._(
                "%(needed)s would be owed; the credit limit allows %(allowed)s. "
                "That is %(excess)s too much.",
                **values,
            )
        return self.env._(
            "The group of %(group)s would owe %(needed)s; its credit limit allows "
            "%(allowed)s. That is %(excess)s too much.",
            **values,
        )

    def _reason_no_limit(self, finding, facts, money):
        return self.env._(
            "No credit limit is in force; %(needed)s would be owed.",
            needed=money(finding.measured),
        )

    def _reason_hold(self, finding, facts, money):
        level = next(lv for lv in facts.levels if lv.file == finding.file)
        return self._stopped(level.name, level.hold)

    @api.model
    def _stopped(self, customer, reason):
        """Return the sentence that supply to a customer is stopped, and why."""
        return self.env._(
            "Supply to %(customer)s is stopped: %(reason)s",
            customer=customer,
            reason=worded(self.env, reason),
        )

    def _reason_overdue_days(self, finding, facts, money):
        due = facts.day - timedelta(days=finding.measured)
        said = {
            "due": format_date(self.env, due),
            "days": int(finding.measured),
            "allowed": int(finding.threshold),
        }
        if due != facts.oldest_due:
            return self.env._(
                "What is open comes to more than a small amount with an item that was "
                "due on %(due)s (days late: %(days)s; tolerated: %(allowed)s).",
                **said,
            )
        return self.env._(
            "The oldest open item was due on %(due)s (days late: %(days)s; "
            "tolerated: %(allowed)s).",
            **said,
        )

    def _reason_overdue_amount(self, finding, facts, money):
        return self.env._(
            "%(overdue)s is overdue; %(allowed)s is tolerated.",
            overdue=money(finding.measured),
            allowed=money(finding.threshold),
        )

    def _reason_overdue_share(self, finding, facts, money):
        return self.env._(
            "%(share).1f %% of the receivable is overdue (%(overdue)s of "
            "%(receivable)s); %(allowed).1f %% is tolerated.",
            share=finding.measured,
            overdue=money(facts.overdue),
            receivable=money(facts.receivable),
            allowed=finding.threshold,
        )

    def _reason_order_max(self, finding, facts, money):
        return self.env._(
            "The total of %(total)s is above the maximum of %(allowed)s for one order.",
            total=money(finding.measured),
            allowed=money(finding.threshold),
        )

    def _reason_no_rate(self, finding, facts, money):
        return self.env._(
            "No exchange rate is known for %(currencies)s, so what is owed cannot be "
            "counted.",
            currencies=", ".join(facts.missing_rates),
        )

    def _reason_no_file(self, finding, facts, money):
        return self.env._("The customer has no credit file.")

    def _reason_cash_only(self, finding, facts, money):
        return self.env._(
            "The customer has no credit file and buys against payment in advance only."
        )

    # === CURES === #

    def _cure_pay(self, cure, facts, money):
        shown = cure.items[:NAMED_ITEMS]
        lines = self.env["account.move.line"].sudo()
        lines = lines.browse(item.line for item in shown if item.line).exists()
        known = {line.id: line for line in lines}
        named = [self._item(item, known.get(item.line), money) for item in shown]
        if len(cure.items) > NAMED_ITEMS:
            named.append(
                self.env._("and %(count)s more", count=len(cure.items) - NAMED_ITEMS)
            )
        return self.env._(
            "Pay at least %(amount)s, oldest first: %(items)s",
            amount=money(cure.amount),
            items=Markup("; ").join(named)
            if self.env.context.get("credit_links")
            else "; ".join(named),
        )

    def _item(self, item, line, money):
        """Return an open item in its own currency; where cures are linked its document
        is a link for who may read it."""
        name = item.ref or self.env._("open item")
        amount = money(item.amount)
        if line and line.currency_id != line.company_currency_id and line.balance:
            share = item.amount * abs(line.amount_currency / line.balance)
            own = format_amount(self.env, share, line.currency_id)
            amount = f"{own} ({amount})"
        if self.env.context.get("credit_links") and line:
            move = self._readable(line.move_id)
            if move:
                link = Markup('<a href="/odoo/account.move/%s">%s</a>')
                name = link % (move.id, name)
        return self.env._(
            "%(item)s due %(due)s: %(amount)s",
            item=name,
            due=format_date(self.env, item.due),
            amount=amount,
        )

    @api.model
    def _readable(self, records):
        """:return: those of the records that the user may read, with their rights"""
        own = records.sudo(False)
        return own._filtered_access("read")

    def _cure_prepay(self, cure, facts, money):
        return self.env._("Pay %(amount)s of it in advance", amount=money(cure.amount))

    def _cure_cut(self, cure, facts, money):
        return self.env._("Cut it to %(amount)s", amount=money(cure.amount))

    def _cure_wait(self, cure, facts, money):
        return self.env._(
            "Wait until %(day)s: %(amount)s falls due by then and has to be paid on "
            "time",
            day=format_date(self.env, cure.day),
            amount=money(cure.amount),
        )

    def _cure_ask(self, cure, facts, money):
        level = next(lv for lv in facts.levels if lv.file == cure.file)
        if level.limit is None:
            return self.env._(
                "Ask for a credit limit of %(amount)s for %(customer)s",
                amount=money(cure.amount),
                customer=level.name,
            )
        return self.env._(
            "Ask for %(amount)s more credit limit for %(customer)s (%(limit)s now)",
            amount=money(cure.amount),
            customer=level.name,
            limit=money(level.limit),
        )

    def _cure_lift(self, cure, facts, money):
        return self.env._(
            "Have supply to %(customer)s resumed by a credit officer",
            customer=self._level_name(facts, cure.file),
        )

    def _cure_rate(self, cure, facts, money):
        return self.env._(
            "Have the exchange rate of %(currencies)s entered",
            currencies=", ".join(facts.missing_rates),
        )

    def _cure_open_file(self, cure, facts, money):
        return self.env._("Have a credit file with a limit opened for the customer")

    # === POLICIES === #

    @api.model
    def _rule_line(self, rule):
        """Return one line on a rule of a policy version's snapshot."""
        Rule = self.env["credit.rule"]
        selection = {
            name: dict(Rule._fields[name]._description_selection(self.env))
            for name in ("kind", "action", "authority")
        }
        checkpoints = [
            Rule._fields[field]._description_string(self.env)
            for name, field in Rule._checkpoints().items()
            if name in rule["checkpoints"]
        ]
        if rule["kind"] in Rule._without_measure():
            kind = selection["kind"][rule["kind"]]
        else:
            kind = self.env._(
                "%(kind)s > %(threshold)s",
                kind=selection["kind"].get(rule["kind"], rule["kind"]),
                threshold=f"{rule['threshold']:g}",
            )
        if rule.get("floor"):
            kind = self.env._(
                "%(kind)s, from an overdue amount of %(floor)s",
                kind=kind,
                floor=f"{rule['floor']:g}",
            )
        return self.env._(
            "%(kind)s: %(action)s at %(checkpoints)s; released by %(authority)s",
            kind=kind,
            action=selection["action"][rule["action"]],
            checkpoints=format_list(self.env, checkpoints)
            or self.env._("no checkpoint"),
            authority=selection["authority"][rule["authority"]],
        )
