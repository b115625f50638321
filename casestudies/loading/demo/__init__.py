"""The demonstration: sourced content, known accounts, and a few texts under way."""

from casestudies.loading.demo.parts import PartReport, load_parts

__all__ = ["PartReport", "load_parts"]
