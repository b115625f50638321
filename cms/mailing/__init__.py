"""Mail that readers ask for: handed to the server, bounded, guarded against programs. Knows no model."""
