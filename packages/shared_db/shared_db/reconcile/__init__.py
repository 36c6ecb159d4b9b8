"""The difference between desired and actual placement (plan), and removing it (apply)."""

from shared_db.reconcile.execution import apply
from shared_db.reconcile.homes import find_home
from shared_db.reconcile.plan import Plan, ServicePlan, Step, make_plan

__all__ = ["Plan", "ServicePlan", "Step", "apply", "find_home", "make_plan"]
