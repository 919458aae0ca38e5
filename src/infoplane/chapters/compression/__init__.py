"""Chapter 09: the information plane of a convolutional network on compressed layers."""
