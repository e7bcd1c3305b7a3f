{
    "name": "Partner Level by Dealer Rating",
    "summary": "Odoo's level of a partner follows the grade, where the company says so",
    "version": "19.0.1.3.0",
    "category": "Sales/Sales",
    "license": "LGPL-3",
    "author": "Trade Credit Suite",
    "website": "https://trade-credit-suite.example",
    "maintainers": ["trade-credit-suite"],
    "development_status": "Beta",
    "depends": ["dealer_rating", "partnership"],
    "data": [
        "views/dealer_grade_views.xml",
        "views/res_config_settings_views.xml",
    ],
    "auto_install": True,
}
