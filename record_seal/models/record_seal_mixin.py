from odoo import api, models


class RecordSealMixin(models.AbstractModel):
    """A record whose messages, documents and done activities stay as they were."""

    _name = "record.seal.mixin"
    _description = "Sealed Record"

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
