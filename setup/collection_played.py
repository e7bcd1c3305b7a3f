"""Tables of what collection did, read from its records."""

import re

# Columns: what of a day's doings they show, as ``played`` calls it
COLUMNS = {
    "Reminded": ("reminder",),
    "Noticed": ("notice", "notice2"),
    "Visited": ("visited",),
    "Warned": ("warning",),
    "Stopped": ("stopped",),
    "Measures": ("measures",),
}
THEN = ("promise kept", "promise broken", "dispute valid", "resumed", "may resume")
SHOWN = 2  # dates in a cell, the last ones
NOTES = {  # what the credit addons write on a case, and how it is told here
    "Supply is stopped.": "stopped",
    "Everything late is paid: supply may resume.": "may resume",
    "Supply resumes.": "resumed",
}


def played(env, company):
    """Return what was done, by day.

    :return: list of {"day", "customer", "stage", "what"}; the stage is the code of one,
        or ``visited``, ``called``, ``promise…``, ``dispute…``, ``stopped``, ``resumed``
    """
    own = [("company_id", "=", company.id)]
    told = [
        *_actions(env, own),
        *_promises(env, own),
        *_disputes(env, own),
        *_measures(env, own),
        *_supply(env, own),
    ]
    keys = "day", "customer", "stage", "what"
    rows = sorted(told, key=lambda row: (row[0], row[1]))
    return [dict(zip(keys, (str(day), *rest), strict=True)) for day, *rest in rows]


def _actions(env, own):
    spoken = {"visit": "visited", "call": "called"}
    actions = env["collection.action"].search(own, order="date, id")
    channels = dict(env["collection.delivery"]._fields["channel"].selection)
    by_action = (
        env["collection.delivery"]
        .search([("action_id", "in", actions.ids)], order="id")
        .grouped("action_id")
    )
    for action in actions:
        customer = action.partner_id.name
        if action.kind in spoken:
            yield action.date, customer, spoken[action.kind], action.note or ""
        elif action.kind == "procedure":
            sent = by_action.get(action, ())
            what = [f"{d.letter_id.number} {channels[d.channel]}" for d in sent]
            what = ", ".join(what) or action.state
            yield action.date, customer, action.stage_id.code, what


def _promises(env, own):
    for promise in env["collection.promise"].search(own, order="id"):
        customer = promise.partner_id.name
        what = f"{promise.amount:,.2f} by {promise.date}"
        yield promise.made_on, customer, "promise", what
        if promise.settled_on:
            yield promise.settled_on, customer, f"promise {promise.state}", what


def _disputes(env, own):
    for dispute in env["collection.dispute"].search(own, order="id"):
        if dispute.judged_on:
            valid = "valid" if dispute.state != "invalid" else "invalid"
            what = f"{dispute.amount:,.2f}: {dispute.reason_id.name}"
            yield dispute.judged_on, dispute.partner_id.name, f"dispute {valid}", what


def _measures(env, own):
    kinds = dict(env["collection.measure"]._fields["kind"].selection)
    for measure in env["collection.measure"].search(own, order="id"):
        if measure.decided_on:
            what = f"{kinds[measure.kind]}, {measure.amount:,.2f}"
            customer = measure.partner_id.name
            yield measure.decided_on, customer, f"measure {measure.state}", what


def _supply(env, own):
    cases = env["collection.case"].search(own)
    notes = env["mail.message"].search(
        [("model", "=", "collection.case"), ("res_id", "in", cases.ids)], order="id"
    )
    for note in notes.filtered(lambda each: each.message_type == "notification"):
        text = re.sub("<[^>]+>", "", note.body or "")
        if text in NOTES:
            customer = env["collection.case"].browse(note.res_id).partner_id.name
            yield note.date.date(), customer, NOTES[text], text


def accounts(env, company):
    """:return: {salesperson or region: reward or penalty} of the last month"""
    accounts = env["collection.assessment"].search([("company_id", "=", company.id)])
    last = max(accounts.mapped("month"), default=None)
    return {
        account.user_id.name or account.region_id.name: round(account.amount, 2)
        for account in accounts.filtered(lambda each: each.month == last)
    }


# === AS TEXT === #


def table(done, earned):
    """Yield lines: a row for each customer, the dates in columns, then the accounts."""
    if len({each["day"] for each in done}) > 1:
        yield ""
        yield from _customers(done)
    if earned:
        parts = (f"{name} {amount:,.2f}" for name, amount in sorted(earned.items()))
        yield ""
        yield f"Salespersons' accounts, last month: {', '.join(parts)}."


def _customers(done):
    first, last = done[0]["day"], done[-1]["day"]
    yield f"Collected from {first} to {last}; dates are the last ones."
    rows = [("Customer", *COLUMNS, "And then")]
    for customer in sorted({each["customer"] for each in done}):
        own = [each for each in done if each["customer"] == customer]
        cells = (_cell(own, stages) for stages in COLUMNS.values())
        then = (f"{e['stage']} {e['day'][5:]}" for e in own if e["stage"] in THEN)
        rows.append((customer, *cells, ", ".join(then)))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()
    count = (
        f"{name.lower()} {sum(bool(row[place]) for row in rows[1:])}"
        for place, name in enumerate(COLUMNS, 1)
    )
    yield ""
    yield f"{len(rows) - 1} customers: {', '.join(count)}."


def _cell(own, stages):
    """:return: the last dates, as MM-DD, and how many there were before"""
    days = [each["day"][5:] for each in own if each["stage"] in stages]
    more = f" (+{len(days) - SHOWN})" if len(days) > SHOWN else ""
    return " ".join(days[-SHOWN:]) + more
