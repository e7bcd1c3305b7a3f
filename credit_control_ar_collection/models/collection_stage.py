from odoo import models
from odoo.tools import SQL

STOP = "stop_supply"


class CollectionStage(models.Model):
    """A stage may stop supply; the shipped warning does."""

    _inherit = "collection.stage"

    def _credit_add_stop(self):
        """Let these stages stop supply, where they do not yet.

        :return: the effects that were added
        """
        new = self.filtered(lambda stage: STOP not in stage.effect_ids.mapped("code"))
        return self.env["collection.stage.effect"].create(
            [
                {
                    "stage_id": stage.id,
                    "sequence": max(stage.effect_ids.mapped("sequence"), default=0) + 1,
                    "code": STOP,
                }
                for stage in new
            ]
        )

    def _credit_remove_stops(self):
        """Take the effect off all stages; what it did stays in the record."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE collection_effect SET stage_effect_id = NULL
                    WHERE code = %(code)s;
                   UPDATE collection_effect
                      SET state = 'failed', outcome = 'Credit by Collection is gone'
                    WHERE code = %(code)s AND state = 'todo';
                   DELETE FROM collection_stage_effect WHERE code = %(code)s""",
                code=STOP,
            )
        )
        self.env.invalidate_all()
