"""Layer 1: the phone's own modules in Node, against a model of the server."""
