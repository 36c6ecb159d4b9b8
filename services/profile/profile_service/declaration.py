"""What the project knows about this service without importing it."""

from shared_db.service import Service

service = Service(
    name="profile",
    title="Profile",
    port=8003,
    metadata="profile_service.models:metadata",
    migrations="profile_service:migrations",
    app="profile_service.app:create_app",
    scopes=("events:read",),
    events=("profile.updated", "profile.erased"),
)
