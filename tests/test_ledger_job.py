"""The main job on a ledger that somebody exported: what it shows is what the file says.

The figures are computed here once more, from the file alone.
"""

import contextlib
import csv
import json
import os
import subprocess
import sys
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "setup"))

import databases  # noqa: E402

LEDGER = Path(
    os.environ.get("CREDIT_LEDGER", ROOT.parent / "shared" / "data" / "ibm_ar.csv")
)
DAY = "2013-06-30"

SMALL = """\
Client;Bill;Billed;Payable;Sum;Paid
C1;1;15.01.2024;14.02.2024;1.000,00;10.02.2024
C1;2;15.02.2024;16.03.2024;3.000,00;
C2;3;20.03.2024;19.04.2024;500,00;
"""
MAP = "customer=Client,invoice=Bill,date=Billed,due=Payable,amount=Sum,settled=Paid"


@contextlib.contextmanager
def _database_of(purpose):
    """Yield what runs the job in a database of its own: options → its process, ended.

    What is small is not rated and collected among thousands of invoices.
    """
    stage = databases.prepare()

    def run(**options):
        environ = stage.environ | {"CREDIT_DEMO_OPTIONS": json.dumps(options)}
        command = stage.command("shell", database, "--no-http", "--log-level=error")
        with (ROOT / "setup" / "main_job.py").open("rb") as script:
            return subprocess.run(
                command,
                stdin=script,
                env=environ,
                cwd=ROOT,
                capture_output=True,
                text=True,
            )

    with databases.temporary(purpose) as database:
        yield run


@pytest.fixture(scope="module")
def job():
    with _database_of("ledger") as run:
        yield run


@pytest.fixture(scope="module")
def small_job():
    with _database_of("small") as run:
        yield run


# === A real ledger === #


@pytest.fixture(scope="module")
def real(job, tmp_path_factory):
    """:return: what the job printed on the real ledger, and its JSON"""
    if not LEDGER.is_file():
        pytest.skip(f"there is no ledger {LEDGER}; CREDIT_LEDGER names another")
    file = tmp_path_factory.mktemp("real") / "outcome.json"
    done = job(ledger=str(LEDGER), as_of=DAY, limit_percent=50, json=str(file))
    assert done.returncode == 0, done.stderr
    return done, json.loads(file.read_text())


@pytest.fixture(scope="module")
def said():
    """:return: the lines of the real ledger that are dated by the day"""
    day = datetime.fromisoformat(DAY)
    with LEDGER.open(newline="") as file:
        lines = list(csv.DictReader(file))
    for line in lines:
        for name in ("InvoiceDate", "DueDate", "SettledDate"):
            line[name] = datetime.strptime(line[name], "%m/%d/%Y")
        line["open"] = line["SettledDate"] > day
        line["overdue"] = line["open"] and line["DueDate"] < day
    return [line for line in lines if line["InvoiceDate"] <= day]


def _sum(lines):
    return float(sum(Decimal(line["InvoiceAmount"]) for line in lines))


def test_receivables_and_overdue_are_those_of_the_file(real, said):
    _done, outcome = real
    assert outcome["as_of"] == DAY
    assert outcome["invoices"] == len(said)
    assert outcome["customers"] == len({line["customerID"] for line in said})
    assert outcome["receivables"] == _sum(line for line in said if line["open"])
    assert outcome["overdue"] == _sum(line for line in said if line["overdue"])


def test_each_customer_shows_what_the_file_says_of_it(real, said):
    _done, outcome = real
    for decision in outcome["decisions"]:
        own = [line for line in said if line["customerID"] == decision["customer"]]
        assert decision["exposure"] == _sum(line for line in own if line["open"])
        assert decision["overdue"] == _sum(line for line in own if line["overdue"])
        assert decision["order"] == pytest.approx(_sum(own) / len(own), abs=0.01)
        recent = [line for line in own if line["InvoiceDate"] >= datetime(2013, 4, 1)]
        assert decision["limit"] == pytest.approx(_sum(recent) / 2, abs=0.01)


def test_an_order_is_held_when_it_does_not_fit_or_more_than_30_days_are_late(real):
    _done, outcome = real
    states = {"held": 0, "passed": 0}
    for decision in outcome["decisions"]:
        states[decision["state"]] += 1
        fits = decision["exposure"] + decision["order"] <= decision["limit"] + 0.005
        assert decision["state"] == "held" or fits
        assert decision["state"] == "passed" or decision["cures"]
    assert states["held"] == outcome["held"] > 0
    assert sum(states.values()) == outcome["orders"] == outcome["customers"]


def test_the_table_shows_the_same(real):
    done, outcome = real
    _report, table, summary, *_rest = done.stdout.split("\n\n")
    total = table.splitlines()[-1]
    for name in ("receivables", "overdue"):
        assert f"{outcome[name]:,.2f}" in total
        assert f"{outcome[name]:,.2f}" in summary
    assert all(each["customer"] in done.stdout for each in outcome["decisions"])


def test_customers_are_rated_and_payment_indicators_predict_who_pays_late(real):
    done, outcome = real
    rating = outcome["rating"]
    assert rating["dealers"] == outcome["customers"]
    assert sum(rating["grades"].values()) == rating["dealers"]
    assert len({grade for grade, count in rating["grades"].items() if count}) > 1
    # What the share of late invoices before an invoice's date reaches alone
    assert 0.85 <= rating["auc_late"] <= 1
    assert f"AUC {rating['auc_late']:.3f}" in done.stdout


def test_each_dealer_shows_how_its_limit_came_about(real):
    done, outcome = real
    for quarter in outcome["rating"]["quarters"]:
        assert quarter["dealer"] in done.stdout
        if quarter["state"] == "confirmed":
            total = quarter["performance"] + quarter["conduct"]
            assert quarter["total"] == pytest.approx(total, abs=0.011)
            assert quarter["limit"] >= 0
            assert quarter["how"] in done.stdout


def test_figures_are_those_of_the_file_to_the_second_decimal(real):
    done, outcome = real
    march = {
        "dso": 28.48,
        "best_possible_dso": 25.86,
        "days_delinquent": 2.62,
        "cei": 92.02,
        "receivables": 6183.10,
        "overdue": 569.23,
    }
    assert outcome["figures"]["2012-03"] == march
    last = outcome["figures"][DAY[:7]]
    assert last["receivables"] == outcome["receivables"]
    assert last["overdue"] == outcome["overdue"]


def test_items_of_the_past_enter_with_the_first_notice(real, said):
    _done, outcome = real
    stages = outcome["stages"]
    late = [
        (datetime.fromisoformat(DAY) - line["DueDate"]).days
        for line in said
        if line["open"]
    ]
    assert stages["reminder"] == sum(-7 <= days < 0 for days in late)
    assert stages["check"] == sum(days == 0 for days in late)
    assert stages["visit"] + stages["notice"] == sum(days >= 1 for days in late) > 0
    assert not any(stages[code] for code in ("notice2", "warning", "measures"))


def test_the_same_file_again_changes_nothing(real, job, tmp_path):
    _done, outcome = real
    file = tmp_path / "again.json"
    done = job(ledger=str(LEDGER), as_of=DAY, limit_percent=50, json=str(file))
    assert "Invoices added: 0" in done.stdout
    assert json.loads(file.read_text()) == outcome


# === A small one === #


@pytest.fixture
def small(tmp_path):
    file = tmp_path / "small.csv"
    file.write_text(SMALL, encoding="utf-8")
    return file


def test_columns_are_mapped(small, small_job):
    done = small_job(ledger=str(small), as_of="2024-03-31", map=MAP, limit_percent=100)
    assert done.returncode == 0, done.stderr
    table = done.stdout.split("\n\n")[1]
    lines = {line.split()[0]: line.split() for line in table.splitlines()}
    # exposure, overdue, limit (sales of January to March), average order, decision
    assert lines["C1"][1:6] == ["3,000.00", "3,000.00", "4,000.00", "2,000.00", "held"]
    assert lines["C2"][1:6] == ["500.00", "0.00", "500.00", "500.00", "held"]


def test_a_bad_row_stops_the_job_and_is_named(small, small_job):
    small.write_text(SMALL + "C3;4;31.02.2024;31.03.2024;1,00;\n", encoding="utf-8")
    options = {"ledger": str(small), "as_of": "2024-03-31", "map": MAP}
    done = small_job(**options)
    assert done.returncode == 1
    assert "Line 5: “31.02.2024” is not a date." in done.stderr
    assert "Traceback" not in done.stderr
    done = small_job(**options, skip_bad_rows=True)
    assert done.returncode == 0, done.stderr
    assert "Line 5: “31.02.2024” is not a date." in done.stderr
    assert "Bad rows skipped: 1" in done.stdout
