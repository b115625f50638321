"""A mail server that can misbehave, and a clock to turn."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

from django.utils import timezone

from tests.services.site import Mailbox


class PostOffice(Mailbox):
    """Keeps what it accepts; some addresses it refuses, puts off or lets wait."""

    def __init__(self) -> None:
        super().__init__()
        self.refused: set[str] = set()
        self.put_off: set[str] = set()
        self.stalled: set[str] = set()
        self.refuses_all_data = False
        self.on_arrival: Callable[[], None] = lambda: None

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address in self.refused:
            return f"550 5.1.1 <{address}> unknown"
        if address in self.put_off:
            return f"451 4.7.1 <{address}> come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.stalled & set(envelope.rcpt_tos):
            await asyncio.sleep(2)
            return "451 too late"
        if self.refuses_all_data:
            return "554 5.7.1 relaying denied"
        answer = await super().handle_DATA(server, session, envelope)
        self.on_arrival()
        return answer

    @property
    def mails(self) -> list[EmailMessage]:
        """All messages, in the order in which they came."""
        return [message for _recipients, message in self.messages]

    @property
    def recipients(self) -> list[str]:
        """Who got each of them."""
        return [recipients[0] for recipients, _message in self.messages]


class Clock:
    """The time as a run sees it."""

    def __init__(self) -> None:
        self.passed = timedelta()

    def __call__(self) -> datetime:
        return timezone.now() + self.passed

    def turn(self, by: timedelta) -> None:
        self.passed += by
