"""What an account that is deleted leaves: its messages, without its name."""

from typing import Any

from django.db.models.signals import pre_delete

from cms.discussions.models import Post
from cms.models import User


def connect() -> None:
    """Connect the receiver."""
    pre_delete.connect(forget_name, sender=User, dispatch_uid="discussions_forget_name")


def forget_name(instance: User, **kwargs: Any) -> None:
    """Runs before the database takes the author away, while messages can still be found by it."""
    Post.objects.filter(author=instance).update(author_name="")
