import {SearchModel} from "@web/search/search_model";
import {patch} from "@web/core/utils/patch";

// Open items are shown as of one day: another day takes the place of the first
patch(SearchModel.prototype, {
  addAutoCompletionValues(searchItemId) {
    if (this.searchItems[searchItemId].context?.includes("trade_day")) {
      this.query = this.query.filter((each) => each.searchItemId !== searchItemId);
    }
    return super.addAutoCompletionValues(...arguments);
  },
});
