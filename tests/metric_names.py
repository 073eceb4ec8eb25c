"""The metrics of the service, for what names them: the operations page, alerts and a dashboard."""

from functools import cache

from qa.service.observability.metrics import Metrics


@cache
def figures() -> dict[str, set[str]]:
    """Name of each sample that the service gives → its labels."""
    ends = {"counter": ["_total"], "gauge": [""], "histogram": ["_bucket", "_sum", "_count"]}
    found = {}
    for collector in Metrics().registry._collector_to_names:
        for family in collector.collect():
            labels = set(getattr(family, "_labelnames", getattr(collector, "_labelnames", ())))
            found |= {family.name + end: labels for end in ends[family.type]}
    return found
