{
    "name": "Collection by Dealer Rating",
    "summary": "Cases of worse grades come first, promises kept are scored",
    "version": "19.0.1.1.0",
    "category": "Accounting/Collection",
    "license": "LGPL-3",
    "author": "Trade Credit Suite",
    "depends": ["ar_collection", "dealer_rating"],
    "data": [
        "security/ir.model.access.csv",
        "views/collection_case_views.xml",
        "views/collection_promise_views.xml",
        "views/dealer_grade_views.xml",
    ],
    "post_init_hook": "_set_up",
    "uninstall_hook": "_stop_measuring",
    "auto_install": True,
}
