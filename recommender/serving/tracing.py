"""Traces: a span for every call and one for each of its stages, sent to an OTLP collector.

Spans are made once a call has ended, from the times it took, so calls themselves pay nothing. They
name the method, the tenant and the call, and never anybody.
"""

from __future__ import annotations

import time

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_ON, ParentBased
from opentelemetry.trace import SpanKind, Status, StatusCode, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from recommender.serving.report import CALLERS_FAULT, Ended

_NANOSECONDS = 1_000_000_000


class Spans:
    """Makes spans of calls that have ended, and sends them in the background."""

    def __init__(self, endpoint: str, exporter: SpanExporter | None = None) -> None:
        resource = Resource.create({"service.name": "pln-recommender"})
        # A caller that leaves its call out of its traces leaves it out of ours.
        self._provider = TracerProvider(
            resource=resource, sampler=ParentBased(ALWAYS_ON), shutdown_on_exit=False
        )
        self._processor = BatchSpanProcessor(exporter or OTLPSpanExporter(endpoint=endpoint))
        self._provider.add_span_processor(self._processor)
        self._tracer = self._provider.get_tracer("recommender.serving")
        self._callers = TraceContextTextMapPropagator()

    def ended(self, ended: Ended, traceparent: str) -> None:
        """Make the spans of a call that has just ended."""
        end = time.time_ns()
        start = end - int(ended.seconds * _NANOSECONDS)
        service, _, method = ended.rpc.partition("/")
        span = self._tracer.start_span(
            ended.rpc,
            context=self._callers.extract({"traceparent": traceparent}) if traceparent else None,
            kind=SpanKind.SERVER,
            start_time=start,
            attributes={
                "rpc.system": "grpc",
                "rpc.service": service,
                "rpc.method": method,
                "rpc.grpc.status": ended.code,
                "pln.tenant": ended.tenant,
                "pln.request_id": ended.request_id,
            },
        )
        if ended.refusal is not None and ended.refusal.code not in CALLERS_FAULT:
            span.set_status(Status(StatusCode.ERROR, ended.refusal.reason))
        inside, at = set_span_in_context(span), start
        for stage, seconds in ended.stages.items():
            child = self._tracer.start_span(stage, context=inside, start_time=at)
            at += int(seconds * _NANOSECONDS)
            child.end(at)
        span.end(end)

    def stop(self) -> None:
        """Send what is left, and end."""
        self._provider.shutdown()
