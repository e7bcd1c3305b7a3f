from odoo import models

from ...groups import COLLECTOR, MANAGER

OURS = ("collection.case", "res.partner")


class ResCompany(models.Model):
    """After salespersons and their leaders the collector is asked, then managers."""

    _inherit = "res.company"

    def _collection_keeper(self):
        """Return who has what is to be done about customers without a salesperson: the
        collector, else the first manager.

        :rtype: res.users
        """
        company = self.sudo().root_id
        collector = company.collection_collector_id
        return (collector or company._trade_able(MANAGER))[:1]

    def _trade_heirs(self, record, left=None):
        heirs = super()._trade_heirs(record, left)
        if record._name not in OURS:
            return heirs
        heirs |= self.collection_collector_id
        if self._trade_people(heirs - (left or heirs.browse())):
            return heirs
        return heirs | self._trade_able(MANAGER) | self._trade_able(COLLECTOR)
