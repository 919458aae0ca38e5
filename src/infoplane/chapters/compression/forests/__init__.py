"""Forests of chapter 09: errors, encoders, rises and falls, a row each."""
