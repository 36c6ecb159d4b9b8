"""What the project knows about this service without importing it."""

from shared_db.service import Service

service = Service(
    name="admin",
    title="Admin",
    port=8004,
    metadata="admin_service.models:metadata",
    migrations="admin_service:migrations",
    app="admin_service.app:create_app",
    scopes=("users:admin", "payments:admin", "placement:read", "events:read"),
)
