"""Power of the monthly card's indicators to foretell the next month's items.

Sharper than the report on quarters, and possible after two months: a case is an
invoice, not a dealer's quarter.
"""

from typing import NamedTuple

from odoo.tools import SQL

from odoo.addons.dealer_rating.core import validate


class Area(NamedTuple):
    """An AUC and what it stands on; ``auc`` is None where there is no pair."""

    auc: float | None
    late: int
    in_time: int
    unknown: int  # items of which nobody knows yet
    unscored: int  # items of dealers whose card lacks one of the indicators


def auc_of(company, codes, days_late=0, day=None):
    """Return the AUC of indicators of the performance cards of each month for the
    lateness of the items dated in the month after it.

    The score is the weighted sum of the indicators' points on the dealer's current
    card, closed or not, whoever gave them. A card counts if each of the indicators
    has points on it.

    :param res.company company: its branches included
    :param codes: codes of indicators, like ``["on_time", "days_late"]``
    :param int days_late: an item is late if part of it was not settled so many
        days after it was due
    :param date day: what was known then; today if left out
    :rtype: Area
    """
    day = day or company._trade_day()
    company.env.flush_all()
    rows = company.env.execute_query(
        _foretold_sql(company.root_id, list(codes), days_late, day)
    )
    known = [(score, late) for score, late, is_open in rows if score is not None]
    scored = [
        (score, late)
        for score, late, is_open in rows
        if score is not None and (late or not is_open)
    ]
    bad = sum(late for _score, late in scored)
    try:
        area = validate.auc(scored)
    except validate.NoCase:
        area = None
    return Area(
        auc=area,
        late=bad,
        in_time=len(scored) - bad,
        unknown=len(known) - len(scored),
        unscored=len(rows) - len(known),
    )


def _foretold_sql(company, codes, days_late, day):
    """:return: a row for each item: score, whether late, whether not known"""
    return SQL(
        """
        WITH %(ledger)s,
             card AS MATERIALIZED (%(cards)s),
             claim AS MATERIALIZED (
             SELECT item.id AS key, item.id AS item_id, item.due, item.amount,
                    card.score
               FROM card
               JOIN item ON item.partner_id = card.partner_id AND item.is_claim
                AND item.date BETWEEN card.date_to + 1
                AND (card.date_from + INTERVAL '2 months')::date - 1),
             known AS (%(known)s)
        SELECT claim.score::float, known.is_late, known.is_open
          FROM claim JOIN known ON known.key = claim.key
        """,
        ledger=company.env["rating.measure"]._ledger_sql(company, day),
        cards=_scored_sql(company, codes),
        known=company.env["rating.validation"]._known_sql(
            company, day, days_late, days_late, 1.0
        ),
    )


def _scored_sql(company, codes):
    """Return the performance cards with what the indicators come to on them.

    A measured indicator counts where the books knew a value, or its rule says what
    nothing to measure is worth; what a person put in its place foretells nothing.
    """
    known = SQL(
        """score.state != 'open' AND (indicator.method != 'measured'
           OR score.is_measured OR indicator.nothing = 'points')"""
    )
    return SQL(
        """
        SELECT card.id, card.partner_id, card.date_from, card.date_to,
               CASE WHEN COUNT(score.points) FILTER (WHERE %(known)s)
                         = %(count)s
                    THEN SUM(score.points * indicator.weight) END AS score
          FROM rating_scorecard AS card
          LEFT JOIN (rating_score AS score
               JOIN rating_indicator AS indicator
                 ON indicator.id = score.indicator_id
                AND indicator.code = ANY(%(codes)s))
            ON score.scorecard_id = card.id
         WHERE card.company_id = %(company)s AND card.kind = 'performance'
           AND card.is_current
         GROUP BY card.id
        """,
        count=len(set(codes)),
        codes=list(set(codes)),
        known=known,
        company=company.id,
    )
