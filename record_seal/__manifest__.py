{
    "name": "Record Seal",
    "summary": "Messages, documents and activities of chosen records stay as they were",
    "version": "19.0.1.3.0",
    "category": "Productivity/Discuss",
    "license": "LGPL-3",
    "author": "Trade Credit Suite",
    "website": "https://trade-credit-suite.example",
    "maintainers": ["trade-credit-suite"],
    "development_status": "Beta",
    "depends": ["mail"],
}
