from odoo import models


class CollectionStatementMake(models.TransientModel):
    """STUB"""

    _name = "collection.statement.make"
    _description = "Make Statements"
