{
    "name": "Trade Credit Base",
    "summary": "One reader of the receivables, and what the trade credit apps share",
    "version": "19.0.1.0.0",
    "category": "Accounting/Credit",
    "license": "LGPL-3",
    "author": "Trade Credit Suite",
    "website": "https://trade-credit-suite.example",
    "maintainers": ["trade-credit-suite"],
    "development_status": "Beta",
    "depends": ["account"],
    "data": [
        "security/ir.model.access.csv",
        "security/trade_holiday_rules.xml",
        "views/company/trade_holiday_views.xml",
    ],
    "demo": ["demo/res_users_demo.xml"],
}
