"""Rate the dealers of the main job, and put into words what came of it."""

from odoo.tools import date_utils

from foretelling import auc_of

# What no ledger tells is scored alike for all: it moves nobody past another one.
NEUTRAL = 3
LOWERED_NOTE = (
    "Two grades: that of the quarter, and the one that the limit stands on, since a "
    "warning lowered it."
)
NEUTRAL_NOTE = (
    "Not in a ledger, so alike for all dealers: no violations counted, nobody lost, "
    f"{NEUTRAL} points for what is entered or could not be measured."
)
PAYMENT = "on_time", "collection", "overdue", "days_late"
HEADS = "Dealer", "Quarter", "Perf.", "Conduct", "Total", "Rank", "Grade", "Limit"
ALIGNED = "<<>>>><>"


def rate_ledger(env, journal):
    """Rate the customers of a journal's invoices, quarter by quarter, up to today.

    Each quarter is measured as the books stood at its end, and confirmed before the
    next one is opened.
    """
    company = env.company.root_id
    _make_dealers(env, company, journal)
    today = company._trade_day()
    dealers = env["rating.dealer"].search([("company_id", "=", company.id)])
    start = min(dealers.mapped("since"), default=today)
    start = date_utils.start_of(start, "quarter")
    while start <= today:
        end = date_utils.end_of(start, "quarter")
        env["rating.scorecard"]._open_cards(company, min(today, end))
        env["rating.scorecard"]._measure(company, start, end)
        _score_neutrally(env, start, today)
        env["dealer.quarter"]._grade_open(company, start)
        quarters = env["dealer.quarter"].search([("date_from", "=", start)])
        quarters._confirm()
        env.invalidate_all()
        start = date_utils.add(start, months=3)


def _make_dealers(env, company, journal):
    """Rate each customer since its first invoice."""
    first = env["account.move"]._read_group(
        [("journal_id", "=", journal.id), ("state", "=", "posted")],
        ["commercial_partner_id"],
        ["invoice_date:min"],
    )
    known = env["rating.dealer"].search([("company_id", "=", company.id)]).partner_id
    env["rating.dealer"].create(
        [
            {"partner_id": customer.id, "company_id": company.id, "since": day}
            for customer, day in first
            if customer not in known
        ]
    )


def _score_neutrally(env, start, today):
    domain = [("date_from", ">=", start), ("date_to", "<=", today)]
    scores = env["rating.score"].search([*domain, ("state", "=", "open")])
    scores._enter(
        {score.id: 0 if score.method == "violations" else NEUTRAL for score in scores}
    )


def outcome(env):
    """Return the figures that are printed and written as JSON.

    :return: ``dealers``, ``grades`` (dealers by present grade), ``auc_late`` (of the
        payment indicators, None if there is too little to tell), ``quarters``
    :rtype: dict
    """
    company = env.company.root_id
    dealers = env["rating.dealer"].search([("company_id", "=", company.id)])
    count = dict(
        env["rating.dealer"]._read_group(
            [("id", "in", dealers.ids)], ["grade_id"], ["__count"]
        )
    )
    grades = env["dealer.grade"].search([])
    auc = auc_of(company, PAYMENT).auc
    return {
        "dealers": len(dealers),
        "grades": {grade.name: count.get(grade, 0) for grade in grades},
        "auc_late": None if auc is None else round(auc, 4),
        "quarters": _as_dicts(list(_shown(dealers))),
    }


def _shown(dealers):
    """:return: each dealer's last two confirmed quarters and the running one"""
    quarters = dealers.quarter_ids.filtered("is_current").grouped("dealer_id")
    for dealer in dealers:
        own = quarters.get(dealer, dealers.quarter_ids.browse())
        confirmed = own.filtered(lambda each: each.state == "confirmed")
        yield from confirmed.sorted("date_from")[-2:]
        yield from own.filtered(lambda each: each.state == "open").sorted("date_from")


def _as_dicts(quarters):
    limits = _limits(quarters)
    none = {"limit": None, "how": "", "limit_grade": None}
    return [_as_dict(quarter) | limits.get(quarter, none) for quarter in quarters]


def _as_dict(quarter):
    confirmed = quarter.state == "confirmed"
    return {
        "dealer": quarter.dealer_id.partner_name,
        "quarter": f"{quarter.date_from.year} Q{(quarter.date_from.month + 2) // 3}",
        "state": quarter.state,
        "performance": round(quarter.performance, 2) if confirmed else None,
        "conduct": round(quarter.conduct, 2) if confirmed else None,
        "total": round(quarter.total, 2) if confirmed else None,
        "rank": quarter.rank if confirmed else None,
        "grade": quarter.grade_id.name if confirmed else None,
    }


def _limits(quarters):
    """Look up what the grades give, if credit control is there to give it.

    :return: {quarter: {"limit", "how"}}, for the confirmed ones
    """
    confirmed = [quarter for quarter in quarters if quarter.state == "confirmed"]
    if not confirmed or "credit.limit.proposal" not in confirmed[0].env:
        return {}
    proposals = confirmed[0].env["credit.limit.proposal"]
    newest = proposals._read_group(
        [("quarter_id", "in", [quarter.id for quarter in confirmed])],
        ["quarter_id"],
        ["id:max"],
    )
    proposals = proposals.browse(last for _quarter, last in newest)
    return {
        proposal.quarter_id: {
            "limit": round(proposal.amount, 2),
            "how": proposal.explanation
            + (" (proposed)" if proposal.state == "proposed" else ""),
            "limit_grade": proposal.grade_id.name,
        }
        for proposal in proposals
    }


def table(found, ledger):
    """:return: the outcome as text"""
    rows = [HEADS, *map(_cells, found["quarters"])]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    hows = ["How", *(quarter["how"] for quarter in found["quarters"])]
    lines = [
        "  ".join(
            f"{cell:{side}{width}}"
            for cell, side, width in zip(row, ALIGNED, widths, strict=True)
        )
        + f"  {how}"
        for row, how in zip(rows, hows, strict=True)
    ]
    graded = ", ".join(f"{name} {count}" for name, count in found["grades"].items())
    auc = found["auc_late"]
    lines += ["", f"{found['dealers']} dealers rated: {graded}."]
    if auc is not None:
        lines.append(
            f"Payment indicators against late invoices to come: AUC {auc:.3f}."
        )
    if any(map(_lowered, found["quarters"])):
        lines.append(LOWERED_NOTE)
    if ledger:
        lines.append(NEUTRAL_NOTE)
    return "\n".join(line.rstrip() for line in lines)


def _cells(quarter):
    running = quarter["state"] == "open"
    amounts = [quarter[name] for name in ("performance", "conduct", "total")]
    return [
        quarter["dealer"],
        quarter["quarter"],
        *("" if each is None else f"{each:.2f}" for each in amounts),
        "" if quarter["rank"] is None else str(quarter["rank"]),
        "running" if running else _grade(quarter),
        "" if quarter["limit"] is None else f"{quarter['limit']:,.2f}",
    ]


def _lowered(quarter):
    """Tell whether a limit stands on another grade than the quarter's own."""
    return quarter["limit_grade"] not in (None, quarter["grade"])


def _grade(quarter):
    grade = quarter["grade"] or ""
    return f"{grade} → {quarter['limit_grade']}" if _lowered(quarter) else grade
