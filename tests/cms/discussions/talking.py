"""What people do in a discussion, as their browsers do it."""

from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.utils.html import strip_tags

from casestudies.models import CaseStudyPage
from cms.discussions.models import Post, Thread
from cms.models import User
from tests.cms.editors import signed_in


class Talk:
    """The discussion of one page."""

    def __init__(self, page: CaseStudyPage) -> None:
        self.page = page
        self.url = f"{page.get_url()}discussion/"

    def get(self, user: User | None, rest: str = "", status: int = 200) -> str:
        client = signed_in(user) if user else Client()
        response = client.get(self.url + rest)
        assert response.status_code == status, response.status_code
        return response.content.decode()

    def post(self, user: User | None, rest: str = "", status: int = 302, **data: Any) -> Any:
        client = signed_in(user) if user else Client()
        response: HttpResponse = client.post(self.url + rest, data)
        assert response.status_code == status, (response.status_code, seen(response)[:500])
        return response

    def open(self, user: User, body: str = "Une question.", **data: Any) -> Thread:
        self.post(user, body=body, **data)
        return Thread.objects.filter(page=self.page).latest("number")

    def reply(self, user: User, thread: Thread, body: str = "Une réponse.") -> Post:
        self.post(user, f"{thread.number}/", body=body)
        return thread.posts.latest("number")


def seen(response: HttpResponse) -> str:
    return " ".join(strip_tags(response.content.decode()).split())
