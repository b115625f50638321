"""Links from pages to other sites: which there are, and whether they still lead somewhere."""
