"""What each case means as a point in space, computed once per text."""

from django.db import models


class CaseVector(models.Model):
    """The vector of a case's title and summary, where an embedding library is installed."""

    page_id = models.PositiveBigIntegerField(primary_key=True)
    digest = models.CharField(max_length=32)
    """Of the text and of the library that read it: another text is read anew."""
    vector = models.BinaryField()
    """Numbers of 16 bits, little-endian, of length one together."""
    updated_at = models.DateTimeField(auto_now=True, db_index=True)

    def __str__(self) -> str:
        return f"page {self.page_id}"
