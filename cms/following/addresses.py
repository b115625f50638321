"""Addresses of what somebody follows."""

from urllib.parse import urlencode

from django.urls import reverse

from cms.addresses import absolute
from cms.following.models import Correspondent


def follow_url(topic: str) -> str:
    """Where a topic begins or ceases to be followed."""
    return reverse("cms_following:follow") + "?" + urlencode({"sujet": topic})


def private_url(correspondent: Correspondent) -> str:
    """The page of what they follow: an account signs in, a visitor has a link of their own."""
    if correspondent.user_id:
        return absolute(reverse("cms_following:mine"))
    return absolute(reverse("cms_following:private", args=[correspondent.token]))


def stop_url(correspondent: Correspondent) -> str:
    """Where mail programs post to stop all mails."""
    return absolute(reverse("cms_following:stop", args=[correspondent.token]))
