"""Custom components, as a package so that tests can import them."""
