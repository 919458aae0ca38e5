"""Forests of chapter 05, in place of its tables of means."""
