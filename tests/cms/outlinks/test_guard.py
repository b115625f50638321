"""Addresses that this server must not be made to speak to."""

import socket
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.outlinks.guard import Guard, Refused, is_public
from cms.outlinks.models import Reason

PUBLIC = ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34"]
PRIVATE = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",  # noqa: S104
    "100.64.0.1", "192.0.0.1", "198.18.0.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
    "192.0.2.1", "::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "2002:a00:1::", "64:ff9b::7f00:1", "64:ff9b:1::1",
    "2001:0:4136:e378:8000:63bf:f5ff:fffe",
]  # fmt: skip


def answering(*addresses: str) -> Guard:
    return Guard(resolve=lambda host, port: addresses)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_asked(address: str) -> None:
    assert is_public(ip_address(address))
    assert answering(address).check("https://a.example/x").address == address


@pytest.mark.parametrize("address", PRIVATE)
def test_others_are_not(address: str) -> None:
    with pytest.raises(Refused) as refusal:
        answering(address).check("https://a.example/")
    assert refusal.value.reason is Reason.NOT_PUBLIC


def test_one_private_address_among_public_ones_is_enough() -> None:
    with pytest.raises(Refused):
        answering(PUBLIC[0], "10.0.0.1").check("https://a.example/")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/",
        "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[fe80::1%25lo]/", "http://localhost/", "http://0/",
        "http://localhost./",
    ],
)  # fmt: skip
def test_odd_spellings_of_this_machine_are_refused_by_what_they_mean(url: str) -> None:
    with pytest.raises(Refused):
        Guard().check(url)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://user:pass@a.example/", Reason.INVALID),
        ("http://user@a.example/", Reason.INVALID),
        ("ftp://a.example/", Reason.INVALID),
        ("http:///x", Reason.INVALID),
        ("http://a.example:99999/", Reason.INVALID),
        ("http://a..example/", Reason.INVALID),
        ("http://" + "a" * 70 + ".example/", Reason.INVALID),
        ("http://[::1/", Reason.INVALID),
        ("http://a.example:22/", Reason.UNUSUAL),
        ("https://a.example:8443/", Reason.UNUSUAL),
    ],
)
def test_what_is_no_plain_web_address_is_refused(url: str, reason: Reason) -> None:
    with pytest.raises(Refused) as refusal:
        answering(PUBLIC[0]).check(url)
    assert refusal.value.reason is reason


def test_a_name_that_does_not_exist_is_told_from_one_that_is_private() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror

    for guard in (Guard(resolve=unknown), answering()):
        with pytest.raises(Refused) as refusal:
            guard.check("http://a.example/")
        assert refusal.value.reason is Reason.UNKNOWN_HOST


def test_a_name_is_asked_for_once_and_the_answer_is_what_is_connected_to() -> None:
    answers = iter([[PUBLIC[0]], ["127.0.0.1"]])
    target = Guard(resolve=lambda host, port: next(answers)).check("http://rebinding.example/")
    assert target.address == PUBLIC[0]


def test_names_and_paths_are_written_as_servers_read_them() -> None:
    asked = []
    guard = Guard(resolve=lambda host, port: asked.append(host) or [PUBLIC[0]])
    target = guard.check("https://cité.example/été/a%20b?q=é&r=1")
    assert asked == ["xn--cit-dma.example"]
    assert target.path == "/%C3%A9t%C3%A9/a%20b?q=%C3%A9&r=1"
    assert target.origin == "https://xn--cit-dma.example"


@given(st.text(max_size=60))
def test_any_text_is_accepted_or_refused_and_never_a_line_break(text: str) -> None:
    try:
        target = answering(PUBLIC[0]).check("http://" + text)
    except Refused:
        return
    assert target.path.isascii()
    assert not set("\r\n ") & set(target.path + target.host)
