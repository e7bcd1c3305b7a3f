from odoo import api, fields, models
from odoo.exceptions import UserError

PLACE = ("res_model_id", "res_model", "res_id")

# Ids of the activities that this transaction marks as done; no client writes here
DONE = "record_seal_done"


class MailActivity(models.Model):
    """Activities of sealed records: done ones stay, cancelled ones leave a trace."""

    _inherit = "mail.activity"

    @api.model_create_multi
    def create(self, vals_list):
        """Create activities; one that is done already was done today."""
        activities = super().create(vals_list)
        for activity in activities._record_sealed().filtered("date_done"):
            activity._seal_set_done(not activity.active and fields.Date.today())
        return activities

    def _seal_set_done(self, day):
        """Write when activities were done, which :meth:`write` leaves out."""
        # pylint: disable-next=super-method-mismatch
        return super().write({"date_done": day})

    def write(self, vals):
        """Refuse to change a done activity or to move an open one, superuser or not;
        and to move one here that is done.

        One that is archived without being done was cancelled: the record says so.
        """
        sealed = self._record_sealed()
        if sealed:
            vals = {name: vals[name] for name in vals if name != "date_done"}
            sealed._seal_check_kept(vals)
        if not vals.get("active", True):
            marked = self.env.cr.cache.get(DONE, ())
            sealed.filtered(lambda each: each.id not in marked)._seal_note_cancelled()
        done = super().write(vals)
        if vals.keys() & set(PLACE):
            self._seal_check_moved(self._record_sealed() - sealed)
        return done

    # A key in the context would spare False, and any client sends one
    @api.ondelete(at_uninstall=True)
    def _unlink_except_done(self):
        done = self._record_sealed().filtered(lambda each: not each.active)
        if self.env.registry.ready and done:
            raise UserError(
                self.env._("Completed activities are on record and cannot be deleted.")
            )

    def unlink(self):
        """Note cancelled activities on their records."""
        self._record_sealed()._seal_note_cancelled()
        return super().unlink()

    def _action_done(self, feedback=False, attachment_ids=None):
        # Odoo asks only after the record's message has them
        self.env["ir.attachment"].browse(attachment_ids or ()).check_access("read")
        self.env.cr.cache.setdefault(DONE, set()).update(self.ids)
        return super()._action_done(feedback, attachment_ids)

    def _record_sealed(self):
        """:return: the activities of sealed records, with all rights to read them"""
        return self.env["record.seal.mixin"]._sealed_of(self, "res_model")

    def _seal_check_kept(self, vals):
        """:raises UserError: if ``vals`` would change a done activity, or the record
        of an open one
        """
        now = self.env.cr.now()
        if any(not each.active and each.write_date < now for each in self):
            raise UserError(
                self.env._(
                    "Completed activities are on record and cannot be changed. "
                    "Schedule another one."
                )
            )
        for name in vals.keys() & set(PLACE):
            field = self._fields[name]
            if any(
                field.convert_to_write(each[name], each) != vals[name] for each in self
            ):
                raise UserError(
                    self.env._(
                        "An activity cannot be moved away from its record. Cancel it "
                        "and schedule another one."
                    )
                )

    def _seal_check_moved(self, moved):
        """:raises UserError: if activities that came here from elsewhere were done
        there; AccessError if the user may not write on their records
        """
        if not all(moved.mapped("active")):
            raise UserError(
                self.env._(
                    "An activity that was done elsewhere cannot be moved to this "
                    "record. Schedule another one here."
                )
            )
        for model, activities in moved.grouped("res_model").items():
            records = self.env[model].browse(activities.mapped("res_id"))
            records.check_access("write")
        moved.filtered("date_done")._seal_set_done(False)

    def _seal_note_cancelled(self):
        """Note on the records which open activities end without being done."""
        for model, activities in self.filtered("active").grouped("res_model").items():
            bodies = {}
            for activity in activities:
                name = activity.summary or activity.activity_type_id.name or ""
                bodies.setdefault(activity.res_id, []).append(name)
            self.env[model].sudo().browse(bodies)._message_log_batch(
                bodies={
                    key: self.env._(
                        "Cancelled: %(activities)s", activities=", ".join(names)
                    )
                    for key, names in bodies.items()
                }
            )
