"""Whether pages are still exact: until when each is taken for it, who is asked, and what they answer."""
