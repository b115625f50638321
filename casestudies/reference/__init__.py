"""Reference data of the territories: names, bulk loading and the map of France.

It must not hold models, views or markup: pages and templates live beside this package.
"""
