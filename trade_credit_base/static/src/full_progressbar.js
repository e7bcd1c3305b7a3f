import {
  ProgressBarField,
  progressBarField,
} from "@web/views/fields/progress_bar/progress_bar_field";
import {formatFloat} from "@web/views/fields/formatters";
import {registry} from "@web/core/registry";

/** A bar that says 5,000 % where Odoo's says 5k %: what is far beyond a limit is read. */
export class FullProgressBarField extends ProgressBarField {
  formatCurrentValue() {
    return formatFloat(this.currentValue, {digits: [16, 0]});
  }
}

registry.category("fields").add("trade_progressbar", {
  ...progressBarField,
  component: FullProgressBarField,
});
