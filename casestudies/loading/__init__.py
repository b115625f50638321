"""Loaders of the content that comes with the site: vocabularies, its frame, the demonstration.

They may be run as often as one likes, and never overwrite what a person has left unpublished.
"""
