{
    "name": "Credit for All",
    "summary": "Every customer has a credit file and a high limit, for core's tests",
    "version": "19.0.1.0.0",
    "category": "Hidden/Tests",
    "license": "LGPL-3",
    "author": "Trade Credit Suite",
    "website": "https://trade-credit-suite.example",
    "depends": ["credit_control"],
    "post_init_hook": "_enforce",
}
