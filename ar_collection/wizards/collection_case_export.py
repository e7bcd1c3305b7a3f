import base64
import hashlib

from odoo import fields, models


class CollectionCaseExport(models.TransientModel):
    """Export of a case; the file is dropped after a while."""

    _name = "collection.case.export"
    _description = "Export a Case"

    case_id = fields.Many2one("collection.case", required=True)
    kind = fields.Selection(
        [
            ("pdf", "One PDF, the documents behind the record"),
            ("zip", "Files (zip), each document as it is kept, with an index"),
        ],
        "As",
        default="pdf",
        required=True,
    )
    data = fields.Binary(readonly=True, attachment=True)

    def action_export(self):
        """Make the file, note on the case that it was made, and download it."""
        self.ensure_one()
        case = self.case_id
        content = case._export_pdf() if self.kind == "pdf" else case._export_zip()
        name = self.env._("case-%(number)s.%(kind)s", number=case.id, kind=self.kind)
        self.data = base64.b64encode(content)
        case._message_log(
            body=self.env._(
                "%(user)s exported the case for counsel: %(name)s, SHA-256 %(hash)s",
                user=self.env.user.name,
                name=name,
                hash=hashlib.sha256(content).hexdigest(),
            )
        )
        path = f"/web/content/{self._name}/{self.id}/data/{name}?download=true"
        return {"type": "ir.actions.act_url", "url": path, "target": "self"}
