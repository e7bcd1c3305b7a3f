"""What two databases have in common: their schema, and what our addons ship in them;
and what Odoo complained of while it worked on one.

Read by a few statements each, with ids translated into external ids.
"""

import json
import re
from collections import defaultdict

import environment
import postgres

COLUMNS = """
SELECT table_name, column_name, udt_name, character_maximum_length, is_nullable,
       column_default
  FROM information_schema.columns WHERE table_schema = 'public'
"""
INDEXES = "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'"
CONSTRAINTS = """
SELECT conrelid::regclass, conname, pg_get_constraintdef(oid)
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace
"""
VIEWS = "SELECT viewname, md5(definition) FROM pg_views WHERE schemaname = 'public'"

# Who may do what is compared even where an update leaves it alone
ACCESS = "res.groups", "ir.model.access", "ir.rule"
# When something was written, how it was before, the ids of its parents (whom it names
# is compared), and the docstring of whichever class of a model was loaded last: of no
# meaning for what it is
PASSING = {"id", "create_uid", "create_date", "write_uid", "write_date"}
PASSING |= {"arch_prev", "parent_path", "info"}
# A view's button that opens an action: Odoo puts the id there
OPENS = re.compile(r'(?<= name=")\d+(?=")')
# A line of Odoo's log that says more than what was done
COMPLAINT = re.compile(
    r"^[\d-]+ [\d:,]+ \d+ (?:WARNING|ERROR|CRITICAL) .*", re.MULTILINE
)


def complaints(log):
    """Return the warnings and errors in a log that a command of Odoo's left."""
    return COMPLAINT.findall((environment.LOGS / f"{log}.log").read_text())


def schema(database):
    """Return tables, indexes, constraints and views as a set of tuples."""
    return {
        row
        for sql in (COLUMNS, INDEXES, CONSTRAINTS, VIEWS)
        for row in postgres.query(sql, database)
    }


def shipped(database, addons, without=frozenset()):
    """Return the records that addons ship, with the values that an update writes.

    :param without: external ids to pass over, of demo data
    :return: {external id: values}; no values where an update leaves them alone
    """
    names, own, found = {}, defaultdict(dict), {}
    for name, addon, model, number, kept in postgres.query(
        "SELECT module || '.' || name, module, model, res_id, noupdate"
        "  FROM ir_model_data ORDER BY 1 DESC",
        database,
    ):
        if name not in without:
            names[model, number] = name
            if addon in addons:
                found[name] = None
                if kept != "t" or model in ACCESS:
                    own[model][name] = number
    for model, numbers in own.items():
        values = _values(database, model, numbers.values(), names)
        found |= {name: values.get(number) for name, number in numbers.items()}
    return found


def _values(database, model, ids, names):
    """Return {id: {field: value}}, what it refers to by external ids."""
    listed = ",".join(ids)
    fields = postgres.query(
        f"""SELECT name, ttype, relation, relation_table, column1, column2
              FROM ir_model_fields WHERE model = '{model}' AND store""",
        database,
    )
    references = {
        name: comodel for name, kind, comodel, *_ in fields if kind == "many2one"
    }
    source = table(model)
    rows = postgres.query(
        f"SELECT id, to_jsonb(t) FROM {source} t WHERE id IN ({listed})", database
    )
    found = {}
    for number, text in rows:
        values = json.loads(text)
        found[number] = {
            name: _value(value, references.get(name), names)
            for name, value in values.items()
            if name not in PASSING
        }
    for name, kind, comodel, relation, own, other in fields:
        if kind == "many2many" and relation:
            links = postgres.query(
                f"SELECT {own}, {other} FROM {relation} WHERE {own} IN ({listed})",
                database,
            )
            for number, linked in links:
                if reference := names.get((comodel, linked)):
                    found[number].setdefault(name, set()).add(reference)
    return found


def _value(value, comodel, names):
    """Return what a column says: in English, and whom it names rather than by number.

    Other languages are refreshed by who wants them; an update keeps what people made
    of them.
    """
    if comodel and value:
        return names.get((comodel, str(value)), "some")
    if isinstance(value, str) and re.fullmatch(r"[\w.]+,\d+", value):
        return names.get(tuple(value.split(",")), "some")
    if isinstance(value, dict) and "en_US" in value:
        value = value["en_US"]
    if isinstance(value, str) and value.startswith("<"):
        return OPENS.sub(lambda found: _action(found[0], names), value)
    return value


def _action(number, names):
    """Return which action a number is: all kinds of them share their numbers."""
    kinds = ("ir.actions.act_window", "ir.actions.server", "ir.actions.client")
    return next(
        (names[kind, number] for kind in kinds if (kind, number) in names), "some"
    )


def table(model):
    """Return a model's table: Odoo shortens those of actions."""
    if model == "ir.actions.report":
        return "ir_act_report_xml"
    return re.sub(r"ir\.actions\.(act_)?", "ir_act_", model).replace(".", "_")


def columns(database):
    """Return the (table, column) of what a database stores."""
    return {(row[0], row[1]) for row in postgres.query(COLUMNS, database)}


def columns_of_fields(database):
    """Return the (table, column) that a database's fields say it stores."""
    found = set()
    for model, name, kind, *links in postgres.query(
        "SELECT model, name, ttype, relation_table, column1, column2 "
        "  FROM ir_model_fields WHERE store",
        database,
    ):
        if kind == "many2many":
            relation, *sides = links
            found |= {(relation, side) for side in sides}
        else:
            found.add((table(model), name))
    return found
