"""The domain: case studies and experience reports, themes, territories. Has never heard of search."""
