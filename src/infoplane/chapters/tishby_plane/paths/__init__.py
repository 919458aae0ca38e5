"""Planes of chapter 05: paths through the layers."""
