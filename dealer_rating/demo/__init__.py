from . import rating_demo
