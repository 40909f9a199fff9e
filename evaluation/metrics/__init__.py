"""Metrics of ranked lists, one per file.

Lists are int32 [askers, k], best first, -1 where a list is shorter; what is relevant is a CSR
pattern [askers, people].
"""
