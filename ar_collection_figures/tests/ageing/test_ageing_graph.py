import json

from odoo.tests import HttpCase, tagged

from .test_ageing import AgeingCommon

# Opens a graph and says which colour each bucket has in it
SCRIPT = """
(async () => {
    const open = (model) =>
        odoo.__WOWL_DEBUG__.root.env.services.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            views: [[false, "graph"]],
        });
    await open("collection.ageing"); // graphs are loaded with the first one
    const graph = odoo.loader.modules.get("@ar_collection_figures/ageing_graph");
    const bars = graph.AgeingGraphRenderer.prototype;
    const drawn = bars.getBarChartData;
    let colours = {};
    bars.getBarChartData = function () {
        const data = drawn.call(this);
        for (const each of data.datasets) {
            colours[each.label] = each.backgroundColor;
        }
        return data;
    };
    for (const [model, expected] of %s) {
        colours = {};
        await open(model);
        for (let tries = 0; tries < 50 && !Object.keys(colours).length; tries++) {
            await new Promise((done) => setTimeout(done, 100));
        }
        for (const [label, colour] of Object.entries(expected)) {
            if (colours[label] !== colour) {
                const found = JSON.stringify(colours);
                console.error(`${model}: ${label} is not ${colour}`, found);
                return;
            }
        }
    }
    console.log("test successful");
})();
"""


@tagged("post_install", "-at_install")
class TestAgeingGraph(AgeingCommon, HttpCase):
    """Colours say how bad it is: green is what is not late, or came."""

    def test_what_is_late_is_redder_the_later(self):
        self._close()
        self._user("boss", "ar_collection.collection_group_manager")
        buckets = self.env["collection.ageing.bucket"].sudo().search([])
        late = buckets.filtered(lambda each: each.kind == "late").sorted("first_day")
        named = {each.kind: each.display_name for each in buckets}
        held = {
            late[0].display_name: "#ffc107",
            late[-1].display_name: "#c1121f",
            named["current"]: "#28a745",
        }
        went = {named["collected"]: "#17803a", named["lost"]: "#3d0c11"}
        shown = [["collection.ageing", held], ["collection.ageing.roll", went]]
        self.browser_js(
            f"/odoo?cids={self.company.id}",
            SCRIPT % json.dumps(shown),
            "odoo.isReady === true",
            login="boss",
        )
