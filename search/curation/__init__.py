"""What the collective's team keeps by hand in the editor: synonyms and chosen answers."""
