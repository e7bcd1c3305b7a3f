from odoo import api, models
from odoo.exceptions import UserError


class RecordSealMixin(models.AbstractModel):
    """A record whose messages, documents and done activities stay as they were."""

    _name = "record.seal.mixin"
    _description = "Sealed Record"

    def write(self, vals):
        """Refuse messages by way of their record: they are posted on it."""
        if not self.env.su and vals.keys() & {"message_ids", "website_message_ids"}:
            raise UserError(
                self.env._("A message is not written into its record. Post it there.")
            )
        return super().write(vals)

    @api.model
    def _seals(self, model_name):
        """Tell whether the records of a model are sealed: it inherits this one."""
        model = model_name and self.env.registry.get(model_name)
        return bool(model) and issubclass(model, self.env.registry[self._name])

    @api.model
    def _sealed_of(self, records, model_field):
        """Return those of some records that hang on a sealed one.

        :param records: with a model's name in ``model_field`` and an id in ``res_id``
        :return: them, with all rights to read them
        """
        return records.sudo().filtered(
            lambda each: each.res_id and self._seals(each[model_field])
        )

    @api.model
    def _leaves_same(self, record, vals):
        """Tell whether values are those that a record has: then nothing changes."""
        said = record.new(vals, origin=record)
        return all(
            len(said[name]) == len(record[name]) and said[name]._origin == record[name]
            if record._fields[name].relational
            else said[name] == record[name]
            for name in vals
        )

    @api.model
    def _moved_here(self, sealed, before):
        """Return what somebody moved onto a sealed record. A method still places what
        it made in its own transaction.

        :param sealed: what hangs on sealed records now
        :param before: what did before
        """
        now = self.env.cr.now()
        return (sealed - before).filtered(
            lambda each: not self.env.su or each.create_date < now
        )
