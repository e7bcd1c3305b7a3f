"""Put the samples of ``setup/bench`` into a table that says which bounds were held."""

from statistics import median

CONFIRM_BOUND = 1 / 5  # of the peer's added time
QUERY_BOUND = 8  # added to one call, whatever it confirms
BARE_BOUND = 1.5  # times the bare SQL
WIDTH = 78


def table(results):
    """:return: the whole report as text"""
    lines = [*_heading(results)]
    if "confirm" in results:
        lines += _confirmations(results["confirm"])
    if "exposure" in results:
        lines += _exposure(results["exposure"])
    return "\n".join(lines)


def _heading(results):
    versions = " · ".join(f"{name} {is_}" for name, is_ in results["versions"].items())
    sizes = " · ".join(f"{name} {n:,}" for name, n in results["sizes"].items())
    load = ", ".join(f"{each:.1f}" for each in results["load"])
    return [
        *_wrapped("versions", versions),
        *_wrapped("rows", sizes),
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
        added = {name: _added(samples) for name, samples in sides.items()}
        yield case
        ours, peer = (_spread(added[name]["time"]) for name in ("ours", "peer"))
        ratio = median(added["ours"]["time"]) / median(added["peer"]["time"])
        held = _verdict(ratio <= CONFIRM_BOUND, f"≤ {CONFIRM_BOUND:.2f}")
        yield _row("time, ms", ours, peer, f"{ratio:.2f}", held)
        counts = [int(median(added[name]["queries"])) for name in ("ours", "peer")]
        held = _verdict(counts[0] <= QUERY_BOUND, f"≤ {QUERY_BOUND}")
        yield _row("queries", *counts, f"{counts[0] / counts[1]:.2f}", held)
        without = [_spread([s for s, _q in sides[n]["off"]]) for n in ("ours", "peer")]
        yield _row("unchecked, ms", *without)


def _added(samples):
    """:return: what each pair's second half took more, of time and of queries"""
    pairs = list(zip(samples["off"], samples["on"], strict=True))
    return {
        "time": [on[0] - off[0] for off, on in pairs],
        "queries": [on[1] - off[1] for off, on in pairs],
    }


# === EXPOSURE === #


def _exposure(exposure):
    samples, count = exposure["samples"], exposure["customers"]
    yield from _title(f"Exposure of {count:,} customers", "ms", "queries", "ratio")
    bare = median(seconds for seconds, _queries in samples["bare"])
    names = {"bare": "the bare SQL", "ours": "ours", "peer": "OCA"}
    for way, name in names.items():
        times = [seconds for seconds, _queries in samples[way]]
        ratio = median(times) / bare
        held = _verdict(ratio <= BARE_BOUND, f"≤ {BARE_BOUND}") if way == "ours" else ""
        yield _row(name, _spread(times), samples[way][0][1], f"{ratio:.1f}", held)
    same = "agree on every customer" if exposure["apart"] < 0.005 else "DIFFER"
    yield f"The three answers {same} (largest difference {exposure['apart']:.2f})."


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


def _spread(seconds):
    least, middle, most = (f(seconds) * 1000 for f in (min, median, max))
    digits = 1 if abs(middle) < 100 else 0
    return f"{middle:,.{digits}f} ({least:,.0f}–{most:,.0f})"


def _verdict(held, bound):
    return f"{bound} {'held' if held else 'MISSED'}"
