"""Which adapter the settings ask for."""

from __future__ import annotations

from auth_service.mail.files import FileMailer
from auth_service.mail.port import Mailer
from auth_service.settings import Settings


def chosen_mailer(settings: Settings) -> Mailer:
    """SMTP when a server is named, else files."""
    if settings.auth_smtp_url:
        from auth_service.mail.smtp import SmtpMailer  # noqa: PLC0415 - most processes need none

        return SmtpMailer(settings.auth_smtp_url, settings.auth_mail_from)
    return FileMailer(settings.mail_folder, settings.auth_mail_from)
