from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.trade_credit_base.lookups import count_lines

from ...groups import COLLECTOR, require
from ...statements import all_together, stamp
from ..procedure.collection_procedure import QUIET

UNDONE = ("planned", "waiting", "sending", "failed")  # states of actions
# What a statement about steps reads of a stage. A letter before the due date asks for
# nothing that is late: it leads to none of the others, and may be passed over.
STAGE = SQL(
    """stage.id AS stage_id, stage.day AS stage_day,
       stage.sequence AS stage_sequence, stage.holdout_share,
       stage.day > 0 AND stage.letter_kind IS NOT NULL AS is_letter,
       stage.letter_kind IS NOT NULL AS is_written,
       stage.letter_kind IS NOT DISTINCT FROM 'measures' OR stage.id IN (
           SELECT stage_id FROM collection_stage_effect WHERE code = 'measures')
           AS is_measures"""
)


class CollectionRun(models.Model):
    """One day of a company's procedure: what was due, and what was done about it.

    A company's first run waits for a person: with an old ledger, they want to see who
    would be written to before anybody is.
    """

    _name = "collection.run"
    _description = "Collection Run"
    _inherit = ["collection.ledger.record"]
    _order = "date desc, id desc"
    _rec_name = "date"

    date = fields.Date(required=True)
    state = fields.Selection(
        [("waiting", "Waits for a person"), ("planned", "Planned"), ("done", "Done")],
        required=True,
    )
    action_ids = fields.One2many("collection.action", "run_id", "Actions")
    action_count = fields.Integer("Customers", compute="_compute_counts")
    started_by_id = fields.Many2one("res.users")

    _day_unique = models.UniqueIndex(
        "(company_id, date)", "A company's procedure runs once a day."
    )

    @api.depends("action_ids")
    def _compute_counts(self):
        contacted = [("kind", "!=", "left_out")]
        count_lines(self, "action_count", "action_ids", contacted)

    # === ACTION METHODS === #

    def action_start(self):
        """Start the first run of a company; from then on it runs by itself.

        :raises AccessError: if the user is not a collector
        """
        why = self.env._("Only collectors start a run. Ask one of them.")
        require(self.env, COLLECTOR, why)
        self.check_access("read")
        for run in self.sudo().filtered(lambda each: each.state == "waiting"):
            run.started_by_id = self.env.uid
            run._plan()
            run._follow_waits("start")
        # Who starts it does not wait for tomorrow
        self.env.ref("ar_collection.collection_cron").sudo()._trigger()
        return True

    # === BUSINESS METHODS === #

    @api.model
    def _cron_collect(self):
        """Run the day's procedure of every company, then do what is planned.

        Safe to run any number of times, and to be killed anywhere.
        """
        procedures = self.env["collection.procedure"].sudo().search([])
        cron, jobs = self.env["ir.cron"], self.env["trade.job"]
        for company in procedures.company_id:
            for step in self._daily_steps():
                with jobs._apart(company):
                    step(company, company._trade_day())
            cron._commit_progress()
        self.env["collection.action"]._perform_planned()
        self.env["trade.waiting"]._follow_waits_soon()

    def _daily_steps(self):
        """List what is done for each company once a day. Extend with further steps.

        :return: list of functions (company, day), safe to run any number of times; one
            that fails is undone and reported, and the others go on
        """
        return [self._begin]

    @api.model
    def _begin(self, company, day):
        """Begin the run of a company and day, unless there is one.

        :return: the run
        """
        company = company.root_id
        self = self.with_company(company)
        run = self.search([("company_id", "=", company.id), ("date", "=", day)])
        if run and run.state != "waiting":
            return run
        with all_together(self.env.cr):
            self._catch_up(company, day)
        if not run:
            run = self._waiting_of(company)
            run.date = day  # one that waits goes on waiting
            run.action_ids.date = day  # and who is left out of it, left out
        if not run:
            first = not self._is_started(company)
            run = self.with_context(tracking_disable=True).create(
                {
                    "company_id": company.id,
                    "date": day,
                    "state": "waiting" if first else "planned",
                }
            )
        if run.state == "waiting":
            with all_together(self.env.cr):
                self.env["collection.case"]._weigh(company, day)
            run._announce()
        else:
            run._plan()
        return run

    @api.model
    def _catch_up(self, company, day):
        """Bring everything up to date that decides about what is due: the items as the
        ledger has them, the promises by the money, the pauses by both, whose case is
        open; and the day until which each claim can be sued for."""
        items = self.env["collection.item"]
        found = items._sync(company, day)
        self.env["trade.job"]._report(company, items_found=found)
        self.env["collection.promise"]._judge(company, day)
        items._update_pauses(company, day)
        self.env["collection.case"]._follow(company, day)
        items._update_limitation(company, day)

    @api.model
    def _is_started(self, company):
        """Tell whether somebody started the first run of a root company."""
        known = [("company_id", "=", company.id), ("started_by_id", "!=", False)]
        return bool(self.search_count(known, limit=1))

    def _finish(self):
        """Mark runs as done of which nothing is on its way any more."""
        todo = self.env["collection.action"]._read_group(
            [("run_id", "in", self.ids), ("state", "in", UNDONE)], ["run_id"]
        )
        busy = self.browse().union(*(run for (run,) in todo))
        (self - busy).write({"state": "done"})

    # === WHAT IS DUE === #

    def _plan(self):
        """Write down what is due, one action a customer, and which step each item took;
        items and cases bear the stage that they reached.

        What was planned already is not planned again, so that a run may be repeated.
        """
        self.ensure_one()
        self.env.flush_all()
        with all_together(self.env.cr):
            self.env.cr.execute(self._plan_sql())
            self.env["trade.job"]._report(
                self.company_id, steps_due=self.env.cr.rowcount
            )
            self.env["collection.case"]._weigh(self.company_id, self.date, self)
        self.env.invalidate_all()
        self.state = "planned"
        self._finish()

    def _plan_sql(self):
        """One statement for the whole run: the actions, the lines of each, and the
        stage of the items."""
        return SQL(
            """
            WITH due AS MATERIALIZED (%(due)s),
                 acted AS (
            INSERT INTO collection_action (
                   run_id, case_id, partner_id, company_id, date, kind, stage_id,
                   state, amount, user_id, create_uid, write_uid, create_date,
                   write_date)
            SELECT %(run)s, MAX(case_id), partner_id, %(company)s, %(day)s,
                   'procedure',
                   (array_agg(stage_id ORDER BY stage_day DESC, stage_sequence)
                    FILTER (WHERE state != 'skipped'))[1],
                   CASE WHEN bool_or(state = 'due') THEN 'planned'
                        ELSE 'held_out' END,
                   SUM(residual) FILTER (WHERE state != 'skipped'),
                   MAX(user_id), %(uid)s, %(uid)s, %(now)s, %(now)s
              FROM due GROUP BY partner_id
                ON CONFLICT (partner_id, company_id, date)
                   WHERE kind = 'procedure' DO NOTHING
         RETURNING id, partner_id),
                 took AS (
            INSERT INTO collection_action_line (
                   action_id, item_id, stage_id, state, number, date, date_due,
                   days_late, residual)
            SELECT acted.id, due.item_id, due.stage_id, due.state, due.number,
                   due.date, due.date_due, due.days, due.residual
              FROM due JOIN acted USING (partner_id)
                ON CONFLICT (item_id, stage_id) WHERE state != 'dropped' DO NOTHING
         RETURNING item_id, stage_id, state)
            UPDATE collection_item AS item
               SET stage_id = CASE WHEN took.state = 'due' THEN took.stage_id
                                   ELSE item.stage_id END,
                   stage_on = CASE WHEN took.state = 'due' THEN %(day)s::date
                                   ELSE item.stage_on END,
                   entered_days = COALESCE(item.entered_days, 0) + due.behind
              FROM took JOIN due USING (item_id, stage_id)
             WHERE item.id = took.item_id AND (took.state = 'due'
                OR took.state = 'held_out' AND due.behind > 0)
            """,
            due=self._due_sql(self.company_id, self.date),
            run=self.id,
            company=self.company_id.id,
            day=self.date,
            **stamp(self.env),
        )

    @api.model
    def _due_sql(self, company, day, open_to=None):
        """Return what is due on a day: a row for each item and stage.

        An item takes one stage, see :meth:`_step_sql`; stages below it that it never
        took are there as ``skipped``. Customers who owe little, were contacted often
        enough this week, or have a contact that did not get through yet, have none, nor
        have those to whom the next letter waits, see :meth:`_unwritten_sql`. Steps of a
        customer whom the random draw leaves alone are ``held_out``.

        :param SQL open_to: the customers to look at; None for those whom something
            may be said to on that day
        :return: SQL of rows (item_id, partner_id, case_id, user_id, stage_id,
            stage_day, stage_sequence, state, number, date, date_due, days: that it is
            late, residual, behind: days that it is put back by)
        """
        return SQL(
            """
            WITH %(asked)s,
                 ripe AS MATERIALIZED (%(ripe)s),
                 step AS MATERIALIZED (%(step)s),
                 drawn AS MATERIALIZED (%(drawn)s)
            SELECT step.item_id, step.partner_id, step.case_id, step.user_id,
                   step.stage_id, step.stage_day, step.stage_sequence,
                   CASE WHEN step.place > 1 THEN 'skipped'
                        WHEN drawn.partner_id IS NULL THEN 'due'
                        ELSE 'held_out' END AS state,
                   step.number, step.date, step.date_due, step.days_late AS days,
                   step.residual, step.behind
              FROM step LEFT JOIN drawn USING (partner_id)
            """,
            asked=self._asked_ctes(
                self._aged_sql(company, day),
                company,
                open_to or self._open_to_sql(company, day),
                self._may_sql(),
            ),
            ripe=self._ripe_sql(self._step_sql(self._reached_sql())),
            step=self._unwritten_sql(company, day),
            drawn=self._drawn_sql(day),
        )

    def _asked_ctes(self, aged, company, open_to, which):
        """Return the tables that a statement about steps stands on, to follow a
        ``WITH``; ``asked`` is the one to read, see :meth:`_asked_sql`.

        :param SQL aged: the items of a company on a day, see :meth:`_aged_sql`
        :param SQL open_to: the customers to look at, see :meth:`_collected_sql`
        :param SQL which: a condition on ``aged``, the items to look at
        """
        return SQL(
            """
                 aged AS MATERIALIZED (%(aged)s),
                 owing AS MATERIALIZED (
                 SELECT partner_id, SUM(residual) AS owed,
                        SUM(residual) FILTER (WHERE days_late > 0) AS overdue
                   FROM aged GROUP BY partner_id),
                 chosen AS MATERIALIZED (%(chosen)s),
                 open_to AS MATERIALIZED (%(open_to)s),
                 taken AS MATERIALIZED (%(taken)s),
                 asked AS MATERIALIZED (%(asked)s)
            """,
            aged=aged,
            chosen=self.env["collection.procedure"]._chosen_sql(
                company, SQL("SELECT partner_id FROM owing")
            ),
            open_to=open_to,
            taken=self._taken_sql(which),
            asked=self._asked_sql(which),
        )

    def _taken_sql(self, which):
        """The day of the highest stage that items took, of those that are looked at.

        Their lines are found by an index: what was ever said to anybody is not read.
        """
        return SQL(
            """
            SELECT line.item_id, MAX(stage.day) AS day
              FROM collection_action_line AS line
              JOIN collection_stage AS stage ON stage.id = line.stage_id
             WHERE line.item_id = ANY(ARRAY(SELECT item_id FROM aged WHERE %s))
               AND line.state IN ('due', 'held_out')
             GROUP BY line.item_id
            """,
            which,
        )

    def _asked_sql(self, which):
        """Items with what decides which stage they take: it lies beyond what they took,
        for none goes back. One that was first seen late, and took none yet, enters at
        its procedure's entry stage: ``enters_from`` is that one's day."""
        return SQL(
            """
            SELECT aged.*, taken.day AS taken_day, open_to.procedure_id,
                   open_to.case_id, open_to.user_id, open_to.company_level,
                   open_to.region, open_to.overdue, open_to.floor,
                   open_to.letter_gap,
                   CASE WHEN taken.day IS NULL AND days_seen >= open_to.entry_day
                        THEN open_to.entry_day END AS enters_from
              FROM aged
              JOIN open_to USING (partner_id)
              LEFT JOIN taken USING (item_id)
             WHERE %s
            """,
            which,
        )

    def _may_sql(self):
        """Return the condition on ``aged``: items that may take a stage at all."""
        return SQL("aged.days >= (SELECT MIN(day) FROM collection_stage)")

    def _reached_sql(self):
        """Stages that items have reached, and that are for them."""
        return SQL(
            """
            SELECT asked.*, %(stage)s
              FROM asked
              JOIN collection_stage AS stage ON stage.day <= asked.days AND %(fits)s
            """,
            stage=STAGE,
            fits=self._fits_sql(SQL("asked.overdue")),
        )

    def _step_sql(self, reached):
        """Return which of the stages that items have reached they take.

        The highest, but no letter is passed over: where letters are reached that the
        item never took, it is the first of them. An item that enters takes the first
        stage from its entry stage on, but none beyond the last letter that leads to
        measures, and no measures. One that has further stages reached by then is
        ``behind`` by so many days: it goes on by the days between the stages.

        :param SQL reached: rows (asked.*, :const:`STAGE`)
        :return: SQL of those rows up to the one that is taken, whose ``place`` is 1;
            with ``behind``
        """
        return SQL(
            """
            SELECT aimed.*,
                   CASE WHEN entry_day IS NOT NULL OR highest > letter_day
                        THEN days - COALESCE(entry_day, letter_day)
                        ELSE 0 END AS behind,
                   ROW_NUMBER() OVER (PARTITION BY item_id
                       ORDER BY stage_day DESC, stage_sequence, stage_id) AS place
              FROM (SELECT reached.*, MAX(stage_day) OVER own AS highest,
                           MIN(stage_day) FILTER (WHERE is_letter) OVER own
                               AS letter_day,
                           CASE WHEN enters_from IS NOT NULL THEN LEAST(
                               MIN(stage_day) FILTER (
                                   WHERE NOT is_measures AND stage_day >= enters_from)
                                   OVER own,
                               MAX(stage_day) FILTER (
                                   WHERE NOT is_measures AND is_letter) OVER own)
                               END AS entry_day
                      FROM (%s) AS reached
                    WINDOW own AS (PARTITION BY item_id)) AS aimed
             WHERE stage_day <= COALESCE(entry_day, letter_day, highest)
               AND (is_measures AND stage_day = entry_day) IS NOT TRUE
            """,
            reached,
        )

    def _ripe_sql(self, steps):
        """Return the steps that come to the floor of the procedure: what a customer's
        items come to, added up from the highest stage that one of them takes down to
        the item's own. What is below it waits until it goes along with more.

        :param SQL steps: see :meth:`_step_sql`
        :return: SQL of their rows, with ``aim``: the day of the stage that is taken,
            ``writes``: whether that sends a letter
        """
        return SQL(
            """
            SELECT * FROM (
                   SELECT aimed.*, SUM(residual) FILTER (WHERE place = 1) OVER (
                              PARTITION BY partner_id ORDER BY aim DESC) AS together
                     FROM (SELECT taken.*, MAX(stage_day) OVER own AS aim,
                                  BOOL_OR(place = 1 AND is_written) OVER own AS writes
                             FROM (%s) AS taken
                           WINDOW own AS (PARTITION BY item_id)) AS aimed) AS added
             WHERE together >= floor
            """,
            steps,
        )

    def _unwritten_sql(self, company, day):
        """Return the steps that are taken on a day: of who got a letter a short while
        ago, no further letters but a stricter one than they ever got for what is open.
        That goes at once, and takes along what waits."""
        items = self.env["collection.item"]
        return SQL(
            """
            WITH own AS MATERIALIZED (
                 SELECT partner_id, letter_gap, floor, MAX(aim) AS strictest
                   FROM ripe WHERE writes AND letter_gap > 0
                  GROUP BY partner_id, letter_gap, floor
                 HAVING EXISTS (
                   SELECT FROM collection_action AS earlier
                     JOIN collection_stage AS stage ON stage.id = earlier.stage_id
                    WHERE earlier.partner_id = ripe.partner_id
                      AND earlier.company_id = %(company)s
                      AND stage.letter_kind IS NOT NULL AND %(contact)s
                      AND earlier.date > %(day)s::date - ripe.letter_gap))
            SELECT ripe.* FROM ripe
              LEFT JOIN (own JOIN (%(reached)s) AS reached USING (partner_id))
                ON own.partner_id = ripe.partner_id AND writes
               AND reached.day >= own.strictest
             WHERE own.partner_id IS NULL
            """,
            reached=items._reached_sql(
                company, SQL("SELECT partner_id, floor FROM own"), items._written_sql()
            ),
            contact=self._contact_sql(SQL("earlier")),
            company=company.id,
            day=day,
        )

    def _contact_sql(self, action):
        """Return the condition that something was said to a customer by an action, or
        is to be: what was held out was not, nor what a decision left out.

        :param SQL action: alias of the action
        """
        return SQL(
            """%(action)s.kind = 'procedure'
               AND %(action)s.state NOT IN ('settled', 'held_out')
               AND NOT EXISTS (SELECT FROM collection_effect AS effect
                                WHERE effect.action_id = %(action)s.id
                                  AND effect.state = 'left_out')""",
            action=action,
        )

    def _fits_sql(self, overdue):
        """Return which stages are for an item, whenever it reaches them.

        :param SQL overdue: what its customer is late with
        :return: SQL of a condition on ``asked``, an item, and ``stage``
        """
        return SQL(
            """stage.procedure_id = asked.procedure_id
               AND (asked.taken_day IS NULL OR stage.day > asked.taken_day)
               AND (stage.region = 'any' OR stage.region = asked.region)
               AND COALESCE(stage.amount_from, 0) <= %(overdue)s
               AND (COALESCE(stage.amount_to, 0) = 0 OR stage.amount_to > %(overdue)s)
               AND (NOT COALESCE(stage.company_level, FALSE) OR asked.company_level)
               AND (NOT EXISTS (SELECT FROM collection_stage_tags AS tag
                                 WHERE tag.stage_id = stage.id)
                    OR EXISTS (SELECT FROM collection_stage_tags AS tag
                         JOIN res_partner_res_partner_category_rel AS own
                           ON own.category_id = tag.category_id
                        WHERE tag.stage_id = stage.id
                          AND own.partner_id = asked.partner_id))""",
            overdue=overdue,
        )

    def _drawn_sql(self, day):
        """Return the customers whom the random draw leaves alone today.

        The draw is a hash of customer and day: a run that is repeated draws the same.
        The share is that of the highest stage that the customer takes.
        """
        return SQL(
            """
            SELECT partner_id
              FROM (SELECT DISTINCT ON (partner_id) partner_id, holdout_share
                      FROM step
                     WHERE place = 1 AND EXISTS (SELECT FROM collection_stage
                                                  WHERE holdout_share > 0)
                     ORDER BY partner_id, stage_day DESC, stage_sequence) AS top
             WHERE COALESCE(holdout_share, 0) > 100.0 / (1::bigint << 32)
                   * ('x' || LEFT(MD5(partner_id || ' ' || %s), 8))::bit(32)::bigint
            """,
            str(day),
        )

    def _aged_sql(self, company, day):
        """Items with what they come to and how late they are, pauses not counted:
        ``days_late`` by the due date; ``days`` decide about stages, and leave out those
        that an item was behind when it entered; ``days_seen`` at first sight."""
        return SQL(
            """
            SELECT id AS item_id, partner_id, number, date, date_due,
                   residual - COALESCE(paused_amount, 0) AS residual,
                   %(late)s AS days_late, %(late)s - COALESCE(entered_days, 0) AS days,
                   first_seen - date_due AS days_seen
              FROM collection_item
             WHERE company_id = %(company)s AND %(counts)s
            """,
            counts=self.env["collection.item"]._counting_sql(),
            late=SQL("%s::date - date_due - COALESCE(paused_days, 0)", day),
            company=company.id,
        )

    def _open_to_sql(self, company, day):
        """Customers whom something may be said to on a day, and what decides how."""
        return SQL(
            """
            %(collected)s
               AND procedure.%(quiet)s IS NOT TRUE
               AND (COALESCE(procedure.max_per_week, 0) = 0
                    OR procedure.max_per_week > (
                       SELECT COUNT(*) FROM collection_action AS contact
                        WHERE contact.partner_id = owing.partner_id
                          AND contact.company_id = %(company)s
                          AND %(contact)s
                          AND contact.date > %(day)s::date - 7))
               AND NOT EXISTS (SELECT FROM collection_action AS waiting
                                WHERE waiting.partner_id = owing.partner_id
                                  AND waiting.company_id = %(company)s
                                  AND waiting.state IN ('planned', 'waiting',
                                                        'sending', 'failed'))
               AND %(day)s NOT IN (%(holidays)s)
               AND %(wanted)s
            """,
            wanted=self._wanted_sql(company, day),
            contact=self._contact_sql(SQL("contact")),
            collected=self._collected_sql(company),
            company=company.id,
            day=day,
            quiet=SQL.identifier(QUIET[day.weekday()]),
            holidays=self.env["trade.holiday"]._days_sql(company),
        )

    def _wanted_sql(self, company, day):
        """Return the condition on ``owing``: nobody left the customer out of the run of
        this day, see ``collection.preview._leave_out``."""
        return SQL(
            """NOT EXISTS (SELECT FROM collection_action AS without
                            WHERE without.partner_id = owing.partner_id
                              AND without.company_id = %s AND without.date = %s
                              AND without.kind = 'left_out'
                              AND without.state = 'done')""",
            company.id,
            day,
        )

    def _collected_sql(self, company):
        """Customers who owe enough to be collected from, and what decides how; further
        conditions may follow. Who is nobody's is the one's to whom its tasks fall."""
        return SQL(
            """
            SELECT owing.partner_id, chosen.procedure_id, owing.owed,
                   COALESCE(owing.overdue, 0) AS overdue, opened.id AS case_id,
                   COALESCE(owner.id, keeper.id) AS user_id,
                   COALESCE(opened.company_level, FALSE) AS company_level,
                   CASE WHEN partner.state_id = home.state_id THEN 'same'
                        ELSE 'other' END AS region,
                   entry.day AS entry_day, COALESCE(procedure.small_amount, 0) AS floor,
                   COALESCE(procedure.letter_gap, 0) AS letter_gap
              FROM owing
              JOIN chosen USING (partner_id)
              JOIN collection_procedure AS procedure ON procedure.id = procedure_id
              LEFT JOIN (%(entry)s) AS entry ON entry.procedure_id = procedure.id
              JOIN res_partner AS partner ON partner.id = owing.partner_id
              LEFT JOIN res_users AS seller ON seller.id = partner.user_id
              LEFT JOIN res_partner AS home ON home.id = seller.partner_id
              LEFT JOIN collection_case AS opened
                ON opened.partner_id = owing.partner_id AND opened.state = 'open'
               AND opened.company_id = %(company)s
              LEFT JOIN res_users AS owner
                ON owner.id = COALESCE(opened.user_id, partner.user_id)
               AND owner.active
              LEFT JOIN res_users AS keeper
                ON keeper.id = %(keeper)s AND keeper.active
             WHERE owing.owed >= COALESCE(procedure.small_amount, 0)
            """,
            company=company.id,
            keeper=company._collection_keeper().id or None,
            entry=self.env["collection.procedure"]._entry_sql(),
        )
