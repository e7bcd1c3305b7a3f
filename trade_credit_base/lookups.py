"""Records found or counted for many others at once."""


def count_lines(records, name, lines, domain=()):
    """Write into a field how many of its lines each record has, by one statement.

    :param records: records of any model
    :param str name: the field
    :param str lines: a one2many of the records
    :param domain: which of the lines
    """
    field = records._fields[lines]
    counts = dict(
        records.env[field.comodel_name]._read_group(
            [(field.inverse_name, "in", records.ids), *domain],
            [field.inverse_name],
            ["__count"],
        )
    )
    for record in records:
        record[name] = counts.get(record, 0)


def of_customers(model, records, domain=(), fetch=()):
    """Return the record that each customer of each company has of a model.

    :param model: an empty recordset of the model, which has one at most
    :param records: records with ``partner_id`` and ``company_id``
    :param domain: which of the model's records
    :param fetch: fields that are read with them
    :return: {(res.partner, res.company): record}
    :rtype: dict
    """
    found = model.search_fetch(
        [
            ("partner_id", "in", records.partner_id.ids),
            ("company_id", "in", records.company_id.ids),
            *domain,
        ],
        ["partner_id", "company_id", *fetch],
    )
    return {(each.partner_id, each.company_id): each for each in found}
