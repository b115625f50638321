"""What the collective's team sees of searches and of the index. No reader is known here."""
