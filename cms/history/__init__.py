"""The public history of pages: their versions, what changed between two, who wrote them, recent changes.

Everything here reads `PublishedVersion` rows, which hold what readers could see, and never Wagtail's
revisions, which also hold drafts.
"""
