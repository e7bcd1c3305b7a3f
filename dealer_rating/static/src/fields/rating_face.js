import {Component} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/**
 * Shows what the server has drawn. An element with `data-rating-model` and
 * `data-rating-id` opens that record; with `data-rating-method` it calls that method of
 * it, as a button of a view would.
 */
export class RatingFace extends Component {
  static template = "dealer_rating.RatingFace";
  static props = {...standardFieldProps};

  setup() {
    this.action = useService("action");
  }

  get value() {
    return this.props.record.data[this.props.name] || "";
  }

  onClick(ev) {
    const target = ev.target.closest("[data-rating-model]");
    if (!target) {
      return;
    }
    ev.preventDefault();
    const {ratingModel, ratingId, ratingMethod, ratingArgs} = target.dataset;
    if (ratingMethod) {
      return this.action.doActionButton({
        type: "object",
        name: ratingMethod,
        resModel: ratingModel,
        resId: parseInt(ratingId),
        args: ratingArgs,
      });
    }
    return this.action.doAction({
      type: "ir.actions.act_window",
      res_model: ratingModel,
      res_id: parseInt(ratingId),
      views: [[false, "form"]],
    });
  }
}

export const ratingFace = {
  component: RatingFace,
  supportedTypes: ["html"],
};

registry.category("fields").add("rating_face", ratingFace);
