"""The plots of the report, each a plotly figure."""

from rehearsal.report.plots.copying import copy_plot, lag_plot
from rehearsal.report.plots.holds import holds_plot
from rehearsal.report.plots.timeline import timeline_plot

__all__ = ["copy_plot", "holds_plot", "lag_plot", "timeline_plot"]
