"""Finding cases: query, facets, results, documents, engines and their synchronization.

The only room that knows a search engine; nothing below it may import it.
"""
