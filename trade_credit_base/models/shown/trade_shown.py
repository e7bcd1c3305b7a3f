from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL, Query


def shown(name, compute):
    """Return the attributes of a field that a statement reads, see ``trade.shown``.

    :param str name: of the field
    :param str compute: the method that computes it, which says what it depends on
    :rtype: dict
    """

    def search(records, operator, value):
        return records._search_shown(name, operator, value)

    return {"compute": compute, "search": search, "readonly": True}


class TradeShown(models.AbstractModel):
    """Fields of a document that are read elsewhere, as far as their reader may see.

    They are no columns: one expression reads, searches, sorts, groups and sums them,
    so that a form, a list, a filter and a report cannot disagree. Odoo does the same
    with ``status_in_payment`` of an invoice.

    What can be looked up row by row is an expression (:meth:`_shown_sql`); what has to
    be added up for all rows together is a table that is joined (:meth:`_shown_table`).

    Several addons may inherit it on one model: name it last, behind what inherits it
    too, or Python finds no order for the classes.
    """

    _name = "trade.shown"
    _description = "Fields Read Elsewhere"

    def _shown_sql(self, name, alias):
        """Return the expression of a field of a row. Extend for further fields.

        Its ``to_flush`` names the fields that the ORM has to write down before.

        :param str name: of the field
        :param str alias: the table of this model in the statement
        :return: SQL, empty for a field that is a column
        """
        return SQL()

    def _shown_table(self, name):
        """Return the table that has a field as a column. Extend for further fields.

        :param str name: of the field
        :return: (name of the table, column of this model, SQL of the table), empty if
            there is none; the table has one row at most for each value of the column,
            which it calls ``key``. Of these records only, or of all that the user may
            look at if there are none
        :rtype: tuple
        """
        return ()

    def _root_sql(self, table):
        """Return the id of the root company of a row.

        :param SQL table: the alias of this model's table
        """
        return SQL(
            """(SELECT split_part(branch.parent_path, '/', 1)::int
                  FROM res_company AS branch WHERE branch.id = %s.company_id)""",
            table,
            to_flush=self._fields["company_id"],
        )

    def _shown_column(self, name, alias, query):
        """Return the expression of a field, once what it needs is joined; empty SQL for
        a field that is a column."""
        table = self._shown_table(name)
        if not table:
            return self._shown_sql(name, alias)
        link, column, rows = table
        joined = query.left_join(alias, column, SQL("(%s)", rows), "key", link)
        # Who joins the same table again joins it once: the fields are named here
        written = self._fields[column]
        return SQL("%s", SQL.identifier(joined, name, to_flush=written))

    def _field_to_sql(self, alias, field_expr, query=None):
        # Not of the records that the user happens to ask by
        if expression := self.browse()._shown_column(field_expr, alias, query):
            self._check_field_access(self._fields[field_expr], "read")
            return expression
        return super()._field_to_sql(alias, field_expr, query)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        self._check_not_shown(set().union(*vals_list))
        return super().create(vals_list)

    def write(self, vals):
        self._check_not_shown(vals.keys())
        return super().write(vals)

    def _check_not_shown(self, names):
        """:raises AccessError: if one of these fields is read elsewhere"""
        empty = self.browse()
        for name in names:
            if name in self._fields and (
                empty._shown_table(name) or empty._shown_sql(name, self._table)
            ):
                raise AccessError(
                    self.env._(
                        "%(field)s is read from other records and cannot be written.",
                        field=self._fields[name]._description_string(self.env),
                    )
                )

    # === BUSINESS METHODS === #

    @api.model
    def _search_shown(self, name, operator, value):
        """Search a field by its expression."""
        field = self._fields[name]

        def to_sql(model, alias, query):
            return field.condition_to_sql(name, operator, value, model, alias, query)

        return Domain.custom(to_sql=to_sql)

    def _filtered_told(self, names):
        """Return the documents that may tell their reader of what they name.

        Saved ones went by the rules of access. In an open form a client names any
        company, contact or document, even made-up ones, so the user who is at work is
        asked for, also where fields are computed as superuser.

        :param names: many2one fields; a contact stands for its commercial entity, too
        """
        reader = self.env.user
        if self.with_user(reader).env.su or all(self._ids):
            return self
        companies = set(reader._get_company_ids())
        return self.filtered(
            lambda each: (
                each.id
                or (
                    each.company_id.id in companies
                    and all(
                        all(named._ids) and named.with_user(reader).has_access("read")
                        for named in each._named(names)
                    )
                )
            )
        )

    def _named(self, names):
        """Yield the saved document behind an open form, and what the form names."""
        yield self._origin
        for name in names:
            named = self[name]
            yield named
            if named._name == "res.partner":
                yield named.commercial_partner_id

    def _compute_shown(self, names):
        """Set fields to what their expressions say of the saved records: one statement.

        Fields of several groups may be computed together: access is checked where one
        of them is read.

        :param names: names of fields
        """
        saved = self._origin
        found = {}
        if saved:
            query = Query(self.env, self._table, self._table_sql)
            columns = [saved._shown_column(each, self._table, query) for each in names]
            own = SQL.identifier(self._table, "id")
            query.add_where(SQL("%s = ANY(%s)", own, list(saved.ids)))
            rows = self.env.execute_query(query.select(own, *columns))
            found = {id_: values for id_, *values in rows}
        nothing = [None] * len(names)
        for record in self:
            values = found.get(record._origin.id, nothing)
            for name, value in zip(names, values, strict=True):
                record[name] = value
