"""Pictures of numbers and of time, prepared here and drawn by components/chart.html as SVG.

Everything a template prints is words or a length in per cent: no style attribute is needed, text
keeps its size on every screen, and each picture comes with the table that says the same.
"""

from wpsnetwork.charts.numbers import bars, columns
from wpsnetwork.charts.parts import Chart, Key, Row, Series, Span
from wpsnetwork.charts.timelines import timeline

__all__ = ["Chart", "Key", "Row", "Series", "Span", "bars", "columns", "timeline"]
