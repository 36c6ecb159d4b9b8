"""Profiles, preferences and the outbox."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "profile_0001"
down_revision = None
branch_labels = ("profile",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "profiles",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("display_name", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("bio", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("locale", sa.Text(), server_default=sa.text("'en'"), nullable=False),
        sa.Column("time_zone", sa.Text(), server_default=sa.text("'UTC'"), nullable=False),
        sa.Column("avatar_url", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        _moment("created_at"),
        _moment("updated_at"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_profiles")),
        sa.CheckConstraint(
            "char_length(display_name) <= 100", name=op.f("ck_profiles_display_name_length")
        ),
        sa.CheckConstraint("char_length(bio) <= 2000", name=op.f("ck_profiles_bio_length")),
        sa.CheckConstraint(
            "avatar_url LIKE 'https://%'", name=op.f("ck_profiles_avatar_url_https")
        ),
        sa.CheckConstraint("version > 0", name=op.f("ck_profiles_version_positive")),
        schema="profile",
    )
    op.create_table(
        "preferences",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("settings", postgresql.JSONB(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        _moment("updated_at"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_preferences")),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["profile.profiles.user_id"],
            name=op.f("fk_preferences_user_id_profiles"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(
            "jsonb_typeof(settings) = 'object'", name=op.f("ck_preferences_settings_object")
        ),
        sa.CheckConstraint("version > 0", name=op.f("ck_preferences_version_positive")),
        schema="profile",
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("data", postgresql.JSONB(), nullable=False),
        _moment("occurred_at"),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        schema="profile",
    )


def downgrade() -> None:
    op.drop_table("outbox", schema="profile")
    op.drop_table("preferences", schema="profile")
    op.drop_table("profiles", schema="profile")


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(
        name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
    )
