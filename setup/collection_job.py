"""Collect on a ledger's items as of a day; say what was collected, and how fast."""

from odoo.tools import date_utils

import collection_played

SHOWN = "dso", "best_possible_dso", "days_delinquent", "cei", "receivables", "overdue"
HEADS = "Month", "DSO", "Best DSO", "Days late", "CEI", "Receivables", "Overdue"


def collect(env):
    """Let the day's procedure run, whatever day of the week it is.

    :return: the run
    """
    company = env.company.root_id
    env["collection.procedure"].search([]).write(
        {"quiet_sat": False, "quiet_sun": False}
    )
    run = env["collection.run"]._begin(company, company._trade_day())
    if run.state == "waiting":
        run._plan()
    return run


def outcome(env):
    """Return the figures that are printed and written as JSON.

    :return: ``figures``: by month, ``YYYY-MM``, up to the last one that is over;
        ``stages``: how many items stand at which stage; ``played``: what was done, by
        day; ``accounts``: what each salesperson earned or lost in the last month that
        has accounts
    """
    company = env.company.root_id
    return {
        "figures": _figures(env, company),
        "stages": _stages(env, company),
        "played": collection_played.played(env, company),
        "accounts": collection_played.accounts(env, company),
    }


def _figures(env, company):
    [(first,)] = env["account.move"]._read_group(
        [("move_type", "=", "out_invoice"), ("state", "=", "posted")],
        [],
        ["invoice_date:min"],
    )
    day = company._trade_day()
    last = date_utils.subtract(
        date_utils.start_of(date_utils.add(day, days=1), "month"), days=1
    )
    if not first or first > last:
        return {}
    months = env["collection.figure"]._of_months(
        company, date_utils.start_of(first, "month"), last
    )
    return {
        f"{month['date']:%Y-%m}": {
            name: None if month[name] is None else round(float(month[name]), 2)
            for name in SHOWN
        }
        for month in months
    }


def _stages(env, company):
    procedure = env["collection.procedure"].search(
        [("company_id", "=", company.id), ("is_default", "=", True)]
    )
    count = dict(
        env["collection.item"]._read_group(
            [("company_id", "=", company.id), ("state", "=", "open")],
            ["stage_id"],
            ["__count"],
        )
    )
    return {stage.code: count.get(stage, 0) for stage in procedure.stage_ids}


def table(found):
    """:return: the outcome as text"""
    customers = collection_played.table(found["played"], found["accounts"])
    return "\n".join([_figures_table(found), *customers])


def _figures_table(found):
    rows = [HEADS]
    for month, figures in found["figures"].items():
        cells = (figures[name] for name in SHOWN)
        rows.append(
            (month, *("" if each is None else f"{each:,.2f}" for each in cells))
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True))
        for row in rows
    ]
    stages = ", ".join(f"{code} {count}" for code, count in found["stages"].items())
    return "\n".join([*lines, "", f"Items by stage: {stages}."])
