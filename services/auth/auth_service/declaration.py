"""The declaration of this service."""

from shared_db.service import Service

service = Service(
    name="auth",
    title="Auth",
    port=8001,
    metadata="auth_service.models:metadata",
    migrations="auth_service:migrations",
    app="auth_service.app:create_app",
    secrets=("AUTH_KEY_ENCRYPTION_KEY",),
    events=("user.registered", "user.suspended", "user.reinstated", "user.erased"),
    issuer=True,
    first_request=(
        "curl -i {url}/v1/users -H 'content-type: application/json' "
        """-d '{{"email": "ada@example.com", "password": "correct horse battery staple"}}'"""
    ),
)
