"""Networks whose information is measured: drawn at random, trained, or trained by others."""
