"""Estimators by densities: kernels, and weighted nearest neighbours."""
