"""How good the search is, measured on graded queries. Serves the command `search_evaluate` alone."""
