"""Our addons declare nothing that Odoo or an addon of the OCA declares too.

A field that two addons declare on one model gets the attributes of whichever is loaded
last; with another comodel, neither is installed beside the other. What others declare
is a committed list, which ``setup/foreign_fields`` writes.
"""

import csv
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "setup"))

import declared_fields  # noqa: E402


def _rows(what):
    with (ROOT / "tests" / "reference" / f"foreign_{what}.csv").open() as file:
        return list(csv.DictReader(file))


OURS = declared_fields.read(
    manifest.parent for manifest in sorted(ROOT.glob("*/__manifest__.py"))
)
MODELS = {row["model"] for row in _rows("models")}
FIELDS = defaultdict(dict)
for row in _rows("fields"):
    FIELDS[row["model"]].setdefault(row["name"], []).append(
        f"{row['addon']}: {row['type']} {row['comodel']}".strip()
    )


WITHOUT_FIELDS = {"base", "ir.http"}  # nothing but methods, whoever extends them


def _collisions():
    """Yield (model, field, who declares it too) for each of ours that others have."""
    for field in OURS.fields:
        for model in {field.model, *OURS.parents.get(field.model, ())}:
            if others := FIELDS[model].get(field.name):
                yield field.model, field.name, f"{field.addon}, {', '.join(others)}"


def test_no_field_of_ours_has_the_name_of_anothers():
    assert not list(_collisions())


def test_no_method_of_ours_takes_the_place_of_anothers():
    """One of two of a name runs, unless it goes on to the other: ours computed the
    currency of a credit file, and theirs of a risk no more."""
    theirs = {(row["model"], row["name"]): row["addon"] for row in _rows("methods")}
    assert "account_financial_risk" in theirs.values()
    taken = [
        (method, theirs[method.model, method.name])
        for method in OURS.methods
        if (method.model, method.name) in theirs and not method.goes_on
    ]
    assert taken == []


def test_no_model_of_ours_has_the_name_of_anothers():
    assert not OURS.models.keys() & MODELS


def test_fields_are_listed_of_every_model_that_we_extend():
    used = set(OURS.parents).union(*OURS.parents.values()) - OURS.models.keys()
    assert used <= MODELS
    used -= WITHOUT_FIELDS
    assert used <= FIELDS.keys(), "name them in setup/foreign_fields, and run it"


def test_the_list_knows_what_once_kept_two_addons_apart():
    """OCA ``account_credit_control`` gives a company a policy of another model."""
    assert FIELDS["res.company"]["credit_policy_id"] == [
        "account_credit_control: many2one credit.control.policy"
    ]
