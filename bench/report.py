"""Put the samples of ``bench/run`` into a table that says which bounds were held."""

from statistics import median

CONFIRM_BOUND = 1 / 5  # of the peer's added time
QUERY_BOUND = 8  # added to one call, whatever it confirms
BARE_BOUND = 1.5  # times the bare SQL
RATING_BOUNDS = {
    "open and measure": ("open the cards", "measure"),
    "grade and confirm": ("grade", "confirm"),
    "installing on invoices of the past": ("keep on past invoices",),
}
COLLECTION_BOUND = 1 / 50  # of the peer's time a line
LETTER_BOUND = 1 / 20  # of the peer's time a letter
LEDGER_BOUND = 180  # seconds, for 10,000 lines
GROWN_BOUND = 1.5  # times a line's or letter's time among few: linear
WIDTH = 78


def table(results):
    """:return: the whole report as text"""
    lines = [*_heading(results)]
    if "confirm" in results:
        lines += _confirmations(results["confirm"])
    if "exposure" in results:
        lines += _exposure(results["exposure"])
    if "rating" in results:
        lines += _rating(results["rating"])
    if "contention" in results:
        lines += _contention(results["contention"])
    if "collection" in results:
        lines += _collection(results["collection"])
    if "ledger" in results:
        lines += _ledger(results["ledger"])
    return "\n".join(lines)


def _contention(result):
    times, tries, refused = zip(*result["samples"], strict=True)
    count = {n: tries.count(n) for n in sorted(set(tries))}
    lost = len([each for each in refused if each])
    held = "held" if result["confirmed"] == result["room"] else "NOT held"
    return [
        "",
        f"orders of one group side by side ({len(times)}), in seconds",
        f"  one            {median(times):.2f} ({min(times):.2f}–{max(times):.2f})",
        "  tries          " + ", ".join(f"{n}: {many}" for n, many in count.items()),
        f"  given up       {lost}, after five tries",
        f"  confirmed      {result['confirmed']}, room for {result['room']}: {held}",
    ]


def _heading(results):
    versions = " · ".join(f"{name} {is_}" for name, is_ in results["versions"].items())
    sizes = " · ".join(f"{name} {n:,}" for name, n in results.get("sizes", {}).items())
    load = ", ".join(f"{each:.1f}" for each in results["load"])
    return [
        *_wrapped("versions", versions),
        *(_wrapped("rows", sizes) if sizes else []),
        *_wrapped("machine", f"{results['cpus']} CPUs, load {load}: it may be busy"),
        *_wrapped("shown", "median (smallest–largest); compare ratios, not runs"),
    ]


def _wrapped(name, text):
    parts, line = text.split(" · "), ""
    rows = []
    for part in parts:
        if line and len(f"{line} · {part}") > WIDTH - 10:
            rows.append(line)
            line = part
        else:
            line = f"{line} · {part}" if line else part
    rows.append(line)
    return [f"{name if not n else '':<10}{row}" for n, row in enumerate(rows)]


# === CONFIRMING === #


def _confirmations(cases):
    yield from _title("A check adds to confirming", "ours", "OCA", "ratio")
    for case, sides in cases.items():
        yield case
        ours, peer = (_added(sides, name) for name in ("ours", "peer"))
        held = _verdict(_ratio(ours, peer, "time") <= CONFIRM_BOUND, "≤ 1/5")
        yield _compared("time, ms", ours, peer, "time", held)
        if "cpu" in ours:  # what a busy machine disturbs least
            yield _compared("  of it computing, ms", ours, peer, "cpu")
        counts = [int(median(each["queries"])) for each in (ours, peer)]
        held = _verdict(counts[0] <= QUERY_BOUND, f"≤ {QUERY_BOUND}")
        yield _row("queries", *counts, f"{counts[0] / counts[1]:.2f}", held)
        alone = _spread(_column(sides["alone"], "time"))
        yield _row("Odoo alone, ms", alone, alone)


def _added(sides, name):
    """:return: {clock: what a side took more than Odoo alone, round by round}"""
    pairs = list(zip(sides["alone"], sides[name], strict=True))
    return {
        clock: [with_[clock] - alone[clock] for alone, with_ in pairs]
        for clock in pairs[0][0]
    }


def _ratio(ours, peer, clock):
    return median(ours[clock]) / median(peer[clock])


def _compared(name, ours, peer, clock, held=""):
    ratio = f"{_ratio(ours, peer, clock):.2f}"
    return _row(name, _spread(ours[clock]), _spread(peer[clock]), ratio, held)


def _column(samples, clock):
    return [sample[clock] for sample in samples]


# === EXPOSURE === #


def _exposure(exposure):
    samples, count = exposure["samples"], exposure["customers"]
    yield from _title(f"Exposure of {count:,} customers", "ms", "queries", "ratio")
    bare = median(_column(samples["bare"], "time"))
    names = {"bare": "the bare SQL", "ours": "ours", "peer": "OCA"}
    for way, name in names.items():
        times = _column(samples[way], "time")
        ratio = median(times) / bare
        held = _verdict(ratio <= BARE_BOUND, f"≤ {BARE_BOUND}") if way == "ours" else ""
        queries = samples[way][0]["queries"]
        yield _row(name, _spread(times), queries, f"{ratio:.1f}", held)
    same = "agree on every customer" if exposure["apart"] < 0.005 else "DIFFER"
    yield f"The three answers {same} (largest difference {exposure['apart']:.2f})."


# === RATING === #


def _rating(sizes):
    """Compare the steps for few and for many dealers: statements must be the same.

    Confirming is done a thousand dealers at a time.
    """
    (few, small), (many, large) = sizes.items()
    yield from _title("Rating dealers, s", f"{int(few):,}", f"{int(many):,}", "stmts")
    for step, sample in large.items():
        if isinstance(sample, dict):
            other = small[step]
            same = _verdict(sample["queries"] == other["queries"], "same number")
            if step == "confirm":
                batches = int(many) / 1000
                held = sample["queries"] <= other["queries"] * batches
                same = _verdict(held, "same a 1,000")
            times = (f"{each['time']:.2f}" for each in (other, sample))
            yield _row(step, *times, sample["queries"], same)
    for name, steps in RATING_BOUNDS.items():
        took = sum(large[step]["time"] for step in steps)
        yield _row(name, "", f"{took:.1f}", "", _verdict(took < 60, "< 60 s"))
    grown = [
        max(s["grown"] for s in each.values() if isinstance(s, dict))
        for each in (small, large)
    ]
    yield _row("grown by, MB", *(f"{each:.1f}" for each in grown))


# === COLLECTION === #


def _collection(found):
    """Compare what one line and one letter take, and whether it grows with many."""
    yield from _title("A day's collection", "ours", "OCA", "ratio")
    yield "Finding what is due, ms a line"
    yield from _each(found["run"], "lines", "time", COLLECTION_BOUND, "≤ 1/50")
    yield "  computing only, whatever else the machine did"
    yield from _each(found["run"], "lines", "cpu", COLLECTION_BOUND, "≤ 1/50")
    yield from _linear(found["run"])
    yield "On the first day, when all open items are new to it, ms a line"
    yield from _each(found["first"], "lines", "time")
    yield "The day after, when nothing is due, s"
    for samples in found["next"].values():
        yield _row("", f"{_taken(samples['ours']):.2f}", "")
    yield "Statements of a run / megabytes left in memory"
    for samples in found["run"].values():
        costs = [_cost(each) for each in samples.values()]
        yield _row(_counted(samples, "lines"), costs[0], "".join(costs[1:]))
    yield "Building letters without their PDF, ms each"
    yield from _each(found["letters"], "letters", "time", LETTER_BOUND, "≤ 1/20")
    yield "  computing only"
    yield from _each(found["letters"], "letters", "cpu", LETTER_BOUND, "≤ 1/20")
    yield from _linear(found["letters"])


def _each(sizes, unit, clock, bound=None, words=""):
    for samples in sizes.values():
        if clock not in samples["ours"][0]:
            continue
        spread = [_apiece(samples[side], clock) for side in samples]
        ratio = held = ""
        if "peer" in samples:
            quotient = _taken(samples["ours"], clock) / _taken(samples["peer"], clock)
            ratio = f"1/{1 / quotient:.0f}"
            held = _verdict(quotient <= bound, words)
        yield _row(_counted(samples, unit), spread[0], "".join(spread[1:]), ratio, held)


def _apiece(samples, clock):
    return _spread([each[clock] / each["count"] for each in samples], 2)


def _linear(sizes):
    """Compare what one takes among the most with what it takes among the fewest."""
    grown = []
    for side in "ours", "peer":
        known = [each[side] for each in sizes.values() if side in each]
        if len(known) < 2:
            return
        few, many = (_taken(each) / each[0]["count"] for each in (known[0], known[-1]))
        grown.append(many / few)
    held = _verdict(grown[0] <= GROWN_BOUND, f"≤ {GROWN_BOUND}")
    yield _row("most / fewest, each", *(f"{each:.2f}" for each in grown), "", held)


def _counted(samples, unit):
    return f"{samples['ours'][0]['count']:,} {unit}"


def _cost(samples):
    queries = int(median(_column(samples, "queries")))
    return f"{queries:,} / {max(_column(samples, 'grown')):.0f}"


def _taken(samples, clock="time"):
    return median(_column(samples, clock))


# === LEDGER === #


def _ledger(found):
    yield from _title(f"A ledger of {found['rows']:,} lines", "s", "computing", "")
    taken = 0
    for step in "check", "import":
        taken += found[step]["time"]
        yield _row(step, *(f"{found[step][clock]:.1f}" for clock in ("time", "cpu")))
    held = _verdict(taken <= LEDGER_BOUND, f"≤ {LEDGER_BOUND} s")
    yield _row("both", f"{taken:.1f}", "", "", held)
    yield f"What is owed differs from the file by {found['apart']:.2f}."


# === FORMAT === #


def _title(*columns):
    yield ""
    yield (
        f"{columns[0]:<26}"
        + "".join(f"{name:>19}" for name in columns[1:3])
        + (f"{columns[3]:>7}  bound")
    )
    yield "─" * WIDTH


def _row(name, ours, peer, ratio="", held=""):
    return f"  {name:<24}{ours!s:>19}{peer!s:>19}{ratio:>7}  {held}".rstrip()


def _spread(seconds, digits=None):
    least, middle, most = (f(seconds) * 1000 for f in (min, median, max))
    if digits and least == most:
        return f"{middle:,.{digits}f}"
    if digits:
        return f"{middle:,.{digits}f} ({least:,.{digits}f}–{most:,.{digits}f})"
    digits = 1 if abs(middle) < 100 else 0
    return f"{middle:,.{digits}f} ({least:,.0f}–{most:,.0f})"


def _verdict(held, bound):
    return f"{bound} {'held' if held else 'MISSED'}"
