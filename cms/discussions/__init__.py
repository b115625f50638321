"""What those who have an account say to one another about a page: threads, messages, mentions.

Readable and writable by whoever has an account and may read the page; nothing of it is public, found
by search or told in feeds. The editor's comments on a draft are something else, and stay there.
"""
