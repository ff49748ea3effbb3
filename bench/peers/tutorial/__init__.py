"""A project of the shape that the tutorial of Django Channels leads to."""
