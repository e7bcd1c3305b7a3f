"""Core's own tests, where every customer has a credit file and enough of a limit.

They run in Odoo alone, and with ours: where credit is enforced, observed and switched
off, deliveries and invoices included. What fails in Odoo alone is no matter of ours;
of what fails with ours only, each is known by name.
"""

from xml.etree import ElementTree

import databases
import postgres
from environment import HOME, LOGS, ROOT, addons, locked, say

BASE, OURS = "credit_base_core", "credit_core"
MODES = ("enforce", "observe", "off")
MODE_SCRIPT = ROOT / "setup" / "core_mode.py"
HELPER = ROOT / "tests" / "addons" / "credit_for_all"
LEFT_OUT = {"dealer_rating_partnership"}  # stands on the CRM
MODULES = {"sale_management", "sale_stock", "account_payment"}
# Modules' test files; of account, what is about invoices, payments and customers
TESTS = {
    "sale": "*",
    "sale_management": "*",
    "sale_stock": "*",
    "account_payment": "*",
    "account": (
        "*move_out_invoice *move_out_refund *payments_widget *move_reconcile "
        "*account_payment* *early_payment_discount *payment_term *account_partner "
        "*res_partner_merge"
    ),
}
# By design: its orders would be decided on by another file
ENTITY = "a customer with a credit file does not become another's contact"
HELPER_READS = "the helper looks for the customer's file when an order is made"
# {test: why it fails with ours}
KNOWN = {
    "sale.tests.test_credit_limit.TestSaleOrderCreditLimit"
    ".test_commercial_partner_credit": ENTITY,
    "account.tests.test_account_partner.TestAccountPartner"
    ".test_manually_write_partner_id": ENTITY,
    "account.tests.test_account_partner.TestAccountPartner"
    ".test_manually_write_partner_id_empty_string_vs_False": ENTITY,
    "sale_stock.tests.test_create_perf.TestPERF"
    ".test_empty_sale_order_creation_perf": HELPER_READS,
    "sale_stock.tests.test_create_perf.TestPERF"
    ".test_empty_sales_orders_batch_creation_perf": HELPER_READS,
}


def prepare(stage):
    """Build the databases, if what they are made of changed.

    :return: [(database, the stage to use it with, where the tests report)]
    """
    with locked():
        base = databases.build_base(
            stage, BASE, MODULES | databases.ALWAYS, databases.BASE
        )
        linked = databases.linked(HOME / "core", addons() | {HELPER.name: HELPER})
        ours = stage._replace(root=linked)
        folders = {k: at for k, at in addons(linked).items() if k not in LEFT_OUT}
        databases.build_addons(ours, OURS, BASE, base, folders)
        found = [(BASE, stage)]
        for mode in MODES:
            postgres.create(f"{OURS}_{mode}", OURS)
            ours.run_script(MODE_SCRIPT, f"{OURS}_{mode}", CREDIT_MODE=mode)
            found.append((f"{OURS}_{mode}", ours))
    return found


def files(stage):
    """Return the files of core's tests, as they lie in Odoo's source."""
    found = []
    for module, patterns in TESTS.items():
        folder = next(
            path / module
            for path in stage.odoo.addons_paths
            if (path / module).is_dir()
        )
        for pattern in patterns.split():
            found += folder.glob(f"tests/test_{pattern}.py")
    return sorted(set(map(str, found)))


def report(database):
    """Return where the tests of a database report."""
    return LOGS / f"core-{database}.xml"


def compare():
    """Say what differs from Odoo alone, mode by mode.

    :return: whether it is what is known
    """
    alone = _results(BASE)
    return all([_compare(mode, alone) for mode in MODES])


def _compare(mode, alone):
    ours = _results(f"{OURS}_{mode}")
    known = {} if mode == "off" else KNOWN
    differing = {
        name for name, passed in ours.items() if alone.get(name) and not passed
    }
    missing = alone.keys() - ours.keys()
    for name in sorted(differing | missing):
        why = known.get(name, "NOT KNOWN")
        say(f"{name}: {'fails' if name in differing else 'did not run'} ({why})")
    gone = known.keys() - differing
    for name in sorted(gone):
        say(f"{name}: is named as failing, and passes")
    failing = sum(not passed for passed in alone.values())
    say(
        f"{mode}: {len(ours)} tests of core's; {failing} fail in Odoo alone, "
        f"{len(differing)} with ours only"
    )
    return not (missing or gone or differing - known.keys())


def _results(database):
    """Return {test: whether it passed}, without those that were skipped."""
    results = {}
    for case in ElementTree.parse(report(database)).iter("testcase"):
        where = case.get("classname").rpartition("odoo.addons.")[2]
        name = f"{where}.{case.get('name')}"
        if case.find("skipped") is None:
            wrong = case.find("failure") is not None or case.find("error") is not None
            results[name] = results.get(name, True) and not wrong
    return results
