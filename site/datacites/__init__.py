"""The Django project: settings, addresses and the frame shared by every room."""
