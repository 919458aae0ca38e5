"""Networks whose information is measured: small ones, drawn at random or trained."""
