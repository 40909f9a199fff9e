"""The gRPC service: translates calls to the pipeline and back, and runs as a good server.

Layers, from the wire inwards: `server` (sockets, options, registration), `calls` (one guarded
call), `services`, `learner_service` and `event_service` (one method per RPC), `requests` and
`replies` with their kin (messages to domain values and back), `interface` (what the pipeline must
be able to do). `run` starts it all; `supervisor` keeps several worker processes alive and is free
of gRPC.
"""
