from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, date_utils, format_date, formatLang, split_every

from odoo.addons.trade_credit_base.core.given import said
from odoo.addons.trade_credit_base.windows import dialog_for, list_of

from ...core import quarter as core
from ...core.grade import BANDS
from ...core.new_dealer import FIRST, REGULAR, SECOND, deserves_credit

LETTERS = [(letter, letter) for letter in BANDS]

GRADED = 1000  # quarters at a time: memory does not grow with the dealers


def _cards(rows):
    """Return a quarter's cards as the core wants them: the months', and conduct's."""
    cards = {"performance": [], "conduct": []}
    for kind, points, missing, band_a, band_b, how in rows or ():
        cards[kind].append(core.Card(points, missing, (band_a, band_b), how))
    return cards["performance"], next(iter(cards["conduct"]), None)


def _row(id_, judged, grades):
    """Return what is stored of a quarter, see :meth:`DealerQuarter._store_grades`."""
    missing, missing_cards, tenure, outcome = judged
    if not outcome:
        is_good = deserves_credit(tenure, False)
        return id_, missing, missing_cards, tenure, *[None] * 5, is_good
    grade = grades[outcome.letters]
    is_good = deserves_credit(tenure, grade.good_when_new)
    figures = outcome.performance, outcome.conduct, outcome.total, outcome.letters
    return id_, missing, missing_cards, tenure, *figures, grade.id, is_good


class DealerQuarter(models.Model):
    """Outcome of one dealer's cards of a quarter: two bands, grade, total, rank.

    Nobody may write quarters: they are opened, graded and confirmed by their methods.
    """

    _name = "dealer.quarter"
    _description = "Quarter of a Dealer"
    _inherit = ["mail.thread", "trade.record"]
    # Nobody may write a quarter, everybody who reads it may talk about it
    _mail_post_access = "read"
    _order = "date_from desc, total desc nulls last, dealer_id, id desc"

    dealer_id = fields.Many2one(
        "rating.dealer", required=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one("res.partner", "Customer", index=True)
    user_id = fields.Many2one(related="dealer_id.user_id", store=True)
    company_id = fields.Many2one("res.company", required=True, index=True)
    date_from = fields.Date("From", required=True)
    date_to = fields.Date("To", required=True)

    version = fields.Integer(default=1)
    previous_id = fields.Many2one("dealer.quarter", "Corrects", ondelete="restrict")
    is_current = fields.Boolean("Current", default=True)
    correction = fields.Char("Reason of the Correction")

    state = fields.Selection(
        [("open", "Open"), ("confirmed", "Confirmed")], default="open", required=True
    )
    missing = fields.Integer("Missing Scores")
    missing_cards = fields.Integer(help="Months, or the conduct card, not opened yet.")
    is_complete = fields.Boolean("Complete")
    performance = fields.Float(digits=(16, 2), aggregator="avg")
    conduct = fields.Float(digits=(16, 2), aggregator="avg")
    total = fields.Float(digits=(16, 2), aggregator="avg")
    performance_band = fields.Selection(LETTERS)
    conduct_band = fields.Selection(LETTERS)
    grade_id = fields.Many2one("dealer.grade", index=True, ondelete="restrict")
    tenure = fields.Selection(
        [
            (FIRST, "New: first quarter"),
            (SECOND, "New: second quarter"),
            (REGULAR, "Regular"),
        ]
    )
    is_good = fields.Boolean(
        "Good for Credit",
        help="Whether the grade may give credit in the next quarter. To a new dealer, "
        "in its second quarter, only a grade does that is marked for it.",
    )
    confirmed_by_id = fields.Many2one("res.users")
    confirmed_on = fields.Datetime()

    # Two poor quarters running: a person decides
    proposal = fields.Selection(
        [
            ("pending", "To decide: stop supply or end the contract"),
            ("stop", "Supply stopped"),
            ("end", "Contract ended"),
            ("keep", "Kept on"),
        ]
    )
    proposal_reason = fields.Char()
    decided_by_id = fields.Many2one("res.users")
    decided_on = fields.Datetime()

    scorecard_ids = fields.One2many(
        "rating.scorecard", compute="_compute_scorecard_ids", string="Cards"
    )
    # Computed when asked, because each score that one dealer gets may move all others:
    # kept, it would be old until the night, or every scorer would write every quarter.
    rank = fields.Integer(
        compute="_compute_rank",
        help="By the total, among the complete quarters of the same three months. As "
        "long as some are open it may still change.",
    )

    _current_unique = models.UniqueIndex(
        "(dealer_id, date_from) WHERE is_current",
        "There is a quarter of this dealer and period already.",
    )
    _period_idx = models.Index("(company_id, date_from, state) WHERE is_current")

    # === COMPUTE METHODS === #

    @api.depends_context("lang")
    @api.depends("dealer_id", "date_from")
    def _compute_display_name(self):
        for quarter in self:
            name = quarter.dealer_id.partner_name or ""
            quarter.display_name = f"{name} · {quarter.period or ''}"

    def _compute_scorecard_ids(self):
        """The cards of the quarter, in the version that counts."""
        cards = self.env["rating.scorecard"].search(
            [
                ("dealer_id", "in", self.dealer_id.ids),
                ("is_current", "=", True),
                ("date_from", ">=", min(self.mapped("date_from"), default=False)),
                ("date_to", "<=", max(self.mapped("date_to"), default=False)),
            ],
            order="kind desc, date_from",
        )
        by_dealer = cards.grouped("dealer_id")
        for quarter in self:
            own = by_dealer.get(quarter.dealer_id, cards.browse())
            quarter.scorecard_ids = own.filtered(
                lambda card, quarter=quarter: (
                    card.date_from >= quarter.date_from
                    and card.date_to <= quarter.date_to
                )
            )

    @api.depends("total", "is_complete", "is_current", "date_from", "company_id")
    def _compute_rank(self):
        """One statement for any number of quarters; none where a score is missing."""
        self.flush_model()
        ids = self._origin.ids
        ranks = dict(self.env.execute_query(self._ranks_sql(ids))) if ids else {}
        for quarter in self:
            quarter.rank = ranks.get(quarter._origin.id, 0)

    def _ranks_sql(self, ids):
        """Return id and rank of those of these quarters that are complete.

        One that a correction replaced stands where it would among the others.
        """
        return SQL(
            """
            SELECT ranked.id, ranked.rank
              FROM (SELECT id, RANK() OVER (PARTITION BY company_id, date_from
                                            ORDER BY total DESC) AS rank
                      FROM dealer_quarter
                     WHERE is_current AND is_complete
                       AND (company_id, date_from) IN (
                           SELECT company_id, date_from FROM dealer_quarter
                            WHERE id = ANY(%(ids)s) AND is_current)) AS ranked
             WHERE ranked.id = ANY(%(ids)s)
             UNION ALL
            SELECT old.id, 1 + (SELECT COUNT(*) FROM dealer_quarter AS better
                                 WHERE better.company_id = old.company_id
                                   AND better.date_from = old.date_from
                                   AND better.is_current AND better.is_complete
                                   AND better.dealer_id != old.dealer_id
                                   AND better.total > old.total)
              FROM dealer_quarter AS old
             WHERE old.id = ANY(%(ids)s) AND NOT old.is_current AND old.is_complete
            """,
            ids=ids,
        )

    # === ACTION METHODS === #

    def action_decide(self):
        """Open the dialog in which a manager decides on two poor quarters running."""
        return dialog_for(
            self.env["rating.proposal"],
            self.env._("Two Poor Quarters Running"),
            {"default_quarter_ids": [fields.Command.set(self.ids)]},
        )

    # === TWO POOR QUARTERS === #

    def _decide(self, choice, reason):
        """Decide on two poor quarters running, in the name of the current user.

        :param str choice: ``stop``, ``end`` or ``keep``
        :raises AccessError: if the user is not a rating manager
        :raises UserError: if nothing is proposed, or it was decided already
        :raises ValueError: if ``choice`` is none of these
        """
        if choice not in ("stop", "end", "keep"):
            raise ValueError(f"no decision: {choice}")
        self.env["rating.dealer"]._check_manager()
        self.check_access("read")
        if not said(reason):
            raise UserError(self.env._("Say why: the decision is kept."))
        for quarter in self:
            if quarter.proposal != "pending" or not quarter.is_current:
                raise UserError(
                    self.env._(
                        "Nothing is to be decided on %(quarter)s.",
                        quarter=quarter.display_name,
                    )
                )
        self.sudo().write(
            {
                "proposal": choice,
                "proposal_reason": reason,
                "decided_by_id": self.env.uid,
                "decided_on": fields.Datetime.now(),
            }
        )
        if choice == "end":
            self.sudo().dealer_id.active = False
        self.dealer_id._follow_waits("poor")
        self.sudo()._supply_decided()

    def _supply_decided(self):
        """Called when a person decided on two poor quarters running.

        Extend to let supply follow ``proposal``.
        """

    # === OPENING AND REOPENING === #

    @api.model
    def _open(self, company, start, known_since=None):
        """Open a quarter for the active dealers of a company who have none yet.

        :param date known_since: leave out who was a dealer before that day and has no
            quarter from then on: somebody rated for the first time, or again, begins
            with the quarter that runs
        """
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO dealer_quarter (
                       dealer_id, partner_id, user_id, company_id, date_from, date_to,
                       version, is_current, state, is_complete, create_uid, write_uid,
                       create_date, write_date)
                SELECT dealer.id, dealer.partner_id, dealer.user_id, dealer.company_id,
                       %(start)s, %(end)s, 1, TRUE, 'open', FALSE, %(uid)s, %(uid)s,
                       %(now)s, %(now)s
                  FROM rating_dealer AS dealer
                 WHERE dealer.company_id = %(company)s AND dealer.active
                   AND dealer.since <= %(end)s
                   AND (%(known_since)s::date IS NULL
                        OR dealer.since >= %(known_since)s
                        OR EXISTS (SELECT FROM dealer_quarter AS known
                                    WHERE known.dealer_id = dealer.id
                                      AND known.is_current
                                      AND known.date_from >= %(known_since)s))
                    ON CONFLICT (dealer_id, date_from) WHERE is_current DO NOTHING
                """,
                start=start,
                end=date_utils.end_of(start, "quarter"),
                known_since=known_since,
                uid=self.env.uid,
                now=self.env.cr.now(),
                company=company.root_id.id,
            )
        )

    def _reopen(self, cards, reason):
        """Make a new open version of confirmed quarters whose cards are corrected."""
        quarters = self.search(
            [
                ("dealer_id", "in", cards.dealer_id.ids),
                ("is_current", "=", True),
                ("state", "=", "confirmed"),
                ("date_from", "<=", max(cards.mapped("date_from"))),
                ("date_to", ">=", min(cards.mapped("date_to"))),
            ]
        )
        concerned = quarters.filtered(
            lambda quarter: any(
                card.dealer_id == quarter.dealer_id
                and quarter.date_from <= card.date_from <= quarter.date_to
                for card in cards
            )
        )
        concerned.is_current = False
        concerned.flush_recordset()
        for quarter in concerned:
            quarter.create(
                {
                    "dealer_id": quarter.dealer_id.id,
                    "partner_id": quarter.partner_id.id,
                    "company_id": quarter.company_id.id,
                    "date_from": quarter.date_from,
                    "date_to": quarter.date_to,
                    "version": quarter.version + 1,
                    "previous_id": quarter.id,
                    "correction": reason,
                }
            )
        self._grade_of(cards)

    # === GRADING === #

    @api.model
    def _grade_open(self, company, start):
        """Grade the open quarters of a company that begin on a day.

        :return: those whose grade is another one
        """
        which = "quarter.company_id = %s AND quarter.date_from = %s"
        return self._grade(SQL(which, company.root_id.id, start))

    @api.model
    def _grade_of(self, cards):
        """Grade the open quarters that cards belong to."""
        if cards:
            self._grade(
                SQL(
                    "EXISTS (SELECT FROM rating_scorecard AS one"
                    " WHERE one.id = ANY(%s) AND one.dealer_id = quarter.dealer_id"
                    " AND one.date_from BETWEEN quarter.date_from AND quarter.date_to)",
                    cards.ids,
                ),
            )

    @api.model
    def _grade(self, quarters):
        """Write what the cards of open quarters come to.

        A quarter with a card or a score missing gets no grade: it says what is missing.

        :param SQL quarters: a condition on the table ``quarter``
        :return: the quarters whose grade is another one
        """
        self.env.flush_all()
        changed = []
        rows = self.env.execute_query(
            SQL(
                """SELECT quarter.id FROM dealer_quarter AS quarter
                    WHERE quarter.state = 'open' AND quarter.is_current AND %s
                    ORDER BY quarter.id""",
                quarters,
            )
        )
        grades = self.env["dealer.grade"]._by_letters()
        for some in split_every(GRADED, (id_ for (id_,) in rows), list):
            changed += self._store_grades(
                {
                    id_: core.judgement(since, start, *_cards(cards))
                    for id_, since, start, cards in self._standings(some)
                },
                grades,
            )
        self.invalidate_model()
        return self.browse(changed)

    def _standings(self, ids):
        """Return quarters with the cards that they have, as far as the dealer was one.

        :return: rows (id, the dealer's first day, the quarter's, cards in the order of
            their days: lists of kind, points, missing scores, bands, how they count)
        """
        return self.env.execute_query(
            SQL(
                """
                SELECT quarter.id, dealer.since, quarter.date_from, (
                       SELECT json_agg(json_build_array(
                              card.kind, card.points, card.missing, template.band_a,
                              template.band_b, template.quarter_total)
                              ORDER BY card.date_from, card.id)
                         FROM rating_scorecard AS card
                         JOIN rating_scorecard_template AS template
                           ON template.id = card.template_id
                        WHERE card.dealer_id = quarter.dealer_id AND card.is_current
                          AND card.date_from
                              BETWEEN quarter.date_from AND quarter.date_to
                          AND card.date_to >= dealer.since)
                  FROM dealer_quarter AS quarter
                  JOIN rating_dealer AS dealer ON dealer.id = quarter.dealer_id
                 WHERE quarter.id = ANY(%s)
                """,
                ids,
            )
        )

    def _store_grades(self, judged, grades):
        """Write down what the core says of quarters: one statement for all of them.

        :param judged: ``{quarter id: core.Judgement}``
        :param grades: ``{letters: dealer.grade}``
        :return: ids of those whose grade is another one
        """
        rows = [_row(id_, each, grades) for id_, each in judged.items()]
        stored = self.env.execute_query(
            SQL(
                """
                UPDATE dealer_quarter AS quarter
                   SET missing = judged.missing, missing_cards = judged.missing_cards,
                       is_complete = judged.performance IS NOT NULL,
                       tenure = judged.tenure, performance = judged.performance,
                       conduct = judged.conduct, total = judged.total,
                       performance_band = LEFT(judged.letters, 1),
                       conduct_band = RIGHT(judged.letters, 1),
                       grade_id = judged.grade_id, is_good = judged.is_good
                  FROM unnest(%s::int[], %s::int[], %s::int[], %s::varchar[],
                              %s::numeric[], %s::numeric[], %s::numeric[],
                              %s::varchar[], %s::int[], %s::boolean[])
                       AS judged (id, missing, missing_cards, tenure, performance,
                                  conduct, total, letters, grade_id, is_good)
                  JOIN dealer_quarter AS before ON before.id = judged.id
                 WHERE quarter.id = judged.id
             RETURNING quarter.id,
                       before.grade_id IS DISTINCT FROM judged.grade_id
                """,
                *map(list, zip(*rows, strict=True)),
            )
        )
        return [id_ for id_, is_changed in stored if is_changed]

    @api.model
    def _report_waiting(self, company, now):
        """Report which quarters of a company are over and not confirmed, and why.

        :param date now: the first day of the quarter that runs
        """
        over = self.search(
            [
                ("company_id", "=", company.id),
                ("is_current", "=", True),
                ("state", "=", "open"),
                ("date_to", "<", now),
            ]
        )
        cards = over.filtered("missing_cards")
        scores = (over - cards).filtered(lambda quarter: not quarter.is_complete)
        self.env["trade.job"]._report(
            company,
            quarters_without_cards=cards,
            quarters_without_scores=scores,
            quarters_to_confirm=over - cards - scores,
        )

    # === IN WORDS === #

    period = fields.Char(compute="_compute_period")
    grade_color = fields.Integer(related="grade_id.color")
    performance_words = fields.Char(
        "How Performance Came About", compute="_compute_words"
    )
    conduct_words = fields.Char("How Conduct Came About", compute="_compute_words")
    total_words = fields.Char("How the Grade Came About", compute="_compute_words")
    waiting_words = fields.Char("What It Waits For", compute="_compute_words")

    # === COMPUTE METHODS === #

    @api.depends_context("lang")
    @api.depends("date_from")
    def _compute_period(self):
        cards = self.env["rating.scorecard"]
        for quarter in self:
            quarter.period = cards._period_name("conduct", quarter.date_from)

    @api.depends_context("lang")
    @api.depends(
        "performance", "conduct", "total", "grade_id", "missing", "missing_cards"
    )
    def _compute_words(self):
        for quarter in self:
            cards = quarter.scorecard_ids
            months = cards.filtered(lambda card: card.kind == "performance")
            quarter.performance_words = quarter._performance_words(months)
            quarter.conduct_words = quarter._conduct_words(cards - months)
            quarter.total_words = quarter._total_words()
            quarter.waiting_words = quarter._waiting_words()

    def _performance_words(self, cards):
        """Return the months' totals, what they come to, and the letter."""
        if not cards or not self.performance_band:
            return False
        template = cards.sorted("date_from")[-1].template_id
        totals = [self._points(card.points) for card in cards.sorted("date_from")]
        words = {
            "totals": " + ".join(totals),
            "months": len(totals),
            "result": self._points(self.performance),
            **self._band_words(template, self.performance_band),
        }
        if template.quarter_total == "sum" or len(totals) == 1:
            return self.env._(
                "%(totals)s = %(result)s → %(letter)s (A from %(a)s, B from %(b)s)",
                **words,
            )
        return self.env._(
            "(%(totals)s) / %(months)d = %(result)s → %(letter)s "
            "(A from %(a)s, B from %(b)s)",
            **words,
        )

    def _conduct_words(self, cards):
        """Return the conduct card's total and the letter."""
        if not cards or not self.conduct_band:
            return False
        return self.env._(
            "%(result)s → %(letter)s (A from %(a)s, B from %(b)s)",
            result=self._points(self.conduct),
            **self._band_words(cards[-1].template_id, self.conduct_band),
        )

    def _total_words(self):
        """Return the two letters and the two scores put together."""
        if not self.grade_id:
            return False
        return self.env._(
            "%(performance)s + %(conduct)s = %(total)s, grade %(grade)s",
            performance=self._points(self.performance),
            conduct=self._points(self.conduct),
            total=self._points(self.total),
            grade=self.grade_id.name,
        )

    def _waiting_words(self):
        """Return what is missing before the quarter can have a grade."""
        if self.missing and self.missing_cards:
            return self.env._(
                "Missing scores: %(scores)d. Cards not open yet: %(cards)d.",
                scores=self.missing,
                cards=self.missing_cards,
            )
        if self.missing:
            return self.env._(
                "Missing scores: %(scores)d. A missing score is not a zero: have it "
                "scored, or waived with a reason.",
                scores=self.missing,
            )
        if self.missing_cards:
            return self.env._(
                "Cards not open yet: %(cards)d.", cards=self.missing_cards
            )
        return False

    def _why_waiting(self, most=5):
        """Return why these quarters cannot be confirmed, a sentence for each.

        :param int most: how many are told by name; the others are counted
        :rtype: list[str]
        """
        told = [quarter._why_this_waits() for quarter in self[:most]]
        if len(self) > most:
            told.append(self.env._("And %(count)d more.", count=len(self) - most))
        return told

    def _why_this_waits(self):
        words = {"quarter": self.display_name, "count": self.missing}
        if self.state == "confirmed" or not self.is_current:
            return self.env._("%(quarter)s is confirmed already.", **words)
        if self.missing:
            return self.env._("%(quarter)s: missing scores %(count)d.", **words)
        if self.date_to >= self.company_id._trade_day():
            words["day"] = format_date(self.env, self.date_to)
            return self.env._("%(quarter)s runs until %(day)s.", **words)
        if not self.is_complete:
            return self.env._("%(quarter)s: not all cards are open yet.", **words)
        return self.env._("%(quarter)s: the quarter before it is open.", **words)

    def _band_words(self, template, letter):
        a, b = self._points(template.band_a), self._points(template.band_b)
        return {"letter": letter, "a": a, "b": b}

    def _points(self, points):
        return formatLang(self.env, points, digits=2).removesuffix(
            formatLang(self.env, 0, digits=2)[1:]
        )

    # === ACTION METHODS === #

    def action_open_scores(self):
        """Open the scores that this quarter still waits for."""
        self.ensure_one()
        return list_of(
            self.env["rating.score"],
            self.env._("Missing Scores"),
            [("scorecard_id", "in", self.scorecard_ids.ids), ("state", "=", "open")],
            context={},
            help=Markup("<p class='o_view_nocontent_smiling_face'>%s</p>")
            % self.env._("Nothing is missing any more"),
        )
