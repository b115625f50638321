"""Production refuses to start with a missing or unsafe value, and says which."""

import os
import subprocess
import sys

import pytest

SOUND = {
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "ALLOWED_HOSTS": "datacites.example",
    "SITE_URL": "https://datacites.example",
    "DATABASE_URL": "sqlite:////tmp/datacites-settings-test.sqlite3",
    "EMAIL_URL": "smtp+ssl://user:password@localhost:465",
    "DEFAULT_FROM_EMAIL": "bonjour@datacites.example",
}


def start(**changes: str) -> subprocess.CompletedProcess[str]:
    environment = {
        k: v for k, v in os.environ.items() if k not in {*SOUND, "DEBUG", "DJANGO_SETTINGS_MODULE"}
    }
    environment |= SOUND | changes
    code = "import datacites.settings.production as s; print(s.SESSION_COOKIE_SECURE, s.DEBUG)"
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )


def test_sound_values_start() -> None:
    result = start()
    assert result.stdout.strip() == "True False", result.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a" * 80),
        ("ALLOWED_HOSTS", ""),
        ("ALLOWED_HOSTS", "*"),
        ("SITE_URL", "http://datacites.example"),
        ("DATABASE_URL", ""),
        ("EMAIL_URL", ""),
        ("DEFAULT_FROM_EMAIL", ""),
        ("DEBUG", "1"),
    ],
)
def test_a_missing_or_unsafe_value_is_named(name: str, value: str) -> None:
    result = start(**{name: value})
    assert result.returncode != 0
    assert f"- {name}:" in result.stderr
