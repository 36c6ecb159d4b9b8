"""The difference between desired and actual placement (plan), and removing it (apply)."""

from typing import TYPE_CHECKING

from shared_db.lazy_names import lazy_names

if TYPE_CHECKING:
    from shared_db.reconcile.execution import apply
    from shared_db.reconcile.homes import find_home
    from shared_db.reconcile.plan import Plan, ServicePlan, Step, make_plan
else:  # a move finds homes, without Alembic
    __getattr__ = lazy_names(
        __name__,
        {
            "execution": ("apply",),
            "homes": ("find_home",),
            "plan": ("Plan", "ServicePlan", "Step", "make_plan"),
        },
    )

__all__ = ["Plan", "ServicePlan", "Step", "apply", "find_home", "make_plan"]
