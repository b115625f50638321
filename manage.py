#!/usr/bin/env python
"""Run administrative commands; settings are safe by default and chosen by DJANGO_SETTINGS_MODULE."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "datacites.settings.production")
    execute_from_command_line(sys.argv)
