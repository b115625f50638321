"""People with an account: authors, moderators, administrators. They sign in with their e-mail."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class UserManager(BaseUserManager["User"]):
    """Creates accounts from an e-mail address."""

    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """An ordinary account; addresses are compared without regard to case."""
        if not email:
            raise ValueError("an account needs an e-mail address")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """An administrator."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Signing in ignores the case of the address."""
        return self.get(email__iexact=username)


class User(AbstractUser):
    """An account, known by its e-mail address and shown by its name."""

    username = None  # type: ignore[assignment]  # replaced by the e-mail address
    email = models.EmailField(
        gettext_lazy("adresse électronique"),
        unique=True,
        error_messages={"unique": gettext_lazy("Un compte existe déjà avec cette adresse.")},
    )

    is_listed = models.BooleanField(
        gettext_lazy("page de contributions publique"),
        default=False,
        help_text=_("Une page à votre nom réunit ce que vous avez écrit. Non par défaut."),
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()  # type: ignore[assignment, misc]  # keyed by e-mail, not by name

    class Meta:
        verbose_name = gettext_lazy("compte")
        verbose_name_plural = gettext_lazy("comptes")

    @property
    def public_name(self) -> str:
        """The name that they gave; "" without one. Never an address."""
        return f"{self.first_name} {self.last_name}".strip()

    def get_full_name(self) -> str:
        """The name to call them by. Wagtail would show the address of whoever has none."""
        return self.public_name or str(_("Compte sans nom"))

    def __str__(self) -> str:
        return self.get_full_name()

    def clean(self) -> None:
        """Two addresses that differ only by case are the same person."""
        super().clean()
        self.email = self.email.lower()
