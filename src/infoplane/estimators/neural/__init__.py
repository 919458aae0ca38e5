"""Bounds that a trained network, the critic, gives."""
