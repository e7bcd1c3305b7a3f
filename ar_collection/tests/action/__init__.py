from . import test_action_words
