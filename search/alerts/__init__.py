"""Saved searches: asked for and confirmed by mail, told of what is new, stopped in one click."""
