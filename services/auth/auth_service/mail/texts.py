"""What the mails say."""

from __future__ import annotations

from auth_service.mail.port import Mail


def verification(to: str, url: str, token: str, hours: int) -> Mail:
    """To a new account: the token that shows that the mail arrived."""
    return Mail(
        to,
        "Verify your e-mail address",
        "Welcome. To verify this address, open this link or send the token to "
        f"POST /v1/auth/email/verify within {hours} hours:\n\n"
        f"{url}/verify-email?token={token}\n\n"
        "If you did not ask for an account, ignore this mail.\n",
    )


def already_registered(to: str) -> Mail:
    """To an account that exists: somebody tried to register its address."""
    return Mail(
        to,
        "You have an account already",
        "Somebody, perhaps you, asked for an account with this address, which has one. "
        "Log in with it, or reset its password.\n\n"
        "If it was not you, there is nothing to do.\n",
    )


def reset(to: str, url: str, token: str, minutes: int) -> Mail:
    """To an account whose owner has forgotten the password: the token to set another."""
    return Mail(
        to,
        "Reset your password",
        "To choose a new password, open this link or send the token with it to "
        f"POST /v1/auth/password/reset within {minutes} minutes:\n\n"
        f"{url}/reset-password?token={token}\n\n"
        "All your sessions end then. If you did not ask for this, ignore this mail; your password "
        "stays as it is.\n",
    )


def password_changed(to: str) -> Mail:
    """To an account whose password is another one now: the owner hears of it in any case."""
    return Mail(
        to,
        "Your password was changed",
        "The password of your account was changed, and your other sessions have ended.\n\n"
        "If it was not you, reset the password now.\n",
    )
