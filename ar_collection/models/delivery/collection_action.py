from odoo import api, fields, models

from odoo.addons.trade_credit_base.lookups import count_lines

from .collection_delivery import WAITING


class CollectionAction(models.Model):
    """An action is done when all of its deliveries went out, or came back."""

    _inherit = "collection.action"

    letter_ids = fields.One2many("collection.letter", "action_id", "Letters")
    letter_id = fields.Many2one(
        "collection.letter",
        compute="_compute_letter_id",
        help="For templates of mails: the letter that the mail carries, one of those "
        "of the action. Else the first of them.",
    )
    delivery_ids = fields.One2many("collection.delivery", "action_id", "Deliveries")
    delivery_count = fields.Integer(compute="_compute_delivery_count")

    @api.depends("letter_ids")
    @api.depends_context("collection_letter_id")
    def _compute_letter_id(self):
        carried = self.env.context.get("collection_letter_id")
        for action in self:
            letters = action.letter_ids.sorted("id")
            own = letters.filtered(lambda each: each.id == carried)
            action.letter_id = own or letters[:1]

    @api.depends("delivery_ids")
    def _compute_delivery_count(self):
        count_lines(self, "delivery_count", "delivery_ids")

    def _after_effects(self):
        waiting = self._undelivered()
        waiting.write({"state": "sending", "failure": False})
        return super(CollectionAction, self - waiting)._after_effects()

    def _undelivered(self):
        """:return: those of which something is still to go out; what has no address is
        not missing if the same was told in another way"""
        pending = [("state", "in", WAITING)]
        waiting = [("id", "in", self.ids), ("delivery_ids", "any", pending)]
        return (self.search(waiting) & self).filtered(
            lambda action: action.delivery_ids.filtered(
                lambda each: (
                    each.state in WAITING
                    and not (each.state == "unreached" and each._told_otherwise())
                )
            )
        )

    def _close_delivered(self):
        """Close what is being sent once nothing is left to go out, with its runs."""
        actions = self.filtered(lambda each: each.state == "sending")
        actions -= actions._undelivered()
        went = [("state", "!=", "settled")]
        done = actions.search(
            [("id", "in", actions.ids), ("delivery_ids", "any", went)]
        )
        done.write({"state": "done"})
        (actions - done).write({"state": "settled"})
        # Of what did not go out the steps were not taken
        left = (actions - done).letter_ids | done._letters_left()
        ((actions - done) | left.action_id)._turn_lines(left, "due", "dropped")
        actions.run_id._finish()

    def _letters_left(self):
        """:return: the letters of these of which nothing went out though others did,
        and no text message told of all"""
        went = self.delivery_ids.filtered(lambda each: each.state != "settled")
        told = went.filtered(lambda each: each.channel == "sms").action_id
        return (self - told).delivery_ids.letter_id - went.letter_id

    def _turn_lines(self, letters, before, after):
        """Write the state of the lines that letters are about: all lines of an action
        but those that its other letters name.

        :param letters: collection.letter records of these actions
        :param str before: the state of the lines to look at
        :param str after: the state that they get
        """

        def turned(line):
            others = line.action_id.letter_ids - letters
            named = others._listed_lines().item_id
            return line.state == before and line.item_id not in named

        lines = self.line_ids.filtered(turned)
        lines._set_state(after)
        lines._mark_again()

    def _reopen_undelivered(self):
        """Mark actions as being sent again, so that no step overtakes them."""
        done = self.filtered(lambda each: each.state in ("done", "settled"))
        again = done._undelivered()
        again.write({"state": "sending"})
        waits = again.delivery_ids.filtered(lambda each: each.state in WAITING)
        told = waits.filtered(lambda each: each.channel == "sms").action_id
        again._turn_lines(waits.letter_id | told.letter_ids, "dropped", "due")
