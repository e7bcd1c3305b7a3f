{
    "name": "Dealer Rating",
    "summary": "Scorecards, nine grades, and whether they predict who pays late",
    "version": "19.0.1.0.0",
    "category": "Sales/Dealers",
    "license": "LGPL-3",
    "author": "Trade Credit Suite",
    "depends": ["sale"],
    "data": [
        "security/rating_groups.xml",
        "security/rating_rules.xml",
        "security/ir.model.access.csv",
        "data/rating_grade_data.xml",
        "data/rating_department_data.xml",
        # Depends on the departments above
        "data/rating_template_data.xml",
        "data/ir_cron_data.xml",
        "data/rating_abc_data.xml",
        # The menus' parents; the items stand with their views
        "views/rating_menus_root.xml",
        "views/rating_dealer_templates.xml",
        "views/rating_dealer_views.xml",
        "views/res_partner_views.xml",
        "views/rating_screening_views.xml",
        "views/rating_abc_views.xml",
        "views/rating_target_views.xml",
        "views/rating_validation_lines_views.xml",
        "views/rating_validation_views.xml",
        "views/rating_trial_views.xml",
    ],
    "demo": [
        "demo/res_users_demo.xml",
        "demo/rating_dealer_demo.xml",
        # Plays what happened since, depends on the dealers above
        "demo/rating_history_demo.xml",
        "demo/rating_screening_demo.xml",
        "demo/rating_abc_demo.xml",
    ],
    "assets": {
        "web.assets_backend": ["dealer_rating/static/src/**/*"],
    },
    "application": True,
}
