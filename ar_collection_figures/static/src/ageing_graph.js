import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {GraphRenderer} from "@web/views/graph/graph_renderer";
import {graphView} from "@web/views/graph/graph_view";
import {onWillStart} from "@odoo/owl";

const KINDS = {
  added: "#4c78a8",
  credit: "#9aa5b1",
  current: "#28a745",
  collected: "#17803a",
  lost: "#3d0c11",
};
// From the first days late to the last bucket
const LATE = ["#ffc107", "#fd9a14", "#fd7e14", "#e4572e", "#c1121f"];

// Colours say how bad it is: what is not due is green, and the later the redder
export class AgeingGraphRenderer extends GraphRenderer {
  setup() {
    super.setup();
    this.orm = useService("orm");
    this.colours = {};
    onWillStart(async () => {
      const buckets = await this.orm.searchRead(
        "collection.ageing.bucket",
        [],
        ["display_name", "kind", "first_day"],
        {context: {active_test: false}}
      );
      const starts = [
        ...new Set(
          buckets.filter((each) => each.kind === "late").map((each) => each.first_day)
        ),
      ].sort((one, other) => one - other);
      const step = (LATE.length - 1) / Math.max(1, starts.length - 1);
      for (const each of buckets) {
        this.colours[each.display_name] =
          KINDS[each.kind] || LATE[Math.round(starts.indexOf(each.first_day) * step)];
      }
    });
  }

  getBarChartData() {
    const data = super.getBarChartData();
    for (const dataset of data.datasets) {
      dataset.backgroundColor = this.colours[dataset.label] || dataset.backgroundColor;
    }
    return data;
  }
}

registry
  .category("views")
  .add("collection_ageing_graph", {...graphView, Renderer: AgeingGraphRenderer});
