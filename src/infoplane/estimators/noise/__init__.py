"""Exact values and bounds where noise is added to a deterministic layer."""
