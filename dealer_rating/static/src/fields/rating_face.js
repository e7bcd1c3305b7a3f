import {Component, markup, useEffect, useState} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

/**
 * What the server has drawn. An element with `data-rating-model` and `data-rating-id`
 * opens that record; with `data-rating-method` it calls that method of it, as a button
 * of a view would.
 */
class Drawing extends Component {
  static template = "dealer_rating.RatingFace";

  setup() {
    this.action = useService("action");
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

/** A field that is read with the form. */
export class RatingFace extends Drawing {
  static props = {...standardFieldProps};

  get value() {
    return this.props.record.data[this.props.name] || "";
  }
}

/** A field that is read when it is first shown: it takes a look at all dealers. */
export class RatingFaceLater extends Drawing {
  static props = {...standardWidgetProps, field: String};

  setup() {
    super.setup();
    this.orm = useService("orm");
    this.state = useState({value: ""});
    useEffect(
      (resId) => {
        this.load(resId);
      },
      () => [this.props.record.resId]
    );
  }

  get value() {
    return this.state.value;
  }

  async load(resId) {
    const {resModel} = this.props.record;
    const {field} = this.props;
    this.state.value = "";
    const [found] = resId ? await this.orm.read(resModel, [resId], [field]) : [];
    if (resId === this.props.record.resId) {
      this.state.value = markup(found?.[field] || "");
    }
  }
}

registry.category("fields").add("rating_face", {
  component: RatingFace,
  supportedTypes: ["html"],
});
registry.category("view_widgets").add("rating_face_later", {
  component: RatingFaceLater,
  extractProps: ({attrs}) => ({field: attrs.field}),
});
