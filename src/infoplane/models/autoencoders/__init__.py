"""Autoencoders of several code dimensions as one batched model, and convolutional ones."""
