from odoo.tests import HttpCase, tagged

from ..common import CreditCommon

SCRIPT = """
const shown = async () => {
    for (let tries = 0; tries < 100; tries++) {
        for (const bar of document.querySelectorAll(".o_progressbar")) {
            const said = bar.textContent.replace(/\\s+/g, "");
            if (said === "5,000%%") { return true; }
        }
        await new Promise((done) => setTimeout(done, 100));
    }
    return false;
};
(async () => {
    const {action} = odoo.__WOWL_DEBUG__.root.env.services;
    const list = {type: "ir.actions.act_window", res_model: "credit.file"};
    const domain = [["id", "=", %(id)s]];
    await action.doAction({...list, domain, views: [[false, "list"]]});
    if (!(await shown())) { console.error("not in the list"); return; }
    await action.doAction({...list, res_id: %(id)s, views: [[false, "form"]]});
    if (!(await shown())) { console.error("not in the form"); return; }
    console.log("test successful");
})();
"""


@tagged("post_install", "-at_install")
class TestUseShown(CreditCommon, HttpCase):
    """What is far beyond a limit is read as a figure."""

    def test_a_use_of_thousands_of_percent_is_written_out(self):
        self._invoice(50_000)
        self.env.invalidate_all()
        self.assertEqual(self.file.usage, 5000)
        self.browser_js(
            f"/odoo?cids={self.company.id}",
            SCRIPT % {"id": self.file.id},
            "odoo.isReady === true",
            login="manager",
        )
