"""Estimators by the distances to nearest neighbours."""
