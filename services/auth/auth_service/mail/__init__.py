"""Sending mails: a small port, and its adapters."""

from auth_service.mail.choose import chosen_mailer
from auth_service.mail.port import Mail, Mailer

__all__ = ["Mail", "Mailer", "chosen_mailer"]
