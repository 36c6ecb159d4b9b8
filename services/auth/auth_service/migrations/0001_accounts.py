"""Users, roles, sessions and tokens."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "auth_0001"
down_revision = None
branch_labels = ("auth",)
depends_on = None

SCHEMA = "auth"


def moment(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    """A point in time."""
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    """Create the tables."""
    create_users()
    create_roles()
    create_sessions()
    create_mail_tokens()


def create_users() -> None:
    """Accounts."""
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("failed_count", sa.Integer(), nullable=False),
        moment("locked_until", nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        moment("created_at"),
        moment("updated_at"),
        sa.CheckConstraint(
            "status IN ('pending', 'active', 'suspended', 'erased')",
            name=op.f("ck_users_status"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        schema=SCHEMA,
    )
    op.create_index(
        "uq_users_lower_email", "users", [sa.text("lower(email)")], unique=True, schema=SCHEMA
    )


def create_roles() -> None:
    """Roles and who has them."""
    roles = op.create_table(
        "roles",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_roles")),
        schema=SCHEMA,
    )
    op.bulk_insert(roles, [{"name": "admin", "scope": "admin"}])
    op.create_table(
        "user_roles",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        moment("granted_at"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["auth.users.id"], name=op.f("fk_user_roles_user_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["role"], ["auth.roles.name"], name=op.f("fk_user_roles_role_roles")
        ),
        sa.PrimaryKeyConstraint("user_id", "role", name=op.f("pk_user_roles")),
        schema=SCHEMA,
    )
    op.create_index(op.f("ix_user_roles_role"), "user_roles", ["role"], schema=SCHEMA)


def create_sessions() -> None:
    """Sessions and refresh tokens."""
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        moment("created_at"),
        moment("expires_at"),
        moment("revoked_at", nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["auth.users.id"], name=op.f("fk_sessions_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        schema=SCHEMA,
    )
    op.create_index(op.f("ix_sessions_user_id"), "sessions", ["user_id"], schema=SCHEMA)
    op.create_table(
        "refresh_tokens",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        moment("created_at"),
        moment("expires_at"),
        moment("used_at", nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"], ["auth.sessions.id"], name=op.f("fk_refresh_tokens_session_id_sessions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refresh_tokens")),
        sa.UniqueConstraint("digest", name=op.f("uq_refresh_tokens_digest")),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_refresh_tokens_session_id"), "refresh_tokens", ["session_id"], schema=SCHEMA
    )


def create_mail_tokens() -> None:
    """Tokens sent by mail, and failed logins."""
    op.create_table(
        "one_time_tokens",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        moment("created_at"),
        moment("expires_at"),
        moment("used_at", nullable=True),
        sa.CheckConstraint(
            "purpose IN ('verify_email', 'reset_password')",
            name=op.f("ck_one_time_tokens_purpose"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["auth.users.id"], name=op.f("fk_one_time_tokens_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_tokens")),
        sa.UniqueConstraint("digest", name=op.f("uq_one_time_tokens_digest")),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_one_time_tokens_user_id"), "one_time_tokens", ["user_id"], schema=SCHEMA
    )
    op.create_table(
        "login_attempts",
        sa.Column("source", sa.LargeBinary(), nullable=False),
        moment("window_start"),
        sa.Column("failures", sa.Integer(), nullable=False),
        moment("locked_until", nullable=True),
        moment("changed_at"),
        sa.PrimaryKeyConstraint("source", "window_start", name=op.f("pk_login_attempts")),
        schema=SCHEMA,
    )
    op.create_index(
        op.f("ix_login_attempts_changed_at"), "login_attempts", ["changed_at"], schema=SCHEMA
    )


def downgrade() -> None:
    """Drop the tables."""
    for name in (
        "login_attempts",
        "one_time_tokens",
        "refresh_tokens",
        "sessions",
        "user_roles",
        "roles",
        "users",
    ):
        op.drop_table(name, schema=SCHEMA)
