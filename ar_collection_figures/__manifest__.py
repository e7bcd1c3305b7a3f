{
    "name": "Receivables Collection: Figures",
    "summary": "Ageing, monthly figures, provisions, and whether the steps bring money",
    "version": "19.0.1.0.0",
    "category": "Accounting/Collection",
    "license": "LGPL-3",
    "author": "Trade Credit Suite",
    "depends": ["ar_collection"],
    "data": [
        "security/collection_figures_rules.xml",
        "security/ir.model.access.csv",
        "data/collection_ageing_bound_data.xml",
        "views/figure/collection_figure_views.xml",
        "views/ageing/collection_ageing_views.xml",
        "views/provision/collection_provision_views.xml",
        "views/holdout/collection_holdout_views.xml",
        "views/company/res_config_settings_views.xml",
    ],
}
